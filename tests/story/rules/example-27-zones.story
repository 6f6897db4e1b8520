# RULES example 27 (R22): a date begins when it has begun in Sydney and in Berlin.
policy zones
  steps = ( { name = "reminder"; action = "remind"; at = "due + 1d"; send = ["email"]; template = "reminder"; } );
end
zone Europe/Berlin
customer C-1 timezone=Australia/Sydney
item A amount=300.00 due=2026-03-31
from 2026-03-30
until 2026-04-02
expect
2026-04-01 09:00 reminder: A=300.00; total 300.00 EUR
end
