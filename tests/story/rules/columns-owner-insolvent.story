# The payer is well and the customer whose invoice it is is insolvent: his items are held, the payer's own go on.
use simple
customer C-1
customer C-2 bill_to=C-1 status=insolvent
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-01 customer=C-2
from 2026-03-01
until 2026-03-10
on 2026-03-08T09:00 because B customer_status
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
end
