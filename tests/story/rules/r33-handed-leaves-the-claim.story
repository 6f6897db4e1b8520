# R33, R4: with after_handoff = "continue" the rest runs on, and what was handed over is neither listed nor claimed.
policy hand
  after_handoff = "continue";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"]; template = "formal"; },
    { name = "agency"; action = "handoff"; at = "deadline + 3bd"; template = "handoff"; }
  );
end
customer C-1
item A amount=500.00 due=2026-01-10
item B amount=300.00 due=2026-03-14
reached A reminder on=2026-02-01
reached A formal on=2026-03-02 deadline=2026-03-16 notice
from 2026-03-17
until 2026-03-25
expect
2026-03-19 00:00 agency: A=500.00; total 500.00 EUR; by agency
2026-03-19 00:00 reminder: B=300.00; total 300.00 EUR
end
