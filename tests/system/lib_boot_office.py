"""A business in a booted guest: the package installed, servers beside it, customers with invoices, and what arrived."""
import collections
import csv
import datetime
import glob
import io
import json
import os
import re
import subprocess
import sys
import time

from lib_boot import BUILD, machine_or_end

HERE = os.path.dirname(os.path.abspath(__file__))
APT = ("apt-get -q -y -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef "
       "-o Dpkg::Options::=--force-confold ")
CONF = """business = { name = "%(name)s"; email = "accounts@example.invalid"; };
timezone = "Europe/Berlin"; language = "en"; country = "DE"; poll_interval = "1s";
ledger = { path = "%(state)s/ledger.db"; max_age = "never"; };
state = { directory = "%(state)s"; };
directories = { policies = "%(etc)s/policies"; providers = "%(etc)s/providers"; templates = "/etc/dunningd/templates";
                calendars = "/etc/dunningd/calendars"; };
channels = { email = ["%(email)s"]; sms = ["%(sms)s"]; };
status_log = "%(log)s/status.log";
limits = { per_hour = 0; per_customer_per_day = 9; breaker = "off"; ramp = "off"; };
sender = { socket = "/run/dunningd-send/%(socket)s"; };
"""
POLICY = """policy = { name = "test"; steps = ( { name = "reminder"; action = "remind"; at = "due + %s"; send = [%s];
  fallback = ["task"]; template = "reminder"; } ); };
"""
SMTP = 'provider = { name = "smarthost"; kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = %d; };\n'
KANNEL = """provider = { name = "kannel"; kind = "http"; method = "GET"; url = "http://127.0.0.1:%d/cgi-bin/sendsms";
  encoding = "query"; sender = "Acme"; id = "line";
  fields = ( { name = "username"; value = "tester"; }, { name = "password"; value = "{{credential.kannel}}"; },
    { name = "from"; value = "{{sender}}"; }, { name = "to"; value = "{{to}}"; }, { name = "charset"; value = "UTF-8"; },
    { name = "coding"; value = "{{coding}}"; }, { name = "text"; value = "{{text}}"; } );
  answers = ( { status = "202"; outcome = "accepted"; }, { status = "403"; outcome = "misconfigured"; } ); };
"""


def package():
    """The .deb that the fixture `package` built."""
    found = [name for name in glob.glob(os.path.join(BUILD, "package", "dunningd_*.deb"))]
    if len(found) != 1:
        sys.exit("%s/package holds %d packages of dunningd, not one; the test `package` builds it" % (BUILD, len(found)))
    return found[0]


def table(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Office:
    """etc, state, log: where one business's files are in the guest; name "" is the machine's first one."""

    def __init__(self, machine, servers, name=""):
        self.machine, self.servers, self.name = machine, servers, name
        below = "/" + name if name else ""
        self.etc, self.state, self.log_folder = "/etc/dunningd" + below, "/var/lib/dunningd" + below, "/var/log/dunningd" + below
        self.engine = "dunningd@%s.service" % name if name else "dunningd.service"
        self.sender = "dunningd-send@%s.service" % name if name else "dunningd-send.service"
        self.customers = 0

    def configure(self, policy=POLICY % ("5d", '"email"'), email="smarthost", sms="kannel", connections=4):
        keys = {"name": self.name or "Example", "etc": self.etc, "state": self.state, "log": self.log_folder,
                "email": email, "sms": sms, "socket": self.name + ".sock" if self.name else "sock"}
        self.machine.put(self.etc + "/dunningd.conf", CONF % keys)
        self.machine.sh("rm -f %s/policies/*.conf" % self.etc)
        self.machine.put(self.etc + "/policies/test.conf", policy)
        self.machine.put(self.etc + "/providers/smarthost.conf", SMTP % (self.servers.ports["smtp"], connections))
        self.machine.put(self.etc + "/providers/kannel.conf", KANNEL % self.servers.ports["sms"])
        self.machine.put(self.etc + "/credentials/kannel", self.servers.ports["password"] + "\n", 0o600)
        self.machine.sh("chmod 700 %s/credentials" % self.etc)

    def ctl(self, words, status=0):
        verb, _, rest = words.partition(" ")
        return self.machine.sh("dunningctl %s --config %s/dunningd.conf %s" % (verb, self.etc, rest), status)

    def owe(self, count, sms=False):
        """So many more customers with a late invoice; their addresses."""
        late = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
        numbers = range(self.customers + 1, self.customers + count + 1)
        self.customers += count
        mark = self.name or "x"
        people = [{"customer_id": "%s-%04d" % (mark, i), "name": "Customer %d" % i, "email": "%s%d@kunde.invalid" % (mark, i)}
                  for i in numbers]
        if sms:
            people = [dict(row, phone="+4915112%06d" % i, sms_consent="2026-01-01 form")
                      for row, i in zip(people, numbers)]
        items = [{"invoice_id": "I-%04d" % i, "customer_id": "%s-%04d" % (mark, i), "issued_on": late, "due_on": late,
                  "currency": "EUR", "amount": "%d.00" % (100 + i)} for i in numbers]
        for kind, rows in (("customers", people), ("invoices", items)):
            self.machine.put("/root/%s.csv" % kind, table(rows))
            self.ctl("import %s /root/%s.csv" % (kind, kind))
        return [row["email"] for row in people]

    def status(self):
        return json.loads(self.ctl("status --json"))

    def log(self, event):
        try:
            text = self.machine.get(self.log_folder + "/status.log")
        except FileNotFoundError:
            text = ""
        return [line for line in text.split("\n") if re.match(r"\S+ %s( |$)" % event, line)]

    def wait_status(self, what, condition, timeout=30):
        return self.machine.wait(what, lambda: condition(self.status()), timeout)

    def settled(self, timeout=30):
        """Waits until every customer's step is accepted or uncertain; the number of uncertain ones."""
        def over(status):
            return status["planned"] == 0 and status["in_flight"] == 0 and \
                self.finished() + status["uncertain"] >= self.customers
        self.wait_status("an outcome for everybody", over, timeout)
        return self.status()["uncertain"]

    def finished(self):
        """How many customers have a step that every channel accepted."""
        events = json.loads(self.ctl("log --event reached --limit 1000000 --json"))["events"]
        return len({event["customer"] for event in events})


class Servers:
    def __init__(self, machine):
        self.folder = machine.path_of("servers")
        os.mkdir(self.folder)
        self.process = machine.beside(sys.executable, os.path.join(HERE, "_boot_servers.py"), self.folder,
                                      stdin=subprocess.PIPE)
        end = time.monotonic() + 30
        while not os.path.exists(self.folder + "/ports.json"):
            assert self.process.poll() is None and time.monotonic() < end, "the servers do not start"
            time.sleep(0.02)
        with open(self.folder + "/ports.json", encoding="utf-8") as file:
            self.ports = json.load(file)

    def delay(self, seconds):
        with open(self.folder + "/delay", "w", encoding="ascii") as file:
            file.write(str(seconds))

    def close(self, closed=True):
        if closed:
            open(self.folder + "/closed", "w", encoding="ascii").close()
        else:
            os.remove(self.folder + "/closed")

    def mails(self):
        """How often each address got a mail, whatever became of the reply."""
        try:
            with open(self.folder + "/mails", encoding="utf-8") as file:
                return collections.Counter(line.split()[0] for line in file)
        except FileNotFoundError:
            return collections.Counter()

    def texts(self):
        with open(self.ports["arrivals"], "rb") as file:
            return len(re.findall(rb"Got message \d+:", file.read()))


def install(machine, deb, status=0):
    machine.sh("mkdir -p /root/new")
    with open(deb, "rb") as file:
        machine.put("/root/new/" + os.path.basename(deb), file.read())
    return machine.sh("%s install /root/new/%s" % (APT, os.path.basename(deb)), status)


def steps(*functions):
    """Runs the steps in order in one guest; each gets (machine, office, servers, state).  Ends with 1 at the first failure."""
    deb = package()
    began = time.monotonic()
    with machine_or_end([deb]) as machine:
        servers = Servers(machine)
        office = Office(machine, servers)
        for step in functions:
            start = time.monotonic()
            try:
                step(machine, office, servers)
            except Exception as error:
                print("FAILED %s: %s: %s" % (step.__name__, type(error).__name__, error))
                if machine.leader:
                    print(machine.run("bash", "-c", "systemctl status 'dunningd*' --no-pager -l -n 5; "
                                      "journalctl -u 'dunningd*' -o short-precise --no-pager | tail -60").out)
                sys.exit(1)
            print("ok   %5.1f s  %s" % (time.monotonic() - start, step.__name__), flush=True)
    print("%d steps, %.1f s" % (len(functions), time.monotonic() - began))
