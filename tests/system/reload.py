"""Reload: what it says, all or nothing while messages fly, and what status says of the files meanwhile."""
import json
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from engine_daemon import DUE, LONG_AGO, POLL, Daemon, business, people, wait
from lib_world import main, program

STEP = '{ name = "%s"; action = "remind"; at = "%s"; send = ["email"]; fallback = ["task"]; template = "t"; }'
RELOADS = 12


def policy(*steps, more=""):
    return 'policy = { name = "p"; %s steps = ( %s ); };\n' % (more, ", ".join(STEP % step for step in steps))


SOON = policy(("reminder", "due + 5d"), ("last", "previous + 40d"))
LATE = policy(("reminder", "due + 5d"), ("last", "previous + 50d"))


def reload(world):
    done = subprocess.run([program("dunningctl"), "reload", "--config", world.config], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def status(world):
    return json.loads(world.ctl("status", "--json"))


def says(world, words):
    return any(words in row["what"] for row in status(world)["needs"])


def each_step_is_named_with_its_count():
    world = business(4, policies={"p": SOON})
    with Daemon(world) as daemon:
        wait("four mails", lambda: len(world.log("accepted")) == 4)
        assert not says(world, "changed") and not status(world)["config_differs"]
        world.write("policies/p.conf", LATE)
        assert says(world, "have changed since they were read"), status(world)
        code, said = reload(world)
        assert code == 0, said
        assert 'policy p: step last: at is now "previous + 50d", was "previous + 40d"\n' in said, said
        assert "policy p: 4 items get a new date, 0 move to another step, 0 fall back, 0 more notices fire today\n" in said, said
        assert not status(world)["config_differs"]
        assert "step last: at is now" in world.log("reloaded")[-1]["text"], world.log("reloaded")
        world.write("policies/p.conf", policy(("reminder", "due + 5d"), ("last", "previous + 0d")))
        code, said = reload(world)
        assert code == 0 and "0 more notices fire" in said, said
        assert daemon.process.poll() is None
    code, said = reload(world)
    assert code == 1 and "no dunningd is running" in said, (code, said)
    world.remove()


def a_bad_edit_is_told_until_it_is_cured():
    world = business(1, policies={"p": SOON})
    with Daemon(world):
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        before = status(world)["config_read_at"]
        world.write("policies/p.conf", SOON.replace("remind", "rewind"))
        code, said = reload(world)
        assert code == 4 and "policies/p.conf:1:" in said and "rewind" in said, (code, said)
        assert says(world, "in the configuration"), status(world)
        assert status(world)["config_read_at"] == before, status(world)
        told = world.log("reload_failed")
        assert len(told) == 1 and not told[0]["text"].endswith("x0a"), told
        world.write("policies/p.conf", SOON)
        assert status(world)["fine"], status(world)
    world.remove()


def all_or_nothing_while_messages_fly():
    """Two good policies and a bad one in turn, while customers come in: nothing twice, and no bytes are altered."""
    world = business(200, policies={"p": SOON}, more=POLL + "sender = { connections = 2; };")
    with Daemon(world) as daemon:
        wait("it runs", lambda: world.log("started"))
        for number in range(RELOADS):
            text = (SOON, LATE, "policy = {")[number % 3]
            world.write("policies/p.conf", text)
            code, said = reload(world)
            assert code == (4 if number % 3 == 2 else 0), (number, code, said)
            assert (number % 3 == 2) == ("stays as it was" in said), said
            if number % 3 != 2:
                people(world, 201 + number * 40, 40)
        world.write("policies/p.conf", LATE)
        assert reload(world)[0] == 0
        expected = 200 + 40 * len([n for n in range(RELOADS) if n % 3 != 2])
        wait("everybody got one", lambda: len(world.log("accepted")) == expected, 60)
        assert daemon.process.poll() is None
    assert len(world.outbox()) == expected, len(world.outbox())
    state = sqlite3.connect(world.path("state", "state.db"))
    assert state.execute("SELECT count(*) FROM attempts a JOIN attempts b ON a.message = b.message AND a.id < b.id "
                         "WHERE a.sha256 <> b.sha256").fetchone() == (0,)
    state.close()
    assert '"fine":true' in world.ctl("audit", "--json").replace(" ", ""), world.ctl("audit")
    world.remove()


def what_is_read_once_is_named():
    world = business(1)
    with Daemon(world):
        wait("one mail", lambda: len(world.log("accepted")) == 1)
        with open(world.config, encoding="utf-8") as file:
            text = file.read()
        world.write("dunningd.conf", text + 'witness = "elsewhere/send.log";\n')
        code, said = reload(world)
        assert code == 0 and "witness: takes effect when dunningd is restarted" in said, (code, said)
    world.remove()


assert DUE > LONG_AGO
main(each_step_is_named_with_its_count, a_bad_edit_is_told_until_it_is_cured, all_or_nothing_while_messages_fly,
     what_is_read_once_is_named)
