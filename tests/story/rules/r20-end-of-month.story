# R20, anchor due_eom: counted from the end of the month of due.
policy eom
  steps = ( { name = "reminder"; action = "remind"; at = "due_eom + 10d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=300.00 due=2026-02-03
from 2026-02-03
until 2026-03-20
expect
2026-03-10 00:00 reminder: A=300.00; total 300.00 EUR
end
