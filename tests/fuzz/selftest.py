#!/usr/bin/python3
"""A property that never complained is worth nothing: with a defect planted, each target has to end on one of its seeds.

A target may have several defects, one for each of its properties; every one has to be noticed.

usage: selftest.py FOLDER_OF_PROGRAMS FOLDER_OF_SEEDS TARGET...
"""
import os
import subprocess
import sys


def plants(program):
    """How many defects can be planted behind it."""
    return int(subprocess.run([program, "--plants"], capture_output=True, text=True, timeout=60, check=True).stdout)


def complains(program, seeds, number):
    """None if the planted defect was named, else what went wrong."""
    environment = dict(os.environ, ASAN_OPTIONS="abort_on_error=1", UBSAN_OPTIONS="abort_on_error=1")
    result = subprocess.run([program, "--plant", "--number", str(number), seeds], capture_output=True, text=True,
                            errors="replace", env=environment, timeout=60, check=False)
    if result.returncode == 0:
        return f"the planted defect {number} was not noticed"
    if "property violated: " not in result.stderr:
        return f"it ended with status {result.returncode} without naming a property: {result.stderr[-400:]}"
    return None


def main():
    programs, seeds, targets = sys.argv[1], sys.argv[2], sys.argv[3:]
    bad = tried = 0
    for target in targets:
        folder = os.path.join(seeds, target.removeprefix("fuzz_"))
        program = os.path.join(programs, target)
        problems = ["it has no seeds"]
        if os.path.isdir(folder):
            problems = [complains(program, folder, number) for number in range(plants(program))]
            tried += len(problems)
        for problem in filter(None, problems):
            print(f"{target}: {problem}")
            bad += 1
    print(f"{len(targets)} targets, {tried} planted defects, {bad} that nobody notices")
    return 1 if bad or not targets else 0


if __name__ == "__main__":
    sys.exit(main())
