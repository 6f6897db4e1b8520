#!/usr/bin/python3
"""Does what looks for faults after a kill see them?  Faults are planted between kill and restart; each must be named.

The same kills without a fault must find nothing.
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_kill_scenarios as sending
import lib_kill_verbs as verbs
from lib_kill_bench import helper, use_memory
from lib_kill_check import Snapshot
from lib_kill_run import Runner

TRIES = 12
CLAIMED, COMMITTING, WITNESSED, DONE = 1, 2, 3, 4


def state(*statements):
    return lambda bench: bench.sql("state/state.db", *statements)


def ledger(*statements):
    return lambda bench: bench.sql("ledger.db", *statements)


def forget_lines(bench):
    with open(bench.world.path("witness", "send.log"), "w", encoding="ascii"):
        pass


def both(*plants):
    def plant(bench):
        for each in plants:
            each(bench)
    return plant


def overwrite(bench):
    with open(bench.world.path("state", "state.db"), "r+b") as file:
        file.write(b"\0" * 4096)


MARK = "UPDATE %s SET status = '%s' WHERE status IN ('claimed', 'committing', 'in_flight', 'planned')"
# (what the program would do wrong, scenario, how far the message has come, the fault, what must be said)
PLANTED = [
    ("sends again what is in doubt", sending.Email, WITNESSED,
     both(forget_lines, state("UPDATE attempts SET status = 'claimed'")), "duplicate"),
    ("records before it connects", sending.Email, CLAIMED,
     state(MARK % ("attempts", "accepted"), MARK % ("messages", "accepted")), "lost"),
    ("loses a message that was planned", sending.Email, CLAIMED,
     state("DELETE FROM requests", "DELETE FROM attempts", "DELETE FROM messages"), "lost"),
    ("is in doubt without a reason", sending.Email, CLAIMED,
     state(MARK % ("attempts", "uncertain"), MARK % ("messages", "uncertain")), "doubt"),
    ("loses its send log", sending.Email, DONE, forget_lines, "witness"),
    ("changes the bytes of a message", sending.Email, DONE, state("UPDATE requests SET bytes = zeroblob(9)"), "bytes"),
    ("takes back an acceptance", sending.Email, DONE,
     state("UPDATE attempts SET status = 'refused'", "UPDATE messages SET status = 'refused'"), "unrecorded"),
    ("writes to somebody else", sending.Email, CLAIMED,
     ledger("UPDATE customers SET email = 'other@shop.invalid'"), "stray"),
    ("damages its state", sending.Email, CLAIMED, overwrite, "unstartable"),
    ("writes half a fact", verbs.Hold, None, state("DELETE FROM events WHERE kind = 'held'"), "torn"),
    ("imports half a file", verbs.Import, None, ledger("DELETE FROM customers WHERE customer_id > 'C-2'"), "torn"),
]


def stops_at(runner, scenario, come):
    """Some stops at which the message has come that far: seconds of bisection instead of minutes of trying."""
    bench = runner.bench

    def come_at(at):
        bench.put_back(scenario.kept)
        scenario.begin()
        scenario.first(at)
        snapshot = Snapshot(bench)
        bench.settle()
        return sending.InFlight.come(snapshot)

    def first(wanted, low, high):
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if come_at(middle) >= wanted else (middle + 1, high)
        return low

    bench.put_back(scenario.kept)
    scenario.begin()
    last, _, _ = scenario.first(0)
    bench.settle()
    low = first(come, 1, last)
    high = first(come + 1, low, last) if come < DONE else last
    step = max(1, (high - low) // TRIES)
    return list(range(low, high, step)) or [low]


def is_named(runner, entry, stops, kind):
    for at in stops:
        outcome = runner.point(entry, at)
        if any(found == kind for found, _ in outcome.found):
            return True
    return False


def check_planted(runner):
    stops, wrong = {}, []
    for what, case, come, plant, kind in PLANTED:
        entry = (case, "engine" if come is not None else "ctl")
        scenario = runner.take(entry)
        if come is None:
            stops[case, come] = [10 ** 6]
        if (case, come) not in stops:
            stops[case, come] = stops_at(runner, scenario, come)
            quiet = [text for at in stops[case, come] for _, text in runner.point(entry, at).found]
            wrong += ["a fault is seen where there is none: " + text for text in quiet]
        runner.plant = plant
        seen = is_named(runner, entry, stops[case, come], kind)
        runner.plant = None
        print("%s a program that %s: %s" % ("ok    " if seen else "FAILED", what, kind), flush=True)
        wrong += [] if seen else ["not seen: a program that " + what]
    return wrong


def check_forgetful(runner):
    """The real engine without its send log: what had its `yes` is sent again, and that is seen."""
    entry = (sending.Email, "engine")
    scenario = runner.take(entry)
    runner.bench.environment = dict(os.environ, LD_PRELOAD=helper("libkill_forgets.so"))
    late = stops_at(runner, scenario, COMMITTING)
    seen = is_named(runner, entry, late, "duplicate")
    runner.bench.environment = None
    print("%s an engine that writes no send log: duplicate" % ("ok    " if seen else "FAILED"))
    return [] if seen else ["not seen: an engine without a send log"]


def main():
    folder = use_memory()
    runner = Runner()
    try:
        wrong = check_planted(runner) + check_forgetful(runner)
    finally:
        runner.calm()
        runner.bench.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for text in wrong:
        print("WRONG " + text)
    print("%d planted, %d failed" % (len(PLANTED) + 1, len(wrong)))
    return bool(wrong)


sys.exit(main())
