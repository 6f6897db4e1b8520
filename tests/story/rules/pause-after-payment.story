# pause_after_payment: who has just paid a part is left alone for so long.
policy pause
  pause_after_payment = "2bd";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
payment P1 item=A amount=40.00 on=2026-03-05
from 2026-03-01
until 2026-03-20
on 2026-03-06T09:00 because A waits_payment
expect
2026-03-09 00:00 reminder: A=60.00; total 60.00 EUR
end
