"""What the benches share: a world of a chosen size in a folder, the real programs in it, and medians.

Single figures of a shared machine mean little: every bench prints ratios to a yardstick that ran in the same run.
Worlds lie in TMPDIR or /var/tmp, since what is durable has to be written to a real disk.
"""
import argparse
import datetime
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TODAY = datetime.date.today()

CONF = """
business = {{ name = "Example GmbH"; email = "accounts@books.example"; iban = "DE02120300000000202051"; }};
timezone = "UTC"; language = "en"; country = "DE"; poll_interval = "{poll}";
ledger = {{ path = "ledger.db"; max_age = "never"; }};
state = {{ directory = "state"; }};
directories = {{ policies = "policies"; providers = "providers"; templates = "templates"; calendars = "calendars"; }};
channels = {{ email = ["way"]; }};
status_log = "status.log";
{more}
"""

# Every overdue item is due for `reminder` at once; nothing hangs on the hour at which the bench runs.
POLICY = """
policy = {
  name = "standard"; group = "customer"; min_gap = "7d"; minimum = ["5.00 EUR"]; settlement_lag = "1d";
  steps = (
    { name = "reminder"; action = "remind"; at = "due + 3d"; send = ["email"]; template = "reminder"; },
    { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"];
      template = "formal"; },
    { name = "call"; action = "task"; at = "deadline + 3d"; task = { title = "call"; }; }
  );
};
"""


def arguments(text, **numbers):
    """The options of a bench: --build, and one for each number."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("DUNNINGD_BUILD", str(SOURCE / "build/release")),
                        help="folder with the programs (default: $DUNNINGD_BUILD or build/release)")
    for name, value in numbers.items():
        parser.add_argument("--" + name, type=int, default=value, help="default %(default)s")
    return parser.parse_args()


def median(values):
    return statistics.median(values)


def say(*words):
    print(*words, flush=True)


def date(days):
    return (TODAY + datetime.timedelta(days=days)).isoformat()


def customer_of(number, customers, share):
    """`share` items after each other are one customer's, so that one of them is overdue; without share they take turns."""
    return f"C-{1 + (number // max(share, 1)) % customers:07d}"


class World:
    """A folder with configuration, ledger and state."""

    def __init__(self, build, more="", poll="30s"):
        self.build = pathlib.Path(build)
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="dunningd-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        for name in ("policies", "providers", "calendars", "state", "outbox"):
            (self.path / name).mkdir(mode=0o700)
        shutil.copytree(SOURCE / "policies/templates", self.path / "templates")
        self.config = self.path / "dunningd.conf"
        self.config.write_text(CONF.format(more=more, poll=poll), encoding="utf-8")
        (self.path / "policies/standard.conf").write_text(POLICY, encoding="utf-8")
        self.provider(f'kind = "drop"; directory = "{self.path}/outbox";')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def provider(self, text):
        (self.path / "providers/way.conf").write_text(f'provider = {{ name = "way"; {text} }};\n', encoding="utf-8")

    def program(self, name):
        return str(self.build / name)

    def ctl(self, verb, *words):
        """Runs a verb of dunningctl that has to succeed; what it printed."""
        done = subprocess.run([self.program("dunningctl"), verb, *words, "--config", str(self.config)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"dunningctl {verb}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    # ---- files to import ----

    def customers_csv(self, count):
        path = self.path / "customers.csv"
        with open(path, "w", encoding="utf-8") as out:
            out.write("customer_id,name,email,phone,language,country,segment\n")
            for i in range(1, count + 1):
                out.write(f"C-{i:07d},Customer Number {i},c{i}@customer.example,+49155{i:07d},en,DE,b2b\n")
        return path

    def invoices_csv(self, count, customers, share, name="invoices.csv", first=1):
        """`count` open items, every `share`-th overdue for a reminder (0: none), the others not due for weeks."""
        path = self.path / name
        with open(path, "w", encoding="utf-8") as out:
            out.write("invoice_id,customer_id,number,issued_on,due_on,currency,amount,reference,pay_url\n")
            for i in range(first, first + count):
                due = -4 - i % 5 if share and i % share == 0 else 20 + i % 60
                out.write(f"R-{i:08d},{customer_of(i, customers, share)},{i:08d},{date(due - 30)},"
                          f"{date(due)},EUR,{20 + i % 900}.{i % 100:02d},Order {i},https://pay.example/{i}\n")
        return path

    def payments_csv(self, count, invoices, customers, share):
        """Part payments, so that the items stay open."""
        path = self.path / "payments.csv"
        with open(path, "w", encoding="utf-8") as out:
            out.write("payment_id,customer_id,invoice_id,paid_on,currency,amount\n")
            for n in range(1, count + 1):
                i = 1 + (n * 9973) % invoices
                out.write(f"P-{n:08d},{customer_of(i, customers, share)},R-{i:08d},{date(-2)},"
                          f"EUR,{1 + n % 9}.00\n")
        return path

    def fill(self, items, customers, share, payments):
        """A ledger of that size by dunningctl import; the seconds it took."""
        paths = {"customers": self.customers_csv(customers), "invoices": self.invoices_csv(items, customers, share),
                 "payments": self.payments_csv(payments, items, customers, share)}
        start = time.monotonic()
        for kind, path in paths.items():
            self.ctl("import", kind, str(path))
        return time.monotonic() - start

    # ---- the daemon ----

    def start(self, *words, wrapper=()):
        return Daemon([*wrapper, self.program("dunningd"), "--config", str(self.config), *words], self.path)

    def forget_state(self):
        for name in ("state", "state-witness", "outbox"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in ("state", "outbox"):
            (self.path / name).mkdir(mode=0o700)
        for path in self.path.glob("status.log*"):
            path.unlink()


class Daemon:
    """A running dunningd; its events are read from what it says."""

    def __init__(self, command, folder):
        self.said = folder / "said.log"
        self.began = time.monotonic()
        with open(self.said, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out)
        self.offset = 0
        self.tail = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def wait_for(self, pattern, seconds=600):
        """Waits until a line of the daemon matches; the match.  Looks at the file's end 50 times a second."""
        wanted = re.compile(pattern)
        limit = time.monotonic() - self.began + seconds
        while True:
            with open(self.said, encoding="utf-8", errors="replace") as lines:
                lines.seek(self.offset)
                text = self.tail + lines.read()
                self.offset = lines.tell()
            self.tail = text[text.rfind("\n") + 1:]
            found = wanted.search(text)
            if found:
                return found
            self.must_run(limit)
            time.sleep(0.02)

    def must_run(self, seconds):
        """Ends the bench if the daemon has ended, or has run for longer."""
        late = time.monotonic() - self.began > seconds
        if late or self.process.poll() is not None:
            self.stop()
            sys.exit(f"dunningd {'takes too long' if late else 'ended'}; the last it said:\n"
                     + self.said.read_text(errors="replace")[-3000:])

    def status(self, key):
        """A figure of /proc/PID/status, such as VmHWM in KiB."""
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))

    def written(self):
        """Bytes that the process had written to disk so far."""
        with open(f"/proc/{self.pid}/io", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes:"))

    def processor(self):
        """Seconds of processor time."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as line:
            fields = line.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode
