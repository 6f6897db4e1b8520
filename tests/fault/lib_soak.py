"""The soak: a business that never rests, programs that are killed, providers that fail, a clock that jumps.

Every second new overdue invoices come in, one for each message that is to be sent.  At the end each
message that was taken outside is held against the state.
"""
import collections
import datetime
import os
import random
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_world import BUILD, World, program

HERE = os.path.dirname(os.path.abspath(__file__))
POLICY = """policy = { name = "%(name)s"; applies_to = { segment = ["%(segment)s"]; }; minimum = ["%(minimum)s EUR"];
  steps = ( { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["%(channel)s"]; fallback = ["task"];
              template = "t"; } ); };
"""
HTTP = """kind = "http"; url = "http://127.0.0.1:%d/send"; encoding = "form"; connections = 8;
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } );"""
SMTP = 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 12; reply_timeout = "10s";'
GRACE = 5  # seconds between a payment and the last byte of a message that was let go before it
SAMPLE = 2  # seconds
STANDSTILL = 300  # seconds without the least progress after which what is still open counts as lost
PUT_OFF = 3700  # seconds: nothing is put off for longer than an hour
CACHES = 32 << 10  # KiB: what the connections' settings let them keep, with their own overhead
LEAP = 35 * 3600  # that far the clock may run on in all; the engine believes 36 hours a week


class Soak:
    def __init__(self, minutes, seed, rate):
        self.minutes, self.rate, self.dice = minutes, rate, random.Random(seed)
        self.world = World({"email": self.policy("email"), "sms": self.policy("sms")}, email="smtp", sms="gateway",
                           more='poll_interval = "1s"; metrics = "figures.prom";')
        self.taken_log = self.world.path("taken")
        self.outside = subprocess.Popen([sys.executable, os.path.join(HERE, "lib_soak_sink.py"), self.taken_log,
                                         str(seed), "5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        mail, text = self.outside.stdout.readline().split()
        self.world.provider("smtp", SMTP % int(mail))
        self.world.provider("gateway", HTTP % int(text))
        self.world.write("templates/en/t.subject", "Invoice {{#due_items}}{{number}} {{/due_items}}\n")
        self.world.write("templates/en/t.sms", "{{#due_items}}{{number}} {{/due_items}}\n")
        self.set_clock(0)
        self.engine, self.born, self.lives, self.kills, self.reloads, self.jumps = None, 0, 0, 0, 0, 0
        self.added, self.paid, self.samples, self.lag, self.largest_cache = 0, {}, [], 0, 0

    def policy(self, channel, minimum="1.00"):
        return POLICY % {"name": channel, "segment": "b2b" if channel == "email" else "b2c", "minimum": minimum,
                         "channel": channel}

    # ---- the world ----

    def set_clock(self, offset):
        """All programs of the world see the new time at once."""
        self.offset = offset
        mode = "r+b" if os.path.exists(self.world.path("clock")) else "wb"
        with open(self.world.path("clock"), mode) as file:
            file.write(struct.pack("=q", offset))

    def add(self, count):
        """`count` more people who are late; the ledger is written as any other program would."""
        ago = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
        numbers = range(self.added, self.added + count)
        customers = [("C-%07d" % n, "N", "c%d@example.invalid" % n, "+4915100%06d" % n,
                      "b2c" if n % 5 == 0 else "b2b") for n in numbers]
        invoices = [("R-%07d" % n, "C-%07d" % n, ago) for n in numbers]
        self.added += count
        with self.ledger:
            self.ledger.executemany("INSERT INTO customers(customer_id, name, email, phone, segment, sms_consent) "
                                    "VALUES(?, ?, ?, ?, ?, '2026-01-01 form')", customers)
            self.ledger.executemany("INSERT INTO invoices(invoice_id, number, customer_id, issued_on, due_on, currency, "
                                    "amount) VALUES(?1, ?1, ?2, ?3, ?3, 'EUR', 1000)", invoices)

    def pay(self):
        """Some of the newest pay just now, while their reminders are on the way."""
        today = datetime.date.today().isoformat()
        for n in {self.dice.randrange(max(0, self.added - self.rate), self.added) for _ in range(2)} - set(self.paid):
            with self.ledger:
                self.ledger.execute("INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) "
                                    "VALUES(?, ?, ?, ?, 'EUR', 1000)", ("P-%d" % n, "C-%07d" % n, "R-%07d" % n, today))
            self.paid[n] = time.time()

    # ---- the programs ----

    def start(self, *words):
        environment = dict(os.environ, LD_PRELOAD=os.path.join(BUILD, "tests/fault/libsoak_clock.so"),
                           SOAK_CLOCK=self.world.path("clock"))
        with open(self.world.path("dunningd.err"), "ab") as errors:
            self.engine = subprocess.Popen([program("dunningd"), "--config", self.world.config, *words],
                                           env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        self.born = time.monotonic()
        self.lives += 1

    def stop(self):
        self.engine.terminate()
        self.engine.wait()

    def sender(self):
        try:
            with open("/proc/%d/task/%d/children" % (self.engine.pid, self.engine.pid), encoding="ascii") as children:
                return int((children.read().split() or ["0"])[0])
        except OSError:
            return 0

    def kill(self):
        sender = self.sender()
        if sender and self.dice.random() < 0.3:
            os.kill(sender, signal.SIGKILL)
        else:
            self.engine.kill()
            self.engine.wait()
            self.start()
        self.kills += 1

    def reload(self):
        self.reloads += 1
        self.world.write("policies/email.conf", self.policy("email", "1.%02d" % (self.reloads % 100)))
        self.engine.send_signal(signal.SIGHUP)

    def jump(self):
        """Forward for good, or for three seconds where nobody may believe the clock."""
        self.jumps += 1
        kind = self.dice.choice(("on", "back", "leap"))
        if kind == "on":
            self.set_clock(self.offset + self.dice.randrange(1800 if self.offset < LEAP / 2 else 60))
            return None
        before = self.offset
        self.set_clock(before - self.dice.randrange(600, 86400) if kind == "back" else before + 60 * 3600)
        return before

    def caches(self):
        """KiB of database pages that the engine keeps, by the figures that it gave just now; None: it gave none."""
        try:
            if time.time() - os.stat(self.world.path("figures.prom")).st_mtime > SAMPLE:
                return None
            with open(self.world.path("figures.prom"), encoding="utf-8") as file:
                return sum(int(line.split()[1]) for line in file if line.startswith("dunningd_database_cache_bytes{")) // 1024
        except FileNotFoundError:
            return None

    def sample(self):
        """Memory without the page caches, which fill up as the books grow and are bounded for themselves."""
        age, caches = time.monotonic() - self.born, self.caches()
        if caches is None:
            return
        for name, pid in (("engine", self.engine.pid), ("sender", self.sender())):
            try:
                with open("/proc/%d/status" % pid, encoding="ascii") as status:
                    memory = [int(line.split()[1]) for line in status if line.startswith("RssAnon:")]
                files = len(os.listdir("/proc/%d/fd" % pid))
            except OSError:
                continue
            if memory:
                own = memory[0] - (caches if name == "engine" else 0)
                self.samples.append((time.monotonic() - self.began, name, age, own, files))
                self.largest_cache = max(self.largest_cache, caches)

    # ---- the run ----

    def run(self):
        self.world.ctl("import", "customers", self.first_customer())
        self.ledger = sqlite3.connect(self.world.path("ledger.db"), timeout=60)
        self.began = time.monotonic()
        self.start()
        due = {"add": 1, "reload": 10, "sample": SAMPLE, "jump": 25, "kill": 40}
        restore = None
        for second in range(int(self.minutes * 60)):
            self.sleep_until(second + 1)
            self.add(self.rate)
            self.pay()
            if restore is not None and second >= restore[0]:
                self.set_clock(restore[1])
                restore = None
            if second % due["reload"] == 9:
                self.reload()
            if second % due["sample"] == 0:
                self.sample()
            if second >= due["jump"] and restore is None:
                before = self.jump()
                restore = None if before is None else (second + 3, before)
                due["jump"] = second + self.dice.randrange(20, 60)
            if second >= due["kill"]:
                self.kill()
                due["kill"] = second + (300 if self.kills % 10 == 9 else self.dice.randrange(30, 91))
            assert self.engine.poll() is None, "the engine ended with %s" % self.engine.returncode
        if restore is not None:
            self.set_clock(restore[1])
        self.drain()

    def first_customer(self):
        self.world.write("first.csv", "customer_id,name\nC-first,N\n")
        return self.world.path("first.csv")

    def sleep_until(self, second):
        rest = self.began + second - time.monotonic()
        self.lag = max(self.lag, -rest)
        if rest > 0:
            time.sleep(rest)  # the pace of the run, not a wait for an event

    def look(self, query):
        state = sqlite3.connect("file:%s?mode=ro" % self.world.path("state", "state.db"), uri=True, timeout=60)
        rows = state.execute(query).fetchall()
        state.close()
        return rows

    def now(self):
        return int(time.time()) + self.offset

    def drain(self):
        """All that is due is settled one way or the other.

        The clock runs on to the next moment that a message waits for, so nobody waits for a back-off.  How long it
        all takes does not matter: only a standstill ends it, and what is open then is lost.
        """
        self.behind = self.added - self.look("SELECT count(DISTINCT invoice_id) FROM records")[0][0]
        began = moved = time.monotonic()
        progress = None
        while self.is_open():
            assert self.engine.poll() is None, "the engine ended with %s" % self.engine.returncode
            seen = self.look("SELECT (SELECT total(attempts) FROM messages), (SELECT count(*) FROM records)")
            if seen != progress:
                progress, moved = seen, time.monotonic()
            if time.monotonic() - moved > STANDSTILL:
                break
            self.run_on()
            time.sleep(0.3)
        self.drained = time.monotonic() - began
        self.stop()
        self.start("--once")  # and nothing that was settled goes again
        if self.engine.wait() != 0:
            raise AssertionError("dunningd --once ended with %d" % self.engine.returncode)

    def is_open(self):
        if self.look("SELECT 1 FROM messages WHERE status = 'planned' UNION ALL "
                     "SELECT 1 FROM messages WHERE status = 'in_flight' LIMIT 1"):
            return True
        messages = self.messages()
        return any(self.is_lost(n, messages) for n in range(self.added))

    def run_on(self):
        """To the next moment for which a message was put off and a minute, once nothing else is going on."""
        (busy, later), = self.look("SELECT (SELECT count(*) FROM messages WHERE status = 'in_flight') + "
                                   "(SELECT count(*) FROM messages WHERE status = 'planned' AND not_before = 0), "
                                   "(SELECT min(not_before) FROM messages WHERE status = 'planned' AND not_before > 0)")
        if busy or later is None or not 0 <= later - self.now() <= PUT_OFF:
            return
        offset = later + 60 - int(time.time())
        if offset <= LEAP:
            self.set_clock(offset)

    def end(self):
        if self.engine is not None and self.engine.poll() is None:
            self.engine.kill()
            self.engine.wait()
        self.outside.stdin.close()
        self.outside.wait()

    # ---- the verdict ----

    def taken(self):
        seen = collections.defaultdict(list)
        with open(self.taken_log, encoding="ascii") as log:
            for line in log:
                number, at = line.split()
                seen[number].append(float(at))
        return seen

    def messages(self):
        state = sqlite3.connect("file:%s?mode=ro" % self.world.path("state", "state.db"), uri=True, timeout=60)
        found = collections.defaultdict(set)
        for number, status in state.execute(
                "SELECT i.invoice_id, m.status FROM messages m JOIN notice_items i ON i.notice = m.notice"):
            found[number].add(status)
        for number, in state.execute("SELECT invoice_id FROM tasks WHERE kind = 'no_address'"):
            found[number].add("task")
        state.close()
        return found

    def is_lost(self, n, messages):
        """It is due, and what became of it is not on record."""
        return n not in self.paid and not messages.get("R-%07d" % n, set()) & {"accepted", "uncertain", "task"}

    def judge(self):
        """Sentences about what must not be."""
        taken, messages, wrong = self.taken(), self.messages(), collections.Counter()
        for n in range(self.added):
            number = "R-%07d" % n
            times, words = taken.get(number, []), messages.get(number, set())
            known = words & {"accepted", "uncertain"}
            if len(times) > 1:
                wrong["sent twice"] += 1
            if times and not known:
                wrong["taken outside, but neither accepted nor uncertain here"] += 1
            if "accepted" in words and not times:
                wrong["accepted here, but not there"] += 1
            if self.is_lost(n, messages):
                wrong["due, but lost (%s)" % ", ".join(sorted(words) or ["nothing"])] += 1
            if times and n in self.paid and times[0] > self.paid[n] + GRACE + 3 * self.lag:
                wrong["sent for what was paid"] += 1
        self.arrived = len(taken)
        self.uncertain = sum("uncertain" in words for words in messages.values())
        return ["%s: %d" % pair for pair in sorted(wrong.items())] + self.growth()

    def growth(self):
        """Memory and descriptors at the same age, in the first and in the last third of the run."""
        wrong, self.figures = [], ["page caches at most %d KiB" % self.largest_cache]
        if self.largest_cache > CACHES:
            wrong.append("page caches of %d KiB" % self.largest_cache)
        # A short run is all warming up, and has no sample in which nothing is on its way.
        limit, spare, oldest = (1.01, 2, 40) if self.minutes >= 30 else (2, 40, 120)
        third = self.minutes * 20
        for name in ("engine", "sender"):
            rows = [row for row in self.samples if row[1] == name and 10 <= row[2] <= oldest]
            early = [row for row in rows if row[0] < third]
            late = [row for row in rows if row[0] >= 2 * third]
            if not early or not late:
                wrong.append("no figures of the %s" % name)
                continue
            memory = [statistics.median(row[3] for row in part) for part in (early, late)]
            files = [min(row[4] for row in part) for part in (early, late)]
            self.figures.append("%s %d -> %d KiB, at least %d -> %d descriptors" % (name, *memory, *files))
            if memory[1] > memory[0] * limit:
                wrong.append("memory of the %s grew from %d to %d KiB" % (name, *memory))
            if files[1] > files[0] + spare:
                wrong.append("descriptors of the %s grew from %d to %d" % (name, *files))
        return wrong
