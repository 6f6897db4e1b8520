# R38: a step that is counted from the invoice and falls on the due date waits for its end: till then it can be paid.
policy early
  steps = (
    { name = "reminder"; action = "remind"; at = "issued + 30d"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 issued=2026-03-01 due=2026-03-31
from 2026-03-20
until 2026-04-10
expect
2026-04-01 00:00 reminder: A=100.00; total 100.00 EUR
end
