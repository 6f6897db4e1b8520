# RULES example 4 (R12, R13, R14): a credit covers the oldest item; later the ledger puts it elsewhere.
use standard
customer C-1
item X amount=100.00 due=2026-01-05
item Y amount=300.00 due=2026-02-02
item Z amount=200.00 due=2026-04-30
credit K amount=-150.00 issued=2026-03-01
reached X formal on=2026-03-06 deadline=2026-03-20 notice
reached Y reminder on=2026-03-12
from 2026-03-18
until 2026-05-04
show holds passed
on 2026-03-19T09:00 because X covered
on 2026-04-10T09:00 set K related=Z
on 2026-04-10T10:00 because X released
expect
2026-03-18 00:00 held X covered
2026-03-23 08:00 formal: Y=250.00; total 250.00 EUR; deadline 2026-04-07
2026-04-10 08:00 passed Y plan when_not_met
2026-04-10 09:00 released X covered
2026-04-17 08:00 passed X plan when_not_met
2026-04-24 08:00 asks agency: Y=300.00; total 300.00 EUR; by agency
2026-05-04 08:00 asks agency: X=100.00; total 100.00 EUR; by agency
end
