# RULES example 16 (R21): the lag is a gate and is not added to the step's moment.
use standard
customer C-1
item A amount=300.00 due=2026-12-18
from 2026-12-19
until 2026-12-30
expect
2026-12-28 08:00 reminder: A=300.00; total 300.00 EUR
end
