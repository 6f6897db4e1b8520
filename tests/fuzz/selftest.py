#!/usr/bin/python3
"""A property that never complained is worth nothing: with a defect planted, each target has to end on one of its seeds.

usage: selftest.py FOLDER_OF_PROGRAMS FOLDER_OF_SEEDS TARGET...
"""
import os
import subprocess
import sys


def complains(program, seeds):
    """None if the planted defect was named, else what went wrong."""
    environment = dict(os.environ, ASAN_OPTIONS="abort_on_error=1", UBSAN_OPTIONS="abort_on_error=1")
    result = subprocess.run([program, "--plant", seeds], capture_output=True, text=True, errors="replace",
                            env=environment, timeout=60, check=False)
    if result.returncode == 0:
        return "the planted defect was not noticed"
    if "property violated: " not in result.stderr:
        return f"it ended with status {result.returncode} without naming a property: {result.stderr[-400:]}"
    return None


def main():
    programs, seeds, targets = sys.argv[1], sys.argv[2], sys.argv[3:]
    bad = 0
    for target in targets:
        folder = os.path.join(seeds, target.removeprefix("fuzz_"))
        problem = complains(os.path.join(programs, target), folder) if os.path.isdir(folder) else "it has no seeds"
        if problem is not None:
            print(f"{target}: {problem}")
            bad += 1
    print(f"{len(targets)} targets, {bad} that notice nothing")
    return 1 if bad or not targets else 0


if __name__ == "__main__":
    sys.exit(main())
