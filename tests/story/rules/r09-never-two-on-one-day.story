# R9: two steps with one moment come on two dates.
policy twins
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "previous + 1h"; send = ["email"]; template = "second"; }
  );
end
limits limits = { per_customer_per_day = 9; };
customer C-1
item A amount=500.00 due=2026-03-01
from 2026-03-01
until 2026-03-10
expect
2026-03-06 00:00 reminder: A=500.00; total 500.00 EUR
2026-03-07 00:00 second: A=500.00; total 500.00 EUR
end
