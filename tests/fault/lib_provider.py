"""The matrix of provider faults: one business, one debtor and one misbehaving provider for each cell.

A table (TSV) says for each cell what must become of the attempt, what happens
next and how many messages the receiving side takes.  The real programs run
over it twice: once with the fault, and once more when the provider is well
again and all waiting times are over.  Expectations are written by hand from
DESIGN 7 and RULES R23-R26; nothing here asks the programs what is right.
"""
import argparse
import concurrent.futures
import csv
import datetime
import fnmatch
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
from lib_servers import SLOW, Certificate
from lib_world import World, program

LONG_AGO = (datetime.date.today() - datetime.timedelta(days=60)).isoformat()
DUE = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()
POLICY = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["%s"]; fallback = ["task"]; template = "t"; } ); };
"""
# What may happen next, and whether the cell has a second provider that may be tried.
NEXT = {
    "done": True,       # accepted; nothing more
    "next": True,       # the next provider took it
    "task": True,       # refused for good: a task for a person
    "held": True,       # uncertain: listed, never sent again
    "withdrawn": True,  # the gate said no: the notice was taken back
    "retry": False,     # waits, and goes out when the provider is well
    "stop": False,      # the provider is stopped, the message waits for its cure
}
PAID = ("INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) "
        "VALUES('Z-1', 'C-1', 'R-1', '%s', 'EUR', 1000)" % DUE)


def read_table(name):
    """Rows of a table as dicts; lines that begin with # are remarks."""
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["taken"] = int(row["taken"])
        if None in row or None in row.values() or row["next"].split()[0] not in NEXT:
            sys.exit("%s: not a row of the table: %r" % (name, row))
    names = [name_of(row) for row in rows]
    if len(set(names)) != len(names):
        sys.exit("%s: twice: %s" % (name, sorted({each for each in names if names.count(each) > 1})))
    return rows


def name_of(row):
    """What stands before the expectation: the cell's place in the matrix."""
    return " ".join(list(row.values())[:list(row).index("state")])


class Base:
    """What all cells of one kind begin with: a ledger with debtors, imported once."""

    def __init__(self, debtors=1, items=1):
        self.world = World()
        self.world.rows("customers", [{"customer_id": "C-%d" % i, "name": "N", "email": "c%d@shop.invalid" % i,
                                       "phone": "+4915112345678", "sms_consent": "2026-01-01 form"}
                                      for i in range(1, debtors + 1)])
        self.world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % min(i, debtors),
                                      "issued_on": LONG_AGO, "due_on": DUE, "currency": "EUR", "amount": "10.00"}
                                     for i in range(1, debtors + items)])

    def remove(self):
        self.world.remove()


class CellWorld(World):
    """The business of one cell; `first` is the provider under test, `box` the next one."""

    def __init__(self, base, provider, channel="email", second=True, **keys):
        names = 'first", "box' if second else "first"
        super().__init__(policies={"p": POLICY % channel}, **{"email": "box", "sms": "box", channel: names})
        shutil.copy(base.world.path("ledger.db"), self.path("ledger.db"))
        self.write("providers/first.conf", provider)
        for name in re.findall(r"\{\{credential(?:_base64)?\.(\w[\w-]*)\}\}|credential = \"([\w-]+)\"", provider):
            self.write("credentials/" + "".join(name), keys.get("password", "pass") + "\n")
        if keys.get("padding"):
            lines = "The line repeats itself.\n" * keys["padding"]
            self.write("templates/en/t.txt", "{{#due_items}}%s\n{{/due_items}}Total {{total_raw}}\n" % lines)
        self.environment = dict(os.environ, **keys.get("environment", {}))

    def run_engine(self):
        """One pass; its exit status is part of what a cell checks."""
        done = subprocess.run([program("dunningd"), "--config", self.config, "--once"], capture_output=True, text=True,
                              check=False, timeout=120 * SLOW, env=self.environment)
        if done.returncode != 0:
            raise AssertionError("dunningd --once ended with %d: %s" % (done.returncode, done.stderr[-2000:]))

    def rows_of(self, query):
        state = sqlite3.connect("file:%s?mode=ro" % self.path("state", "state.db"), uri=True)
        try:
            return state.execute(query).fetchall()
        finally:
            state.close()

    def let_time_pass(self):
        """What waits for a moment has reached it."""
        state = sqlite3.connect(self.path("state", "state.db"), isolation_level=None)
        state.execute("UPDATE messages SET not_before = 1 WHERE status = 'planned' AND not_before > 0")
        state.close()


# ---- what is seen ----

def seen_next(world):
    """The thing that happened next, in the words of NEXT."""
    messages = world.rows_of("SELECT status, not_before FROM messages WHERE status <> 'reserve' AND channel <> 'task' "
                             "ORDER BY id")
    attempts = world.rows_of("SELECT provider, status, done_at FROM attempts ORDER BY id")
    statuses = {status for status, _ in messages}
    if any(provider == "box" for provider, _, _ in attempts):
        return "next"
    if statuses <= {"accepted"}:
        return "done"
    if "uncertain" in statuses:
        listed = world.ctl("list", "messages", "--status", "uncertain")
        return "held" if "M-0" in listed and re.search(r"uncertain: +1\b", world.ctl("status")) else "uncertain, not listed"
    if world.rows_of("SELECT 1 FROM tasks WHERE status = 'open'"):
        return "task"
    if statuses <= {"withdrawn"}:
        return "withdrawn"
    if attempts[-1][1] == "misconfigured":
        return "stop" if statuses == {"planned"} else "lost"
    wait = messages[0][1] - attempts[-1][2]
    return "retry %d" % wait if statuses == {"planned"} and wait > 0 else "lost"


def seen_states(world):
    """States of the attempts with the provider under test, in order."""
    return "+".join(row[0] for row in world.rows_of("SELECT status FROM attempts WHERE provider = 'first' ORDER BY id"))


def same_next(wanted, seen):
    return wanted == seen or (wanted == "retry" and seen.startswith("retry "))


def check(wrong, what, wanted, seen):
    if wanted != seen:
        wrong.append("%s: expected %s, saw %s" % (what, wanted, seen))


def check_first_run(world, server, row):
    wrong = []
    check(wrong, "attempt", row["state"], seen_states(world))
    seen = seen_next(world)
    if not same_next(row["next"], seen):
        check(wrong, "next", row["next"], seen)
    check(wrong, "taken", row["taken"], server.taken)
    check(wrong, "taken by the next provider", int(row["next"] == "next"), len(world.outbox()))
    return wrong


def check_second_run(world, server, row):
    """All waiting times are over and the provider is well: what was held back goes out once, nothing else does."""
    wrong = []
    again = int(row["next"].split()[0] in ("retry", "stop"))
    check(wrong, "taken after the second run", row["taken"] + again, server.taken)
    check(wrong, "taken by the next provider after it", int(row["next"] == "next"), len(world.outbox()))
    if again:
        (status,), = world.rows_of("SELECT status FROM messages WHERE channel <> 'task' ORDER BY id DESC LIMIT 1")
        check(wrong, "message after the second run", "accepted", status)
    bytes_of = world.rows_of("SELECT message, count(DISTINCT sha256) FROM attempts GROUP BY message")
    if row["next"] != "next":  # another kind of provider takes another form of the message
        check(wrong, "forms of the request", {1}, {count for _, count in bytes_of})
    return wrong


def let_settle(server, seconds=3):
    """A server may still be reading what the client has long sent; its last talk has to be over before one counts."""
    end = time.monotonic() + seconds * SLOW
    while getattr(server, "open", None) and time.monotonic() < end:
        time.sleep(0.02)


def run_cell(matrix, row):
    """A list of complaints; the world of a wrong cell stays on disk."""
    server = world = None
    try:
        server = matrix.server(row)
        world = matrix.world(row, server)
        server.world = world
        world.run_engine()
        let_settle(server)
        wrong = check_first_run(world, server, row)
        server.heal()
        world.let_time_pass()
        world.run_engine()
        let_settle(server)
        wrong += check_second_run(world, server, row)
        wrong += server.complaints
    except Exception as error:
        wrong = ["%s: %s" % (type(error).__name__, error)]
    finally:
        if server:
            server.stop()
    if world and wrong:
        wrong.append("left behind: " + world.folder)
    elif world:
        world.remove()
    return wrong


# ---- the run ----

def run_cells(matrix, rows, jobs):
    """(row, complaints) of each cell; the slow ones begin first."""
    order = sorted(rows, key=matrix.weight, reverse=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda row: (row, run_cell(matrix, row)), order))


def self_test(matrix, rows, jobs):
    """Wrong expectations and a server that counts double must be complained about; returns what was not noticed."""
    planted = [dict(row, **change) for row, change in zip(matrix.examples(rows), matrix.planted)]
    noticed = set()
    results = run_cells(matrix, planted, jobs)
    for row, wrong in results:
        if any(each.startswith(("attempt:", "next:", "taken:")) for each in wrong):
            noticed.add(planted.index(row))
    remove_worlds(results)
    return ["%s with %s" % (name_of(planted[i]), matrix.planted[i]) for i in range(len(planted)) if i not in noticed]


def remove_worlds(results):
    for _, wrong in results:
        for line in wrong:
            if line.startswith("left behind: "):
                shutil.rmtree(line.split(": ", 1)[1], ignore_errors=True)


def cpu():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def run(matrix, table, least, last=lambda: []):
    """The command line of a matrix; exits with 1 if a cell is wrong or the checker is blind.

    last: complaints about all cells together.
    """
    parser = argparse.ArgumentParser(description=matrix.__doc__, allow_abbrev=False)
    parser.add_argument("--cells", default="*", help="only cells whose name fits this pattern, such as 'tls dot *'")
    parser.add_argument("--jobs", type=int, default=24, help="cells at a time (default 24: they mostly wait)")
    parser.add_argument("--list", action="store_true", help="print the cells and what is expected")
    options = parser.parse_args()
    rows = read_table(table)
    if len(rows) < least:
        sys.exit("%s: %d cells, at least %d are wanted" % (table, len(rows), least))
    chosen = [row for row in rows if fnmatch.fnmatch(name_of(row), options.cells)]
    if options.list:
        for row in chosen:
            print("%-44s %-18s %-10s %d" % (name_of(row), row["state"], row["next"], row["taken"]))
        return
    began = time.monotonic()
    missed = matrix.self_test(rows, options.jobs) if options.cells == "*" else []
    results = run_cells(matrix, chosen, options.jobs)
    bad = [(row, wrong) for row, wrong in results if wrong]
    for row, wrong in bad:
        print("WRONG %s (%s)\n    %s" % (name_of(row), row["remark"], "\n    ".join(wrong)))
    for each in missed:
        print("BLIND: %s was not noticed" % each)
    common = last()
    for each in common:
        print("WRONG in all: " + each)
    matrix.end()
    print("%s: %d cells, %d wrong, %d planted faults not noticed; no seed; %.0f s, %.0f s of processor time"
          % (table, len(results), len(bad) + len(common), len(missed), time.monotonic() - began, cpu()))
    sys.exit(1 if bad or common or missed or not results else 0)


__all__ = ["Base", "CellWorld", "Certificate", "NEXT", "PAID", "SLOW", "name_of", "read_table", "remove_worlds", "run",
           "run_cells", "self_test"]
