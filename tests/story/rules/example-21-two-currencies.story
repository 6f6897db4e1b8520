# RULES example 21 (R8): EUR formal and USD reminder on one Monday are one contact with two messages.
use standard
customer C-1
item E1 amount=500.00 due=2026-02-20
item U1 amount=700.00 due=2026-03-02 currency=USD
reached E1 reminder on=2026-02-27
from 2026-03-07
until 2026-03-10
expect
2026-03-09 08:00 formal: E1=500.00; total 500.00 EUR; deadline 2026-03-23
2026-03-09 08:00 reminder: U1=700.00; total 700.00 USD
end
