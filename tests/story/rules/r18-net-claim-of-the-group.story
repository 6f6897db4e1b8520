# R18: a condition is judged on the net claim of the group and not on one item.
policy when
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; when = { balance_min = ["500.00 EUR"]; }; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=300.00 due=2026-03-01
item B amount=300.00 due=2026-03-01
from 2026-03-01
until 2026-03-10
show passed
expect
2026-03-06 00:00 reminder: A=300.00 B=300.00; total 600.00 EUR
end
