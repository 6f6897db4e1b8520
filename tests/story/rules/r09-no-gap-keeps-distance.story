# R9, S014, S031: found a year late the ladder is walked in order, keeping the distance of the steps.
policy nogap
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 20d"; send = ["email"]; template = "second"; },
    { name = "formal"; action = "notice"; at = "due + 40d"; deadline = "7d"; send = ["email"]; template = "formal"; }
  );
end
customer C-1
item A amount=500.00 due=2025-03-01
from 2026-03-01
until 2026-05-01
expect
2026-03-01 00:00 reminder: A=500.00; total 500.00 EUR
2026-03-16 00:00 second: A=500.00; total 500.00 EUR
2026-04-05 00:00 formal: A=500.00; total 500.00 EUR; deadline 2026-04-12
end
