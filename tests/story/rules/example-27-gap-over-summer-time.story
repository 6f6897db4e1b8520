# RULES example 27 (R7): a gap from Monday 03-23 08:00 over the change of the clocks ends by date, Monday 08:00.
policy once
  window = { days = "mon-fri"; from = "08:00"; to = "18:00"; }; min_gap = "7d";
  steps = ( { name = "reminder"; action = "remind"; at = "due + 5bd"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=300.00 due=2026-03-16
item B amount=300.00 due=2026-03-17
from 2026-03-20
until 2026-03-31
expect
2026-03-23 08:00 reminder: A=300.00; total 300.00 EUR
2026-03-30 08:00 reminder: B=300.00; carried A@reminder=300.00; total 600.00 EUR
end
