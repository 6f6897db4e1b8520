"""Addresses that another program wrote into the ledger and no server could take: that customer becomes a task, the
others get their notices."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_world import World, main

ODD = ["a..b@x.example", "jü rgen@x.example", "a@b@c", "a@-x.example", ".a@x.example", "a@x..example", "nobody",
       "x" * 70 + "@example.invalid", "a b@x.example", "a@x.example>\r\nRCPT TO:<b@x.example"]


def one_bad_address_stops_nobody_else():
    for address in ODD:
        world = World()
        world.rows("customers", [{"customer_id": "C-%d" % i, "name": "S", "email": "ok%d@example.invalid" % i}
                                 for i in (1, 2)])
        world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": "2026-01-01",
                                 "due_on": "2026-02-01", "currency": "EUR", "amount": "10.00"} for i in (1, 2)])
        world.sql("UPDATE customers SET email = '%s' WHERE customer_id = 'C-1'" % address)
        world.once()
        assert world.outbox() == ["N-000002-email-1.eml"], (address, world.outbox())
        tasks = [(line["customer"], line["text"]) for line in world.log("task")]
        assert tasks == [("C-1", "no_address")], (address, tasks)
        assert [line["customer"] for line in world.log("accepted")] == ["C-2"]
        world.remove()


main(one_bad_address_stops_nobody_else)
