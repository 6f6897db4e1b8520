# No SMS without consent: who cannot be written to and has not agreed to messages is a person's task.
policy fall
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["sms", "task"]; template = "reminder"; }
  );
end
customer C-1 email= phone=+4930901820
item A amount=100.00 due=2026-03-01
from 2026-03-01
until 2026-03-10
show tasks
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR; by task
2026-03-06 00:00 task no_address A
end
