# R14, S055: below the minimum nothing is sent and the ladder waits; together with another item it is enough.
use simple
customer C-1
item A amount=9.99 due=2026-03-01
item B amount=5.00 due=2026-03-20
from 2026-03-01
until 2026-03-26
on 2026-03-07T09:00 because A below_minimum
expect
2026-03-25 00:00 reminder: A=9.99 B=5.00; total 14.99 EUR
end
