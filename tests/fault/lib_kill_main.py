"""The run as a whole, and the table at its end."""
import os
import shutil
import time

from lib_kill_bench import use_memory
from lib_kill_run import KINDS, LIST, Result, Undisturbed, name_of, plan

UNCERTAIN_MOST = 5.0  # percent of the single kills


def print_table(result, stops):
    print("%-22s %6s %6s %7s %5s %5s %8s %7s %5s %6s %6s" % (
        ("scenario/killed", "stops", "kills", "doubles", "twice", "lost", "unstart.", "unclear", "other", "missed",
         "doubt%")))
    for entry in LIST:
        once, again = (result.tally.rows.get((entry, twice), {}) for twice in (False, True))
        both = {word: once.get(word, 0) + again.get(word, 0) for word in KINDS + ("points", "missed", "uncertain")}
        if not both["points"] + both["missed"]:
            continue
        others = sum(both[kind] for kind in KINDS if kind not in ("duplicate", "lost", "unstartable"))
        print("%-22s %6d %6d %7d %5d %5d %8d %7d %5d %6d %6.1f" % (
            name_of(entry), stops[entry], once.get("points", 0), again.get("points", 0), both["duplicate"],
            both["lost"], both["unstartable"], both["uncertain"], others, both["missed"],
            100 * both["uncertain"] / max(1, both["points"])))


def print_violations(result):
    for name, at, second, kind, text in result.violations[:40]:
        again = "" if second is None else ", again %s at %.4f" % (" ".join(second[0]) or "engine", second[1])
        print("WRONG %s: %s at stop %d%s: %s" % (kind, name, at, again, text))
    for text in result.broken:
        print("BROKEN " + text)


def share_in_doubt(tally, twice):
    return 100 * tally.sum("uncertain", twice) / max(1, tally.sum("points", twice))


def most_in_doubt(points):
    """A small run may lie above by chance."""
    return UNCERTAIN_MOST + (0 if points >= 25000 else 100 / points ** 0.5)


def print_summary(tally, seed, stops, seconds):
    others = sum(tally.sum(kind) for kind in KINDS if kind not in ("duplicate", "lost", "unstartable"))
    print("seed %d: %d stops, %d kills, %d double kills; %d duplicates, %d lost, %d that cannot start, %d uncertain "
          "(%.2f %%, of the double kills %.2f %%), %d other violations, %d stops missed; %.0f s, %.0f s of processor"
          % (seed, stops, tally.sum("points", False), tally.sum("points", True), tally.sum("duplicate"),
             tally.sum("lost"), tally.sum("unstartable"), tally.sum("uncertain"), share_in_doubt(tally, False),
             share_in_doubt(tally, True), others, tally.sum("missed"), seconds, sum(os.times()[:4])))


def run(wanted):
    """0 if nothing is wrong."""
    folder = use_memory()
    try:
        return run_all(wanted)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_all(wanted):
    began = time.monotonic()
    points, doubles, seed = wanted.points, wanted.doubles, wanted.seed
    until = began + 60 * wanted.minutes if wanted.minutes else None
    undisturbed = Undisturbed(LIST, wanted.workers)
    for text in undisturbed.wrong:
        print("WRONG " + text)
    if undisturbed.wrong:
        print("0 passed, %d failed" % len(undisturbed.wrong))
        return 1
    result = Result(plan(undisturbed.stops, points, doubles, seed), wanted.workers, until)
    print_table(result, undisturbed.stops)
    print_violations(result)
    good = not result.violations and not result.broken and share_in_doubt(result.tally, False) <= most_in_doubt(points)
    good = good and result.tally.sum("points", False) >= points and result.tally.sum("points", True) >= doubles
    print_summary(result.tally, seed, sum(undisturbed.stops.values()), time.monotonic() - began)
    print("%d passed, %d failed" % (good, not good))
    return 0 if good else 1
