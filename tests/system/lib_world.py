"""A small business in a folder: configuration, policies, ledger, and the programs run over them."""
import csv
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

BUILD = os.environ.get("DUNNINGD_BUILD", "build/dev")
SOURCE = os.environ.get("DUNNINGD_SOURCE", os.getcwd())

CONF = """
business = { name = "%(name)s"; email = "accounts@example.invalid"; };
timezone = "%(zone)s"; language = "en"; country = "DE";
ledger = { path = "ledger.db"; max_age = "never"; };
state = { directory = "state"; };
directories = { policies = "policies"; providers = "providers"; templates = "%(templates)s"; calendars = "calendars";
                rates = "rates"; credentials = "credentials"; };
channels = { email = ["%(email)s"]; sms = ["%(sms)s"]; agency = ["box"]; };
status_log = "status.log";
limits = { per_hour = 0; per_customer_per_day = 9; breaker = "off"; ramp = "off"; };
%(more)s
"""
REMINDER = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["task"]; template = "t"; } ); };
"""


def program(name):
    for folder in ("", "daemon"):
        path = os.path.join(BUILD, folder, name)
        if os.path.exists(path):
            return path
    sys.exit("not built: " + name)


class World:
    """conf keys: name, zone, templates, email, sms, more."""

    def __init__(self, policies=None, **conf):
        self.folder = tempfile.mkdtemp(prefix="dunningd-world-")
        self.config = self.path("dunningd.conf")
        keys = {"name": "Example GmbH", "zone": "Europe/Berlin", "templates": "templates", "email": "box", "sms": "box",
                "more": ""}
        keys.update(conf)
        self.write("dunningd.conf", CONF % keys)
        for name, text in (policies or {"p": REMINDER}).items():
            self.write("policies/%s.conf" % name, text)
        for name in ("outbox", "state", "calendars", "credentials"):
            os.makedirs(self.path(name))
        self.provider("box", 'kind = "drop"; directory = "%s";' % self.path("outbox"))
        for part, text in (("subject", "Invoice {{notice.reference}}\n"), ("sms", "Invoice {{notice.reference}}\n"),
                           ("txt", "{{#due_items}}{{number}} {{open}}\n{{/due_items}}Total {{total_raw}}\n")):
            self.write("templates/en/t." + part, text)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def provider(self, name, text):
        self.write("providers/%s.conf" % name, 'provider = { name = "%s"; %s };\n' % (name, text))

    def rows(self, kind, rows):
        """Imports rows (dicts) of a kind."""
        out = io.StringIO()
        names = list(dict.fromkeys(key for row in rows for key in row))
        writer = csv.DictWriter(out, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
        self.write("import-%s.csv" % kind, out.getvalue())
        return self.ctl("import", kind, self.path("import-%s.csv" % kind))

    def ctl(self, *words, status=0):
        return self.run(program("dunningctl"), words[0], "--config", self.config, *words[1:], status=status)

    def once(self, *words, status=0):
        return self.run(program("dunningd"), "--config", self.config, "--once", *words, status=status)

    def start(self, *words):
        """dunningd as it runs for good; end it with stop()."""
        return subprocess.Popen([program("dunningd"), "--config", self.config, *words], stdout=subprocess.DEVNULL,
                                stderr=open(self.path("dunningd.err"), "ab"))

    @staticmethod
    def run(*words, status=0):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != status:
            raise AssertionError("%s -> %d, not %d\n%s%s" % (" ".join(words), done.returncode, status,
                                                            done.stdout[-3000:], done.stderr[-3000:]))
        return done.stdout

    def sql(self, *statements):
        """Writes to the ledger as any other program may."""
        ledger = sqlite3.connect(self.path("ledger.db"), timeout=20, isolation_level=None)
        for statement in statements:
            ledger.execute(statement)
        ledger.close()

    def log(self, event=None):
        """Lines of the status log as dicts with `at` and `event`."""
        try:
            with open(self.path("status.log"), encoding="utf-8") as file:
                lines = [self.parse(line) for line in file]
        except FileNotFoundError:
            lines = []
        return [line for line in lines if event is None or line["event"] == event]

    @staticmethod
    def parse(line):
        at, event, rest = (line.rstrip("\n").split(" ", 2) + [""])[:3]
        fields = {key: (quoted if bare == "" else bare)
                  for key, bare, quoted in re.findall(r'(\w+)=(?:([^" ]\S*)|"((?:[^"\\]|\\.)*)")', rest)}
        fields.update(at=at, event=event)
        return fields

    def outbox(self):
        return sorted(os.listdir(self.path("outbox")))

    def remove(self):
        shutil.rmtree(self.folder)


def stop(process, timeout=30):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def main(*tests):
    failed = 0
    for test in tests:
        try:
            test()
            print("ok", test.__name__)
        except Exception as error:  # every kind of failure counts, none stops the others
            failed += 1
            print("FAILED %s: %s: %s" % (test.__name__, type(error).__name__, error))
    print("%d passed, %d failed" % (len(tests) - failed, failed))
    sys.exit(failed != 0)
