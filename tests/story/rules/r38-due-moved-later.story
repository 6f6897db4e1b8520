# R38: the due date moves later: the position is kept, nothing before the new due and its lag.
policy moved
  settlement_lag = "2bd"; min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "10d"; send = ["email"]; template = "formal"; },
    { name = "final"; action = "notice"; at = "previous + 10d"; deadline = "10d"; send = ["email"]; template = "final"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-02
from 2026-03-02
until 2026-04-30
on 2026-03-18T09:00 set A due=2026-04-15
expect
2026-03-07 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-17 00:00 formal: A=100.00; total 100.00 EUR; deadline 2026-03-27
2026-04-17 00:00 final: A=100.00; total 100.00 EUR; deadline 2026-04-27
end
