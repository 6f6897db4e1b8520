# RULES example 15: a deadline on the first of May is printed as the Monday after, and counts from there.
use standard
customer C-1
item A amount=600.00 due=2026-04-02
reached A reminder on=2026-04-11
from 2026-04-15
until 2026-05-08
expect
2026-04-21 08:00 formal: A=600.00; total 600.00 EUR; deadline 2026-05-05
2026-05-08 08:00 plan: A=600.00; total 600.00 EUR; deadline 2026-05-18; plan 120.00 + 160.00 + 160.00 + 160.00
end
