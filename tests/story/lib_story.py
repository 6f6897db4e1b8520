"""Stories told to the real programs: a small business, days that pass, and what went out on them.

Engine runs are rehearsals (--as-of) on dates of the story; what people do in
between is done by dunningctl with its clock set by libfaketime, so that holds,
approvals and tasks carry the dates of the story too.
"""
import datetime
import email
import email.policy
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
from lib_world import SOURCE, World, main, program  # noqa: F401 (main and program are for the stories)

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
TEXT = """step {{notice.step}}
{{#due_items}}due|{{number}}/{{line}}|{{step}}|{{open_raw}}|{{net}}|{{deadline_short}}
{{/due_items}}{{#carried_items}}carried|{{number}}/{{line}}|{{step}}|{{open_raw}}|{{net}}|{{deadline_short}}
{{/carried_items}}{{#upcoming_items}}upcoming|{{number}}/{{line}}|{{step}}|{{open_raw}}|{{net}}|
{{/upcoming_items}}{{#info_items}}info|{{number}}/{{line}}|{{step}}|{{open_raw}}|{{net}}|
{{/info_items}}{{#credits}}credits|{{number}}/1||{{amount_raw}}||
{{/credits}}{{#instalments}}instalment|{{number}}/1||{{amount_raw}}||{{date_short}}
{{/instalments}}total|{{total_raw}}|{{currency}}
deadline|{{deadline_short}}
to|{{contact.name}}
"""
SIMPLE = """policy = { name = "simple"; group = "customer"; min_gap = "7d"; minimum = ["10.00 EUR"]; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "t"; },
  { name = "second"; action = "remind"; at = "previous + 10d"; send = ["email"]; template = "t"; } ); };"""
STANDARD = """policy = { name = "standard"; group = "customer"; calendar = "de"; timezone = "customer";
  window = { days = "mon-fri"; from = "08:00"; to = "18:00"; };
  settlement_lag = "2bd"; min_gap = "7d"; minimum = ["10.00 EUR"]; steps = (
  { name = "courtesy"; action = "remind"; at = "due - 3d"; send = ["email"]; template = "t"; },
  { name = "reminder"; action = "remind"; at = "due + 5bd"; send = ["email"]; fallback = ["sms", "task"]; template = "t"; },
  { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email", "sms"]; template = "t"; },
  { name = "plan"; action = "offer_plan"; at = "deadline + 3bd"; when = { balance_min = ["500.00 EUR"]; };
    plan = { instalments = 3; every = "1m"; deposit = "20%"; valid = "10d"; }; send = ["email"]; template = "t"; },
  { name = "agency"; action = "handoff"; at = "previous + 14d"; approval = "required"; template = "t"; } ); };"""


def steps(*rows, **keys):
    """A policy of email steps: steps(("reminder", "due + 5d"), ("formal", "due + 15d", "notice", 'deadline = "10d";'))."""
    name = keys.pop("name", "p")
    more = keys.pop("more", "")
    out = 'policy = { name = "%s"; %s steps = (\n' % (name, more)
    parts = []
    for row in rows:
        step, at, action, extra = (list(row) + ["remind", ""][len(row) - 2:])[:4]
        if "send" not in extra and action in ("remind", "notice", "offer_plan"):
            extra += ' send = ["email"];'
        if action != "task":
            extra += ' template = "t";'
        parts.append('  { name = "%s"; action = "%s"; at = "%s"; %s }' % (step, action, at, extra))
    return out + ",\n".join(parts) + " ); };"


def day(text, plus=0):
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days=plus)).isoformat()


def need_faketime():
    if os.path.exists(FAKETIME):
        return
    print("libfaketime is not installed: see tests/packages.txt")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def clock_of(moment, zone="Europe/Berlin"):
    """The environment in which a program reads this wall time."""
    need_faketime()
    return {**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME": "@" + moment.replace("T", " ") + ":00", "TZ": zone,
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}


class Story(World):
    """Policies are texts, or one text; customers are added by customer(), items by item()."""

    def __init__(self, policies=SIMPLE, limits="", **conf):
        policies = {"p": policies} if isinstance(policies, str) else policies
        super().__init__(policies, **conf)
        with open(self.config, encoding="utf-8") as file:
            text = re.sub(r"limits = \{.*\};", "limits = { %s };" % limits if limits else r"\g<0>", file.read())
        self.write("dunningd.conf", text)
        for part, text in (("txt", TEXT), ("subject", "{{notice.step}} {{notice.reference}}\n"),
                           ("sms", "{{notice.step}} {{total_raw}}\n")):
            self.write("templates/en/t." + part, text)
        for name in os.listdir(os.path.join(SOURCE, "policies", "calendars")):
            with open(os.path.join(SOURCE, "policies", "calendars", name), encoding="utf-8") as file:
                self.write("calendars/" + name, file.read())
        self.seen = 0
        self.now = None
        self.waiting = {"customers": [], "invoices": [], "payments": []}
        self.flushing = False

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.remove()

    # what there is

    def ctl(self, *words, status=0):
        """dunningctl by the clock of the last day of the story."""
        return self.at(self.now, *words, status=status) if self.now else super().ctl(*words, status=status)

    def rows(self, kind, rows):
        if kind in self.waiting:
            self.queue(kind, rows[0])
        else:
            self.flush()
            super().rows(kind, rows)

    def queue(self, kind, row):
        """Rows of one moment go in with one file for each kind."""
        def key(row):
            return [row.get(name) for name in ("customer_id", "invoice_id", "line", "payment_id") if name in row]
        if any(key(other) == key(row) for other in self.waiting[kind]):
            self.flush()
        self.waiting[kind].append(row)

    def flush(self):
        if self.flushing:
            return
        self.flushing = True
        for kind, rows in self.waiting.items():
            self.waiting[kind] = []
            if rows:
                super().rows(kind, rows)
        self.flushing = False

    def once(self, *words, status=0):
        self.flush()
        return super().once(*words, status=status)

    def sql(self, *statements):
        self.flush()
        super().sql(*statements)

    def customer(self, customer_id="C-1", **columns):
        row = {"customer_id": customer_id, "name": "Name " + customer_id,
               "email": customer_id.lower() + "@shop.invalid"}
        row.update(columns)
        self.rows("customers", [row])
        return self

    def item(self, invoice_id, amount, due, **columns):
        row = {"invoice_id": invoice_id, "customer_id": "C-1", "issued_on": day(due, -30) if due else "2026-01-01",
               "due_on": due, "currency": "EUR", "amount": amount}
        row.update(columns)
        self.rows("invoices", [row])
        return self

    def credit(self, invoice_id, amount, issued, **columns):
        return self.item(invoice_id, amount, issued, kind="credit_note", issued_on=issued, **columns)

    def pay(self, payment_id, amount, on, invoice_id="", **columns):
        row = {"payment_id": payment_id, "customer_id": "C-1", "invoice_id": invoice_id, "paid_on": on,
               "currency": "EUR", "amount": amount}
        row.update(columns)
        self.rows("payments", [row])
        return self

    # what happens

    def at(self, moment, verb, *words, status=0):
        """dunningctl on the date of the story; returns what it printed."""
        self.flush()
        moment = moment if "T" in moment else moment + "T12:00"
        done = subprocess.run([program("dunningctl"), verb, "--config", self.config, *words], capture_output=True,
                              text=True, check=False, env=clock_of(moment))
        if done.returncode != status:
            raise AssertionError("%s %s -> %d, not %d\n%s%s" % (verb, " ".join(words), done.returncode, status,
                                                               done.stdout[-2000:], done.stderr[-2000:]))
        return done.stdout + done.stderr

    def run_at(self, moment):
        """dunningd --once by a clock that shows this moment; no rehearsal, so real providers will do."""
        self.now = moment
        self.flush()
        done = subprocess.run([program("dunningd"), "--config", self.config, "--once"], capture_output=True, text=True,
                              check=False, env=clock_of(moment))
        assert done.returncode == 0, done.stdout + done.stderr

    def day(self, moment):
        """One run of the daemon; returns what was accepted in it."""
        self.now = moment if "T" in moment else moment + "T09:00"
        self.once("--as-of", self.now)
        lines = self.log()
        new, self.seen = lines[self.seen:], len(lines)
        return [self.sending(line) for line in new if line["event"] == "accepted"]

    def days(self, first, last, hour="09:00"):
        """A run on each day; returns what was accepted, with the date before it."""
        out = []
        while first <= last:
            out += [first + " " + sent for sent in self.day(first + "T" + hour)]
            first = day(first, 1)
        return out

    # what went out

    def sending(self, line):
        """`reminder: A=100.00; carried B@formal=50.00; total 150.00 EUR; deadline 2026-03-23`"""
        if line["channel"] == "email":
            return self.mail(line["id"])
        if line["channel"] == "agency":
            return self.package(line["id"])
        return "%s: %s; total %s %s; by %s" % (line["step"], line["invoices"].replace(",", " "), line["amount"],
                                               line["currency"], line["channel"])

    def read_mail(self, name):
        with open(self.path("outbox", name), "rb") as file:
            mail = email.message_from_binary_file(file, policy=email.policy.default)
        body = mail.get_body(("plain",))
        assert not mail.defects and not body.defects, (name, mail.defects, body.defects)
        return mail, body.get_content()

    def mail(self, name):
        _, text = self.read_mail(name)
        step = re.search(r"^step (\S+)", text, re.M).group(1)
        blocks = {}
        for row in re.findall(r"^(\w+)\|([^|\n]*)/(\d+)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)$", text, re.M):
            blocks.setdefault(row[0], []).append(self.row(step, *row))
        out = step + ":" + "".join(" " + item for item in blocks.get("due", []))
        for block in ("carried", "upcoming", "info", "credits"):
            out += "".join("; %s %s" % (block, " ".join(blocks[block])) for _ in [0] if block in blocks)
        out += "; total %s %s" % re.search(r"^total\|(.*)\|(.*)$", text, re.M).groups()
        deadline = re.search(r"^deadline\|(.*)$", text, re.M).group(1)
        out += "; deadline " + iso(deadline) if deadline else ""
        return out + ("; plan " + " ".join(blocks["instalment"]) if "instalment" in blocks else "")

    @staticmethod
    def row(step, block, number, line, at, opened, net, when):
        name = number if line == "1" else number + "/" + line
        if block == "instalment":
            return opened + "@" + iso(when)
        if block in ("upcoming", "carried") or (block == "due" and at != step):
            name += "@" + at
        amount = re.sub(r"[^0-9.-]", "", net) if net else opened
        return name + "=" + amount

    def package(self, name):
        with open(self.path("outbox", name), encoding="utf-8") as file:
            case = json.load(file)
        return "%s: %s; by agency" % (case["case"]["step"],
                                      " ".join(i["invoice_id"] for i in case["items"]))

    # questions

    def explain(self, invoice, moment):
        return json.loads(self.ctl("explain", invoice, "--json", "--at", moment if "T" in moment else moment + "T12:00"))

    def why(self, invoice, moment, line=1):
        """The reason for which an item waits at a moment."""
        return [item["status"] for item in self.explain(invoice, moment)["items"] if item["line"] == line][0]

    def tasks(self):
        return json.loads(self.ctl("list", "tasks", "--json"))["tasks"]

    def events(self, event, **fields):
        """Lines of the status log with these fields."""
        return [line for line in self.log(event) if all(line.get(key) == value for key, value in fields.items())]


def iso(text):
    date = re.fullmatch(r"(\d+)/(\d+)/(\d{4})", text)
    assert date, text
    return "%s-%02d-%02d" % (date.group(3), int(date.group(2)), int(date.group(1)))


def same(got, *expected):
    expected = list(expected)
    if got != expected:
        raise AssertionError("\n  got       %s\n  expected  %s" % ("\n            ".join(got) or "nothing",
                                                                "\n            ".join(expected) or "nothing"))
