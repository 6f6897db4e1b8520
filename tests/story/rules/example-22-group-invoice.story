# RULES example 22 (R7): by invoice, the gap is the invoice's; five invoices do not queue up.
policy byinvoice
  group = "invoice"; min_gap = "7d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 3d"; send = ["email"]; template = "reminder"; },
    { name = "second"; action = "remind"; at = "due + 10d"; send = ["email"]; template = "second"; }
  );
end
limits limits = { per_customer_per_day = 1; breaker = "off"; ramp = "off"; };
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-01
item C amount=100.00 due=2026-03-03
from 2026-03-01
until 2026-03-14
expect
2026-03-04 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-04 00:00 reminder: B=100.00; total 100.00 EUR
2026-03-06 00:00 reminder: C=100.00; total 100.00 EUR
2026-03-11 00:00 second: A=100.00; total 100.00 EUR
2026-03-11 00:00 second: B=100.00; total 100.00 EUR
2026-03-13 00:00 second: C=100.00; total 100.00 EUR
end
