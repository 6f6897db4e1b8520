# R23, R25: no email address: the fallback carries at once; nobody reachable: a task, and the step waits.
policy fall
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["sms", "task"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "previous + 5d"; send = ["email"]; fallback = ["task"]; template = "second"; }
  );
end
customer C-1 email= phone=+4915112345678 sms_consent="2026-01-02 form"
item A amount=300.00 due=2026-03-01
from 2026-03-01
until 2026-03-30
show tasks
on 2026-03-12T09:00 because A task_open
on 2026-03-13T09:00 accepted second
expect
2026-03-06 00:00 reminder: A=300.00; total 300.00 EUR; by sms
2026-03-11 00:00 second: A=300.00; total 300.00 EUR; by task
2026-03-11 00:00 task no_address A
2026-03-14 00:00 task at_end A
end
