#!/usr/bin/python3
"""dunningctl setup and its way back, killed at each system call of their writes: no file is half, and undo leads back.

Whenever it is killed, every file is wholly as before or wholly as after, the configuration is a right one, and
setup --undo makes all as it was before.
"""
import os
import re
import subprocess
import sys

from lib_setup import ANSWERS, SHIPPED, Fresh
from lib_world import BUILD, main, program

STEP = 2  # stops are entries and exits of calls: an exit leaves the same as the next entry
KILLER = os.path.join(BUILD, "tests", "fault", "killer")


def killed(at, *command):
    """Runs a command that is killed at a stop (0: at none); stops and whether it was killed."""
    done = subprocess.run([KILLER, "--limit", "60", *(["--at", str(at)] if at else []), "--", *command],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = re.search(r"stops (\d+) killed (\d) status (\S+)", done.stdout)
    assert found, done
    return int(found[1]), found[2] == "1"


def files(world):
    """Without the names that only say when, and what nothing reads."""
    return {name: what for name, what in world.snapshot().items()
            if not os.path.basename(name).startswith((".", "setup-")) and ".before-setup-" not in name}


class Case:
    def __init__(self):
        self.world = Fresh()
        self.before = self.world.snapshot()
        self.answers = [part for name, value in ANSWERS.items() for part in ("--" + name, value)] + [
            "--policy", "gentle-b2c", "--password-file", self.world.path("elsewhere/password")]

    def setup(self, at=0):
        return killed(at, program("dunningctl"), "setup", "--config", self.world.config, "--policies", SHIPPED, *self.answers)

    def undo(self, at=0):
        return killed(at, program("dunningctl"), "setup", "--undo", "--config", self.world.config)

    def changed(self):
        return self.world.snapshot() != self.before

    def go_back(self, remark):
        """To the very same files, whether the setup had come to its writes or not."""
        self.world.undo(status=0 if self.world.records() else 3)
        for folder, _, names in os.walk(self.world.folder):
            for name in names:
                if name.endswith(".undo.new"):
                    os.remove(os.path.join(folder, name))  # of a record that was never there
        left = {name: what for name, what in self.world.snapshot().items() if self.before.get(name) != what}
        assert not left and not self.changed(), (remark, left)


def first_stop_that(low, high, holds):
    """The first stop at which it holds; it does not at low, and does at high."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def after_all(case):
    case.setup()
    after = files(case.world)
    case.go_back("unharmed")
    return after


def test_setup_killed():
    case = Case()
    after = after_all(case)
    before = files(case.world)
    stops, _ = case.setup()
    case.go_back("counting")

    def has_begun(at):
        case.setup(at)
        begun = case.changed()
        case.go_back("stop %d" % at)
        return begun

    def is_complete(at):
        case.setup(at)
        complete = files(case.world) == after
        case.go_back("stop %d" % at)
        return complete
    first = first_stop_that(0, stops, has_begun)
    last = first_stop_that(first, stops, is_complete)
    states = set()
    for at in range(first, last + 1, STEP):
        assert case.setup(at)[1], "not killed at %d" % at
        now = files(case.world)
        for name, what in now.items():
            assert what in (before.get(name), after.get(name)), "stop %d: %s is neither old nor new" % (at, name)
        state = tuple(sorted(name for name in now if now[name] != before.get(name)))
        if state not in states:
            case.world.check()
        states.add(state)
        case.go_back("stop %d" % at)
    print("     %d stops from the first to the last write, %d different states" % (last - first + 1, len(states)))
    assert len(states) == 5, states  # nothing, then one file more each time
    case.world.remove()


def test_undo_killed():
    case = Case()
    case.setup()
    after = case.world.snapshot()
    stops, _ = case.undo()
    assert not case.changed()

    def has_begun(at):
        case.setup()
        case.undo(at)
        begun = len(case.world.snapshot()) < len(after)
        case.go_back("stop %d" % at)
        return begun
    first = first_stop_that(0, stops, has_begun) - STEP
    tried = 0
    for at in range(first, stops + 1, STEP):
        case.setup()
        tried += case.undo(at)[1]
        if case.changed():
            case.world.check()
        case.go_back("stop %d of undo" % at)
    print("     undo killed at %d stops" % tried)
    assert tried > 20, tried
    case.world.remove()


if not os.path.exists(KILLER):
    sys.exit("not built: " + KILLER)
main(test_setup_killed, test_undo_killed)
