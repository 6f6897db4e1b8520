"""The file of metrics: promtool likes it, counters outlive restarts and kills, a folder that is gone is no trouble."""
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from engine_daemon import POLL, Daemon, business, people, wait
from lib_world import main, stop

METRICS = 'metrics = "figures/dunningd.prom";'


def office(count):
    world = business(count, more=POLL + METRICS)
    os.makedirs(world.path("figures"))
    return world


def text(world):
    try:
        with open(world.path("figures", "dunningd.prom"), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def value(world, sample):
    found = re.search("^dunningd_%s (.*)$" % re.escape(sample), text(world), re.M)
    return found and int(found.group(1))


def accepted(world):
    return value(world, 'attempts_total{channel="email",provider="box",outcome="accepted"}')


def promtool(world):
    result = subprocess.run(["promtool", "check", "metrics"], input=text(world), capture_output=True, text=True)
    assert result.returncode == 0 and not result.stdout + result.stderr, result.stdout + result.stderr


def counters_outlive_the_daemon():
    world = office(3)
    with Daemon(world) as daemon:
        wait("a file of figures", lambda: value(world, "running") == 1)
        promtool(world)
        wait("three accepted", lambda: len(world.log("accepted")) == 3)
        stop(daemon.process)
    for database in ("state", "ledger"):
        assert 4096 <= value(world, 'database_cache_bytes{database="%s"}' % database) < 18 << 20, text(world)
    assert value(world, "running") == 0 and value(world, "sender_connected") == 0, text(world)
    assert accepted(world) == 3 and value(world, 'events_total{event="accepted"}') == 3, text(world)
    promtool(world)
    with Daemon(world) as daemon:
        people(world, 4, 2)
        wait("five accepted", lambda: len(world.log("accepted")) == 5)
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
    with Daemon(world) as daemon:
        wait("all five counted", lambda: accepted(world) == 5)
        stop(daemon.process)
    assert accepted(world) == 5, text(world)
    world.remove()


def it_comes_although_nothing_happens():
    """The file's age is the sign of life that alerts go by, so it does not wait for the poll."""
    world = business(1, more='poll_interval = "1h";' + METRICS)
    os.makedirs(world.path("figures"))
    with Daemon(world):
        wait("a file of figures", lambda: text(world) != "")
        first = os.stat(world.path("figures", "dunningd.prom")).st_mtime
        wait("the next one", lambda: os.stat(world.path("figures", "dunningd.prom")).st_mtime > first, 20)
    world.remove()


def a_folder_that_is_gone():
    world = office(1)
    os.rmdir(world.path("figures"))
    with Daemon(world) as daemon:
        wait("one accepted", lambda: len(world.log("accepted")) == 1)
        stop(daemon.process)
    with open(world.path("dunningd.err"), encoding="utf-8") as file:
        said = [line for line in file if "metrics: " in line]
    assert len(said) == 1 and "No such file" in said[0] and "figures/dunningd.prom" in said[0], said
    world.remove()


main(counters_outlive_the_daemon, it_comes_although_nothing_happens, a_folder_that_is_gone)
