# R27: what the policy says when nobody approves in time.
policy appr
  min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 15d"; send = ["email"]; template = "second";
      approval = { required = true; timeout = "5d"; on_timeout = "approve"; }; },
    { name = "formal"; action = "notice"; at = "due + 30d"; deadline = "10d"; send = ["email"]; template = "formal";
      approval = { required = true; timeout = "3d"; on_timeout = "reject"; }; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-04-30
on 2026-04-10T09:00 because A approval_rejected
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 asks second: A=100.00; total 100.00 EUR
2026-03-21 00:00 approved out of time
2026-03-31 00:00 asks formal: A=100.00; total 100.00 EUR; deadline 2026-04-10
2026-04-03 00:00 rejected out of time
end
