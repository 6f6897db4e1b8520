"""What enters the ledger or the state after a message was claimed and before its last byte stops it (DESIGN 7.3, 7.4).

The server lets the world change while the message is in hand: the change is
made when it has got RCPT, so the message is claimed, and no byte of it is out.
"""
import datetime
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import ScriptedSmtp
from lib_world import World, main

DUE = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()
ISSUED = (datetime.date.today() - datetime.timedelta(days=60)).isoformat()


class Late:
    """A world with one overdue invoice, and a server at which `change` happens once, at RCPT."""

    def __init__(self, change, **conf):
        self.world = World(email="smtp", **conf)
        self.changed = False
        self.change = change
        self.server = ScriptedSmtp({"RCPT": self.at_rcpt})
        self.world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;'
                            % self.server.port)
        self.world.rows("customers", [{"customer_id": "C-1", "name": "Somebody", "email": "c1@example.invalid"}])
        self.world.rows("invoices", [{"invoice_id": "R-1", "customer_id": "C-1", "issued_on": ISSUED, "due_on": DUE,
                                      "currency": "EUR", "amount": "100.00"}])

    def at_rcpt(self, sock):
        if not self.changed:
            self.changed = True
            self.change(self.world)
        sock.sendall(b"250 2.1.5 ok\r\n")

    def run(self):
        self.world.once()
        self.server.stop()
        whole = [data for kind, data in self.server.messages if kind == "whole"]
        stopped = [line["reason"] for line in self.world.log("stopped_at_commit")]
        accepted = self.world.log("accepted")
        assert self.changed, "the server was never asked"
        self.world.remove()
        return whole, stopped, accepted


PAYMENT = ("INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) "
           "VALUES('P-1', 'C-1', 'R-1', '%s', 'EUR', %d)")


def nothing_leaves(change, reason):
    whole, stopped, accepted = Late(change).run()
    assert not whole and not accepted, (whole, accepted)
    assert stopped == [reason], (stopped, reason)


def a_payment_stops_it():
    nothing_leaves(lambda world: world.sql(PAYMENT % (datetime.date.today(), 10000)), "settled")


def a_dispute_stops_it():
    nothing_leaves(lambda world: world.sql("UPDATE invoices SET status = 'disputed'"), "disputed")


def a_write_off_stops_it():
    nothing_leaves(lambda world: world.sql("UPDATE invoices SET status = 'written_off'"), "written_off")


def a_block_of_the_customer_stops_it():
    nothing_leaves(lambda world: world.sql("UPDATE customers SET hold_reason = 'lawyer'"), "ledger_hold")


def a_hold_stops_it():
    nothing_leaves(lambda world: world.ctl("hold", "C-1", "--reason", "talks"), "held")


def an_opt_out_stops_it():
    nothing_leaves(lambda world: world.ctl("optout", "add", "c1@example.invalid"), "opted_out")


def a_part_payment_makes_it_anew():
    whole, stopped, accepted = Late(lambda world: world.sql(PAYMENT % (datetime.date.today(), 4000))).run()
    assert stopped == ["amount_changed"], stopped
    assert len(whole) == 1 and b"Total 60.00" in whole[0], whole
    assert len(accepted) == 1 and accepted[0]["amount"] == "60.00", accepted


def a_change_that_does_not_matter_lets_it_go():
    whole, stopped, accepted = Late(lambda world: world.sql("UPDATE customers SET city = 'Elsewhere'")).run()
    assert len(whole) == 1 and not stopped and len(accepted) == 1, (whole, stopped, accepted)


main(a_payment_stops_it, a_dispute_stops_it, a_write_off_stops_it, a_block_of_the_customer_stops_it, a_hold_stops_it,
     an_opt_out_stops_it, a_part_payment_makes_it_anew, a_change_that_does_not_matter_lets_it_go)
