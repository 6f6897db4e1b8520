# R12: cash without a reference never goes to a disputed item, though it is the oldest.
use simple
customer C-1
item A amount=100.00 due=2026-01-01 status=disputed
item B amount=200.00 due=2026-01-02
payment P1 amount=50.00 on=2026-01-04
from 2026-01-10
until 2026-01-12
expect
2026-01-10 00:00 reminder: B=150.00; total 150.00 EUR
end
