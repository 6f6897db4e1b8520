# R6: a higher step that cannot be sent holds nothing up.
use two-notices
customer C-1
item A amount=500.00 due=2026-03-01
item B amount=200.00 due=2026-03-08
reached A reminder on=2026-03-06
on 2026-03-08T09:00 hold A
from 2026-03-07
until 2026-03-17
expect
2026-03-13 00:00 reminder: B=200.00; total 200.00 EUR
end
