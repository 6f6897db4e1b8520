# RULES example 12 (R28, R29): a dispute stops the deadline's clock; what was left of it runs after the end.
use standard
customer C-1
item A amount=700.00 due=2026-02-20
item B amount=800.00 due=2026-02-20
reached A reminder on=2026-02-27
reached B reminder on=2026-02-27
from 2026-03-09
until 2026-05-18
show tasks
on 2026-03-13T09:00 set B status=disputed
on 2026-03-14T09:00 because B disputed
on 2026-05-04T09:00 set B status=open
on 2026-05-05T09:00 because B released
expect
2026-03-09 08:00 formal: A=700.00 B=800.00; total 1500.00 EUR; deadline 2026-03-23
2026-03-26 08:00 plan: A=700.00; total 700.00 EUR; deadline 2026-04-07; plan 140.00 + 186.66 + 186.66 + 186.68
2026-04-08 00:00 task offer_unanswered A
2026-04-09 08:00 asks agency: A=700.00; total 700.00 EUR; by agency
2026-04-12 00:00 task dispute_review B
2026-05-18 08:00 plan: B=800.00; carried A@plan=700.00; total 1500.00 EUR; deadline 2026-05-28; plan 300.00 + 400.00 + 400.00 + 400.00
end
