"""Power loss: lives of the real programs are recorded, cut at many places, and gone on with from what may be left.

Without arguments it makes the cuts of a test run; the full run is
    tests/fault/power.py --cuts 10000
A cut that goes wrong is made again by the command that is printed with it.  What
a disk may do to changes without a sync is written down in lib_power_model.py.
"""
import argparse
import collections
import concurrent.futures
import os
import resource
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_power_cut import cut_once, has_audit, place_of
from lib_power_life import kept_life, remove_if_empty, use_memory_for_files
from lib_power_lives import LIVES, killed
from lib_power_sink import Sink

KILLED_LIVES = 10
KEPT_MOST = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--lives", help="only those whose name begins so")
    parser.add_argument("--replay", metavar="FILE", help="make one cut again")
    return parser.parse_args()


def makers(wanted, seed):
    """[(name, function of a sink)]"""
    every = [(make.__name__, make) for make in LIVES]
    for number in range(KILLED_LIVES):
        every.append(("killed-%d" % number, lambda sink, number=number: killed(sink, seed * 1000 + number)))
    return [(name, make) for name, make in every if name.startswith(wanted or "")]


def record(make, sink):
    life = make(sink)
    life.end()
    life.audits = has_audit(life)
    return life


def cut_life(life, seed, numbers, count, report):
    """numbers: which of `count` cuts of this life are made here."""
    kept = 0
    for number in numbers:
        about = {"place": place_of(life.records, number, count, seed), "seed": seed * 1000003 + number,
                 "number": number}
        aftermath = cut_once(life, about)
        report["uncertain"] += aftermath.uncertain
        report["cuts"] += 1
        report["messages"] += len(aftermath.messages)
        if aftermath.faults:
            report["bad"] += 1
            kept += 1
            if kept <= KEPT_MOST:
                path = life.keep(about)
                os.rename(path, "%s.%d" % (path, number))
                report["faults"].append("%s, cut at record %d: %s\n  again with: tests/fault/power.py --replay %s.%d" % (
                    life.name, about["place"], "; ".join(aftermath.faults[:4]), path, number))
    return kept > 0


def work(options, worker):
    """A share of all cuts, with lives and a world outside of its own."""
    use_memory_for_files()
    sink = Sink()
    report = collections.defaultdict(int, faults=[])
    lives = makers(options.lives, options.seed)
    count = -(-options.cuts // len(lives))
    for _, make in lives:
        life = record(make, sink)
        report["records"] += len(life.records)
        if not cut_life(life, options.seed, range(worker, count, options.jobs), count, report):
            life.remove()
    sink.stop()
    remove_if_empty(tempfile.tempdir)  # a process of a pool ends without its atexit
    return dict(report)


def replay(path):
    use_memory_for_files()
    life, about = kept_life(path, Sink)
    life.audits = has_audit(life)
    aftermath = cut_once(life, about)
    print("%s, cut at record %d of %d" % (life.name, about["place"], len(life.records)))
    print("\n".join(aftermath.faults) or "nothing wrong")
    print("what was left and gone on with: %s" % life.folder)
    return 1 if aftermath.faults else 0


def main():
    options = arguments()
    if options.replay:
        return replay(options.replay)
    began = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        reports = list(pool.map(work, [options] * options.jobs, range(options.jobs)))
    total = {key: sum(report.get(key, 0) for report in reports) for key in
             ("cuts", "bad", "uncertain", "messages", "records")}
    for report in reports:
        print("\n".join(report["faults"]), end="\n" if report["faults"] else "")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print("power: seed %d, %d cuts in %d records of %d lives, %d violations, %d of %d messages uncertain, "
          "%.0f s, %.0f s of processor" % (
              options.seed, total["cuts"], total["records"], len(makers(options.lives, 0)) * options.jobs, total["bad"],
              total["uncertain"], total["messages"], time.monotonic() - began,
              sum(each.ru_utime + each.ru_stime for each in used)))
    return 1 if total["bad"] or not total["cuts"] else 0


if __name__ == "__main__":
    sys.exit(main())
