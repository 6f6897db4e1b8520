# RULES example 20 (R35): returned two months later: a new episode that counts from that day.
use standard
customer C-1
item A amount=800.00 due=2026-02-20
payment P1 item=A amount=800.00 on=2026-03-12
payment P2 item=A amount=-800.00 on=2026-05-20 reverses=P1
reached A reminder on=2026-02-27
from 2026-03-09
until 2026-06-12
show holds
expect
2026-03-09 08:00 formal: A=800.00; total 800.00 EUR; deadline 2026-03-23
2026-03-12 00:00 settled A settled
2026-05-20 00:00 reopened A reopened
2026-05-28 08:00 reminder: A=800.00; total 800.00 EUR
2026-06-08 08:00 formal: A=800.00; total 800.00 EUR; deadline 2026-06-22
end
