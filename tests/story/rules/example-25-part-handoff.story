# RULES example 25 (R33): the package holds A only; the rest of the account is held and shown as a task.
policy hand
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"]; template = "formal"; },
    { name = "agency"; action = "handoff"; at = "deadline + 3bd"; template = "handoff"; }
  );
end
customer C-1
item A amount=500.00 due=2026-01-10
item B amount=300.00 due=2026-02-20
item N amount=100.00 due=2026-03-30
reached A reminder on=2026-02-01
reached A formal on=2026-03-02 deadline=2026-03-16 notice
reached B reminder on=2026-03-09
from 2026-03-17
until 2026-04-30
show tasks
on 2026-03-20T09:00 because B agency
on 2026-04-15T09:00 because N agency
expect
2026-03-19 00:00 agency: A=500.00; total 500.00 EUR; by agency
2026-03-19 00:00 task rest_at_agency
end
