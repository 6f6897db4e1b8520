# R28: two holds that overlap are one; the last one ends it.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-04-01
show holds
on 2026-03-03T09:00 hold C-1
on 2026-03-05T09:00 hold A until=2026-03-20
on 2026-03-07T09:00 release C-1
expect
2026-03-03 09:00 held A held
2026-03-21 00:00 released A held
2026-03-28 00:00 reminder: A=100.00; total 100.00 EUR
end
