# R18: passed over is final for the episode, even if the balance grows later.
policy cond
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 15d"; when = { balance_min = ["500.00 EUR"]; }; send = ["email"]; template = "second"; },
    { name = "formal"; action = "notice"; at = "due + 40d"; deadline = "7d"; send = ["email"]; template = "formal"; }
  );
end
customer C-1
item A amount=300.00 due=2026-03-01
item B amount=900.00 due=2026-03-25
from 2026-03-01
until 2026-04-11
show passed
expect
2026-03-06 00:00 reminder: A=300.00; total 300.00 EUR
2026-03-16 00:00 passed A second when_not_met
2026-03-30 00:00 reminder: B=900.00; carried A@reminder=300.00; total 1200.00 EUR
2026-04-10 00:00 formal: A=300.00 B@second=900.00; total 1200.00 EUR; deadline 2026-04-17
end
