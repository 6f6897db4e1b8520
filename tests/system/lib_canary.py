"""A world in which every personal word and every secret holds a canary, with providers that tell everyone whom they
serve, and a run through it in which everything happens that can happen to a customer."""
import datetime
import json
import os
import re
import socket
import subprocess
import time

from lib_servers import Certificate, ScriptedHttp, ScriptedSmtp, http_reply
from lib_world import World, program

DUE = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
ISSUED = (datetime.date.today() - datetime.timedelta(days=50)).isoformat()
LETTER = (datetime.date.today() - datetime.timedelta(days=15)).isoformat()
SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1
NUMBER = "+491715550%03d"
# What may stand nowhere: a word of each personal column and of each secret, and the numbers in every spelling.
CANARY = re.compile(r"canary|171[\s/.-]?5550|1715550", re.IGNORECASE)
# What a person types may name anybody.
TYPED = "Frau Canary rang an, canary.well@canary.example, 0171 5550 010"
SMS = """kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/send"; encoding = "form";
  headers = ( { name = "Authorization"; value = "Bearer {{credential.gateway}}"; } );
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } );
  answers = ( { status = "200"; outcome = "accepted"; }, { status = "401"; outcome = "misconfigured"; },
              { status = "400-499"; outcome = "refused"; }, { status = "503"; outcome = "refused_for_now"; } );
  id = "line";"""
SMTP = """kind = "smtp"; url = "smtp://127.0.0.1:%d"; ca_file = "%s"; connections = 1; user = "canary-login";
  credential = "relay";"""
POLICY = """policy = { name = "p"; group = "customer"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["sms", "task"]; template = "t"; }
  ); };
"""
STRICT = """policy = { name = "strict"; applies_to = { segment = ["b2b"]; }; group = "customer"; steps = (
  { name = "large"; action = "remind"; at = "due + 1d"; send = ["email"]; template = "t";
    when = { balance_min = ["500.00 EUR"]; }; },
  { name = "formal"; action = "notice"; at = "due + 5d"; deadline = "7d"; send = ["email"]; template = "t";
    approval = "required"; },
  { name = "agency"; action = "handoff"; at = "due + 18d"; template = "t"; } ); };
"""
SHORT = """policy = { name = "short"; applies_to = { segment = ["b2g"]; }; steps = (
  { name = "last"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "t"; approval = "required"; } ); };
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
        self.meanwhile, self.locked = [], False

    def at_rcpt(self, sock):
        address = recipient(self.smtp)
        if "refuse" in address:
            reply = "550 5.1.1 <%s>: Recipient address rejected, ask %s" % (address, address.upper())
        elif "later" in address:
            reply = "451 4.7.1 try later: greylisted %s" % address
        else:
            reply = "250 2.1.5 %s ok" % address
        if "slow" in address and self.meanwhile:
            self.meanwhile.pop()()
        sock.sendall(reply.encode() + b"\r\n")

    def at_dot(self, sock):
        address = recipient(self.smtp)
        if "vanish" in address:
            sock.shutdown(socket.SHUT_RDWR)
            raise OSError("gone")
        sock.sendall(("250 2.0.0 queued for <%s> as Q%d\r\n" % (address, self.smtp.complete)).encode())

    def at_request(self, request, number):
        to = re.search(rb"to=([^&]*)", request["body"]).group(1).decode().replace("%2B", "+")
        spaced = re.sub(r"(\+\d\d)(\d{3})(\d{4})(\d+)", r"\1 \2 \3-\4", to)
        secret = request["headers"].get("authorization", "")
        assert secret.endswith("canary-secret-gateway"), "the gateway got no credential"
        if self.locked:
            return http_reply("401 Unauthorized", "%s may not be written to by Bearer canary-secret-gateway" % to)
        if to.endswith("1"):
            return http_reply("400 Bad Request", "number %s (%s) is unknown" % (to, spaced))
        return http_reply("200 OK", "sent to %s as G%d" % (spaced, number))

    def stop(self):
        self.smtp.stop()
        self.http.stop()
        self.certificate.remove()


CUSTOMERS = ("well", "refuse", "later", "vanish", "nobody", "text", "refuse-text", "slow", "ask", "reject", "paid", "agency",
             "end", "refuse-both", "locked-text")
STRICTLY = ("ask", "reject", "paid", "agency")


def id_of(kind, letter="C"):
    return "%s-%d" % (letter, CUSTOMERS.index(kind) + 1)


def customer_row(number, kind):
    segment = "b2g" if kind == "end" else "b2b" if kind in STRICTLY else "b2c"
    by_phone = "text" in kind or "both" in kind
    return {"customer_id": "C-%d" % number, "name": "Canary Person %d" % number, "street": "Canary Road %d" % number,
            "city": "Canaryton", "segment": segment,
            "email": "" if kind == "nobody" or "text" in kind else "canary.%s@canary.example" % kind,
            "phone": NUMBER % (10 * number + (kind == "refuse-text")) if by_phone else "",
            "sms_consent": "2026-01-01 Canary form" if by_phone else "", "vat_id": "", "country": "DE"}


def invoice_row(kind, letter="R"):
    return {"invoice_id": id_of(kind, letter), "customer_id": id_of(kind), "issued_on": ISSUED, "due_on": DUE,
            "currency": "EUR", "amount": "10.00", "subject": "Canary delivery"}


def canary_world(gossip):
    world = World({"a": STRICT, "b": SHORT, "p": POLICY}, email="relay", sms="gateway", more='poll_interval = "1s";')
    world.provider("relay", SMTP % (gossip.smtp.port, gossip.certificate.ca))
    world.provider("gateway", SMS % gossip.http.port)
    world.write("credentials/relay", "canary-secret-relay")
    world.write("credentials/gateway", "canary-secret-gateway")
    world.rows("customers", [customer_row(number, kind) for number, kind in enumerate(CUSTOMERS, 1)])
    world.rows("invoices", [invoice_row(kind) for kind in CUSTOMERS if kind != "locked-text"])
    return world


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds * SLOW
    while not condition():
        assert time.monotonic() < end, "waited in vain: " + what
        time.sleep(0.05)


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def nowhere(where, text):
    found = CANARY.search(text)
    assert found is None, "%s: %s" % (where, text[max(0, found.start() - 150):found.end() + 80])


def settled(world):
    seen = {line.get("customer") for line in world.log() if line["event"] in
            ("accepted", "uncertain", "refused", "refused_for_now", "task", "approval_asked")}
    return {id_of(kind) for kind in CUSTOMERS if kind != "locked-text"} <= seen


# ---- a run with everything in it ----

def happened(world, event, customer=None):
    return [line for line in world.log(event) if customer in (None, line.get("customer"))]


def wait_for(world, event, kind=None):
    customer = id_of(kind) if kind else None
    wait("%s of %s" % (event, kind), lambda: happened(world, event, customer))
    return happened(world, event, customer)[-1]


def pay(world, number, kind, amount):
    world.sql("INSERT INTO payments(payment_id, customer_id, entity, invoice_id, line, paid_on, currency, amount) "
              "VALUES('Z-%d', '%s', '', '%s', 1, '%s', 'EUR', %d)" % (number, id_of(kind), id_of(kind, "R"), DUE, amount))


def uncertain(world):
    found = json.loads(world.ctl("list", "messages", "--status", "uncertain", "--json"))
    return re.findall(r'"(M-\d+)"', json.dumps(found))


def people_decide(world):
    """Approvals, and a step that went by letter."""
    notice = {kind: wait_for(world, "approval_asked", kind)["notice"] for kind in STRICTLY}
    world.ctl("approve", notice["ask"], "--reason", TYPED)
    world.ctl("reject", notice["reject"], "--reason", TYPED)
    world.ctl("record", id_of("agency", "R"), "--step", "formal", "--channel", "letter", "--on", LETTER, "--reason", TYPED)
    world.ctl("record", id_of("end", "R"), "--step", "last", "--channel", "phone", "--on", LETTER, "--reason", TYPED)
    wait_for(world, "exhausted", "end")
    pay(world, 1, "paid", 1000)
    wait_for(world, "withdrawn", "paid")
    wait_for(world, "item_settled", "paid")
    world.sql("DELETE FROM payments WHERE payment_id = 'Z-1'")
    wait_for(world, "item_reopened", "paid")
    wait_for(world, "handed_off", "agency")
    wait_for(world, "accepted", "ask")


def people_say(world):
    """Every other fact that a person can state."""
    world.ctl("hold", id_of("well"), "--reason", TYPED)
    world.ctl("hold", id_of("refuse", "R"), "--reason", TYPED)
    world.ctl("hold", "--policy", "p", "--reason", TYPED)
    world.ctl("release", "--policy", "p")
    world.ctl("release", id_of("well"))
    world.ctl("optout", "add", "canary.well@canary.example", "--reason", TYPED)
    world.ctl("optout", "remove", "canary.well@canary.example")
    world.ctl("step", id_of("later", "R"), "reminder", "--reason", TYPED)
    world.ctl("settle", uncertain(world)[0], "sent", "--reason", TYPED)
    task = json.loads(world.ctl("task", "list", "--json"))
    number = re.search(r'"(?:task|id)": "?(\d+)', json.dumps(task)).group(1)
    world.ctl("task", "done", number, "--outcome", "other", "--reason", TYPED)


def bad_reload(world):
    """A secret that somebody put where it must not be, and a value of the wrong kind: neither is repeated."""
    good = read(world.path("providers/gateway.conf"))
    world.provider("gateway", 'kind = "http"; password = "canary-secret-inline"; method = 7;')
    done = subprocess.run([program("dunningctl"), "reload", "--config", world.config], capture_output=True, text=True,
                          check=False)
    assert done.returncode != 0
    world.write("providers/gateway.conf", good)
    return done.stdout + done.stderr


def live(world, gossip):
    """Everything that can happen to a customer happens, and what happens to the daemon."""
    gossip.meanwhile.append(lambda: pay(world, 2, "slow", 100))
    wait("every customer's outcome", lambda: settled(world))
    people_decide(world)
    wait_for(world, "accepted", "slow")
    wait_for(world, "accepted", "refuse-both")
    gossip.locked = True
    world.rows("invoices", [invoice_row("locked-text")])
    wait_for(world, "misconfigured", "locked-text")
    people_say(world)
    nowhere("the answer to a reload", bad_reload(world))
    world.ctl("reload")
