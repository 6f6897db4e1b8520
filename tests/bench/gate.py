#!/usr/bin/python3
"""How long the sender waits for an answer at the commit point, in the worst hour of a daemon: while its first pass
over a large ledger and an import are running.

usage: DUNNINGD_BUILD=build/release tests/bench/gate.py [CUSTOMERS]     (ten items each; 100000)

Fails if the median is 20 ms or more, or any answer takes more than 500 ms.
"""
import csv
import datetime
import os
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_send import pack_frame, unpack_frame
from lib_world import World, program, stop

TODAY = datetime.date.today()
IN_FLIGHT = 16


def ledger_files(world, customers):
    """One customer in ten is due with all his items."""
    issued = (TODAY - datetime.timedelta(days=60)).isoformat()
    with open(world.path("customers.csv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["customer_id", "name", "email"])
        out.writerows([["C-%07d" % c, "Customer", "c%d@shop.invalid" % c] for c in range(customers)])
    with open(world.path("invoices.csv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["invoice_id", "customer_id", "issued_on", "due_on", "currency", "amount"])
        for c in range(customers):
            due = TODAY - datetime.timedelta(days=20) if c % 10 == 0 else TODAY + datetime.timedelta(days=20)
            out.writerows([["I-%07d-%d" % (c, i), "C-%07d" % c, issued, due.isoformat(), "EUR", "%d.50" % (10 + c % 900)]
                           for i in range(10)])


class Sender:
    """Asks for each submit at once and accepts it after the answer."""

    def __init__(self, path):
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server.bind(path)
        self.server.listen(1)
        self.waits, self.asked = [], {}
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        sock, _ = self.server.accept()
        sock.send(pack_frame("hello", name="bench"))
        sock.send(pack_frame("in_hand"))
        while True:
            data, fds, _, _ = socket.recv_fds(sock, 65536, 4)
            if not data:
                return
            for fd in fds:
                os.close(fd)
            self.take(sock, unpack_frame(data))

    def take(self, sock, frame):
        attempt, token = frame["attempt"], frame["token"]
        if frame["type"] == "submit":
            self.asked[attempt] = time.monotonic()
            sock.send(pack_frame("ask", attempt, token))
        elif frame["type"] in ("yes", "no"):
            self.waits.append((time.monotonic() - self.asked.pop(attempt)) * 1000)
            sock.send(pack_frame("outcome", attempt, token))


def figures(name, waits):
    waits = sorted(waits)
    median, worst = waits[len(waits) // 2], waits[-1]
    print("%-28s %7d answers, median %6.2f ms, 99%% %6.2f ms, longest %6.2f ms"
          % (name, len(waits), median, waits[len(waits) * 99 // 100], worst))
    return median < 20 and worst <= 500


def main(customers):
    world = World(more='poll_interval = "1s"; sender = { socket = "%s"; connections = %d; };'
                  % ("sock", IN_FLIGHT // 2))
    ledger_files(world, customers)
    for kind in ("customers", "invoices"):
        world.ctl("import", kind, world.path(kind + ".csv"))
    sender = Sender(world.path("sock"))
    began = time.monotonic()
    daemon = subprocess.Popen([program("dunningd"), "--config", world.config], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    importing = subprocess.Popen([program("dunningctl"), "import", "--config", world.config, "invoices",
                                  world.path("invoices.csv")], stdout=subprocess.DEVNULL)
    while not world.log("accepted") or not passed(world):
        time.sleep(0.2)
    first_pass, during = time.monotonic() - began, list(sender.waits)
    importing.wait()
    stop(daemon)
    print("first pass over %d items: %.1f s with %d messages handed out" % (customers * 10, first_pass, len(during)))
    good = figures("during pass and import", during)
    world.remove()
    return 0 if good else 1


def passed(world):
    done = subprocess.run([program("dunningctl"), "log", "--config", world.config, "--event", "pass"], capture_output=True,
                          text=True, check=False)
    return "customers=" in done.stdout


sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000))
