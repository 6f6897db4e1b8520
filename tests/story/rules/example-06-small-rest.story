# RULES example 6 (R14, R15): a rest of 5 after part payment never drives; the 200 come as a reminder.
use standard
customer C-1
item A amount=500.00 due=2026-01-05
item N amount=200.00 due=2026-04-20
payment P1 item=A amount=495.00 on=2026-03-12
reached A reminder on=2026-02-23
reached A formal on=2026-03-05 deadline=2026-03-19 notice
from 2026-03-16
until 2026-04-30
on 2026-04-01T09:00 because A below_item_minimum
expect
2026-04-27 08:00 reminder: N=200.00; carried A@formal=5.00; total 205.00 EUR
end
