# R28: of holds that overlap the one that lasts longest is named.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-03-30
on 2026-03-03T09:00 hold C-1 until=2026-03-20 kind=moratorium
on 2026-03-03T09:01 hold A until=2026-03-10
on 2026-03-05T09:00 because A moratorium
on 2026-03-15T09:00 because A moratorium
expect
2026-03-28 00:00 reminder: A=100.00; total 100.00 EUR
end
