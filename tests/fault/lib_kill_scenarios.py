"""What is going on when the kill comes: sending, in its many states.  People's verbs are in lib_kill_verbs.py."""
import datetime
import os
import shutil
import signal

from lib_kill_bench import Unstartable
from lib_kill_check import Snapshot

LONG_AGO = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
POLICY = """policy = { name = "%(name)s"; %(applies)s steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = [%(send)s]; template = "t"; } ); };
"""
SENDER = ("--child",)
BOTH = ("--child", "--both")
TARGETS = {"engine": (), "sender": SENDER, "both": BOTH}


def policy(send='"email"', applies="", name="p"):
    return POLICY % {"send": send, "applies": applies, "name": name}


def customers(count, segment="b2b"):
    return [{"customer_id": "C-%d" % i, "name": "Somebody", "email": "c%d@shop.invalid" % i, "segment": segment,
             "phone": "+4915112%06d" % i, "sms_consent": "2026-01-01 form"} for i in range(1, count + 1)]


def invoices(count):
    return [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": LONG_AGO, "due_on": LONG_AGO,
             "currency": "EUR", "amount": "10.00"} for i in range(1, count + 1)]


def mail(number):
    return ("email", "c%d@shop.invalid" % number)


def sms(number):
    return ("sms", "4915112%06d" % number)


class Scenario:
    """One course of events, with the process that is killed in it."""

    doubtful = 0  # messages that are in doubt before the kill

    def __init__(self, bench, target):
        self.bench, self.target = bench, target
        self.options = list(TARGETS.get(target, ()))
        self.prepare()
        self.kept = bench.keep()
        self.folder = bench.world.folder

    def prepare(self):
        self.people(1, {"p": policy()}, email="smtp")

    def people(self, count, policies, **conf):
        world = self.bench.build(policies, **conf)
        world.rows("customers", customers(count))
        world.once()  # there is a state, as on every day but the first
        world.rows("invoices", invoices(count))
        self.expected = [mail(number) for number in range(1, count + 1)]

    def begin(self):
        """Before each run, when all is as it was."""

    def words(self):
        return self.bench.engine("--once")

    def first(self, at):
        return self.bench.kill_at(self.options, at, self.words())

    def after(self):
        """Between the kill and the restart."""

    def finish(self):
        """Plain runs until nothing is left that could be done now; a message that waits for its time gets it."""
        self.bench.box.hook = None
        later = "SELECT count(*) FROM messages WHERE status = 'planned' AND not_before > 0"
        for _ in range(4):
            status = self.bench.run(self.bench.engine("--once"), "dunningd --once")
            if status != 0:
                raise Unstartable("dunningd --once ends with %d" % status)
            if self.bench.sql("state/state.db", later) == [(0,)]:
                return
            self.bench.sql("state/state.db", "UPDATE messages SET not_before = 1 WHERE not_before > 0")

    def judge(self, verdict):
        verdict.judge(self.expected)

    def engine_pid(self):
        with open(self.bench.world.path("state", "lock"), encoding="ascii") as lock:
            return int(lock.read())

    def signal_engine(self, number):
        """As a server's hook: the engine may be dead by then."""
        try:
            os.kill(self.engine_pid(), number)
        except (OSError, ValueError):
            pass

    def when(self, *whens):
        """Options of the killer: signals to the engine when something stands in the status log."""
        options = ["--watch", self.bench.world.path("status.log")]
        for word in whens:
            options += ["--when", word]
        return options


class Email(Scenario):
    """The first send of a mail."""


class Sms(Scenario):
    """The first send of an SMS."""

    def prepare(self):
        self.people(1, {"p": policy('"sms"')}, sms="sms")
        self.expected = [sms(1)]


class Channels(Scenario):
    """A mail and, after its acceptance, an SMS, for two customers."""

    def prepare(self):
        self.people(2, {"p": policy('"email", "sms"')}, email="smtp", sms="sms")
        self.expected += [sms(1), sms(2)]


class Drop(Scenario):
    """A folder as provider, which can be asked: nothing is ever in doubt."""

    def prepare(self):
        self.people(1, {"p": policy()})

    def judge(self, verdict):
        files = [name for name in os.listdir(self.bench.world.path("outbox")) if name.endswith(".eml")]
        self.bench.box.arrived += [mail(1) + (b"Message-ID: x",) for _ in files]
        verdict.judge_bytes = lambda: None
        verdict.judge(self.expected)
        if verdict.uncertain:
            verdict.say("doubt", "a drop provider left a message in doubt")


class Detour(Scenario):
    """The first provider refuses for now, the second takes it."""

    def prepare(self):
        self.people(1, {"p": policy()}, email='smtp", "second')

    def begin(self):
        self.bench.box.clear(refuse=1)


class Retry(Scenario):
    """A mail that was put off once, and its time has come."""

    def prepare(self):
        super().prepare()
        self.bench.box.clear(refuse=1)
        self.bench.world.once()
        self.bench.sql("state/state.db", "UPDATE messages SET not_before = 1")


class Create(Scenario):
    """The first start of all: no state yet, no send log."""

    def prepare(self):
        super().prepare()
        for name in ("state", "witness"):
            shutil.rmtree(self.bench.world.path(name))


class Request(Scenario):
    """Somebody waits for an answer to `dunningctl recover`."""

    def prepare(self):
        super().prepare()
        self.bench.sql("state/state.db", "INSERT INTO requests_to_engine(kind, author, at) VALUES('recover', 'x', 1)")

    def judge(self, verdict):
        super().judge(verdict)
        done = self.bench.sql("state/state.db", "SELECT done, ok FROM requests_to_engine")
        if done != [(1, 1)]:
            verdict.say("lost", "the request has no answer: %s", done)


# ---- starts with work in flight

class InFlight(Scenario):
    """A start over what an earlier kill left."""

    wanted = 1

    def prepare(self):
        super().prepare()
        start = self.bench.keep()
        low, high = 1, self.bench.kill_at((), 0, self.words())[0]
        while low < high:  # how far the message has come grows with the stop
            middle = (low + high) // 2
            low, high = (low, middle) if self.try_stop(start, middle) >= self.wanted else (middle + 1, high)
        # No two runs have quite the same stops.
        if not any(self.try_stop(start, at) == self.wanted for at in [low] + list(range(low - 15, low + 25)) * 4):
            raise RuntimeError("no stop leaves an attempt that has come as far as %d" % self.wanted)
        self.before = list(self.bench.box.arrived), set(self.bench.box.begun)

    def try_stop(self, start, at):
        self.bench.put_back(start)
        self.bench.kill_at((), at, self.words())
        come = self.come(Snapshot(self.bench))
        self.bench.settle()
        return come

    @staticmethod
    def come(snapshot):
        """0: not claimed, 1: claimed, 2: at its commit point, 3: that stands in the send log, 4: done."""
        for attempt, (status, token, _) in snapshot.attempts.items():
            if status == "committing":
                return 3 if (attempt, token % 2 ** 64) in snapshot.witnessed else 2
            return 1 if status == "claimed" else 4
        return 0

    def begin(self):
        self.bench.box.arrived, self.bench.box.begun = list(self.before[0]), set(self.before[1])


class Claimed(InFlight):
    """... an attempt that is claimed."""


class Committing(InFlight):
    """... an attempt at its commit point, before the send log had it."""

    wanted = 2


class Witnessed(InFlight):
    """... an attempt at its commit point that stands in the send log."""

    wanted, doubtful = 3, 1


class Doubtful(Witnessed):
    """... a message in doubt, and another one due."""

    def prepare(self):
        super().prepare()
        self.bench.world.once()
        self.bench.world.rows("customers", customers(2))
        self.bench.world.rows("invoices", invoices(2))
        self.expected.append(mail(2))


# ---- the daemon as it runs for good

class Reload(Scenario):
    """A hangup after the first mail; by the new policy a second customer is due."""

    whens = ("accepted:HUP", "accepted:TERM")

    def prepare(self):
        self.people(2, {"p": policy(applies='applies_to = { segment = ["b2b"]; };')}, email="smtp")
        rows = customers(2)
        rows[1]["segment"] = "b2c"
        self.bench.world.rows("customers", rows)

    def begin(self):
        self.bench.box.clear(hook=self.edit)

    def edit(self):
        self.bench.world.write("policies/q.conf", policy(applies='applies_to = { segment = ["b2c"]; };', name="q"))

    def words(self):
        return self.bench.engine()

    def first(self, at):
        return self.bench.kill_at(self.options + self.when(*self.whens), at, self.words())

    def after(self):
        self.edit()


class ReloadBusy(Reload):
    """The same while a mail is on its way."""

    whens = ("reloaded:TERM",)

    def edit(self):
        super().edit()
        self.signal_engine(signal.SIGHUP)

    def after(self):
        super().edit()


class Shutdown(Scenario):
    """The order to stop, while one mail is on its way and another waits."""

    def prepare(self):
        self.people(2, {"p": policy()}, email="smtp")

    def begin(self):
        self.bench.box.clear(hook=lambda: self.signal_engine(signal.SIGTERM))

    def words(self):
        return self.bench.engine()


class Idle(Scenario):
    """The daemon sends, and is told to stop when all is done."""

    def words(self):
        return self.bench.engine()

    def first(self, at):
        return self.bench.kill_at(self.options + self.when("accepted:TERM"), at, self.words())
