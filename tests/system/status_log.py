#!/usr/bin/python3
"""The status log: every line is of the manual's grammar, and none is lost, doubled or out of order, whatever becomes of
its file."""
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_abnf import Grammar
from lib_canary import read, wait
from lib_journal import in_own_namespace
from lib_servers import ScriptedHttp, http_reply
from lib_world import SOURCE, World, main, program, stop

SEED = 20261125
GRAMMAR = Grammar(os.path.join(SOURCE, "man/dunningd-status-log.5")).parser("line")
KINDS = dict(re.findall(r'\[EVENT_(\w+)\] = \{"[0-9a-f]{32}", LOG_\w+, (true|false)',
                        read(os.path.join(SOURCE, "daemon/model/event.c"))))
LOGGED = {kind.lower() for kind, logged in KINDS.items() if logged == "true"}
TYPED = {"approved", "rejected", "settled_uncertain", "reached", "step_set"}
ODD = ["", " ", "a b", '"', '""', "\\", "\\x41", 'a"b\\c', "\n", "x\ny", "\t", "\x01\x1f\x7f", "ä", "日本", "\u0085", "\u00a0",
       "\U0001f4b6", "=", "key=value", "a,b", "-", "'", "#", "%s%n", "2026-11-25T09:00:00+01:00 accepted", "x" * 300,
       b"\xff".decode("latin-1"), "'; DROP TABLE events; --", "e\u0301", "\u202eright"]
# Bytes that are no text; SQLite keeps them.
BROKEN = [b"\xff\xfe", b"a\xc3", b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80", b"ok \x80 ok"]


def parse(line):
    found = GRAMMAR.fullmatch(line)
    assert found, "not of the grammar: %r" % line
    return {key: bytes_of(value) if key not in ("time", "event") else value
            for key, value in found.groupdict().items() if value is not None}


def bytes_of(value):
    """What a value stands for."""
    if not value.startswith('"'):
        return value.encode()
    return re.sub(rb'\\(x..|.)', lambda found: bytes([int(found.group(1)[1:], 16)]) if found.group(1)[:1] == b"x" and
                  len(found.group(1)) == 3 else found.group(1), value[1:-1].encode())


def lines_of(path):
    """A line ends with a line feed and with nothing else that Unicode knows; who reads during a write sees half a one."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "surrogateescape")
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return lines + [last] * bool(last)


def told_by_ctl(world, *words):
    done = subprocess.run([program("dunningctl"), "log", "--config", world.config, "--limit", "1000000", *words],
                          capture_output=True, check=True)
    return [line + "\n" for line in done.stdout.decode("utf-8").split("\n")[:-1]]


def logged_by_ctl(world):
    return [line for line in told_by_ctl(world) if parse(line)["event"] in LOGGED]


def state_of(world):
    state = sqlite3.connect(world.path("state/state.db"), timeout=20)
    state.text_factory = bytes
    return state


def odd(source):
    if source.random() < 0.05:
        return source.choice(BROKEN)
    return "".join(source.choice(ODD) for _ in range(source.randint(0, 3))).encode()


TEXTS = ("customer", "invoices", "policy", "step", "channel", "provider", "provider_id", "text", "author")


def odd_events(world, count):
    """Of every kind, with everything in them that a column can hold."""
    source = random.Random(SEED)
    state = state_of(world)
    for i in range(count):
        row = {"kind": list(KINDS)[i % len(KINDS)].lower(), "at": 1795420803 + i, "notice": source.choice([None, 1, 1234567]),
               "reason": source.choice(["none", "held", "below_minimum"]), "amount": source.choice([-1, 0, 7, 123456789]),
               "currency": source.choice(["", "EUR", "JPY", "BHD"])}
        names = list(row) + list(TEXTS)
        values = [value for value in row.values()] + [odd(source) for _ in TEXTS]
        state.execute("INSERT INTO events(%s) VALUES(%s)" % (", ".join(names), ", ".join(
            "CAST(? AS TEXT)" if name in TEXTS else "?" for name in names)), values)
    state.commit()
    state.close()


class Odd(ScriptedHttp):
    """A gateway whose replies are everything but simple."""

    def __init__(self):
        self.source = random.Random(SEED + 1)
        super().__init__(self.answer)

    def answer(self, request, number):
        text = odd(self.source) + b" " + odd(self.source)
        # So that the 200th byte is each of a character's bytes.
        text += b"y" * (150 + number % 60) + "ä€\U0001f4b6".encode() * 20
        status = ("200 OK", "400 Bad Request", "503 Service Unavailable")[number % 3]
        return http_reply(status, "").replace(b"Content-Length: 0", b"Content-Length: %d" % len(text)) + text


SMS = """kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/send"; encoding = "form";
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } ); id = "line";
  answers = ( { status = "200"; outcome = "accepted"; }, { status = "400-499"; outcome = "refused"; },
              { status = "503"; outcome = "refused_for_now"; } );"""
POLICY = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["sms"]; fallback = ["task"]; template = "t"; } ); };
"""
ODD_IDS = ("C-%d", "C %d", 'C"%d', "Ü-%d", "C\\%d", "C=%d", "C'%d", "日%d")


def odd_business(server, customers):
    world = World({"p": POLICY}, sms="gateway", more='poll_interval = "1s";')
    world.provider("gateway", SMS % server.port)
    ids = [ODD_IDS[i % len(ODD_IDS)] % i for i in range(customers)]
    world.rows("customers", [{"customer_id": name, "name": "One", "phone": "+4915112345%03d" % i, "sms_consent": "2026-01-01 form"}
                             for i, name in enumerate(ids)])
    world.rows("invoices", [{"invoice_id": name.replace("C", "R"), "customer_id": name, "issued_on": "2026-01-05",
                             "due_on": "2026-02-05", "currency": "EUR", "amount": "10.00"} for name in ids])
    return world


def every_line_is_of_the_grammar():
    server = Odd()
    world = odd_business(server, 240)
    daemon = world.start()
    try:
        wait("an outcome for each", lambda: len(server.requests) >= 240 and len(world.log()) >= 240, 60)
    finally:
        assert stop(daemon, 60) == 0
    odd_events(world, 8000)
    daemon = world.start()
    try:
        wait("the status log", lambda: re.search(r"\n\S+ started [^\n]*\n$", read(world.path("status.log"))), 60)
    finally:
        assert stop(daemon, 60) == 0
        server.stop()
    lines = lines_of(world.path("status.log"))
    assert lines == logged_by_ctl(world), "the status log and the state differ"
    assert len(lines) > 6000 and {parse(line)["event"] for line in lines} == LOGGED
    replies = [parse(line)["id"] for line in lines if "id" in parse(line)]
    assert max(map(len, replies)) <= 200 and any(len(reply) in range(197, 201) for reply in replies)
    values_come_back(world)
    print("  %d lines parsed" % len(lines))
    world.remove()


def values_come_back(world):
    """What is parsed is what the state holds, byte by byte."""
    state = state_of(world)
    rows = state.execute("SELECT kind, customer, invoices, policy, step, channel, provider, text, author FROM events ORDER BY seq")
    names = [column[0] for column in rows.description][1:]
    for line, row in zip(told_by_ctl(world), rows, strict=True):
        parsed = parse(line)
        assert parsed["event"] == row[0].decode(), line
        for name, value in zip(names, row[1:]):
            if name == "text" and parsed["event"] in TYPED:
                value = b""
            assert parsed.get(name, b"") == value, (name, value, line)
    state.close()


GOOD = ('2026-11-23T09:00:03+01:00 accepted notice=N-000123 customer=C-17 invoices=2026-0113,2026-0120 policy=standard '
        'step=reminder channel=email provider=smarthost amount=1190.00 currency=EUR id="250 2.0.0 queued as 4F3"\n')
BAD = (("+01:00 ", " "), ("T09", " 09"), (" accepted", "  accepted"), (" accepted", " Accepted"), ("N-000123", "123"),
       ("customer=C-17", "customer="), ("customer=C-17", "customer=C 17"), ("customer=C-17", 'customer=C"17'),
       ("customer=C-17", "customer=C\\17"), ("C-17", "C\x1f17"), ("C-17", "C\u008517"), (" currency=EUR", ""), ("EUR", "eur"),
       ("1190.00", "1,190.00"), ("1190.00", "1190."), ("policy=standard step=reminder", "step=reminder policy=standard"),
       ("as 4F3", "as \\4F3"), ("as 4F3", "as \\x4G"), ("as 4F3", "as\n4F3"), ('4F3"', "4F3"), ('4F3"', '4F3" reason=held'),
       ("\n", ""), ("\n", "\n\n"), ("\n", " \n"))


def the_grammar_refuses_what_is_not_of_it():
    assert parse(GOOD)["id"] == b"250 2.0.0 queued as 4F3" and parse(GOOD)["event"] == "accepted"
    assert parse(GOOD.replace("as 4F3", r"as \"4\\F\xc3\xa4"))["id"] == 'as "4\\Fä'.join(("250 2.0.0 queued ", "")).encode()
    for old, new in BAD:
        assert old in GOOD
        assert not GRAMMAR.fullmatch(GOOD.replace(old, new, 1)), (old, new)


# ---- the file ----

class Busy:
    """A daemon to whom something happens all the time."""

    def __init__(self, more=""):
        self.world = World(more='poll_interval = "1s";' + more)
        self.world.rows("customers", [{"customer_id": "C-1", "name": "One", "email": "one@kunde.invalid"}])
        self.daemon = self.world.start()
        self.said = 0
        wait("the daemon", lambda: self.world.log("started"))

    def say(self, times=1):
        for _ in range(times):
            self.world.ctl("hold" if self.said % 2 == 0 else "release", "C-1")
            self.said += 1

    def seen(self, *paths):
        return [line for path in paths for line in lines_of(path)]

    def stop(self):
        assert stop(self.daemon, 60) == 0


def same_as_the_state(busy, *paths):
    """All lines of all files, in this order, are what happened."""
    wait("all lines", lambda: busy.seen(*filter(os.path.exists, paths)) == logged_by_ctl(busy.world), 20)


def a_folder_of_its_own(busy, size):
    """The log's, as a file system that can be full or read-only."""
    os.makedirs(busy_folder(busy.world))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", busy_folder(busy.world)], check=True)


def busy_folder(world):
    return world.path("logs")


def move_log(busy):
    """The log goes to a file system of its own, by a reload."""
    log = os.path.join(busy_folder(busy.world), "status.log")
    with open(busy.world.config, encoding="utf-8") as file:
        text = file.read()
    busy.world.write("dunningd.conf", text.replace('status_log = "status.log"', 'status_log = "logs/status.log"'))
    busy.world.ctl("reload")
    return log


def a_full_disk_is_made_up_for():
    busy = Busy()
    a_folder_of_its_own(busy, "64k")
    before = busy.world.path("status.log")
    log = move_log(busy)
    busy.say(2)
    filler = os.path.join(busy_folder(busy.world), "filler")
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    busy.say(120)  # a page holds some sixty lines
    assert len(busy.seen(before, log)) < len(logged_by_ctl(busy.world)), "the disk was not full"
    os.unlink(filler)
    same_as_the_state(busy, before, log)  # with nothing else happening
    busy.say(2)
    same_as_the_state(busy, before, log)
    complaints = read(busy.world.path("dunningd.err")).count("cannot write the status log")
    assert complaints == 1, "said %d times" % complaints
    busy.stop()
    same_as_the_state(busy, before, log)
    subprocess.run(["umount", busy_folder(busy.world)], check=True)
    busy.world.remove()


def a_folder_that_cannot_be_written_is_waited_for():
    busy = Busy()
    a_folder_of_its_own(busy, "1m")
    before = busy.world.path("status.log")
    subprocess.run(["mount", "-o", "remount,ro", busy_folder(busy.world)], check=True)
    log = move_log(busy)
    busy.say(4)
    assert not os.path.exists(log)
    subprocess.run(["mount", "-o", "remount,rw", busy_folder(busy.world)], check=True)
    same_as_the_state(busy, before, log)
    busy.stop()
    subprocess.run(["umount", busy_folder(busy.world)], check=True)
    busy.world.remove()


def a_deleted_file_is_made_again():
    busy = Busy()
    log = busy.world.path("status.log")
    busy.say(2)
    same_as_the_state(busy, log)
    gone = len(lines_of(log))
    os.unlink(log)
    busy.say(2)
    wait("the new file", lambda: os.path.exists(log) and lines_of(log) == logged_by_ctl(busy.world)[gone:])
    os.chmod(log, 0o000)
    os.unlink(log)
    os.symlink("/etc/hostname", log)  # somebody's trick
    busy.say(1)
    os.unlink(log)
    gone += 2
    wait("the file and not where it points", lambda: os.path.exists(log) and lines_of(log)[-1] == logged_by_ctl(busy.world)[-1])
    busy.stop()
    busy.world.remove()


def packaged_rotation(world, signals):
    """The package's file for these paths and users; its systemctl signals, or there is nobody who would."""
    text = read(os.path.join(SOURCE, "systemd/dunningd.logrotate"))
    assert text.count("dunningd dunningd") == 2 and "systemctl kill --signal=USR1" in text
    text = text.replace("dunningd dunningd", "root root").replace("/var/log/dunningd/*.log /var/log/dunningd/*/*.log",
                                                                   world.path("*.log"))
    world.write("logrotate", text)
    world.write("bin/systemctl", "#!/bin/sh\nkill -USR1 %d\n" % signals if signals else "#!/bin/sh\nexit 1\n")
    os.chmod(world.path("logrotate"), 0o644)
    os.chmod(world.path("bin/systemctl"), 0o755)


def rotate(world):
    environment = dict(os.environ, PATH=world.path("bin") + ":" + os.environ["PATH"])
    done = subprocess.run(["logrotate", "-f", "-s", world.path("logrotate.state"), world.path("logrotate")], env=environment,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr


def rotated(world):
    """All that was ever written, oldest first."""
    names = sorted((name for name in os.listdir(world.folder) if name.startswith("status.log")),
                   key=lambda name: -int((re.findall(r"\d+", name) or ["0"])[0]))
    for name in names:
        if name.endswith(".gz"):
            subprocess.run(["gunzip", world.path(name)], check=True)
    return [world.path(name.removesuffix(".gz")) for name in names]


def rotation_loses_nothing(signalled):
    busy = Busy()
    packaged_rotation(busy.world, busy.daemon.pid if signalled else 0)
    for _ in range(5):
        busy.say(3)
        wait("a line", lambda: os.path.getsize(busy.world.path("status.log")) > 0)  # an empty file is not rotated
        rotate(busy.world)
    busy.say(3)
    busy.stop()
    files = rotated(busy.world)
    assert len(files) == 6, files
    assert busy.seen(*files) == logged_by_ctl(busy.world)
    busy.world.remove()


def rotation_with_a_signal():
    rotation_loses_nothing(True)


def rotation_that_tells_nobody():
    rotation_loses_nothing(False)


# ---- the reader ----

def follow(world, *words, **keys):
    return subprocess.Popen([program("dunningctl"), "log", "--config", world.config, "--follow", *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keys)


def a_follower_reads_the_same_lines():
    busy = Busy()
    packaged_rotation(busy.world, 0)
    follower = follow(busy.world, "--limit", "1000000")
    busy.say(2)
    rotate(busy.world)
    busy.say(2)
    wait("the last", lambda: busy.world.log("released") and told_by_ctl(busy.world)[-1].split(" ")[1] == "released")
    busy.stop()
    expected = told_by_ctl(busy.world)
    seen = [follower.stdout.readline().decode() for _ in expected]
    assert seen == expected and all(parse(line) for line in seen)
    follower.send_signal(signal.SIGINT)
    assert follower.wait(10) == 0 and follower.stdout.read() == b"" and follower.stderr.read() == b""
    busy.world.remove()


def burst(world, first, last):
    state = state_of(world)
    state.execute("WITH RECURSIVE n(i) AS (VALUES(%d) UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO events(kind, at, "
                  "customer, invoices, policy, step, channel, provider, reason, amount, currency, provider_id, text, author) "
                  "SELECT 'opted_in', 1795420803, '', '', '', '', 'email', '', 'none', 0, '', '', i, '' FROM n" % (first, last))
    state.commit()
    state.close()


def a_follower_misses_none_of_a_burst():
    busy = Busy()
    burst(busy.world, 0, 0)
    follower = follow(busy.world, "--event", "opted_in")
    assert parse(follower.stdout.readline().decode())["text"] == b"0"
    burst(busy.world, 1, 2500)
    numbers = [parse(follower.stdout.readline().decode())["text"] for _ in range(2500)]
    assert numbers == [b"%d" % (i + 1) for i in range(2500)]
    follower.terminate()
    assert follower.wait(10) == 0
    busy.stop()
    busy.world.remove()


def a_reader_who_goes_ends_it():
    """Also while nothing happens, and with nothing said."""
    busy = Busy()
    for words in ((), ("--json",)):
        follower = follow(busy.world, *words)
        assert follower.stdout.readline()
        follower.stdout.close()
        assert follower.wait(10) == 0 and follower.stderr.read() == b""
        follower = follow(busy.world, *words)
        follower.stdout.close()
        busy.say()
        assert follower.wait(10) == 0 and follower.stderr.read() == b""
    busy.stop()
    busy.world.remove()


if __name__ == "__main__":
    in_own_namespace("a file system that can be full")
    main(the_grammar_refuses_what_is_not_of_it, every_line_is_of_the_grammar, a_full_disk_is_made_up_for,
         a_folder_that_cannot_be_written_is_waited_for, a_deleted_file_is_made_again, rotation_with_a_signal,
         rotation_that_tells_nobody, a_follower_reads_the_same_lines, a_follower_misses_none_of_a_burst,
         a_reader_who_goes_ends_it)
