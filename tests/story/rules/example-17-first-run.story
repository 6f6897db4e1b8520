# RULES example 17 (R9, R10): an old invoice gets no "will be due soon", and one step at a time.
customer C-1
item A amount=300.00 due=2025-03-01
policy plainest
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "14d"; send = ["email"]; template = "formal"; }
  );
end
from 2026-01-10
until 2026-02-10
expect
2026-01-10 00:00 reminder: A=300.00; total 300.00 EUR
2026-01-20 00:00 formal: A=300.00; total 300.00 EUR; deadline 2026-02-03
end
