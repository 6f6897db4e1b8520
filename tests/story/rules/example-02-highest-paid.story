# RULES example 2 (R5, R11): the highest item is paid; the others neither restart nor jump.
use standard
customer C-1
item A amount=1000.00 due=2026-02-20
item B amount=300.00 due=2026-03-03
item C amount=50.00 due=2026-03-16
item D amount=200.00 due=2026-04-20
credit E amount=-120.00 issued=2026-03-01
payment P1 item=A amount=880.00 on=2026-03-20
from 2026-02-21
until 2026-04-13
on 2026-03-23T09:00 because C waits_for_higher
on 2026-04-08T09:00 because C waits_deadline
expect
2026-02-27 08:00 reminder: A=1000.00; total 1000.00 EUR
2026-03-09 08:00 formal: A=880.00; total 880.00 EUR; deadline 2026-03-23
2026-03-16 08:00 reminder: B=300.00; carried A@formal=880.00; total 1180.00 EUR
2026-03-26 08:00 formal: B=300.00 C@reminder=50.00; total 350.00 EUR; deadline 2026-04-09
2026-04-13 08:00 formal: C=50.00; carried B@formal=300.00; total 350.00 EUR; deadline 2026-04-27
end
