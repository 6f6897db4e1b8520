# RULES example 18c (R37): inserted behind an item a step is not sent; in front of it, it is.
policy edited
  min_gap = "7d"; group = "invoice";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "previous + 7d"; send = ["email"]; template = "second"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"]; template = "formal"; }
  );
end
customer C-1
item A amount=300.00 due=2026-02-20
item B amount=300.00 due=2026-02-20
reached A reminder on=2026-02-27 group_invoice=A
reached A formal on=2026-03-09 deadline=2026-03-23 notice group_invoice=A
reached B reminder on=2026-03-09 group_invoice=B
from 2026-03-10
until 2026-03-28
expect
2026-03-16 00:00 second: B=300.00; total 300.00 EUR
2026-03-26 00:00 formal: B=300.00; total 300.00 EUR; deadline 2026-04-09
end
