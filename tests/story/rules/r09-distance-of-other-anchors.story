# R9: without min_gap the distance of two moments is kept, also where they have different anchors.
policy mixed
  steps = (
    { name = "reminder"; action = "remind"; at = "issued + 10d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "due + 10d"; deadline = "7d"; send = ["email"]; template = "formal"; }
  );
end
customer C-1
item A amount=100.00 issued=2026-01-01 due=2026-01-31
from 2026-03-01
until 2026-04-10
expect
2026-03-01 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-31 00:00 formal: A=100.00; total 100.00 EUR; deadline 2026-04-07
end
