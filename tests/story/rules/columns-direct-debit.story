# A direct debit is not dunned until a debit is returned; a task asks after ten business days.
use simple
customer C-1
item A amount=100.00 due=2026-03-02 method=direct_debit
item B amount=100.00 due=2026-03-02 method=direct_debit
payment P1 item=B amount=100.00 on=2026-03-02
payment P2 item=B amount=-100.00 on=2026-03-05 reverses=P1
from 2026-03-02
until 2026-03-20
show tasks
expect
2026-03-07 00:00 reminder: B=100.00; total 100.00 EUR
2026-03-16 00:00 task direct_debit A
2026-03-17 00:00 second: B=100.00; total 100.00 EUR
end
