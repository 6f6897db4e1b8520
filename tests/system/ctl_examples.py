#!/usr/bin/python3
"""The example of every verb of dunningctl, as its --help prints it, is run beside a daemon that has what it names."""
import datetime
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import threading
import time

from lib_world import SOURCE, World, main, program, stop

SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1
TODAY = datetime.date.today()
POLICIES = {
    # Public customers are asked about first, private ones get an SMS.
    "10-asks": 'policy = { name = "asks"; applies_to = { segment = ["b2g"]; }; steps = ( { name = "reminder"; '
               'action = "remind"; at = "due + 5d"; send = ["email"]; template = "t"; approval = "required"; } ); };\n',
    "20-sms": 'policy = { name = "sms"; applies_to = { segment = ["b2c"]; }; steps = ( { name = "reminder"; '
              'action = "remind"; at = "due + 5d"; send = ["sms"]; template = "t"; } ); };\n',
    "30-plain": 'policy = { name = "plain"; steps = ( { name = "reminder"; action = "remind"; at = "due + 5d"; '
                'send = ["email"]; fallback = ["task"]; template = "t"; } ); };\n',
    # Nobody's: it is switched on and off again.
    "40-standard-b2b": 'policy = { name = "standard-b2b"; enabled = false; applies_to = { tags_any = ["none"]; }; steps = ( { '
                       'name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "t"; } ); };\n',
}


def day(n):
    return (TODAY + datetime.timedelta(n)).isoformat()


def deaf():
    """Takes requests and hangs up without an answer, which leaves a doubt."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def make_world():
    world = World(POLICIES, sms="deaf", more='poll_interval = "1s";')
    world.provider("deaf", 'kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/"; encoding = "form"; '
                           'fields = ( { name = "to"; value = "{{to}}"; } )' % deaf())
    customers = [("C-101", "b2b", "c101@kunde.example", ""), ("C-201", "b2g", "c201@kunde.example", ""),
                 ("C-202", "b2g", "c202@kunde.example", ""), ("C-301", "b2b", "", ""),
                 ("C-401", "b2c", "", "+4915155500401")]
    world.rows("customers", [{"customer_id": key, "name": "Customer " + key, "segment": segment, "email": email,
                              "phone": phone, "sms_consent": day(-400) + " form" if phone else ""}
                             for key, segment, email, phone in customers])
    rows = [("R-1003", "C-101", 1), ("R-1004", "C-101", 2), ("R-1005", "C-101", 3), ("R-2001", "C-201", -6),
            ("R-2002", "C-202", -6), ("R-3001", "C-301", -6), ("R-4001", "C-401", -6)]
    world.rows("invoices", [{"invoice_id": key, "customer_id": customer, "issued_on": day(due - 30),
                             "due_on": day(due), "currency": "EUR", "amount": "100.00"}
                            for key, customer, due in rows])
    os.rename(world.path("import-invoices.csv"), world.path("invoices.csv"))
    shutil.copytree(os.path.join(SOURCE, "policies", "rates"), world.path("rates"))
    return world


def ask(world, *words):
    return json.loads(world.ctl(*words, "--json"))


def wait_for(what, condition):
    end = time.monotonic() + 30 * SLOW
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("did not come: " + what)


def state_is_there(world):
    status = ask(world, "status")
    return status["running"] and status.get("awaiting_approval") == 2 and status["tasks"] == 1 and status["uncertain"] == 1


def names(world):
    """What stands in the examples, and what it is here and today."""
    waiting = [row["notice"] for row in ask(world, "list", "notices", "--status", "awaiting_approval")["notices"]]
    return {"N-000001": waiting[0], "N-000002": waiting[1],
            "M-000003": ask(world, "list", "messages", "--status", "uncertain")["messages"][0]["message"],
            "task done 1 ": "task done %d " % ask(world, "task", "list")["tasks"][0]["task"],
            "2027-01-15": day(30), "2026-11-24": day(0), "2026-11-23": day(-1)}


def verbs():
    """Of the program's help: the words in front of each sentence."""
    out = World.run(program("dunningctl"), "--help")
    return [found.split() for found in re.findall(r"^  (\S+(?: \S+)?)  +\S", out, re.M)]


def example_of(verb):
    out = World.run(program("dunningctl"), *verb, "--help")
    return re.search(r"^example: dunningctl (.*)$", out, re.M).group(1)


def run_example(world, example, known):
    for name, here in known.items():
        example = example.replace(name, here)
    words = shlex.split(example)
    done = subprocess.run([program("dunningctl"), *words, "--config", world.config], cwd=world.folder,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, (example, done.returncode, done.stdout, done.stderr)
    assert done.stdout.strip(), "%s prints nothing" % example


def test_examples():
    world = make_world()
    daemon = world.start()
    try:
        wait_for("approvals, a task and a doubt", lambda: state_is_there(world))
        known = names(world)
        all_verbs = verbs()
        assert len(all_verbs) >= 25, all_verbs
        for verb in all_verbs:
            run_example(world, example_of(verb), known)
    finally:
        stop(daemon)
    world.remove()


main(test_examples)
