# R35: money for a whole invoice fills its lines in order and leaves them backwards; a line that was never paid is not
# re-opened, and no line ever owes more than its amount.
use simple
customer C-1
item A line=1 amount=10.00 due=2026-02-01
item A line=2 amount=20.00 due=2026-02-11
item A line=3 amount=30.00 due=2026-02-21
payment P1 item=A amount=30.00 on=2026-02-03
payment P2 item=A amount=-25.00 on=2026-03-20 reverses=P1
from 2026-02-02
until 2026-04-06
show holds
expect
2026-02-26 00:00 reminder: A/3=30.00; total 30.00 EUR
2026-03-08 00:00 second: A/3=30.00; total 30.00 EUR
2026-03-20 00:00 reopened A reopened
2026-03-20 00:00 reopened A reopened
2026-03-25 00:00 reminder: A/2=20.00; carried A/3@second=30.00; total 50.00 EUR
2026-04-04 00:00 second: A/2=20.00; carried A/3@second=30.00; total 50.00 EUR
end
