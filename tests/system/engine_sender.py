"""Engine and sender as two services: each comes and goes while the other stays (DESIGN 7.6, 7a, 9)."""
import datetime
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_send import pack_frame, unpack_frame
from lib_servers import ScriptedSmtp
from lib_world import World, main, program, stop

LONG_AGO = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
DUE = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.05)


class Pair:
    """A world of `count` debtors, a server, and the two programs over a socket."""

    def __init__(self, count=1, faults=None):
        self.world = World(email="smtp", more='poll_interval = "1s"; sender = { socket = "sock"; };')
        self.server = ScriptedSmtp(faults)
        self.world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;'
                            % self.server.port)
        self.people(1, count)
        self.engine = self.sender = None

    def people(self, first, count):
        self.world.rows("customers", [{"customer_id": "C-%d" % i, "name": "N", "email": "c%d@shop.invalid" % i}
                                      for i in range(first, first + count)])
        self.world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": LONG_AGO,
                                      "due_on": DUE, "currency": "EUR", "amount": "10.00"}
                                     for i in range(first, first + count)])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.release.set()
        for process in (self.engine, self.sender):
            if process:
                process.kill()
                process.wait()
        self.server.stop()
        self.world.remove()

    def start_sender(self):
        self.sender = subprocess.Popen([program("dunningd-send"), "--listen", self.world.path("sock")],
                                       stderr=open(self.world.path("send.err"), "ab"))

    def start_engine(self):
        self.engine = self.world.start()

    def accepted(self):
        return len(self.world.log("accepted"))

    def mails(self):
        return len([1 for kind, _ in self.server.messages if kind == "whole"])


def the_sender_may_come_later():
    with Pair(2) as pair:
        pair.start_engine()
        wait("planned", lambda: "2" in pair.world.ctl("list", "messages"))
        assert pair.mails() == 0
        pair.start_sender()
        wait("both", lambda: pair.accepted() == 2)
        assert pair.mails() == 2


def a_killed_engine_collects_what_the_sender_kept():
    with Pair(1, {"DOT": ["hang"]}) as pair:
        pair.start_sender()
        pair.start_engine()
        wait("the mail is there, its reply is not", lambda: pair.mails() == 1)
        pair.engine.kill()
        pair.engine.wait()
        pair.start_engine()
        wait("recovered", lambda: pair.world.log("recovered"))
        assert "in_hand=1" in pair.world.log("recovered")[0]["text"], pair.world.log("recovered")
        pair.server.release.set()
        wait("accepted", lambda: pair.accepted() == 1)
        assert pair.mails() == 1 and not pair.world.log("uncertain")


def an_outcome_without_an_engine_is_kept():
    with Pair(1, {"DOT": ["hang"]}) as pair:
        pair.start_sender()
        pair.start_engine()
        wait("the mail is there, its reply is not", lambda: pair.mails() == 1)
        pair.engine.kill()
        pair.engine.wait()
        pair.server.release.set()
        time.sleep(0.5)  # the reply reaches the sender, which has nobody to tell
        pair.start_engine()
        wait("accepted", lambda: pair.accepted() == 1)
        assert pair.mails() == 1 and not pair.world.log("uncertain")


def a_killed_sender_leaves_one_in_doubt():
    with Pair(1, {"DOT": ["hang"]}) as pair:
        pair.start_sender()
        pair.start_engine()
        wait("the mail is there, its reply is not", lambda: pair.mails() == 1)
        pair.sender.kill()
        pair.sender.wait()
        os.remove(pair.world.path("sock"))
        pair.start_sender()
        wait("in doubt", lambda: pair.world.log("uncertain"))
        pair.people(2, 1)
        wait("others go on", lambda: pair.accepted() == 1)
        assert pair.mails() == 2
        time.sleep(2)
        assert pair.mails() == 2, "the doubtful one was sent again"


def a_stopped_engine_lets_no_new_one_go():
    with Pair(3, {"MAIL": ["hang"]}) as pair:
        pair.start_sender()
        pair.start_engine()
        wait("one is on its way", lambda: any(line.startswith("MAIL") for line in pair.server.seen))
        pair.engine.terminate()
        assert pair.engine.wait(25) == 0
        pair.server.release.set()
        assert pair.mails() == 0 and pair.accepted() == 0, pair.world.log()
        pair.start_engine()
        wait("all three, once", lambda: pair.accepted() == 3, 90)
        assert pair.mails() == 3


def another_protocol_submits_nothing():
    with Pair(1) as pair:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        server.bind(pair.world.path("sock"))
        server.listen(1)
        pair.start_engine()
        sock, _ = server.accept()
        sock.settimeout(3)
        sock.send(pack_frame("hello", name="old", protocol=99))
        sock.send(pack_frame("in_hand", protocol=99))
        wait("said", lambda: any("restart dunningd-send" in line.get("text", "") for line in pair.world.log("blocked")))
        seen = []
        try:
            while True:
                seen.append(unpack_frame(sock.recv(65536))["type"])
        except TimeoutError:
            pass
        assert "submit" not in seen, seen
        sock.close()
        server.close()


main(the_sender_may_come_later, a_killed_engine_collects_what_the_sender_kept, an_outcome_without_an_engine_is_kept,
     a_killed_sender_leaves_one_in_doubt, a_stopped_engine_lets_no_new_one_go, another_protocol_submits_nothing)
