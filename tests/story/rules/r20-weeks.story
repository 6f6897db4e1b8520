# R20: a week has seven days.
policy weeks
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 2w"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-02
from 2026-03-01
until 2026-03-20
expect
2026-03-16 00:00 reminder: A=100.00; total 100.00 EUR
end
