# R27: an approval is bound to its items: settled withdraws it; lower items are not blocked by it.
policy appr
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "10d"; send = ["email"]; template = "formal"; approval = "required"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=200.00 due=2026-03-14
payment P1 item=A amount=100.00 on=2026-03-20
from 2026-03-01
until 2026-03-30
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 asks formal: A=100.00; total 100.00 EUR; deadline 2026-03-26
2026-03-19 00:00 reminder: B=200.00; carried A@reminder=100.00; total 300.00 EUR
2026-03-20 00:00 withdrawn settled
2026-03-29 00:00 asks formal: B=200.00; total 200.00 EUR; deadline 2026-04-08
end
