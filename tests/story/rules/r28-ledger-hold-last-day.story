# R28: a hold of the ledger lasts to the end of its last day.
use simple
customer C-1
item A amount=100.00 due=2026-03-01 hold_until=2026-03-10
from 2026-03-01
until 2026-03-20
show holds
on 2026-03-10T23:59 because A ledger_hold
expect
2026-03-01 00:00 held A ledger_hold
2026-03-11 00:00 released A ledger_hold
2026-03-18 00:00 reminder: A=100.00; total 100.00 EUR
end
