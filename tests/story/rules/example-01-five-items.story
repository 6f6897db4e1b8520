# RULES example 1 (R2-R6, R10, R14, R20, R21): five items of one customer.
use standard
customer C-1
item A amount=1000.00 due=2026-02-20
item B amount=300.00 due=2026-03-03
item C amount=50.00 due=2026-03-16
item D amount=200.00 due=2026-04-20
credit E amount=-120.00 issued=2026-03-01
from 2026-02-21
until 2026-04-09
on 2026-03-10T09:00 because B min_gap
on 2026-03-23T09:00 because C waits_for_higher
on 2026-03-27T09:00 because B min_gap
expect
2026-02-27 08:00 reminder: A=1000.00; total 1000.00 EUR
2026-03-09 08:00 formal: A=880.00; total 880.00 EUR; deadline 2026-03-23
2026-03-16 08:00 reminder: B=300.00; carried A@formal=880.00; total 1180.00 EUR
2026-03-26 08:00 plan: A=880.00 C@reminder=50.00; carried B@reminder=300.00; total 1230.00 EUR; deadline 2026-04-07; plan 246.00 + 328.00 + 328.00 + 328.00
2026-04-02 08:00 formal: B=300.00; carried A@plan=880.00 C@reminder=50.00; total 1230.00 EUR; deadline 2026-04-16
2026-04-09 08:00 asks agency: A=880.00; total 880.00 EUR; by agency
2026-04-09 08:00 formal: C=50.00; carried A@plan=880.00 B@formal=300.00; total 1230.00 EUR; deadline 2026-04-23
end
