# R35: money for a whole invoice settled its first line only; taken back late it re-opens that line and not the second.
use simple
customer C-1
item A line=1 amount=10.00 due=2026-02-01
item A line=2 amount=20.00 due=2026-02-11
payment P1 item=A amount=15.00 on=2026-02-03
payment P2 item=A amount=-15.00 on=2026-03-20 reverses=P1
from 2026-02-02
until 2026-04-06
expect
2026-02-16 00:00 reminder: A/2=15.00; total 15.00 EUR
2026-02-26 00:00 second: A/2=15.00; total 15.00 EUR
2026-03-25 00:00 reminder: A=10.00; carried A/2@second=20.00; total 30.00 EUR
2026-04-04 00:00 second: A=10.00; carried A/2@second=20.00; total 30.00 EUR
end
