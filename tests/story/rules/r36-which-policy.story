# R36: the invoice's policy, then the customer's, then the first match by file name; an unknown name sends nothing.
policy aa
  applies_to = { amount_max = ["50.00 EUR"]; };
  steps = ( { name = "small"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; } );
end
policy bb
  steps = ( { name = "other"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; } );
end
customer C-1
item A amount=50.00 due=2026-03-01
item B amount=50.01 due=2026-03-01
item C amount=20.00 due=2026-03-01 policy=bb
item D amount=20.00 due=2026-03-01 policy=nosuch
from 2026-03-01
until 2026-03-07
on 2026-03-06T12:00 because D no_policy
expect
2026-03-06 00:00 other: B=50.01 C=20.00; total 70.01 EUR
2026-03-06 00:00 small: A=50.00; total 50.00 EUR
end
