# `repeat`, R20, S080, S085: a step that repeats, each occurrence once, without a burst and without drifting to the 28th.
policy again
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; repeat = { every = "1m"; times = 2; }; },
    { name = "second"; action = "remind"; at = "due + 100d"; send = ["email"]; template = "second"; }
  );
end
customer C-1
item A amount=100.00 due=2026-01-26
from 2026-01-26
until 2026-05-10
expect
2026-01-31 00:00 reminder: A=100.00; total 100.00 EUR
2026-02-28 00:00 reminder: A#2=100.00; total 100.00 EUR
2026-03-31 00:00 reminder: A#3=100.00; total 100.00 EUR
2026-05-06 00:00 second: A=100.00; total 100.00 EUR
end
