# R25: a task for an item that was paid meanwhile is withdrawn; nobody calls a customer who has paid.
policy call
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "task"; at = "previous + 10d"; }
  );
end
customer C-1
item A amount=300.00 due=2026-03-01
payment P1 item=A amount=300.00 on=2026-03-20
from 2026-03-01
until 2026-04-30
show tasks
on 2026-03-17T09:00 because A task_open
expect
2026-03-06 00:00 reminder: A=300.00; total 300.00 EUR
2026-03-16 00:00 second: A=300.00; total 300.00 EUR
2026-03-16 00:00 task step A
2026-03-20 00:00 withdrawn settled
end
