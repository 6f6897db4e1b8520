# R7, R6: what came due inside the gap goes out together, on the notice of the higher step that follows.
use simple
customer C-1
item A amount=100.00 due=2026-03-01
item B amount=100.00 due=2026-03-03
item C amount=100.00 due=2026-03-07
from 2026-03-01
until 2026-03-16
on 2026-03-12T12:00 because B waits_for_higher
expect
2026-03-06 00:00 reminder: A=100.00; total 100.00 EUR
2026-03-16 00:00 second: A=100.00 B@reminder=100.00 C@reminder=100.00; total 300.00 EUR
end
