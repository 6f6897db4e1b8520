# R6: a reminder that would come three days before a formal notice waits and rides; the formal one is not delayed.
use two-notices
customer C-1
item A amount=500.00 due=2026-03-01
item B amount=200.00 due=2026-03-08
reached A reminder on=2026-03-06
from 2026-03-07
until 2026-03-17
on 2026-03-13T09:00 because B waits_for_higher
expect
2026-03-16 00:00 formal: A=500.00 B@reminder=200.00; total 700.00 EUR; deadline 2026-03-26
end
