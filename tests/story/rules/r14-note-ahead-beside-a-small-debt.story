# R14, R10: an overdue amount below the minimum does not stop the note ahead of another item's due date.
policy courteous
  minimum = ["10.00 EUR"];
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=6.00 due=2026-03-01
item B amount=100.00 due=2026-03-20
from 2026-03-01
until 2026-03-26
on 2026-03-10T09:00 because A below_minimum
expect
2026-03-17 00:00 courtesy; upcoming B=100.00; total 100.00 EUR
2026-03-25 00:00 reminder: A=6.00 B=100.00; total 106.00 EUR
end
