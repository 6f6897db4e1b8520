# R7, S058: the gap ends on its last date, inclusive.
policy once
  min_gap = "7d";
  steps = ( { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-03
item C amount=100.00 due=2026-03-07
from 2026-03-01
until 2026-03-14
on 2026-03-12T23:00 because B min_gap
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-13 00:00 reminder: B=100.00 C=100.00; carried A@reminder=100.00; total 300.00 EUR
end
