# R27: an approval is bound to its amounts: a decrease keeps it, an increase voids it and asks anew, a hold withdraws it.
policy appr
  steps = (
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "10d"; send = ["email"]; template = "formal"; approval = "required"; }
  );
end
customer C-1
item A amount=100.00 due=2026-03-01
from 2026-03-10
until 2026-03-25
on 2026-03-17T09:00 set A amount=90.00
on 2026-03-18T09:00 set A amount=120.00
on 2026-03-20T09:00 hold A
expect
2026-03-16 00:00 asks formal: A=100.00; total 100.00 EUR; deadline 2026-03-26
2026-03-18 09:00 withdrawn amount_changed
2026-03-18 09:00 asks formal: A=120.00; total 120.00 EUR; deadline 2026-03-28
2026-03-20 09:00 withdrawn held
end
