"""SIGKILL at random moments, of the engine or of its sender, until all is sent: nothing twice, nothing lost.

A bounded slice with a fixed seed; DUNNINGD_KILLS and DUNNINGD_SEED make more of it.
"""
import collections
import datetime
import glob
import json
import os
import random
import re
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import SmtpSink
from lib_world import World, main, stop

KILLS = int(os.environ.get("DUNNINGD_KILLS", "25"))
SEED = int(os.environ.get("DUNNINGD_SEED", "7"))
CUSTOMERS = 150


def make_world(sink):
    world = World(email="smtp", more='poll_interval = "1s";')
    world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 3;' % sink.port)
    ago = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
    world.rows("customers", [{"customer_id": "C-%03d" % i, "name": "S", "email": "c%d@example.invalid" % i}
                             for i in range(CUSTOMERS)])
    world.rows("invoices", [{"invoice_id": "R-%03d" % i, "customer_id": "C-%03d" % i, "issued_on": ago, "due_on": ago,
                             "currency": "EUR", "amount": "10.00"} for i in range(CUSTOMERS)])
    return world


def sender_of(engine):
    """The pid of the engine's child, 0 if it is not there yet."""
    try:
        with open("/proc/%d/task/%d/children" % (engine.pid, engine.pid), encoding="ascii") as children:
            return int((children.read().split() or ["0"])[0])
    except OSError:
        return 0


def kill_often(world, dice):
    for _ in range(KILLS):
        engine = world.start()
        time.sleep(dice.uniform(0.02, 0.5))  # the moment of the kill is what is varied
        sender = sender_of(engine)
        if sender and dice.random() < 0.3:
            os.kill(sender, signal.SIGKILL)
            time.sleep(dice.uniform(0.0, 0.1))
        engine.kill()
        engine.wait()


def received(folder):
    """How often each notice arrived, by the notice's number in the Message-ID."""
    counts = collections.Counter()
    for path in glob.glob(folder + "/*"):
        with open(path, "rb") as mail:
            counts[int(re.search(rb"(?im)^Message-ID: <n(\d+)\.", mail.read()).group(1))] += 1
    return counts


def nothing_twice_and_nothing_lost():
    folder = tempfile.mkdtemp(prefix="dunningd-sink-")
    sink = SmtpSink(folder)
    world = make_world(sink)
    kill_often(world, random.Random(SEED))
    world.once()
    arrived = received(folder)
    messages = json.loads(world.ctl("list", "messages", "--json", "--limit", "10000"))["messages"]
    status = {int(message["notice"][2:]): message["status"] for message in messages}
    accepted = {notice for notice, word in status.items() if word == "accepted"}
    uncertain = {notice for notice, word in status.items() if word == "uncertain"}
    twice = [notice for notice, count in arrived.items() if count > 1]
    print("%d kills, %d arrived, %d recorded as accepted, %d uncertain" % (KILLS, len(arrived), len(accepted),
                                                                        len(uncertain)))
    assert not twice, "sent twice: %s" % twice
    assert accepted <= set(arrived), "accepted, but not there: %s" % (accepted - set(arrived))
    assert len(accepted | uncertain) == CUSTOMERS, "%d of %d notices are known" % (len(accepted | uncertain), CUSTOMERS)
    assert set(arrived) <= accepted | uncertain, "arrived, but not known: %s" % (set(arrived) - accepted - uncertain)
    sink.stop()
    world.remove()


main(nothing_twice_and_nothing_lost)
