#!/usr/bin/python3
"""How soon a daemon is ready after a crash: 1,000,000 open items, and 10,000 messages that are, or become, uncertain.

A first pass sends one message for each of 10,000 customers.  Then the state is set back to the moment at which all of
them had their `yes` and no outcome was known, which is more than any crash leaves, and the daemon starts: time to
READY=1, and to the last doubt on record.  Then it is killed and starts again with all of them uncertain.  The yardstick
is the same with a thousandth of everything.  At the end dunningctl audit looks at the large state, whole and --quick.
"""
import os
import select
import shutil
import socket
import sqlite3
import subprocess
import time

import lib_bench as bench

GOAL = 5.0
BACK = """
UPDATE attempts SET status = 'committing', done_at = NULL, phase = '', code = 0, text = '', provider_id = '';
UPDATE messages SET status = 'in_flight', last_at = NULL;
UPDATE notices SET status = 'planned';
UPDATE records SET status = 'planned', channel = '' WHERE status = 'accepted';
DELETE FROM daily;
DELETE FROM meta WHERE key IN ('rehearsal', 'real');
"""


class Ready:
    """Where the daemon says that it is ready, as it would to the service manager."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        os.environ["NOTIFY_SOCKET"] = str(folder / "notify")

    def forget(self):
        """What an earlier daemon said."""
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(4096)

    def wait(self, since, seconds=120):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if select.select([self.socket], [], [], 1)[0] and b"READY=1" in self.socket.recv(4096):
                return time.monotonic() - since
        raise SystemExit("the daemon never became ready")


def count(world, status):
    state = sqlite3.connect(world.path / "state/state.db")
    found = state.execute("SELECT count(*) FROM messages WHERE status = ?", (status,)).fetchone()[0]
    state.close()
    return found


def set_back(world):
    state = sqlite3.connect(world.path / "state/state.db")
    state.executescript("BEGIN;" + BACK + "COMMIT;")
    state.close()
    # A folder would show what is in it; a mail server does not.
    world.provider('kind = "smtp"; url = "smtp://127.0.0.1:9"; tls = "none";')


def kill(daemon):
    daemon.process.kill()
    daemon.process.wait()


def start(world, ready, wanted):
    """Seconds to READY=1 and to `wanted` uncertain messages."""
    ready.forget()
    with world.start() as daemon:
        first = ready.wait(daemon.began)
        while count(world, "uncertain") < wanted:
            daemon.must_run(300)
            time.sleep(0.02)
        doubts = time.monotonic() - daemon.began
        kill(daemon)
    return first, doubts


def audit(world, *words):
    began = time.monotonic()
    done = subprocess.run([world.program("dunningctl"), "audit", "--config", str(world.config), *words],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit("the audit found something:\n" + done.stdout[-2000:] + done.stderr)
    return time.monotonic() - began


def measure(given, items, doubts):
    with bench.World(given.build, more='limits = { per_hour = 0; breaker = "off"; ramp = "off"; };') as world:
        world.fill(items, doubts, items // doubts, items // 10)
        subprocess.run([world.program("dunningd"), "--config", str(world.config), "--once", "--progress"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        bench.say(f"{items:>9} items: {count(world, 'accepted')} messages sent, now all in doubt")
        wanted = count(world, "accepted")
        set_back(world)
        shutil.rmtree(world.path / "outbox")
        ready = Ready(world.path)
        made = start(world, ready, wanted)
        again = start(world, ready, wanted)
        bench.say(f"{items:>9} items: {wanted} attempts with a yes and no outcome: ready in {made[0]:.2f} s, all on record "
                  f"as uncertain in {made[1]:.2f} s")
        bench.say(f"{items:>9} items: {wanted} uncertain: ready in {again[0]:.2f} s (goal {GOAL:.0f} s)")
        whole, quick = audit(world), audit(world, "--quick")
        bench.say(f"{items:>9} items: audit {whole:.2f} s, --quick {quick:.2f} s")
    return made[0], made[1], again[0]


def main():
    given = bench.arguments(__doc__, items=1000000, doubts=10000)
    small = measure(given, max(given.items // 1000, 10), max(given.doubts // 1000, 1))
    large = measure(given, given.items, given.doubts)
    bench.say(f"ready: {large[0] / small[0]:.1f} x and {large[2] / small[2]:.1f} x the yardstick; the goal is "
              f"{'met' if max(large) < GOAL else 'missed'}")


if __name__ == "__main__":
    main()
