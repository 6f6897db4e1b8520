# RULES example 15 (R20, R21): Easter, the first of May, a due date on a Saturday.
use standard
customer C-1
item A amount=300.00 due=2026-03-19
item S amount=300.00 due=2026-03-21 customer=C-1
reached A reminder on=2026-03-26
from 2026-03-27
until 2026-04-07
expect
2026-04-07 08:00 formal: A=300.00 S@reminder=300.00; total 600.00 EUR; deadline 2026-04-21
end
