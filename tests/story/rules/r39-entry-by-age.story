# R39, S052: entry = "by_age" enters at most at the first notice; what lies between is passed over and said so.
policy aged
  entry = "by_age"; min_gap = "7d";
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "10d"; send = ["email"]; template = "formal"; },
    { name = "final"; action = "notice"; at = "previous + 20d"; deadline = "10d"; send = ["email"]; template = "final"; }
  );
end
customer C-1
item A amount=100.00 due=2025-03-02
item B amount=100.00 due=2026-02-25
from 2026-03-05
until 2026-03-06
show passed
expect
2026-03-05 00:00 passed A reminder entered_by_age
2026-03-05 00:00 formal: A=100.00 B@reminder=100.00; total 200.00 EUR; deadline 2026-03-15
end
