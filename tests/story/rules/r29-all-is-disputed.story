# R29: a disputed amount that is all of the item holds the item.
use simple
customer C-1
item A amount=100.00 due=2026-03-01 status=disputed disputed_amount=100.00
item B amount=50.00 due=2026-03-01
from 2026-03-01
until 2026-03-10
on 2026-03-08T09:00 because A disputed
expect
2026-03-06 00:00 reminder: B=50.00; total 50.00 EUR
end
