"""One run with a failing call, a plain run after it, and what both may have left behind."""
import os
import re
import subprocess
import tempfile

from lib_kill_bench import Bench, Unstartable, helper
from lib_kill_check import Snapshot, Verdict
from lib_nth_board import PASSING, WAYS, Board, Fault
from lib_nth_scenarios import SCENARIOS, WHENS, Watched, nothing_done, programs_of

LIMIT = 60 if not os.environ.get("DUNNINGD_SANITIZED") else 200
# 70: memory ran out, arena.h.
GOOD_ENDS = (0, 1, 4, 5, 70)
FRAIL = ("libconfig.so", "libicuuc.so", "libicui18n.so", "libcrypto.so")
SENTENCE = re.compile(r"(?m)^(dunningd|dunningd-send|dunningctl|out of memory|lib\w+ cannot|.*\.conf:).{10,}")
# Ways that must end the engine: the books or the send log could not be written or synced.
FATAL = {"write": ("EIO", "ENOSPC", "EDQUOT"), "sync": ("EIO", "ENOSPC")}
BOOKS = ("state/state.db", "state/state.db-wal", "witness/send.log")


def use_memory():
    """A folder of our own in memory, where there is such a thing: no call that fails loses what is in it."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    tempfile.tempdir = tempfile.mkdtemp(prefix="dunningd-nth-", dir=place)
    return tempfile.tempdir


class NthBench(Bench):
    def __init__(self):
        super().__init__()
        self.board = Board(os.path.join(tempfile.mkdtemp(), "board"))
        self.shim = helper("libnth_shim.so")

    def first(self, scenario, name, fault):
        """A run with the shim: exit status (negative: a signal, None: it hung) and what it said."""
        self.board.order(fault)
        self.environment = self.board.environment(self.shim, scenario.folder)
        try:
            process = self.spawn(*scenario.words())
        finally:
            self.environment = None
        watched = Watched(self.world, process, WHENS[name]) if name in WHENS else None
        try:
            status = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
        if watched:
            watched.done()
        self.settle()
        with open(self.world.path("err"), encoding="utf-8", errors="replace") as file:
            return status, file.read()

    def kill_at(self, options, at, words):
        """Where a scenario wants a kill to begin with: after the sync at / 3, by threes because it tries every third."""
        del options
        self.board.order(Fault("", "dunningd", "sync", at // 3, "DIE"))
        self.environment = self.board.environment(self.shim, self.world.folder)
        status = self.run(words)
        self.environment = None
        return 3 * self.board.read()["seen"]["dunningd", "sync"], status < 0, status

    def remove(self):
        super().remove()
        self.board.close()
        os.rmdir(os.path.dirname(self.board.path))


class Finding:
    def __init__(self, fault, kind, sentence, seen):
        self.fault, self.kind, self.sentence = fault, kind, sentence
        self.where = "%s %s from %s" % (seen["call"], seen["path"] or "", seen["caller"]) if seen else ""

    def __str__(self):
        return "%s  %s: %s  [%s]" % (self.fault, self.kind, self.sentence, self.where)


class Try:
    """One fault in one scenario."""

    def __init__(self, bench, scenario, fault):
        self.bench, self.scenario, self.fault = bench, scenario, fault
        self.found, self.seen, self.uncertain, self.before = [], None, 0, 0
        self.died = False

    def say(self, kind, sentence):
        self.found.append(Finding(self.fault, kind, sentence, self.seen))

    def run(self):
        bench, scenario = self.bench, self.scenario
        bench.put_back(scenario.kept)
        scenario.begin()
        self.before = len(bench.box.arrived)
        try:
            status, said = bench.first(scenario, self.fault.scenario, self.fault)
            self.seen = bench.board.read()
            self.judge_end(status, said)
            self.judge_silence(status)
            self.end(status)
        except Unstartable as error:
            self.say("stuck", str(error))
        return self.found

    def judge_end(self, status, said):
        """How the process ended."""
        if status is None:
            self.say("hang", "it did not end within %d s" % LIMIT)
        elif status < 0 or self.seen["died"]:
            if not self.library_died():
                self.say("crash", "%s, signal %s in %s" % (status, self.seen["died"], self.seen["crash"]))
        elif status == 2 and self.fault.kind == "mem" and "out of dynamic memory" in said:
            self.died = True  # libconfig's lexer ends the process by itself, with a sentence of its own
        elif status not in GOOD_ENDS:
            self.say("status", "it ended with %d" % status)
        elif status != 0 and not SENTENCE.search(said):
            self.say("dumb", "it ended with %d and no sentence: %r" % (status, said[-200:]))
        elif status == 0 and self.must_stop():
            self.say("went on", "%s on %s, and it ended with 0" % (self.fault.way, self.seen["path"]))

    def library_died(self):
        """libconfig 1.5, ICU 72 and libcrypto 3 use what malloc did not give.  It is counted, and judged as a kill is."""
        self.died = self.fault.kind == "mem" and self.seen["crash"].rpartition("@")[2].startswith(FRAIL)
        return self.died

    def must_stop(self):
        """RELIABILITY: what could not be written or synced is not tried again by the same process."""
        return (self.seen["fired"] and self.fault.program == "dunningd" and self.seen["path"] in BOOKS and
                self.fault.way in FATAL.get(self.fault.kind, ()))

    def judge_silence(self, status):
        """No `yes` without its line in the send log; no success with nothing done."""
        fault, scenario = self.fault, self.scenario
        unsaid = self.must_stop() and self.seen["path"] == "witness/send.log" and len(scenario.expected) == 1
        if unsaid and len(self.bench.box.arrived) > self.before:
            self.say("wrong", "a message left though the send log failed")
        if status == 0 and not hasattr(scenario, "done") and fault.scenario not in WHENS:
            missing = nothing_done(self.bench, scenario.expected)
            if missing:
                self.say("wrong", "it ended with 0, and nothing is known of %s" % missing)

    def end(self, status):
        snapshot = Snapshot(self.bench)
        if hasattr(self.scenario, "done"):
            self.scenario.done(status, self.say)
        else:
            self.scenario.after()
        self.scenario.finish()
        verdict = Verdict(self.bench, [snapshot])
        self.scenario.judge(verdict)
        for kind, sentence in verdict.found:
            self.say(kind, sentence)
        self.uncertain = verdict.uncertain


# ---- which calls

def count(bench, scenario, name):
    """How many calls of each kind each program makes in a run without a fault, which has to be good itself."""
    trial = Try(bench, scenario, None)
    trial.fault = Fault(name, "dunningd", "mem", 0, "ENOMEM")
    found = trial.run()
    if found or not trial.seen:
        raise RuntimeError("without any fault: %s" % "; ".join(str(each) for each in found))
    return {(program, kind): seen for (program, kind), seen in trial.seen["seen"].items()
            if program in programs_of(name) and seen}


def strata(name, counts):
    """Lists of faults, one per program and kind, in the order of the calls."""
    for (program, kind), seen in counts.items():
        yield [Fault(name, program, kind, at, way, forever) for at in range(1, seen + 1) for way in WAYS[kind]
               for forever in (False, True) if not forever or way not in PASSING and kind != "random"]


def spread(lists, wanted, seed):
    """So many of them in all, each list by the root of its length, spread evenly over it."""
    roots = [len(each) ** 0.5 for each in lists]
    chosen = []
    for each, root in zip(lists, roots):
        share = min(len(each), max(1, round(wanted * root / sum(roots))))
        step = len(each) / share
        start = (seed * 0.618) % 1 * step
        chosen += [each[min(len(each) - 1, int(start + step * i))] for i in range(share)]
    return chosen


# ---- a run over many

def scenario_of(bench, name):
    """A kill at the start of some scenarios has to hit a moment that a tick of the clock may shift."""
    for _ in range(9):
        try:
            return SCENARIOS[name](bench, "engine")
        except RuntimeError as error:
            last = error
    raise last


def work(order):
    """In a process of its own: (faults by scenario) -> list of (fault, fired, uncertain, findings as text)."""
    folder = use_memory()
    bench, results = NthBench(), []
    try:
        for name, faults in order:
            scenario = scenario_of(bench, name)
            for fault in faults:
                trial = Try(bench, scenario, fault)
                found = [str(each) for each in trial.run()]
                for sentence in found:
                    print("FOUND", sentence, flush=True)
                fired = trial.seen["fired"] if trial.seen else 0
                results.append((str(fault), fired, trial.uncertain, found))
    finally:
        bench.remove()
        os.rmdir(folder)
    return results


def plan(names, wanted, seed, kinds=None):
    """The faults of these scenarios: so many, or with wanted 0 one for each place (see places())."""
    folder = use_memory()
    bench, lists = NthBench(), []
    try:
        for name in names:
            scenario = scenario_of(bench, name)
            for each in strata(name, count(bench, scenario, name)):
                if not kinds or each[0].kind in kinds:
                    lists.append(each)
    finally:
        bench.remove()
        os.rmdir(folder)
    return spread(lists, wanted, seed) if wanted else [fault for each in lists for fault in each]


def deal(faults, workers):
    """For each worker its faults by scenario, in turn, so that all end together."""
    hands = []
    for number in range(workers):
        by_name = {}
        for fault in faults[number::workers]:
            by_name.setdefault(fault.scenario, []).append(fault)
        hands.append(list(by_name.items()))
    return hands
