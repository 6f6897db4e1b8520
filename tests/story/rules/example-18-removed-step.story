# RULES example 18a (R37): a step was taken out of the policy; the item goes on behind its last one.
policy edited
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "final"; was = ["formal"]; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"]; template = "final"; },
    { name = "agency"; action = "handoff"; at = "previous + 14d"; approval = "required"; template = "handoff"; }
  );
end
customer C-1
item A amount=300.00 due=2026-02-20
reached A reminder on=2026-02-27
reached A formal on=2026-03-09 deadline=2026-03-23 notice
from 2026-03-10
until 2026-04-10
expect
2026-03-24 00:00 asks agency: A=300.00; total 300.00 EUR; by agency
end
