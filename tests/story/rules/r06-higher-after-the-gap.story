# R6, R7: a higher step on the very day on which the gap ends is not held up by the lower one, which need not wait.
use two-notices
customer C-1
item A amount=500.00 due=2026-03-01
item B amount=200.00 due=2026-03-04
reached A reminder on=2026-02-27
from 2026-03-07
until 2026-03-17
expect
2026-03-09 00:00 reminder: B=200.00; carried A@reminder=500.00; total 700.00 EUR
2026-03-16 00:00 formal: A=500.00; carried B@reminder=200.00; total 700.00 EUR; deadline 2026-03-26
end
