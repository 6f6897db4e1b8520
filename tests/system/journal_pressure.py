#!/usr/bin/python3
"""A journald that hangs keeps nothing and nobody waiting; what it drops is in the state and in the status log."""
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_canary import SLOW, wait
from lib_journal import Journal, in_own_journal, start_as_service
from lib_world import SOURCE, World, main, program, stop

EVENTS = 20000
CUSTOMERS = 300  # each brings half a dozen events, many more than the journal's socket takes


def business(customers):
    world = World(more='poll_interval = "1s";')
    world.rows("customers", [{"customer_id": "C-%d" % i, "name": "One", "email": "one@kunde.invalid"} for i in range(customers)])
    world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": "2026-01-05",
                             "due_on": "2026-02-05", "currency": "EUR", "amount": "10.00"} for i in range(customers)])
    return world


def many_events(world, count):
    """The log of a very long night, stated while the engine was down."""
    state = sqlite3.connect(world.path("state/state.db"), timeout=20)
    columns = [row[1] for row in state.execute("PRAGMA table_info(events)")]
    kept = ", ".join(name for name in columns if name not in ("seq", "kind"))
    state.execute("WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO events(kind, %s) "
                  "SELECT 'opted_in', %s FROM n, (SELECT * FROM events ORDER BY seq LIMIT 1)" % (count, kept, kept))
    state.commit()
    state.close()


def numbers(journal):
    return [int(record["DUNNING_SEQ"]) for record in journal.events()]


def in_the_state(world):
    state = sqlite3.connect(world.path("state/state.db"), timeout=20)
    rows = [row[0] for row in state.execute("SELECT seq FROM events ORDER BY seq")]
    state.close()
    return rows


def a_journal_that_hangs_stops_nothing():
    journal = Journal()
    world = business(CUSTOMERS)
    journal.process.send_signal(signal.SIGSTOP)
    daemon = start_as_service(world)
    try:
        wait("all messages", lambda: len(world.log("accepted")) == CUSTOMERS, 60)
        began = time.monotonic()
        world.ctl("reload")
        world.write("dunningd.conf", "nonsense")
        status = subprocess.run([program("dunningctl"), "reload", "--config", world.config], check=False,
                                capture_output=True).returncode
        assert status != 0
        assert time.monotonic() - began < 10 * SLOW, "the engine answers slowly"
        journal.process.send_signal(signal.SIGCONT)
        wait("the journal to have all", lambda: numbers(journal) == in_the_state(world), 30)
    finally:
        journal.process.send_signal(signal.SIGCONT)
        assert stop(daemon, 60) == 0
    wait("the last word", lambda: numbers(journal) == in_the_state(world), 10)
    journal.stop()
    world.remove()


def a_stop_waits_for_no_journal():
    """What was not told is told by the next one, before its own first word."""
    journal = Journal()
    world = business(CUSTOMERS)
    journal.process.send_signal(signal.SIGSTOP)
    daemon = start_as_service(world)
    try:
        wait("all messages", lambda: len(world.log("accepted")) == CUSTOMERS, 60)
    finally:
        began = time.monotonic()
        status = stop(daemon, 60)
        journal.process.send_signal(signal.SIGCONT)
    assert status == 0 and time.monotonic() - began < 10 * SLOW
    daemon = start_as_service(world)
    try:
        wait("the journal to have all", lambda: numbers(journal) == in_the_state(world), 30)
    finally:
        assert stop(daemon, 60) == 0
    journal.stop()
    world.remove()


class Unit:
    """A group of processes that journald takes for a unit's, so that its rate limit holds for them."""

    NAME = "dunningd.service"

    def __init__(self, interval_s, burst):
        self.top = tempfile.mkdtemp(prefix="dunningd-cgroup-")
        subprocess.run(["mount", "-t", "cgroup2", "cgroup2", self.top], check=True)
        self.slice = os.path.join(self.top, "dunningdtest%d.slice" % time.monotonic_ns())
        self.folder = os.path.join(self.slice, self.NAME)
        os.makedirs(self.folder)
        subprocess.run(["mount", "--bind", self.top, "/sys/fs/cgroup"], check=True)
        self.limit("interval", interval_s * 1000000)
        self.limit("burst", burst)

    def limit(self, word, value):
        """As the service manager tells journald."""
        os.makedirs("/run/systemd/units", exist_ok=True)
        os.symlink(str(value), "/run/systemd/units/log-rate-limit-%s:%s" % (word, self.NAME))

    def start(self, world):
        with open(os.path.join(self.folder, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write("0")
        try:
            return start_as_service(world)
        finally:
            with open(os.path.join(self.top, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write("0")

    def remove(self):
        subprocess.run(["umount", "/sys/fs/cgroup"], check=True)
        os.rmdir(self.folder)
        os.rmdir(self.slice)
        subprocess.run(["umount", self.top], check=True)
        os.rmdir(self.top)


def through_the_limit(interval_s, burst):
    """How many of a long night's events journald keeps; the state and the status log have all of them."""
    journal = Journal(burst=10000)
    unit = Unit(interval_s, burst)
    world = business(1)
    world.once()
    many_events(world, EVENTS)
    try:
        night(unit, world)
    finally:
        unit.remove()
    kept = numbers(journal)
    assert kept == sorted(set(kept)), "out of order or twice"
    assert len(in_the_state(world)) >= EVENTS
    journal.stop()
    world.remove()
    return len(kept)


def night(unit, world):
    daemon = unit.start(world)
    try:
        wait("all lines of the status log", lambda: len(world.log("opted_in")) == EVENTS, 60)
        world.ctl("hold", "C-0")
        wait("the journal's end of it", lambda: told_until(world) >= EVENTS, 60)
    finally:
        assert stop(daemon, 60) == 0


def told_until(world):
    """The state knows how far the journal got, as of the commit before."""
    state = sqlite3.connect(world.path("state/state.db"), timeout=20)
    told = dict(state.execute("SELECT key, value FROM meta")).get("journal_seq", "0")
    state.close()
    return int(told)


def what_the_journal_drops_is_kept_elsewhere():
    kept = through_the_limit(30, 200)
    assert 0 < kept < EVENTS, "journald dropped nothing: %d" % kept
    print("  journald kept %d of %d" % (kept, EVENTS))


def the_units_limit_lets_a_long_night_pass():
    for name in ("dunningd.service", "dunningd@.service"):
        with open(os.path.join(SOURCE, "systemd", name), encoding="ascii") as file:
            words = dict(line.split("=", 1) for line in file.read().split("\n") if line.startswith("LogRateLimit"))
        assert words == {"LogRateLimitIntervalSec": "30s", "LogRateLimitBurst": "100000"}, (name, words)
    kept = through_the_limit(30, 100000)
    assert kept > EVENTS, "journald dropped some: %d" % kept


if __name__ == "__main__":
    in_own_journal()
    main(a_journal_that_hangs_stops_nothing, a_stop_waits_for_no_journal, what_the_journal_drops_is_kept_elsewhere,
         the_units_limit_lets_a_long_night_pass)
