# RULES example 20 (R35): paid by debit, returned within four bank days: the same episode goes on.
use standard
customer C-1
item A amount=800.00 due=2026-02-20
payment P1 item=A amount=800.00 on=2026-03-12
payment P2 item=A amount=-800.00 on=2026-03-18 reverses=P1
reached A reminder on=2026-02-27
from 2026-03-09
until 2026-04-01
show holds
expect
2026-03-09 08:00 formal: A=800.00; total 800.00 EUR; deadline 2026-03-23
2026-03-12 00:00 settled A settled
2026-03-18 00:00 reopened A reopened
2026-03-26 08:00 plan: A=800.00; total 800.00 EUR; deadline 2026-04-07; plan 160.00 + 213.33 + 213.33 + 213.34
end
