#!/usr/bin/python3
"""Names, addresses, numbers and secrets stay where they belong (DESIGN 9).

Every personal word and every secret in this world holds a canary.  Providers
do their worst: they repeat the recipient in each reply.  Afterwards no canary
may stand in the status log, on standard error, in a command line, or in what
dunningctl prints about many; only who asks for one customer reads of a person.
"""
import datetime
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import Certificate, ScriptedHttp, ScriptedSmtp, http_reply
from lib_world import World, main, program, stop

DUE = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
ISSUED = (datetime.date.today() - datetime.timedelta(days=50)).isoformat()
SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1
NUMBER = "+491715550%03d"
# What may stand nowhere: a word of each personal column and of each secret, and the numbers in every spelling.
CANARY = re.compile(r"canary|171[\s/.-]?5550|1715550", re.IGNORECASE)
SMS = """kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/send"; encoding = "form";
  headers = ( { name = "Authorization"; value = "Bearer {{credential.gateway}}"; } );
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } );
  answers = ( { status = "200"; outcome = "accepted"; }, { status = "400-499"; outcome = "refused"; },
              { status = "503"; outcome = "refused_for_now"; } ); id = "line";"""
SMTP = """kind = "smtp"; url = "smtp://127.0.0.1:%d"; ca_file = "%s"; connections = 1; user = "canary-login";
  credential = "relay";"""
POLICY = """policy = { name = "p"; group = "customer"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["sms", "task"]; template = "t"; }
  ); };
"""


def recipient(server):
    """The address of the latest RCPT."""
    return [line for line in server.seen if line.upper().startswith("RCPT")][-1].split(":", 1)[1].strip().strip("<>")


class Gossip:
    """A mail server and a gateway that tell everyone whom they serve."""

    def __init__(self):
        self.certificate = Certificate()
        self.smtp = ScriptedSmtp({"RCPT": self.at_rcpt, "DOT": self.at_dot}, ["STARTTLS", "AUTH PLAIN"], self.certificate)
        self.http = ScriptedHttp(self.at_request)

    def at_rcpt(self, sock):
        address = recipient(self.smtp)
        if "refuse" in address:
            reply = "550 5.1.1 <%s>: Recipient address rejected, ask %s" % (address, address.upper())
        elif "later" in address:
            reply = "451 4.7.1 try later: greylisted %s" % address
        else:
            reply = "250 2.1.5 %s ok" % address
        sock.sendall(reply.encode() + b"\r\n")

    def at_dot(self, sock):
        address = recipient(self.smtp)
        if "vanish" in address:
            sock.shutdown(socket.SHUT_RDWR)
            raise OSError("gone")
        sock.sendall(("250 2.0.0 queued for <%s> as Q%d\r\n" % (address, self.smtp.complete)).encode())

    @staticmethod
    def at_request(request, number):
        to = re.search(rb"to=([^&]*)", request["body"]).group(1).decode().replace("%2B", "+")
        spaced = re.sub(r"(\+\d\d)(\d{3})(\d{4})(\d+)", r"\1 \2 \3-\4", to)
        secret = request["headers"].get("authorization", "")
        assert secret.endswith("canary-secret-gateway"), "the gateway got no credential"
        if to.endswith("1"):
            return http_reply("400 Bad Request", "number %s (%s) is unknown" % (to, spaced))
        return http_reply("200 OK", "sent to %s as G%d" % (spaced, number))

    def stop(self):
        self.smtp.stop()
        self.http.stop()
        self.certificate.remove()


CUSTOMERS = ("well", "refuse", "later", "vanish", "nobody", "text", "refuse-text")


def canary_world(gossip):
    world = World({"p": POLICY}, email="relay", sms="gateway", more='poll_interval = "1s";')
    world.provider("relay", SMTP % (gossip.smtp.port, gossip.certificate.ca))
    world.provider("gateway", SMS % gossip.http.port)
    world.write("credentials/relay", "canary-secret-relay")
    world.write("credentials/gateway", "canary-secret-gateway")
    rows = []
    for i, kind in enumerate(CUSTOMERS, 1):
        rows.append({"customer_id": "C-%d" % i, "name": "Canary Person %d" % i, "street": "Canary Road %d" % i,
                     "city": "Canaryton", "email": "" if kind in ("nobody", "text") else "canary.%s@canary.example" % kind,
                     "phone": NUMBER % (10 * i + (kind == "refuse-text")) if "text" in kind else "",
                     "sms_consent": "2026-01-01 Canary form" if "text" in kind else "", "vat_id": "", "country": "DE"})
    world.rows("customers", rows)
    world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": ISSUED, "due_on": DUE,
                             "currency": "EUR", "amount": "10.00", "subject": "Canary delivery"}
                            for i in range(1, len(CUSTOMERS) + 1)])
    return world


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds * SLOW
    while not condition():
        assert time.monotonic() < end, "waited in vain: " + what
        time.sleep(0.05)


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(child) for child in file.read().split()]


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def nowhere(where, text):
    found = CANARY.search(text)
    assert found is None, "%s: %s" % (where, text[max(0, found.start() - 150):found.end() + 80])


MANY = (("status",), ("log",), ("log", "--json"), ("list", "items"), ("list", "notices"), ("list", "messages"),
        ("list", "holds"), ("list", "tasks"), ("status", "--json"), ("list", "items", "--json"),
        ("list", "notices", "--json"), ("list", "messages", "--json"), ("list", "tasks", "--json"), ("check",))
# A list of accounts is made to be called up by name; of a person it shows the name and no more.
BY_NAME = (("list", "accounts"), ("list", "accounts", "--json"))


def ask(world, verb, *words):
    done = subprocess.run([program("dunningctl"), verb, "--config", world.config, *words], capture_output=True, text=True,
                          check=False)
    assert len(done.stdout) > 20, (verb, words, done.stderr)
    return done.stdout + done.stderr


def the_check_is_not_blind():
    for text in ("to canary.well@canary.example", "+491715550010", "+49 171 5550-010", "01715550010", "CANARY"):
        assert CANARY.search(text), text
        try:
            nowhere("planted", "x %s y" % text)
        except AssertionError:
            continue
        raise AssertionError("not seen: " + text)


def no_canary_sings():
    gossip = Gossip()
    world = canary_world(gossip)
    daemon = world.start()
    try:
        wait("every customer's outcome", lambda: settled(world))
        world.ctl("hold", "C-6", "--reason", "goods are being checked")
        for pid in [daemon.pid] + children(daemon.pid):
            nowhere("command line of %d" % pid, read("/proc/%d/cmdline" % pid))
        for words in MANY:
            nowhere(" ".join(words), ask(world, *words))
        for words in BY_NAME:
            nowhere(" ".join(words), re.sub(r"Canary Person \d+", "", ask(world, *words)))
    finally:
        assert stop(daemon, 60) == 0
        gossip.stop()
    nowhere("status log", read(world.path("status.log")))
    nowhere("standard error", read(world.path("dunningd.err")))
    seen = {line["event"] for line in world.log()}
    assert seen >= {"accepted", "refused", "uncertain", "task"}, seen
    assert gossip.smtp.logins or any("AUTH" in line for line in gossip.smtp.seen), "nobody logged in"
    assert "<recipient>" in read(world.path("status.log")), "no reply was ever shown"
    world.remove()


def settled(world):
    seen = {line.get("customer") for line in world.log() if line["event"] in
            ("accepted", "uncertain", "refused", "refused_for_now", "task")}
    return {"C-%d" % i for i in range(1, len(CUSTOMERS) + 1)} <= seen


def who_asks_for_one_reads_of_a_person():
    """The other side: the check would see a canary, and a person who asks for one customer is told."""
    gossip = Gossip()
    world = canary_world(gossip)
    shown = world.ctl("show", "C-1") + world.ctl("preview", "R-1")
    assert CANARY.search(shown), shown
    gossip.stop()
    world.remove()


def once_says_nothing_either():
    gossip = Gossip()
    world = canary_world(gossip)
    done = subprocess.run([program("dunningd"), "--config", world.config, "--once"], capture_output=True, text=True,
                          check=False)
    nowhere("standard output of --once", done.stdout)
    nowhere("standard error of --once", done.stderr)
    nowhere("status log", read(world.path("status.log")))
    gossip.stop()
    world.remove()


def a_bad_secret_is_not_repeated():
    """A credential that cannot be used is named, its content is not."""
    gossip = Gossip()
    world = canary_world(gossip)
    world.write("credentials/gateway", "canary\x01secret\nwith lines\n")
    done = subprocess.run([program("dunningd"), "--config", world.config, "--once"], capture_output=True, text=True,
                          check=False)
    nowhere("output", done.stdout + done.stderr)
    nowhere("status log", read(world.path("status.log")))
    gossip.stop()
    world.remove()


def the_sender_has_no_core_size():
    """Even where the engine that starts it has one."""
    gossip = Gossip()
    world = canary_world(gossip)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    daemon = world.start()
    try:
        wait("the sender", lambda: any("dunningd-send" in read("/proc/%d/cmdline" % pid) for pid in children(daemon.pid)))
        sender, = children(daemon.pid)
        wait("no core size", lambda: core_size(sender) == ("0", "0"))
    finally:
        assert stop(daemon, 60) == 0
        gossip.stop()
    world.remove()


def core_size(pid):
    return re.search(r"Max core file size\s+(\S+)\s+(\S+)", read("/proc/%d/limits" % pid)).groups()


def the_senders_memory_is_nobodys():
    """The kernel gives root what belongs to a process that must not be dumped; for one that may, its own user."""
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    with tempfile.TemporaryDirectory(prefix="dunningd-core-") as folder:
        os.chmod(folder, 0o777)
        sender = shutil.copy(program("dunningd-send"), folder)
        ordinary = subprocess.Popen(["sleep", "60"], user=user)
        guarded = subprocess.Popen([sender, "--listen", folder + "/sock"], user=user, cwd="/")
        try:
            wait("the socket", lambda: os.path.exists(folder + "/sock"))
            assert os.stat("/proc/%d/environ" % ordinary.pid).st_uid == user, "the check is blind"
            assert os.stat("/proc/%d/environ" % guarded.pid).st_uid == 0
        finally:
            stop(ordinary)
            assert stop(guarded) == 0


if __name__ == "__main__":
    main(the_check_is_not_blind, who_asks_for_one_reads_of_a_person, no_canary_sings, once_says_nothing_either,
         a_bad_secret_is_not_repeated, the_sender_has_no_core_size, the_senders_memory_is_nobodys)
