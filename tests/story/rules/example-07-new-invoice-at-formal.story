# RULES example 7 (R7, R10): a new invoice while another item stands at a formal notice.
use standard
customer C-1
item A amount=1000.00 due=2026-02-20
item N amount=100.00 due=2026-03-24 issued=2026-03-10
reached A reminder on=2026-02-27
from 2026-03-09
until 2026-04-02
on 2026-03-23T09:00 because N account_at_notice
on 2026-03-31T09:00 because N min_gap
expect
2026-03-09 08:00 formal: A=1000.00; total 1000.00 EUR; deadline 2026-03-23
2026-03-26 08:00 plan: A=1000.00; total 1000.00 EUR; deadline 2026-04-07; plan 200.00 + 266.66 + 266.66 + 266.68
2026-04-02 08:00 reminder: N=100.00; carried A@plan=1000.00; total 1100.00 EUR
end
