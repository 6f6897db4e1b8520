# R26: uncertain counts for the gap and freezes its item; other items go on; not sent re-times the step.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-10
from 2026-03-01
until 2026-04-10
on 2026-03-06T10:00 uncertain reminder
on 2026-03-20T09:00 because A uncertain
on 2026-03-24T09:00 withdrawn reminder
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-15 00:00 reminder: B=100.00; total 100.00 EUR
2026-03-25 00:00 second: B=100.00; total 100.00 EUR
2026-04-01 00:00 reminder: A=100.00; carried B@second=100.00; total 200.00 EUR
end
