# R10: a step before due that reached nobody is over at the due date; the ladder does not wait for its task.
policy courteous
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["task"]; template = "reminder"; }
  );
end
customer C-1 email=
item A amount=100.00 due=2026-03-10
from 2026-03-01
until 2026-03-20
show tasks
on 2026-03-08T09:00 because A task_open
on 2026-03-11T09:00 because A not_due
on 2026-03-16T09:00 because A task_open
expect
2026-03-07 00:00 courtesy; upcoming A=100.00; total 100.00 EUR; by task
2026-03-07 00:00 task no_address A
2026-03-10 00:00 withdrawn expired
2026-03-15 00:00 reminder: A=100.00; total 100.00 EUR; by task
2026-03-15 00:00 task no_address A
end
