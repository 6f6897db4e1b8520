"""What is going on when a call fails.  Sending is told in lib_kill_scenarios.py; here also stand the verbs of people."""
import os
import signal
import sqlite3
import threading
import time

from lib_kill_check import ENDED
from lib_kill_scenarios import (Channels, Claimed, Committing, Create, Doubtful, Drop, Email, Idle, Reload, Retry,
                                Scenario, Shutdown, Sms, Witnessed, customers, invoices, sms)

PATIENCE = 3  # seconds until a daemon is told to stop although what was awaited has not come


class Watched:
    """For the daemon that runs for good: signals when a word stands in the status log, and at the end in any case."""

    def __init__(self, world, process, whens):
        self.world, self.process = world, process
        self.whens = [tuple(when.split(":")) for when in whens]
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def seen(self, word):
        try:
            with open(self.world.path("status.log"), "rb") as file:
                return b" %s " % word.encode() in file.read()
        except OSError:
            return False

    def watch(self):
        for word, name in self.whens + [("", "TERM")]:
            end = time.monotonic() + PATIENCE
            while self.process.poll() is None and word and not self.seen(word) and time.monotonic() < end:
                time.sleep(0.005)
            if self.process.poll() is None:
                self.process.send_signal(getattr(signal, "SIG" + name))

    def done(self):
        self.thread.join()


class Both(Channels):
    """... whose SMS waits as long as the mail is in doubt."""

    def judge(self, verdict):
        doubt = self.bench.sql("state/state.db", "SELECT address FROM messages WHERE channel = 'email' "
                               "AND status = 'uncertain'")
        waiting = [sms(int(address[1:address.index("@")])) for address, in doubt]
        verdict.judge([key for key in self.expected if key not in waiting])


class Asked(Drop):
    """... that finds the file of the attempt before, and needs no `yes` for that."""

    def judge(self, verdict):
        super().judge(verdict)
        lines = {line["attempt"] for line in verdict.lines}
        if 1 in lines:
            verdict.found = [each for each in verdict.found if not each[1].endswith("without a line in the send log")]


class Verb(Scenario):
    """dunningctl writes a fact; the next pass of the engine follows it.  done() looks right after it."""

    def prepare(self):
        super().prepare()
        os.rename(self.bench.world.path("policies", "p.conf"), self.bench.world.path("p.conf"))
        self.bench.world.once()  # a state, and nothing sent yet
        os.rename(self.bench.world.path("p.conf"), self.bench.world.path("policies", "p.conf"))


class Hold(Verb):
    """`dunningctl hold`: all of it or nothing, and never a success that is not there."""

    def words(self):
        return self.bench.ctl("hold", "C-1", "--reason", "asked for time")

    def done(self, status, found):
        held = self.bench.sql("state/state.db", "SELECT count(*) FROM holds")[0][0]
        if status == 0 and held != 1:
            found("wrong", "hold ended with 0, and there are %d holds" % held)
        if held:
            self.expected = []
        else:
            self.expected = [("email", "c1@shop.invalid")]


class Import(Verb):
    """`dunningctl import`: the whole file or nothing; a second time completes it."""

    def prepare(self):
        super().prepare()
        world = self.bench.world
        world.rows("customers", customers(3))
        os.rename(world.path("import-customers.csv"), world.path("three.csv"))
        world.rows("invoices", invoices(1))
        world.sql("DELETE FROM customers WHERE customer_id <> 'C-1'")
        self.expected = [("email", "c1@shop.invalid")]

    def words(self):
        return self.bench.ctl("import", "customers", self.bench.world.path("three.csv"))

    def done(self, status, found):
        rows = self.bench.sql("ledger.db", "SELECT count(*) FROM customers")[0][0]
        if rows != 3 and (status == 0 or rows != 1):
            found("wrong", "import ended with %d, and there are %d customers" % (status, rows))
        if self.bench.run(self.words(), "dunningctl import") != 0:
            found("lost", "the import cannot be repeated")
        rows = self.bench.sql("ledger.db", "SELECT count(*) FROM customers")[0][0]
        if rows != 3:
            found("lost", "the import was repeated, and there are %d customers" % rows)


class Backup(Scenario):
    """`dunningctl backup`: a success is a copy that is whole."""

    def prepare(self):
        super().prepare()
        self.bench.box.clear()
        self.bench.world.once()
        self.arrived = list(self.bench.box.arrived), set(self.bench.box.begun)

    def begin(self):
        self.bench.box.arrived, self.bench.box.begun = list(self.arrived[0]), set(self.arrived[1])
        for name in os.listdir(self.bench.world.folder):
            if name.startswith("copy"):
                os.unlink(self.bench.world.path(name))

    def words(self):
        return self.bench.ctl("backup", self.bench.world.path("copy.db"))

    def done(self, status, found):
        path = self.bench.world.path("copy.db")
        if status == 0 and not os.path.exists(path):
            found("wrong", "backup ended with 0 and no file")
        if not os.path.exists(path):
            return
        copy = sqlite3.connect(path)
        try:
            good = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            good = good and copy.execute("SELECT count(*) FROM messages WHERE status = 'accepted'").fetchone() == (1,)
        except sqlite3.Error:
            good = False
        copy.close()
        if not good:
            found("wrong", "backup ended with %d and left a copy that is not whole" % status)


SCENARIOS = {"email": Email, "sms": Sms, "channels": Both, "drop": Asked, "retry": Retry, "create": Create,
             "claimed": Claimed, "committing": Committing, "witnessed": Witnessed, "doubtful": Doubtful,
             "reload": Reload, "shutdown": Shutdown, "idle": Idle, "hold": Hold, "import": Import, "backup": Backup}
PROGRAMS = {"hold": ["dunningctl"], "import": ["dunningctl"], "backup": ["dunningctl"]}
WHENS = {"reload": ["accepted:HUP", "reloaded:TERM"], "idle": ["accepted:TERM"], "shutdown": ["accepted:TERM"]}


def programs_of(name):
    return PROGRAMS.get(name, ["dunningd", "dunningd-send"])


def nothing_done(bench, expected):
    """Of a pass that ended with 0: those that were due and of whom the state knows nothing."""
    missing = []
    if bench.sql("state/state.db", "SELECT 1 FROM messages WHERE status = 'uncertain'"):
        expected = [key for key in expected if key[0] == "email"]
    rows = bench.sql("state/state.db", "SELECT channel, address, status FROM messages")
    live = {(channel, address.lstrip("+")) for channel, address, status in rows if status not in ENDED}
    for key in expected:
        if key not in live:
            missing.append(key[0])
    return missing
