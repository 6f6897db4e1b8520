"""Runs of many kills: which stops, by how many workers, and what came of them."""
import collections
import json
import os
import random
import select
import signal
import sys
import time
import traceback

import lib_kill_bench
import lib_kill_scenarios as sending
import lib_kill_socket as services
import lib_kill_verbs as verbs
from lib_kill_check import Snapshot, Verdict

ALIVE = ("engine", "both", "ctl")  # with these targets no engine runs when the killer is done
LIST = (
    [(case, target) for case in (sending.Email, sending.Sms, sending.Channels) for target in ("engine", "both", "sender")]
    + [(case, target) for case in (sending.Drop, sending.Detour, sending.Retry, sending.Shutdown, sending.ReloadBusy)
       for target in ("engine", "both")]
    + [(case, "engine") for case in (sending.Create, sending.Request, sending.Claimed, sending.Committing,
                                     sending.Witnessed, sending.Doubtful, sending.Reload, sending.Idle)]
    + [(services.Socket, "engine"), (services.SocketSender, "sender")]
    + [(case, "ctl") for case in (verbs.Hold, verbs.Optout, verbs.Record, verbs.Approve, verbs.Settle, verbs.Backup,
                                  verbs.Import, verbs.ImportInvoices, verbs.CtlReload, verbs.Migrate)])
SLOW = ("sender",)  # the engine waits half a second before it starts another one
# Recoveries that are killed in their turn: of these scenarios, and of these processes.
TWICE = [(case, target) for case, target in LIST if target in ("engine", "both") and case is not services.Socket]
ROUND = 4000  # kills
AUDITED = 8  # one stop of so many is also looked at by `dunningctl audit`
SECOND = ((), ("--child", "--both"), ())
KINDS = ("duplicate", "lost", "unrecorded", "unstartable", "doubt", "witness", "bytes", "torn", "stray", "damaged",
         "audit", "events")


def name_of(entry):
    return "%s/%s" % (entry[0].__name__, entry[1])


class Outcome:
    def __init__(self, stops=0, killed=False):
        self.stops, self.killed = stops, killed
        self.found, self.uncertain = [], 0


class Runner:
    """One worker's bench; each scenario's world is built when it is first wanted and kept until another is."""

    def __init__(self, plant=None):
        self.bench = lib_kill_bench.Bench()
        self.plant = plant
        self.scenario = self.entry = None
        self.second_stops = {}

    def take(self, entry):
        if self.entry != entry:
            self.entry = None
            self.bench.environment = None
            self.scenario = entry[0](self.bench, entry[1])
            self.entry = entry
        return self.scenario

    def point(self, entry, at, second=None):
        """One kill, and with second = (options, stop) another one of the engine that recovers."""
        scenario, outcome = self.take(entry), Outcome()
        self.bench.put_back(scenario.kept)
        try:
            scenario.begin()
            outcome.stops, outcome.killed, _ = scenario.first(at)
            snapshots = [Snapshot(self.bench)] if at and entry[1] in ALIVE else []
            if self.plant:
                self.plant(self.bench)
            scenario.after()
            if second:
                self.bench.box.hook = None
                outcome.stops, outcome.killed, _ = self.bench.kill_at(second[0], second[1],
                                                                      self.bench.engine("--once"))
                snapshots.append(Snapshot(self.bench))
            scenario.finish()
            self.bench.settle()
            verdict = Verdict(self.bench, snapshots)
            scenario.judge(verdict)
            if at % AUDITED == 0:
                verdict.audit()
            outcome.found, outcome.uncertain = verdict.found, verdict.uncertain
        except lib_kill_bench.Unstartable as error:
            outcome.found = [("unstartable", str(error))]
            self.calm()
        if outcome.found and os.environ.get("DUNNINGD_KILL_SHOW"):
            with open(self.bench.world.path("err"), encoding="utf-8", errors="replace") as err:
                sys.stderr.write("%s at %d %s: %s\n%s" % (name_of(entry), at, second, outcome.found, err.read()))
        return outcome

    def calm(self):
        """Ends whatever is left of a run that failed."""
        for pid in lib_kill_bench.own_children():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


# ---- which stops

def spread(stops, points, dice):
    """So many of 1..stops, evenly, each somewhere in its part."""
    if points >= stops:
        return list(range(1, stops + 1))
    return [int((i + dice.random()) * stops / points) + 1 for i in range(points)]


def allot(counts, points):
    """Points of each scenario by its stops; those that wait for a second process get fewer.

    A few more than wanted, since not every stop is met again.
    """
    weight = {entry: stops * (0.5 if entry[1] in SLOW else 1.0) for entry, stops in counts.items()}
    total = sum(weight.values())
    return {entry: min(counts[entry], max(10, int(1.01 * points * weight[entry] / total) + 1)) for entry in counts}


def plan(counts, points, doubles, seed):
    """(entry, stop, second) for each kill; the same for the same seed and counts."""
    jobs = []
    for entry, share in allot(counts, points).items():
        dice = random.Random("%d %s" % (seed, name_of(entry)))
        jobs += [(entry, at, None) for at in spread(counts[entry], share, dice)]
    share = int(1.01 * doubles / len(TWICE)) + 1
    for entry in TWICE if doubles else ():
        dice = random.Random("%d twice %s" % (seed, name_of(entry)))
        jobs += [(entry, at, (SECOND[i % len(SECOND)], dice.random()))
                 for i, at in enumerate(spread(counts[entry], share, dice))]
    return jobs


# ---- workers

class Tally:
    def __init__(self):
        self.rows = {}

    def add(self, key, outcome, baseline):
        row = self.rows.setdefault(key, collections.Counter())
        row["points"] += outcome["killed"]
        row["missed"] += not outcome["killed"]
        row["uncertain"] += max(0, outcome["uncertain"] - baseline) > 0
        for kind in {kind for kind, _ in outcome["found"]}:
            row[kind] += 1

    def sum(self, word, twice=None):
        return sum(row[word] for key, row in self.rows.items() if twice is None or key[1] == twice)


def do_job(runner, job):
    """A stop that is not reached, since threads run as they like, is sought among those that there were."""
    entry, at, second = job
    if second is None:
        outcome = runner.point(entry, at)
        if not outcome.killed and outcome.stops:
            outcome = runner.point(entry, 1 + (at - 1) % outcome.stops)
        return outcome
    options, part = second
    stops = runner.second_stops.setdefault((entry, options), 1500 if options else 2500)
    outcome = runner.point(entry, at, (list(options), 1 + int(part * stops)))
    if not outcome.killed and outcome.stops:
        runner.second_stops[entry, options] = outcome.stops
        outcome = runner.point(entry, at, (list(options), 1 + int(part * outcome.stops)))
    return outcome


class TimeIsOver(BaseException):
    pass


def end_of_time(*_):
    raise TimeIsOver


def in_worker(task):
    """task(runner, say) in a process of its own; what it says comes out of the descriptor as lines of JSON."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid != 0:
        os.close(writer)
        return pid, reader
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as out:
        runner = None
        signal.signal(signal.SIGTERM, end_of_time)
        try:
            runner = Runner()
            task(runner, lambda **line: out.write(json.dumps(line) + "\n"))
        except TimeIsOver:
            pass
        except BaseException:  # work that fails to be done is a failure
            out.write(json.dumps({"broken": traceback.format_exc()}) + "\n")
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if runner:
                runner.calm()
                runner.bench.remove()
    os._exit(0)


def lines_of(workers, until=None):
    """What all workers say, until all have ended, or are ended because the time is over."""
    rest = {reader: b"" for _, reader in workers}
    while rest:
        if until and time.monotonic() > until:
            until = None
            for pid, _ in workers:
                os.kill(pid, signal.SIGTERM)
        for reader in select.select(list(rest), [], [], 1)[0]:
            data = os.read(reader, 65536)
            if not data:
                del rest[reader]
                continue
            *lines, rest[reader] = (rest[reader] + data).split(b"\n")
            yield from (json.loads(line) for line in lines)
    for pid, reader in workers:
        os.close(reader)
        os.waitpid(pid, 0)


def start_workers(jobs, number):
    """Each goes through the scenarios one after the other, so that worlds are seldom rebuilt; long runs in rounds,
    so that one which is broken off has seen something of everything."""
    rounds = 1 + len(jobs) // ROUND
    order = sorted(range(len(jobs)), key=lambda i: (i % rounds, LIST.index(jobs[i][0]), i))

    def task(mine):
        def work(runner, say):
            for index in mine:
                outcome = do_job(runner, jobs[index])
                say(job=index, killed=outcome.killed, found=outcome.found, uncertain=outcome.uncertain)
        return work
    return [in_worker(task(order[i::number])) for i in range(number)]


class Undisturbed:
    """Stops of each scenario without a kill."""

    def __init__(self, entries, workers):
        self.stops, self.wrong = {}, []

        def task(mine):
            def work(runner, say):
                for index in mine:
                    outcome = runner.point(entries[index], 0)
                    say(entry=index, stops=outcome.stops, found=outcome.found)
            return work
        numbers = range(len(entries))
        for line in lines_of([in_worker(task(numbers[i::workers])) for i in range(workers)]):
            if "broken" in line:
                self.wrong.append(line["broken"])
                continue
            entry = entries[line["entry"]]
            self.stops[entry] = line["stops"]
            self.wrong += ["%s, not killed: %s" % (name_of(entry), text) for _, text in line["found"]]


class Result:
    def __init__(self, jobs, workers, until=None):
        self.tally, self.broken, self.violations = Tally(), [], []
        self.jobs, self.began = jobs, time.monotonic()
        for line in lines_of(start_workers(jobs, workers), until):
            if "broken" in line:
                self.broken.append(line["broken"])
            else:
                self.take(line)

    def take(self, line):
        entry, at, second = self.jobs[line["job"]]
        self.tally.add((entry, second is not None), line, entry[0].doubtful)
        self.violations += [(name_of(entry), at, second, kind, text) for kind, text in line["found"]]
        done = self.tally.sum("points") + self.tally.sum("missed")
        if done % 1000 == 0:
            print("%d of %d kills, %d violations, %d s" % (done, len(self.jobs), len(self.violations),
                                                         time.monotonic() - self.began), flush=True)
