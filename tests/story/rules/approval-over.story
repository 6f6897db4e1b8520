# `approval.over` asks above its amount; the amount itself goes without asking.
policy over
  group = "invoice";
  steps = (
    { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "10d"; send = ["email"]; template = "formal";
      approval = { required = true; over = ["500.00 EUR"]; }; }
  );
end
customer C-1
item A amount=500.00 due=2026-03-01
item B amount=500.01 due=2026-03-01
from 2026-03-01
until 2026-03-17
expect
2026-03-16 00:00 asks formal: B=500.01; total 500.01 EUR; deadline 2026-03-26
2026-03-16 00:00 formal: A=500.00; total 500.00 EUR; deadline 2026-03-26
end
