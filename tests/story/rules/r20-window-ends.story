# R20: at the end of the window it is shut: what comes at that very moment goes on the next open one.
policy window
  window = { days = "mon-fri"; from = "08:00"; to = "18:00"; };
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 18h"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-05
from 2026-03-01
until 2026-03-10
expect
2026-03-06 08:00 reminder: A=100.00; total 100.00 EUR
end
