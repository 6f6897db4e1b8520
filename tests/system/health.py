"""dunningctl status --check, as a monitoring system calls it."""
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from engine_daemon import Daemon, business, wait
from lib_world import main, program, stop

LINE = re.compile(r"(OK|WARNING|CRITICAL) - [^|\n]+ \| (\w+=\d+(;\d*)? ?)+\n")


def check(world):
    done = subprocess.run([program("dunningctl"), "status", "--check", "--config", world.config], capture_output=True,
                          text=True)
    assert done.stderr == "" and LINE.fullmatch(done.stdout), done
    return done.returncode, done.stdout.split(" | ")[0]


def from_birth_to_death():
    world = business(2)
    assert check(world) == (2, "CRITICAL - dunningd has never run"), check(world)
    with Daemon(world) as daemon:
        wait("two mails", lambda: len(world.log("accepted")) == 2)
        assert check(world) == (0, "OK - dunningd is well"), check(world)
        world.write("policies/q.conf", "policy = { stepz = (); };\n")
        status, words = check(world)
        assert status == 1 and "mistake" in words, words
        os.unlink(world.path("policies/q.conf"))
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
    assert check(world) == (2, "CRITICAL - dunningd is not running"), check(world)
    with Daemon(world) as daemon:
        wait("well again", lambda: check(world)[0] == 0)
        stop(daemon.process)
    world.remove()


def single_passes_are_a_service_too():
    world = business(1)
    world.once()
    assert check(world) == (0, "OK - dunningd is well"), check(world)
    world.remove()


def figures_are_those_of_status():
    world = business(3)
    world.once()
    done = subprocess.run([program("dunningctl"), "status", "--check", "--config", world.config], capture_output=True,
                          text=True)
    assert "accepted=3" in done.stdout and "uncertain=0;0" in done.stdout, done.stdout
    world.remove()


main(from_birth_to_death, single_passes_are_a_service_too, figures_are_those_of_status)
