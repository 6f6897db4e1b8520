# R10: what goes out before due starts no gap, and expires on the due date.
policy courteous
  min_gap = "30d";
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-10
item L amount=100.00 due=2026-03-10 issued=2026-03-10
from 2026-03-01
until 2026-03-20
expect
2026-03-07 00:00 courtesy; upcoming A=100.00; total 100.00 EUR
2026-03-15 00:00 reminder: A=100.00 L=100.00; total 200.00 EUR
end
