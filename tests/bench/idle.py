#!/usr/bin/python3
"""What an idle poll costs: processor time and bytes written, at 1,000 and at 1,000,000 items.

The daemon runs with a poll each second and nothing to do; the kernel's account of its processor time is read before
and after a number of polls.  The yardstick is the same daemon over the small ledger: the poll must not grow with the
ledger, must stay under 0.1 ms, and must write nothing.
"""
import time

import lib_bench as bench

POLICY = """
policy = { name = "standard"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 90d"; send = ["email"]; template = "reminder"; } ); };
"""


def nanoseconds(pid):
    with open(f"/proc/{pid}/schedstat", encoding="utf-8") as line:
        return int(line.read().split()[0])


def switches(daemon):
    return daemon.status("voluntary_ctxt_switches")


def measure(given, items):
    with bench.World(given.build, poll="1s") as world:
        (world.path / "policies/standard.conf").write_text(POLICY, encoding="utf-8")
        world.fill(items, max(items // 10, 1), 10, items // 10)
        with world.start() as daemon:
            daemon.wait_for("pass ", 900)
            time.sleep(5)  # what follows the pass: summary, the last checkpoint
            before = nanoseconds(daemon.pid), daemon.written(), switches(daemon)
            time.sleep(given.seconds)
            after = nanoseconds(daemon.pid), daemon.written(), switches(daemon)
            memory = daemon.status("VmHWM") / 1024
    used, written, woken = (b - a for a, b in zip(before, after))
    bench.say(f"{items:>9} items: {used / given.seconds / 1000:.1f} us a poll ({given.seconds} polls, woken {woken} times),"
              f" {used / given.seconds / 1e7:.4f} % of a core, {written} bytes written, {memory:.0f} MiB")
    return used / given.seconds


def main():
    given = bench.arguments(__doc__, small=1000, large=1000000, seconds=30)
    small, large = measure(given, given.small), measure(given, given.large)
    bench.say(f"an idle poll over {given.large} items takes {large / small:.2f} x one over {given.small}")


if __name__ == "__main__":
    main()
