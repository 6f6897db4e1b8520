# R28: a hold and a dispute of the ledger overlap; the one that ends last sets the timing.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-04-01
show holds
on 2026-03-03T09:00 hold C-1
on 2026-03-04T09:00 set A status=disputed disputed_on=2026-03-04
on 2026-03-05T09:00 release C-1
on 2026-03-16T09:00 set A status=open
expect
2026-03-03 09:00 held A held
2026-03-16 09:00 released A disputed
2026-03-23 00:00 reminder: A=100.00; total 100.00 EUR
end
