# R41, S010: after the last step the item is listed and a person is asked, once.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-06-01
show tasks
on 2026-03-17T09:00 because A exhausted
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 second: A=100.00; total 100.00 EUR
2026-03-23 00:00 task at_end A
end
