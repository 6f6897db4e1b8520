#!/usr/bin/python3
"""dunningctl beside a running dunningd: facts are acted on at once, requests are answered, a doubt is named and settled."""
import datetime
import json
import os
import pty
import socket
import subprocess
import threading
import time
import zoneinfo

from lib_world import World, main, program, stop

SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1
TODAY = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()  # the business's own date
POLICY = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["task"]; template = "t"; },
  { name = "formal"; action = "notice"; at = "previous + 10d"; deadline = "14d"; send = ["email"]; template = "t";
    approval = "required"; } ); };
"""


def days(n):
    return (TODAY + datetime.timedelta(n)).isoformat()


def wait_for(what, condition, timeout=20):
    end = time.monotonic() + timeout * SLOW
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("did not come: " + what)


def world(email="box", server=None):
    new = World({"p": POLICY}, email=email, more='poll_interval = "1s";')
    if server:
        deaf_provider(new, server)
    new.rows("customers", [{"customer_id": "C-%d" % n, "name": "Customer %d" % n, "email": "c%d@kunde.example" % n}
                           for n in range(1, 4)])
    return new


def invoice(new, number, customer, due=-6):
    new.rows("invoices", [{"invoice_id": number, "customer_id": customer, "issued_on": days(due - 30),
                           "due_on": days(due), "currency": "EUR", "amount": "100.00"}])


def ask(new, *words, status=0):
    return json.loads(new.ctl(*words, "--json", status=status))


def refused(new, *words):
    """Exit status and the sentence on standard error."""
    done = subprocess.run([program("dunningctl"), words[0], "--config", new.config, *words[1:]], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Deaf(threading.Thread):
    """Takes whole requests and hangs up without an answer."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.requests = 0
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536)
                self.requests += 1


def deaf_provider(new, server):
    new.provider("deaf", 'kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/"; encoding = "form"; '
                         'fields = ( { name = "to"; value = "{{to}}"; } )' % server.port)


def test_facts_are_acted_on():
    new = world()
    daemon = new.start()
    try:
        wait_for("the daemon", lambda: "state.db" in os.listdir(new.path("state")) and ask(new, "status")["running"])
        status = ask(new, "status")
        assert status["pid"] == daemon.pid, status
        assert new.ctl("status").startswith("fine\n"), new.ctl("status")
        new.ctl("hold", "C-2", "--reason", "a test")
        invoice(new, "I-1", "C-1")
        invoice(new, "I-2", "C-2")
        wait_for("the first reminder", lambda: ask(new, "list", "notices", "--status", "accepted")["notices"])
        assert [row["customer"] for row in ask(new, "list", "notices")["notices"]] == ["C-1"]
        assert ask(new, "explain", "I-2")["items"][0]["held_by"]
        new.ctl("release", "C-2")
        wait_for("the re-timed step", lambda: ask(new, "explain", "I-2")["items"][0]["status"] == "released")
        copy = new.path("copy.db")
        new.ctl("backup", copy)
        assert os.stat(copy).st_mode & 0o777 == 0o600
    finally:
        assert stop(daemon) == 0
    assert not ask(new, "status")["running"]
    new.remove()


def test_approval():
    new = world()
    daemon = new.start()
    try:
        invoice(new, "I-1", "C-1", -40)
        wait_for("the reminder", lambda: ask(new, "list", "notices", "--status", "accepted")["notices"])
        new.ctl("record", "I-1", "--step", "formal", "--channel", "letter", "--on", days(0))
        assert [row["step"] for row in ask(new, "show", "I-1")["lines"][0]["steps"]] == ["reminder", "formal"]
        invoice(new, "I-2", "C-2", 12)
        new.ctl("record", "I-2", "--step", "reminder", "--channel", "letter", "--on", days(-15))
        invoice(new, "I-2", "C-2", -40)
        waiting = wait_for("the question",
                           lambda: ask(new, "list", "notices", "--status", "awaiting_approval")["notices"])
        name = waiting[0]["notice"]
        assert new.ctl("status").startswith("needs you: 1 approval"), new.ctl("status")
        new.ctl("approve", name)
        wait_for("the approved notice", lambda: ask(new, "show", name)["status"] == "accepted")
        status, _, sentence = refused(new, "approve", name)
        assert status == 5 and "does not await approval" in sentence, sentence
    finally:
        stop(daemon)
    new.remove()


def test_reload():
    new = world()
    daemon = new.start()
    try:
        wait_for("the daemon", lambda: os.path.exists(new.path("state", "state.db")) and ask(new, "status")["running"])
        assert "reloaded" in new.ctl("reload")
        new.write("policies/p.conf", POLICY.replace("due + 5d", "due + 5"))
        status, out, sentence = refused(new, "reload")
        assert status == 4 and "policies/p.conf:2:" in out and "stays as it was" in sentence, (status, out, sentence)
        assert ask(new, "log", "--event", "reload_failed")["events"]
        assert daemon.poll() is None
        new.write("policies/p.conf", POLICY.replace("due + 5d", "due + 4d"))
        answer = ask(new, "reload")
        assert answer["ok"] and any("more notices fire today" in line for line in answer["answer"]), answer
        assert "nothing had to be recovered" in new.ctl("recover")
    finally:
        stop(daemon)
    status, _, sentence = refused(new, "reload")
    assert status == 1 and "no dunningd is running" in sentence, sentence
    new.remove()


def test_log_is_followed():
    new = world()
    daemon = new.start()
    try:
        wait_for("the daemon", lambda: os.path.exists(new.path("state", "state.db")) and ask(new, "status")["running"])
        follower = subprocess.Popen([program("dunningctl"), "log", "--config", new.config, "--follow", "--json",
                                     "--event", "accepted"], stdout=subprocess.PIPE, text=True)
        seen = []
        reader = threading.Thread(target=lambda: seen.append(follower.stdout.readline()))
        reader.start()
        invoice(new, "I-1", "C-1")
        reader.join(60 * SLOW)
        stop(follower)
        assert seen and json.loads(seen[0])["invoices"] == "I-1", seen
    finally:
        stop(daemon)
    new.remove()


def test_doubt_is_settled():
    server = Deaf()
    new = world("deaf", server)
    daemon = new.start()
    try:
        invoice(new, "I-1", "C-1")
        invoice(new, "I-2", "C-2")
        wait_for("two doubts", lambda: ask(new, "status")["uncertain"] == 2)
        doubts = [ask(new, "list", "messages", "--customer", customer)["messages"][0] for customer in ("C-1", "C-2")]
        assert server.requests == 2, server.requests
        assert "2 uncertain messages" in new.ctl("status").splitlines()[0]
        assert ask(new, "explain", "I-1")["items"][0]["status"] == "uncertain"
        new.ctl("settle", doubts[0]["message"], "sent", "--reason", "they have it")
        new.ctl("settle", doubts[1]["message"], "not-sent", "--reason", "their log does not know it")
        shown = ask(new, "show", doubts[0]["message"])
        assert shown["status"] == "accepted" and shown["attempts"][0]["status"] == "sent", shown
        again = ask(new, "show", doubts[1]["message"])
        assert again["attempts"][0]["status"] == "not_sent", again
        wait_for("the re-timed step", lambda: ask(new, "explain", "I-2")["items"][0]["status"] == "released")
        assert server.requests == 2, "nothing is sent again at once"
    finally:
        stop(daemon)
    new.remove()


def test_breaker():
    new = world()
    with open(new.config, encoding="utf-8") as file:
        conf = file.read().replace('breaker = "off"', 'breaker = "3x"; breaker_floor = 1')
    new.write("dunningd.conf", conf)
    for n in (1, 2, 3):
        invoice(new, "I-%d" % n, "C-%d" % n)
    new.once()
    assert new.outbox() == [], new.outbox()
    status = ask(new, "status")
    assert status["blocked_reason"] == "breaker" and not status["fine"], status
    daemon = new.start()
    try:
        wait_for("the daemon", lambda: ask(new, "status")["running"])
        assert "may leave" in new.ctl("approve", "breaker")
        wait_for("three mails", lambda: len(new.outbox()) == 3)
        assert ask(new, "status")["blocked"] == ""
    finally:
        stop(daemon)
    new.remove()


def test_send_test():
    new = world()
    assert "outcome:" in new.ctl("send-test", "box", "someone@kunde.example")
    answer = ask(new, "send-test", "box", "someone@kunde.example")
    assert answer["outcome"] == "accepted" and answer["channel"] == "email", answer
    mails = [name for name in new.outbox() if name.endswith(".eml")]
    with open(new.path("outbox", mails[0]), encoding="utf-8") as file:
        text = file.read()
    assert "Subject: Test message of dunningd" in text and "asks for no payment" in text, text
    server = Deaf()
    deaf_provider(new, server)
    status, out, sentence = refused(new, "send-test", "deaf", "someone@kunde.example")
    assert status == 1 and "uncertain" in sentence and server.requests == 1, (status, out, sentence)
    status, _, sentence = refused(new, "send-test", "box", "no address@")
    assert status == 2 and "bare email address" in sentence, sentence
    done = subprocess.run([program("dunningctl"), "send-test", "--config", new.config, "box", "-"],
                          input="+4915155500102\n", capture_output=True, text=True, check=True)
    assert "sms" in done.stdout
    new.remove()


def on_terminal(new, **environment):
    """What the status looks like on a terminal."""
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    ours, theirs = pty.openpty()
    subprocess.run([program("dunningctl"), "status", "--config", new.config], stdout=theirs, check=True,
                   env={**plain, "TERM": "xterm", **environment})
    os.close(theirs)
    text = os.read(ours, 65536).decode()
    os.close(ours)
    return text


def test_colour():
    new = world()
    assert "\033[" in on_terminal(new)
    assert "\033[" not in on_terminal(new, NO_COLOR="1")
    assert "\033[" not in on_terminal(new, TERM="dumb")
    assert "\033[" not in new.ctl("status")
    new.remove()


main(test_facts_are_acted_on, test_approval, test_reload, test_log_is_followed, test_doubt_is_settled, test_breaker,
     test_send_test, test_colour)
