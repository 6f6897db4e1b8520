# R22: a window that opens in the hour that summer time leaves out opens after it.
policy night
  window = { days = "mon-sun"; from = "02:30"; to = "04:00"; };
  steps = ( { name = "reminder"; action = "remind"; at = "due + 1d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=300.00 due=2026-03-28
from 2026-03-28
until 2026-03-30
expect
2026-03-29 03:00 reminder: A=300.00; total 300.00 EUR
end
