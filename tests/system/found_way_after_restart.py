"""A message that had come to the second provider goes on there after a restart, with the bytes that it has there."""
import datetime
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import ScriptedSmtp
from lib_world import World, main

LONG_AGO = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
DUE = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()


def go_and_leave(sock):
    """The second provider is gone while the gate thinks."""
    sock.sendall(b"354 go on\r\n")
    raise OSError("left")


def attempts(world):
    state = sqlite3.connect(world.path("state", "state.db"))
    rows = state.execute("SELECT provider, status FROM attempts ORDER BY id").fetchall()
    state.execute("UPDATE messages SET not_before = 1 WHERE status = 'planned'")  # the wait is over
    state.commit()
    state.close()
    return rows


def the_second_provider_is_remembered():
    first, second = ScriptedSmtp({"MAIL": "451 4.3.0 later"}), ScriptedSmtp({"DATA": go_and_leave})
    world = World(email='first", "second", "box')
    for name, server in (("first", first), ("second", second)):
        world.provider(name, 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none";' % server.port)
    world.rows("customers", [{"customer_id": "C-1", "name": "N", "email": "c1@shop.invalid"}])
    world.rows("invoices", [{"invoice_id": "R-1", "customer_id": "C-1", "issued_on": LONG_AGO, "due_on": DUE,
                             "currency": "EUR", "amount": "10.00"}])
    world.once()
    before = [("first", "refused_for_now"), ("second", "not_handed_over")]
    seen = attempts(world)
    assert seen == before, seen
    second.faults.clear()
    world.once()
    seen = attempts(world)
    assert seen == before + [("second", "accepted")], seen
    assert (first.complete, second.complete, world.outbox()) == (0, 1, [])
    first.stop()
    second.stop()
    world.remove()


main(the_second_provider_is_remembered)
