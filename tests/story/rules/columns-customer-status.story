# A customer who is insolvent: everything is held and a person is asked once.
use simple
customer C-1 status=insolvent
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-05
from 2026-03-01
until 2026-06-01
show tasks
on 2026-03-10T09:00 because A customer_status
expect
2026-03-01 00:00 task customer_status
end
