# RULES example 24 (R4, R10): courtesy and reminder on one Monday are one notice; what is not due is not in the total.
use standard
customer C-1
item A amount=300.00 due=2026-03-02
item B amount=200.00 due=2026-03-12
from 2026-03-07
until 2026-03-10
expect
2026-03-09 08:00 reminder: A=300.00; upcoming B@courtesy=200.00; total 300.00 EUR
end
