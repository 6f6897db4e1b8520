#!/usr/bin/python3
"""Names, addresses, numbers and secrets stay where they belong (DESIGN 9).

Every personal word, every secret and every reason that a person types holds a
canary.  Providers do their worst: they repeat the recipient in each reply.
Afterwards no canary may stand in the status log, on standard error, in a
command line, or in what dunningctl prints about many; only who asks for one
customer reads of a person.  journal_story looks into the journal.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_canary import CANARY, TYPED, Gossip, canary_world, live, nowhere, read, wait
from lib_world import main, program, stop


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(child) for child in file.read().split()]


MANY = (("status",), ("log",), ("log", "--json"), ("list", "items"), ("list", "notices"), ("list", "messages"),
        ("list", "tasks"), ("status", "--json"), ("list", "items", "--json"),
        ("list", "notices", "--json"), ("list", "messages", "--json"), ("list", "tasks", "--json"), ("check",))
# A list of accounts is made to be called up by name; of a person it shows the name and no more.
PERSON = r"Canary Person \d+"
# A hold and a task are lists of what people wrote for each other.
BY_NAME = ((("list", "accounts"), PERSON), (("list", "accounts", "--json"), PERSON), (("list", "holds"), re.escape(TYPED)))


def ask(world, verb, *words):
    done = subprocess.run([program("dunningctl"), verb, "--config", world.config, *words], capture_output=True, text=True,
                          check=False)
    assert len(done.stdout) > 20, (verb, words, done.stderr)
    return done.stdout + done.stderr


def the_check_is_not_blind():
    for text in ("to canary.well@canary.example", "+491715550010", "+49 171 5550-010", "01715550010", "CANARY"):
        assert CANARY.search(text), text
        try:
            nowhere("planted", "x %s y" % text)
        except AssertionError:
            continue
        raise AssertionError("not seen: " + text)


def no_canary_sings():
    gossip = Gossip()
    world = canary_world(gossip)
    daemon = world.start()
    try:
        live(world, gossip)
        for pid in [daemon.pid] + children(daemon.pid):
            nowhere("command line of %d" % pid, read("/proc/%d/cmdline" % pid))
            nowhere("environment of %d" % pid, read("/proc/%d/environ" % pid))
        for words in MANY:
            nowhere(" ".join(words), ask(world, *words))
        for words, shown in BY_NAME:
            nowhere(" ".join(words), re.sub(shown, "", ask(world, *words)))
    finally:
        assert stop(daemon, 60) == 0
        gossip.stop()
    nowhere("status log", read(world.path("status.log")))
    nowhere("standard error", read(world.path("dunningd.err")))
    seen = {line["event"] for line in world.log()}
    assert seen >= {"accepted", "refused", "uncertain", "task", "approved", "step_set", "misconfigured"}, seen
    assert gossip.smtp.logins or any("AUTH" in line for line in gossip.smtp.seen), "nobody logged in"
    assert "<recipient>" in read(world.path("status.log")), "no reply was ever shown"
    world.remove()


def who_asks_for_one_reads_of_a_person():
    """The other side: the check would see a canary, and a person who asks for one customer is told."""
    gossip = Gossip()
    world = canary_world(gossip)
    shown = world.ctl("show", "C-1") + world.ctl("preview", "R-1")
    assert CANARY.search(shown), shown
    gossip.stop()
    world.remove()


def once_says_nothing_either():
    gossip = Gossip()
    world = canary_world(gossip)
    done = subprocess.run([program("dunningd"), "--config", world.config, "--once"], capture_output=True, text=True,
                          check=False)
    nowhere("standard output of --once", done.stdout)
    nowhere("standard error of --once", done.stderr)
    nowhere("status log", read(world.path("status.log")))
    gossip.stop()
    world.remove()


def a_bad_secret_is_not_repeated():
    """A credential that cannot be used is named, its content is not."""
    gossip = Gossip()
    world = canary_world(gossip)
    world.write("credentials/gateway", "canary\x01secret\nwith lines\n")
    done = subprocess.run([program("dunningd"), "--config", world.config, "--once"], capture_output=True, text=True,
                          check=False)
    nowhere("output", done.stdout + done.stderr)
    nowhere("status log", read(world.path("status.log")))
    gossip.stop()
    world.remove()


def the_sender_has_no_core_size():
    """Even where the engine that starts it has one."""
    gossip = Gossip()
    world = canary_world(gossip)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    daemon = world.start()
    try:
        wait("the sender", lambda: any("dunningd-send" in read("/proc/%d/cmdline" % pid) for pid in children(daemon.pid)))
        sender, = children(daemon.pid)
        wait("no core size", lambda: core_size(sender) == ("0", "0"))
    finally:
        assert stop(daemon, 60) == 0
        gossip.stop()
    world.remove()


def core_size(pid):
    return re.search(r"Max core file size\s+(\S+)\s+(\S+)", read("/proc/%d/limits" % pid)).groups()


def the_senders_memory_is_nobodys():
    """The kernel gives root what belongs to a process that must not be dumped; for one that may, its own user."""
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    with tempfile.TemporaryDirectory(prefix="dunningd-core-") as folder:
        os.chmod(folder, 0o777)
        sender = shutil.copy(program("dunningd-send"), folder)
        ordinary = subprocess.Popen(["sleep", "60"], user=user)
        guarded = subprocess.Popen([sender, "--listen", folder + "/sock"], user=user, cwd="/")
        try:
            wait("the socket", lambda: os.path.exists(folder + "/sock"))
            assert os.stat("/proc/%d/environ" % ordinary.pid).st_uid == user, "the check is blind"
            assert os.stat("/proc/%d/environ" % guarded.pid).st_uid == 0
        finally:
            stop(ordinary)
            assert stop(guarded) == 0


if __name__ == "__main__":
    main(the_check_is_not_blind, who_asks_for_one_reads_of_a_person, no_canary_sings, once_says_nothing_either,
         a_bad_secret_is_not_repeated, the_sender_has_no_core_size, the_senders_memory_is_nobodys)
