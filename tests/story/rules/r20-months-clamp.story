# R20, S085: months clamp to the month's length without drifting.
policy monthly
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 1m"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 2m"; send = ["email"]; template = "second"; },
    { name = "final"; action = "remind"; at = "due + 3m"; send = ["email"]; template = "final"; }
  );
end
customer C-1
item A amount=300.00 due=2026-01-31
from 2026-01-31
until 2026-05-01
expect
2026-02-28 00:00 reminder: A=300.00; total 300.00 EUR
2026-03-31 00:00 second: A=300.00; total 300.00 EUR
2026-04-30 00:00 final: A=300.00; total 300.00 EUR
end
