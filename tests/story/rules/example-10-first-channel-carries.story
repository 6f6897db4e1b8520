# RULES example 10 (R23): email carries, SMS follows its acceptance; without consent there is no SMS.
use standard
customer C-1 phone=+4915112345678 sms_consent="2026-01-02 web form"
item A amount=300.00 due=2026-02-20
reached A reminder on=2026-02-27
from 2026-03-09
until 2026-03-10
expect
2026-03-09 08:00 formal: A=300.00; total 300.00 EUR; deadline 2026-03-23; by email sms+
end
