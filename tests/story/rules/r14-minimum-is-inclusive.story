# R14, S056: a claim equal to the minimum is sent, one cent less is not; a currency without a minimum has none.
use simple
customer C-1
item A amount=10.00 due=2026-03-01
item U amount=1.00 due=2026-03-01 currency=USD
from 2026-03-01
until 2026-03-07
expect
2026-03-06 00:00 reminder: A=10.00; total 10.00 EUR
2026-03-06 00:00 reminder: U=1.00; total 1.00 USD
end
