# RULES example 8 (R18, R19): a condition that is not met passes the step over; its moment counts as `previous`.
use standard
customer C-1
item A amount=300.00 due=2026-02-20
reached A reminder on=2026-02-27
from 2026-03-09
until 2026-04-10
show passed
expect
2026-03-09 08:00 formal: A=300.00; total 300.00 EUR; deadline 2026-03-23
2026-03-26 08:00 passed A plan when_not_met
2026-04-09 08:00 asks agency: A=300.00; total 300.00 EUR; by agency
end
