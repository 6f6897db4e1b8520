# R20: hours are elapsed time, counted from the beginning of the date, backwards as well as forwards.
policy hours
  steps = (
    { name = "courtesy"; action = "remind"; at = "due - 12h"; send = ["email"]; template = "courtesy"; },
    { name = "reminder"; action = "remind"; at = "due + 36h"; send = ["email"]; template = "reminder"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-10
from 2026-03-01
until 2026-03-20
expect
2026-03-09 12:00 courtesy; upcoming A=100.00; total 100.00 EUR
2026-03-11 12:00 reminder: A=100.00; total 100.00 EUR
end
