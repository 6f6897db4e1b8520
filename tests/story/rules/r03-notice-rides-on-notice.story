# R3, R5: a formal notice rides on a later one whose text names it; both get the longest deadline.
use two-notices
customer C-1
item A amount=500.00 due=2026-01-01
item B amount=200.00 due=2026-01-16
reached A reminder on=2026-01-06
reached A formal on=2026-01-16 deadline=2026-01-26 notice
reached B reminder on=2026-01-21
from 2026-01-22
until 2026-02-28
expect
2026-01-31 00:00 final: A=500.00 B@formal=200.00; total 700.00 EUR; deadline 2026-02-14
2026-02-15 00:00 final: B=200.00; carried A@final=500.00; total 700.00 EUR; deadline 2026-03-01
end
