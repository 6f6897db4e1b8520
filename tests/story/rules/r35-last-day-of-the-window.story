# R35: a charge-back on the last of the five business days belongs to the same episode; a day later it does not.
use simple
customer C-1
item A amount=100.00 due=2026-02-20
item B amount=200.00 due=2026-02-20
payment P1 item=A amount=100.00 on=2026-03-12
payment P2 item=A amount=-100.00 on=2026-03-19 reverses=P1
payment P3 item=B amount=200.00 on=2026-03-12
payment P4 item=B amount=-200.00 on=2026-03-20 reverses=P3
from 2026-02-24
until 2026-03-26
expect
2026-02-25 00:00 reminder: A=100.00 B=200.00; total 300.00 EUR
2026-03-07 00:00 second: A=100.00 B=200.00; total 300.00 EUR
2026-03-25 00:00 reminder: B=200.00; carried A@second=100.00; total 300.00 EUR
end
