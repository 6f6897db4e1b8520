# RULES example 12, end (R29): of 300, 80 are disputed; 220 go on.
use standard
customer C-1
item A amount=300.00 due=2026-02-20 status=disputed disputed_amount=80.00
from 2026-02-25
until 2026-03-09
expect
2026-02-27 08:00 reminder: A=220.00; total 220.00 EUR
2026-03-09 08:00 formal: A=220.00; total 220.00 EUR; deadline 2026-03-23
end
