"""dunningd as it runs for good: imports, reloads, signals, kills, breaker, watchdog, idle cost."""
import datetime
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_world import SOURCE, World, main, program, stop

LONG_AGO = (datetime.date.today() - datetime.timedelta(days=40)).isoformat()
DUE = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
POLL = 'poll_interval = "1s";'


def wait(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.05)


def business(count, more=POLL, **conf):
    world = World(more=more, **conf)
    people(world, 1, count)
    return world


def people(world, first, count):
    world.rows("customers", [{"customer_id": "C-%d" % i, "name": "N %d" % i, "email": "c%d@shop.invalid" % i}
                             for i in range(first, first + count)])
    world.rows("invoices", [{"invoice_id": "R-%d" % i, "customer_id": "C-%d" % i, "issued_on": LONG_AGO, "due_on": DUE,
                             "currency": "EUR", "amount": "%d.00" % (10 + i)} for i in range(first, first + count)])


def people_by_hand(world, number):
    """Written by another program, while dunningctl finds the configuration wrong."""
    world.sql("INSERT INTO customers(customer_id, name, email) VALUES('C-%d', 'N', 'c%d@shop.invalid')" % (number, number),
              "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) "
              "VALUES('R-%d', 'C-%d', '%s', '%s', 'EUR', 1000)" % (number, number, LONG_AGO, DUE))


def mails(world):
    return [name for name in world.outbox() if not name.startswith(".")]


class Daemon:
    def __init__(self, world, env=None):
        self.world = world
        self.process = subprocess.Popen([program("dunningd"), "--config", world.config], env={**os.environ, **(env or {})},
                                        stdout=subprocess.DEVNULL, stderr=open(world.path("dunningd.err"), "ab"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)


def what_enters_the_ledger_goes_out():
    world = business(3)
    with Daemon(world):
        wait("three mails", lambda: len(mails(world)) == 3)
        people(world, 4, 2)
        wait("two more", lambda: len(mails(world)) == 5)
    assert len(world.log("accepted")) == 5
    world.remove()


def a_stop_is_orderly():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(10) == 0
    assert [line["event"] for line in world.log()][-1] == "stopped"
    world.remove()


def a_second_one_is_refused():
    world = business(1)
    with Daemon(world) as daemon:
        wait("started", lambda: world.log("started"))
        done = subprocess.run([program("dunningd"), "--config", world.config, "--once"], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 5, done.returncode
        assert str(daemon.process.pid) in done.stderr, done.stderr
    world.remove()


def a_reload_takes_all_or_nothing():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        world.write("policies/p.conf", "policy = { name = \"p\"; stepz = (); };\n")
        out = subprocess.run([program("dunningctl"), "reload", "--config", world.config], capture_output=True, text=True,
                             check=False)
        assert out.returncode == 4, (out.returncode, out.stdout, out.stderr)
        assert "stepz" in out.stdout + out.stderr, (out.stdout, out.stderr)
        people_by_hand(world, 2)
        wait("the old policy goes on", lambda: len(world.log("accepted")) == 2)
        world.write("policies/p.conf", 'policy = { name = "p"; steps = ( { name = "reminder"; action = "remind"; '
                    'at = "due + 5d"; send = ["email"]; template = "t"; }, { name = "last"; action = "remind"; '
                    'at = "due + 300d"; send = ["email"]; template = "t"; } ); };\n')
        out = world.ctl("reload")
        assert "policy p: step last is new" in out and " 2 move to another step" in out, out
        assert world.log("reloaded")
        assert daemon.process.poll() is None
    world.remove()


def a_configuration_that_kills_its_reader_does_not_kill_the_daemon():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        world.write("policies/p.conf", '@include "%s"\n' % world.folder)
        daemon.process.send_signal(signal.SIGHUP)
        wait("said", lambda: world.log("reload_failed"))
        people_by_hand(world, 2)
        wait("it goes on", lambda: len(world.log("accepted")) == 2)
    world.remove()


def a_hangup_opens_the_log_anew():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        os.rename(world.path("status.log"), world.path("status.log.1"))
        daemon.process.send_signal(signal.SIGHUP)
        wait("a new file", lambda: world.log("reloaded"))
        os.remove(world.path("status.log"))
        people(world, 2, 1)
        wait("a deleted one too", lambda: world.log("accepted"))
    world.remove()


def a_rotation_opens_the_log_and_reads_no_configuration():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        world.write("policies/p.conf", "half an edit")
        os.rename(world.path("status.log"), world.path("status.log.1"))
        daemon.process.send_signal(signal.SIGUSR1)
        people_by_hand(world, 2)
        wait("a new file", lambda: world.log("accepted"))
        assert not world.log("reload_failed")
    world.remove()


def a_kill_loses_nothing_and_doubles_nothing():
    world = business(60)
    world.provider("box", 'kind = "drop"; directory = "%s"; connections = 1;' % world.path("outbox"))
    for after in (0, 3, 10, 20, 35):
        with Daemon(world) as daemon:
            wait("some mails", lambda: len(mails(world)) >= after)
            daemon.process.kill()
            daemon.process.wait()
    with Daemon(world):
        wait("all mails", lambda: len(mails(world)) == 60, 60)
        wait("all known", lambda: len({line["notice"] for line in world.log("accepted")}) == 60, 30)
    assert not world.log("uncertain"), world.log("uncertain")
    assert all("-r" not in name for name in mails(world)), mails(world)
    world.remove()


def the_breaker_asks_and_goes_on():
    world = business(5)
    with open(world.config, encoding="utf-8") as file:
        text = file.read().replace('breaker = "off"', 'breaker = "3x"; breaker_floor = 2')
    world.write("dunningd.conf", text)
    with Daemon(world):
        wait("asked", lambda: world.log("blocked"))
        assert world.log("blocked")[0]["reason"] == "breaker"
        assert not mails(world)
        world.ctl("approve", "breaker")
        wait("all mails", lambda: len(mails(world)) == 5)
    world.remove()


def an_old_copy_of_the_state_sends_nothing():
    world = business(2)
    world.once()
    shutil.copytree(world.path("state"), world.path("copy"))
    people(world, 3, 1)
    world.once()
    shutil.rmtree(world.path("state"))
    os.rename(world.path("copy"), world.path("state"))
    with Daemon(world):
        wait("blocked", lambda: any("send log" in line.get("text", "") for line in world.log("blocked")))
        people(world, 4, 1)
        time.sleep(2)
        assert len(mails(world)) == 3, mails(world)
        world.ctl("recover")
        wait("it goes on", lambda: len(mails(world)) >= 4)
    world.remove()


def systemd_is_told():
    world = business(1)
    path = world.path("notify")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    server.settimeout(20)
    seen = []
    with Daemon(world, {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"}) as daemon:
        def heard(word):
            while not any(word in message for message in seen):
                seen.append(server.recv(4096).decode())
        for word in ("READY=1", "WATCHDOG=1", "STATUS="):
            heard(word)
        daemon.process.send_signal(signal.SIGHUP)
        heard("RELOADING=1")
        assert "MONOTONIC_USEC=" in "".join(seen)
        before = len(seen)
        while not any("READY=1" in message for message in seen[before:]):
            seen.append(server.recv(4096).decode())
        daemon.process.terminate()
        heard("STOPPING=1")
    server.close()
    world.remove()


def a_ledger_that_cannot_be_read_is_no_reason_to_be_restarted():
    world = business(1)
    path = world.path("notify")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    server.settimeout(20)
    with Daemon(world, {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "600000"}) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        world.sql("BEGIN IMMEDIATE", "INSERT INTO customers(customer_id, name) VALUES('C-2', 'N')", "DROP TABLE payments",
                  "COMMIT")
        end, signs = time.monotonic() + 3, 0
        while time.monotonic() < end:
            signs += server.recv(4096) == b"WATCHDOG=1"
        world.ctl("explain", "C-2", status=1)
        assert signs >= 5, "%d signs of life in 3 s" % signs
        assert daemon.process.poll() is None
    server.close()
    world.remove()


def figures(pid):
    with open("/proc/%d/io" % pid, encoding="ascii") as file:
        written = int([line for line in file if line.startswith("write_bytes")][0].split()[1])
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return written, int(fields[11]) + int(fields[12])


def an_idle_poll_costs_nothing():
    world = business(1)
    with Daemon(world) as daemon:
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        time.sleep(2)
        written, ticks = figures(daemon.process.pid)
        time.sleep(5)
        now_written, now_ticks = figures(daemon.process.pid)
        assert now_written == written, "%d bytes written while idle" % (now_written - written)
        assert now_ticks - ticks <= 1, "%d clock ticks in five idle seconds" % (now_ticks - ticks)
    world.remove()


def the_manual_knows_all_options():
    done = subprocess.run([program("dunningd"), "--help"], capture_output=True, text=True, check=True)
    options = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  --")]
    with open(os.path.join(SOURCE, "man", "dunningd.8"), encoding="utf-8") as file:
        page = file.read()
    assert len(options) >= 7, options
    for option in options:
        assert "\n.It Fl %s" % option[1:] in page, option


def wrong_usage_says_so():
    for words, status in ((["--as-of", "2026-01-01T09:00"], 2), (["--once", "--as-of", "yesterday"], 2), (["--xyzzy"], 2),
                          (["once"], 2), (["--config", "/nowhere/dunningd.conf", "--check"], 4)):
        done = subprocess.run([program("dunningd"), *words], capture_output=True, text=True, check=False)
        assert done.returncode == status, (words, done.returncode)
        assert len(done.stderr.splitlines()) >= 1, words


if __name__ == "__main__":
    main(the_manual_knows_all_options, wrong_usage_says_so, what_enters_the_ledger_goes_out, a_stop_is_orderly,
         a_second_one_is_refused, a_reload_takes_all_or_nothing,
         a_configuration_that_kills_its_reader_does_not_kill_the_daemon, a_hangup_opens_the_log_anew,
         a_kill_loses_nothing_and_doubles_nothing, the_breaker_asks_and_goes_on, an_old_copy_of_the_state_sends_nothing,
         a_rotation_opens_the_log_and_reads_no_configuration, systemd_is_told,
         a_ledger_that_cannot_be_read_is_no_reason_to_be_restarted, an_idle_poll_costs_nothing)
