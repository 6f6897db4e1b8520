# R18: the smallest and the largest balance, and the least age, are themselves within.
policy when
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; when = { balance_min = ["100.00 EUR"]; }; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 15d"; when = { balance_max = ["100.00 EUR"]; }; send = ["email"]; template = "second"; },
    { name = "courtesy"; action = "remind"; at = "due + 25d"; when = { age_min = "25d"; }; send = ["email"]; template = "courtesy"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-04-10
show passed
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 second: A=100.00; total 100.00 EUR
2026-03-26 00:00 courtesy: A=100.00; total 100.00 EUR
end
