# A pending payment suspends and does not settle; refused by the bank it leaves the claim as it was.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=30.00 due=2026-03-01
payment P1 item=A amount=100.00 on=2026-03-04 status=pending
from 2026-03-01
until 2026-03-10
on 2026-03-08T09:00 because A payment_pending
expect
2026-03-06 00:00 reminder: B=30.00; total 30.00 EUR
end
