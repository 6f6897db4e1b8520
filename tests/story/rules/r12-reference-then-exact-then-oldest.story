# R12: a reference first, then an exact amount, then the oldest; another currency never.
use simple
customer C-1
item A amount=100.00 due=2026-01-01
item B amount=200.00 due=2026-01-02
item C amount=300.00 due=2026-01-03
credit K amount=-50.00 issued=2026-01-04 related=C
payment P1 amount=200.00 on=2026-01-04
payment P2 amount=30.00 on=2026-01-04
payment P3 amount=500.00 on=2026-01-04 currency=USD
from 2026-01-10
until 2026-01-12
expect
2026-01-10 00:00 reminder: A=70.00 C=250.00; total 320.00 EUR
end
