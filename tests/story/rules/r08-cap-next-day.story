# R8: without a gap the cap still leaves one contact a day.
policy a
  applies_to = { currency = ["EUR"]; };
  steps = ( { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-01 issued=2026-03-06
from 2026-03-01
until 2026-03-08
expect
2026-03-06 00:00 reminder: A=100.00 B=100.00; total 200.00 EUR
end
