# R39: start leaves older items out; entry = "hold" asks a person to let in what was found late.
policy from
  entry = "hold"; start = "2026-01-01";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 15d"; send = ["email"]; template = "second"; }
  );
end
customer C-1
item A amount=100.00 due=2025-12-31
item B amount=100.00 due=2026-01-10
item C amount=100.00 due=2026-02-25
from 2026-03-01
until 2026-03-05
on 2026-03-01T09:00 because A before_start
on 2026-03-01T09:00 because B entry_hold
expect
2026-03-02 00:00 reminder: C=100.00; total 100.00 EUR
end
