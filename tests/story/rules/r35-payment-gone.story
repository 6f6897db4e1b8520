# R35: a payment row that disappears: soon, the same episode goes on.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
payment P1 item=A amount=100.00 on=2026-03-10
from 2026-03-01
until 2026-04-01
show holds
on 2026-03-12T09:00 unpay P1
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-10 00:00 settled A settled
2026-03-12 09:00 reopened A reopened
2026-03-16 00:00 second: A=100.00; total 100.00 EUR
end
