# R6: nothing waits for a higher step that a person has to approve: nobody knows when he will.
policy appr
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "10d"; send = ["email"]; template = "formal"; approval = "required"; }
  );
end
customer C-1
item A amount=500.00 due=2026-03-01
item B amount=200.00 due=2026-03-08
reached A reminder on=2026-03-06
from 2026-03-07
until 2026-03-14
expect
2026-03-13 00:00 reminder: B=200.00; carried A@reminder=500.00; total 700.00 EUR
end
