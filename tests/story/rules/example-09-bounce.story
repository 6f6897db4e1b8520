# RULES example 9 (R24, R25): a bounce takes the reminder back; a letter by hand counts from its date.
use standard
customer C-1
item A amount=300.00 due=2026-02-23
from 2026-02-25
until 2026-03-16
show tasks
on 2026-03-04T09:00 failed reminder
on 2026-03-05T09:00 because A task_open
on 2026-03-06T09:00 accepted reminder
expect
2026-03-02 08:00 reminder: A=300.00; total 300.00 EUR
2026-03-16 08:00 formal: A=300.00; total 300.00 EUR; deadline 2026-03-30
end
