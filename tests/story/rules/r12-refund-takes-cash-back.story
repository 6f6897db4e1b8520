# R12: a refund takes unapplied cash back; what of a credit note was paid out is no credit any more.
use simple
customer C-1
item A amount=500.00 due=2026-01-01
credit K amount=-100.00 issued=2026-01-04
payment P1 amount=100.00 on=2026-01-04
payment P2 amount=-60.00 on=2026-01-05
payment P3 item=K amount=-30.00 on=2026-01-05
from 2026-01-10
until 2026-01-12
expect
2026-01-10 00:00 reminder: A=390.00; total 390.00 EUR
end
