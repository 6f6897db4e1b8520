# RULES example 15 (R21): due Saturday 03-21 is payable on Monday; due + 5bd is Monday 03-30.
use standard
customer C-1
item S amount=300.00 due=2026-03-21
from 2026-03-22
until 2026-03-31
expect
2026-03-30 08:00 reminder: S=300.00; total 300.00 EUR
end
