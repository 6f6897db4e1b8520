# R31: never a handoff without an accepted notice whose deadline has passed, however the notice came to be left out.
policy hand
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "10d"; when = { balance_min = ["500.00 EUR"]; };
      send = ["email"]; template = "formal"; },
    { name = "agency"; action = "handoff"; at = "due + 60d"; template = "handoff"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-06-01
show passed
on 2026-05-15T09:00 because A handoff_floor
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 passed A formal when_not_met
end
