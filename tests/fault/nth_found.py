"""Failing calls that once did harm, each with a word on what it was."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_nth
from lib_nth_board import Fault

# (program, kind, first and last number, way, what it was)
FOUND = [
    ("dunningd-send", "wait", 12, 34, "ENOMEM", "libcurl wrote the dot behind a mail whose wait had failed: a second copy"),
    ("dunningd", "send", 3, 7, "EPIPE", "a frame was lost, and nobody looked after it again"),
    ("dunningd", "send", 3, 7, "EIO", "the same by another errno"),
]


def main():
    faults = [Fault("create", program, kind, at, way) for program, kind, first, last, way, _ in FOUND
              for at in range(first, last + 1)]
    # A daemon that could not read its ledger did not stop when it was told to.
    faults.append(Fault("reload", "dunningd", "read", 89, "EIO", True))
    # Locks that cannot be had looked like another user: SQLite waited ten seconds for it in each statement, without end.
    faults += [Fault("channels", "dunningd", "lock", at, "EIO", True) for at in range(216, 304, 24)]
    results = lib_nth.work(lib_nth.deal(faults, 1)[0])
    bad = sum(1 for _, _, _, found in results if found)
    print("%d runs, %d bad" % (len(results), bad))
    return 1 if bad or not any(fired for _, fired, _, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main())
