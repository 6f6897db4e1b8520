# RULES example 4, end (R14): a credit of 700 over 600 owed is silence.
use standard
customer C-1
item X amount=100.00 due=2026-01-05
item Y amount=300.00 due=2026-02-02
item Z amount=200.00 due=2026-04-30
credit K amount=-700.00 issued=2026-03-01
from 2026-03-18
until 2026-06-20
on 2026-03-19T09:00 because X net_credit
on 2026-03-19T09:00 because Y net_credit
expect
end
