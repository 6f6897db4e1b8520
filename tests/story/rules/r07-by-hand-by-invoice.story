# R7: by invoice, what reached the customer about it under no invoice's own notice counts for its gap, too.
policy byinvoice
  group = "invoice"; min_gap = "7d";
  steps = ( { name = "reminder"; action = "remind"; at = "due + 3d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=100.00 due=2026-02-20
item B amount=100.00 due=2026-02-20
reached A call on=2026-03-01
from 2026-03-03
until 2026-03-14
expect
2026-03-03 00:00 reminder: B=100.00; total 100.00 EUR
2026-03-08 00:00 reminder: A=100.00; total 100.00 EUR
end
