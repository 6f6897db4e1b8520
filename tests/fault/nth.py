"""2,000 failing calls, spread over all scenarios, programs, kinds and ways to fail; first the checker itself."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_nth
from lib_nth_board import Fault
from lib_nth_scenarios import SCENARIOS

CALLS = "2000"


def twice(trial):
    """A message arrives twice."""
    box = trial.bench.box
    box.arrived.append(box.arrived[0])


def row_lost(trial):
    """A recorded message is gone."""
    trial.bench.sql("state/state.db", "PRAGMA foreign_keys = OFF", "DELETE FROM messages", "DELETE FROM attempts")


def line_lost(trial):
    """A line is missing in the send log."""
    with open(trial.bench.world.path("witness", "send.log"), "wb"):
        pass


def nothing(trial):
    """A success with nothing done."""
    trial.bench.sql("state/state.db", "PRAGMA foreign_keys = OFF", "DELETE FROM attempts", "DELETE FROM messages")
    trial.judge_silence(0)


# What is planted, and the kind of complaint that has to come.
PLANTS = ((twice, "duplicate"), (row_lost, "unrecorded"), (line_lost, "witness"), (nothing, "wrong"))


class Planted(lib_nth.Try):
    plant = None

    def end(self, status):
        self.scenario.finish()
        self.plant[0](self)
        verdict = lib_nth.Verdict(self.bench, [])
        self.scenario.judge(verdict)
        for kind, sentence in verdict.found:
            self.say(kind, sentence)


def self_test():
    """True if each planted fault is seen, and each way for a process to end badly."""
    folder = lib_nth.use_memory()
    bench = lib_nth.NthBench()
    missed = []
    try:
        scenario = SCENARIOS["email"](bench, "engine")
        for plant in PLANTS:
            trial = Planted(bench, scenario, Fault("email", "dunningd", "mem", 0, "ENOMEM"))
            trial.plant = plant
            if plant[1] not in {each.kind for each in trial.run()}:
                missed.append(plant[0].__doc__)
        for status, said, kind in ((None, "", "hang"), (-11, "", "crash"), (3, "", "status"), (1, "", "dumb")):
            trial.found = []
            trial.judge_end(status, said)
            if [each.kind for each in trial.found] != [kind]:
                missed.append("an end that is a " + kind)
        trial = lib_nth.Try(bench, scenario, Fault("email", "dunningd", "sync", 1, "LIE_AND_DIE"))
        if "crash" not in {each.kind for each in trial.run()} or not trial.seen["fired"]:
            missed.append("a process that dies at a sync")
    finally:
        bench.remove()
        os.rmdir(folder)
    for sentence in missed:
        print("NOT SEEN", sentence)
    return not missed


def main():
    if not self_test():
        return 1
    here = os.path.dirname(os.path.abspath(__file__))
    return subprocess.run([sys.executable, os.path.join(here, "nth"), "--calls", CALLS], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
