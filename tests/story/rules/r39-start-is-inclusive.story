# R39: `start` excludes older items; what was due on that very day is not older.
policy from
  start = "2026-03-01";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-02-28
item B amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-03-10
on 2026-03-02T09:00 because A before_start
expect
2026-03-06 00:00 reminder: B=100.00; total 100.00 EUR
end
