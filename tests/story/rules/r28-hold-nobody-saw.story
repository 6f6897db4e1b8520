# R28, S034: a hold that came and went before the first look re-times the step all the same.
use simple
customer C-1
item A amount=100.00 due=2026-02-20 hold_until=2026-03-09
from 2026-03-10
until 2026-03-28
on 2026-03-11T09:00 because A released
expect
2026-03-17 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-27 00:00 second: A=100.00; total 100.00 EUR
end
