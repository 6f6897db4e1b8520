#!/usr/bin/python3
"""From ask to answer at the gate, while a first pass over a large ledger and an import are running.

A sender of our own listens on the socket that the daemon connects to.  It takes what is submitted, asks after a short
while as a transfer would, and notes how long the answer takes; then it reports the message as accepted.  Meanwhile the
daemon does its first pass over a million items, and `dunningctl import` brings further rows into the same ledger, so
that the gate has to read the ledger again.  The median is to stay under 20 ms and no answer to take over 500 ms.  The
yardstick is how long one commit takes on the same disk at the same time: an answer needs two, the state's and the
witness's.
"""
import collections
import heapq
import os
import pathlib
import select
import socket
import subprocess
import sys
import threading
import time

import lib_bench as bench

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from lib_send import pack_frame, unpack_frame

LIMITS = ('limits = { per_hour = 0; per_customer_per_day = 100; breaker = "off"; ramp = "off"; };\n'
          'sender = { socket = "sock"; };')
TRANSFER_S = 0.02


class Sender(threading.Thread):
    """Speaks the sender's side of the wire over one connection."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server.bind(str(path))
        self.server.listen(1)
        self.waits, self.answers, self.ends = [], collections.Counter(), False
        self.due, self.asked = [], {}

    def run(self):
        self.link, _ = self.server.accept()
        self.link.send(pack_frame("hello", name="bench"))
        self.link.send(pack_frame("in_hand"))
        while not self.ends:
            wait = max(0.0, self.due[0][0] - time.monotonic()) if self.due else 0.05
            if select.select([self.link], [], [], min(wait, 0.05))[0] and not self.take():
                return
            while self.due and self.due[0][0] <= time.monotonic():
                _, attempt, token = heapq.heappop(self.due)
                self.asked[attempt] = time.monotonic()
                self.link.send(pack_frame("ask", attempt, token))

    def take(self):
        data, fds, _, _ = socket.recv_fds(self.link, 65536, 4)
        for fd in fds:
            os.close(fd)
        if not data:
            return False
        frame = unpack_frame(data)
        attempt, token = frame["attempt"], frame["token"]
        if frame["type"] == "submit":
            heapq.heappush(self.due, (time.monotonic() + TRANSFER_S, attempt, token))
        elif frame["type"] in ("yes", "no"):
            self.waits.append(time.monotonic() - self.asked.pop(attempt))
            self.answers[frame["reason"] or "yes"] += 1
            if frame["type"] == "yes":
                self.link.send(pack_frame("outcome", attempt, token))
        return True


class Disk(threading.Thread):
    """How long one small commit takes meanwhile."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.path, self.times, self.ends = folder / "yardstick", [], False

    def run(self):
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        while not self.ends:
            start = time.monotonic()
            os.write(fd, b"x" * 8192)
            os.fdatasync(fd)
            self.times.append(time.monotonic() - start)
            time.sleep(0.05)
        os.close(fd)


def figures(times):
    ordered = sorted(times)
    return (f"median {bench.median(ordered) * 1e3:.1f} ms, 99 of 100 under {ordered[len(ordered) * 99 // 100] * 1e3:.1f} ms,"
            f" longest {ordered[-1] * 1e3:.1f} ms")


def run(world, more):
    """The pass and the import side by side until both are over; says how long they took."""
    with world.start() as daemon:
        load = subprocess.Popen([world.program("dunningctl"), "import", "invoices", str(more), "--config",
                                 str(world.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        daemon.wait_for("pass ", 900)
        passed = time.monotonic() - daemon.began
        load.wait()
        imported = time.monotonic() - daemon.began
        bench.say(f"first pass {passed:.1f} s, import {imported:.1f} s (exit {load.returncode}),"
                  f" {daemon.status('VmHWM') / 1024:.0f} MiB")


def main():
    given = bench.arguments(__doc__, items=1000000, rows=200000, connections=4)
    with bench.World(given.build, more=LIMITS) as world:
        world.fill(given.items, given.items // 10, 10, given.items // 10)
        world.provider(f'kind = "smtp"; url = "smtp://127.0.0.1:9"; tls = "none"; connections = {given.connections};')
        more = world.invoices_csv(given.rows, given.items // 10, 0, "more.csv", given.items + 1)
        sender, disk = Sender(world.path / "sock"), Disk(world.path)
        sender.start()
        disk.start()
        run(world, more)
        sender.ends = disk.ends = True
        disk.join()
        bench.say(f"answers: {dict(sender.answers)}")
        bench.say(f"ask to answer, {len(sender.waits)} asks: {figures(sender.waits)}")
        bench.say(f"one commit meanwhile, {len(disk.times)}: {figures(disk.times)};"
                  f" the median answer takes {bench.median(sender.waits) / bench.median(disk.times):.1f} of them")


if __name__ == "__main__":
    main()
