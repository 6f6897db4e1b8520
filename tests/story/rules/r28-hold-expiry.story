# R28, S034: a hold ends after its last day; the step is re-timed by min_gap and never fires at once.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-04-01
on 2026-03-03T09:00 hold C-1 until=2026-03-10
on 2026-03-10T23:00 because A held
on 2026-03-11T09:00 because A released
expect
2026-03-18 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-28 00:00 second: A=100.00; total 100.00 EUR
end
