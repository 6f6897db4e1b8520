# R28: a deadline that was printed after the release did not run during the hold; the next step comes in its own time.
policy p
  steps = (
    { name = "formal"; action = "notice"; at = "due + 3d"; deadline = "14d"; send = ["email"]; template = "formal"; },
    { name = "final"; action = "notice"; at = "deadline + 3d"; deadline = "10d"; send = ["email"]; template = "formal"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-09-30
on 2026-03-03T09:00 hold C-1
on 2026-06-01T09:00 release C-1
expect
2026-06-02 00:00 formal: A=100.00; total 100.00 EUR; deadline 2026-06-16
2026-06-19 00:00 final: A=100.00; total 100.00 EUR; deadline 2026-06-29
end
