"""dunningctl is killed while it writes: a fact is there wholly or not at all, and what was said to be done is done."""
import os
import sqlite3
import subprocess
import time

from lib_kill_bench import LATE, Unstartable, helper
from lib_kill_scenarios import (LONG_AGO, Scenario, Witnessed, customers, invoices, mail, policy)

MANY = 300


class Verb(Scenario):
    """Subclasses: the words, how to see the fact in the state, the event that goes with it, what is due with it."""

    line, fact, event = (), "", ""
    due, due_without = (), (mail(1),)

    def words(self):
        return self.bench.ctl(*self.line)

    def first(self, at):
        stops, killed, status = super().first(at)
        self.said = not killed and status == 0
        return stops, killed, status

    def after(self):
        ((count,),) = self.bench.sql("state/state.db", self.fact)
        self.done, self.events = bool(count), count
        if self.event:
            ((self.events,),) = self.bench.sql("state/state.db", "SELECT count(*) FROM events WHERE kind = '%s'"
                                               % self.event)

    def judge(self, verdict):
        if self.done != bool(self.events):
            verdict.say("torn", "the fact is there: %s, its event: %s", self.done, bool(self.events))
        if self.said and not self.done:
            verdict.say("lost", "dunningctl said that it is done, and it is not")
        verdict.judge(self.due if self.done else self.due_without)


class Hold(Verb):
    line = ("hold", "C-1", "--reason", "asked by phone")
    fact, event = "SELECT count(*) FROM holds", "held"


class Optout(Verb):
    line = ("optout", "add", "c1@shop.invalid", "--reason", "asked by letter")
    fact, event = "SELECT count(*) FROM optouts", "opted_out"


class Record(Verb):
    line = ("record", "R-1", "--step", "reminder", "--channel", "letter", "--on", LONG_AGO)
    fact = "SELECT count(*) FROM records"


class Approve(Verb):
    line = ("approve", "N-1")
    fact = "SELECT count(*) FROM notices WHERE status <> 'awaiting_approval'"
    event = "approved"
    due, due_without = (mail(1),), ()

    def prepare(self):
        text = policy().replace('template = "t";', 'template = "t"; approval = "required";')
        self.people(1, {"p": text}, email="smtp")
        self.bench.world.once()


class Settle(Verb):
    """A message in doubt, and what a person found out; that it has not arrived changes nothing."""

    line = ("settle", "M-1", "sent", "--reason", "the customer has it")
    fact, event = "SELECT count(*) FROM messages WHERE status = 'accepted'", "settled_uncertain"
    doubtful = 1

    def prepare(self):
        other = Witnessed(self.bench, "engine")
        self.bench.put_back(other.kept)
        self.bench.world.once()

    def judge(self, verdict):
        if self.done:
            self.bench.box.arrived.append(mail(1) + (b"",))
            verdict.judge_bytes = lambda: None
        self.bench.box.begun.add(mail(1))
        self.due = self.due_without
        super().judge(verdict)


class Backup(Verb):
    """The copy is whole or not there, and the state has not suffered."""

    due_without = (mail(1),)

    def words(self):
        return self.bench.ctl("backup", self.bench.world.path("copy.db"))

    def begin(self):
        for name in os.listdir(self.bench.world.folder):
            if name.startswith("copy"):
                os.unlink(self.bench.world.path(name))

    def whole(self):
        copy = sqlite3.connect(self.bench.world.path("copy.db"))
        try:
            good = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return good and copy.execute("SELECT count(*) > 0 FROM meta").fetchone() == (1,)
        except sqlite3.Error:
            return False
        finally:
            copy.close()

    def after(self):
        self.there = os.path.exists(self.bench.world.path("copy.db"))
        self.good = self.there and self.whole()
        self.again = self.bench.run(self.words(), "dunningctl backup")

    def judge(self, verdict):
        if self.there and not self.good:
            verdict.say("torn", "there is a backup, and it is not whole")
        if self.said and not self.there:
            verdict.say("lost", "dunningctl said that there is a backup, and there is none")
        if self.again != (5 if self.there else 0):
            verdict.say("unstartable", "a second backup ends with %d", self.again)
        verdict.judge(self.due_without)


class Import(Verb):
    """A file of many rows: all of them or none, and the second time the rest."""

    table = "customers"

    def prepare(self):
        self.people(1, {"p": policy(applies='applies_to = { segment = ["b2b"]; };')}, email="smtp")
        rows = customers(MANY, "b2c")
        rows[:2] = customers(2)
        self.bench.world.rows("customers", rows)
        self.bench.world.rows("invoices", invoices(MANY))
        self.bench.sql("ledger.db", *("DELETE FROM %s WHERE %s" % (table, where) for table, where in self.gone()))
        self.due_without = (mail(1), mail(2))

    def gone(self):
        return (("invoices", "invoice_id <> 'R-1'"), ("customers", "customer_id <> 'C-1'"))

    def words(self):
        return self.bench.ctl("import", self.table, self.bench.world.path("import-%s.csv" % self.table))

    def count(self):
        ((rows,),) = self.bench.sql("ledger.db", "SELECT count(*) FROM " + self.table)
        return rows

    def after(self):
        self.rows = self.count()
        self.again = self.bench.run(self.words(), "dunningctl import")
        self.complete = self.count()
        if self.table == "customers":
            self.bench.run(self.bench.ctl("import", "invoices", self.bench.world.path("import-invoices.csv")))

    def judge(self, verdict):
        if self.rows not in (1, MANY):
            verdict.say("torn", "%d of %d rows are there", self.rows, MANY)
        if self.said and self.rows != MANY:
            verdict.say("lost", "dunningctl said that all is imported, and %d rows are there", self.rows)
        if self.again != 0 or self.complete != MANY:
            verdict.say("unstartable", "a second import ends with %d, %d rows are there", self.again, self.complete)
        verdict.judge(self.due_without)


class ImportInvoices(Import):
    table = "invoices"

    def gone(self):
        return (("invoices", "invoice_id <> 'R-1'"),)


class CtlReload(Verb):
    """dunningctl waits for the running engine's answer, and is killed; the engine goes on."""

    line = ("reload",)

    def prepare(self):
        self.people(2, {"p": policy()}, email="smtp")

    def begin(self):
        self.daemon = self.bench.spawn(*self.bench.engine())
        end = time.monotonic() + LATE
        while not self.bench.box.arrived and time.monotonic() < end:
            time.sleep(0.001)

    def after(self):
        self.daemon.terminate()
        try:
            self.status = self.daemon.wait(LATE)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            raise Unstartable("the engine does not stop") from None

    def judge(self, verdict):
        if self.status != 0:
            verdict.say("unstartable", "the engine ended with %d", self.status)
        verdict.judge(self.expected)


class Migrate(Verb):
    """A state of today's version becomes one of the next version, which only this test knows."""

    VERSION = 2

    def words(self):
        return [helper("kill_migrate"), self.bench.world.path("state", "state.db")]

    def after(self):
        ((self.version,),) = self.bench.sql("state/state.db", "PRAGMA user_version")
        columns = self.bench.sql("state/state.db", "SELECT count(*) FROM pragma_table_info('customers') "
                                 "WHERE name = 'added'")
        self.shape = columns[0][0]
        self.again = self.bench.run(self.words(), "the conversion")
        ((self.last,),) = self.bench.sql("state/state.db", "PRAGMA user_version")
        self.copies = [name for name in os.listdir(self.bench.world.path("state")) if name.endswith(".before-v%d" % (self.VERSION + 1))]
        if self.again != 0:
            raise Unstartable("a second conversion ends with %d" % self.again)
        self.bench.sql("state/state.db", "ALTER TABLE customers DROP COLUMN added", "DROP TABLE second",
                       "PRAGMA user_version = %d" % self.VERSION)

    def judge(self, verdict):
        if (self.version, self.shape) not in ((self.VERSION, 0), (self.VERSION + 1, 1)):
            verdict.say("torn", "version %d has %d new columns", self.version, self.shape)
        if self.last != self.VERSION + 1 or len(self.copies) != 1:
            verdict.say("lost", "at the end it has version %d and %d copies of the first", self.last, len(self.copies))
        verdict.judge(self.due_without)
