#!/usr/bin/python3
"""As root dunningctl opens the files of its command line, becomes the owner of the state, and only then opens databases."""
import os
import pwd
import stat
import subprocess
import sys

from lib_world import World, main, program

OWNER = pwd.getpwnam("nobody")


def ctl(world, *words, login="anna", status=0, text=None):
    done = subprocess.run([program("dunningctl"), words[0], "--config", world.config, *words[1:]], input=text,
                          capture_output=True, text=True, check=False, env={**os.environ, "SUDO_USER": login})
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def owned_by(path):
    return pwd.getpwuid(os.stat(path).st_uid).pw_name


def give_away(world):
    """Everything but what only root may read: that is named on command lines."""
    os.chmod(world.folder, 0o755)
    for folder, _, files in os.walk(world.folder):
        for path in [folder] + [os.path.join(folder, name) for name in files]:
            os.chown(path, OWNER.pw_uid, OWNER.pw_gid)
    os.mkdir(world.path("root"), 0o700)


def make_world():
    world = World()
    give_away(world)
    world.write("root/customers.csv", "customer_id,name,email\nC-1,Anna,anna@kunde.example\n")
    world.write("root/invoices.csv", "invoice_id,customer_id,issued_on,due_on,currency,amount\n"
                                     "I-1,C-1,2026-01-01,2026-02-02,EUR,100.00\n")
    return world


def run_once(world):
    """As the owner, as the service would."""
    subprocess.run([program("dunningd"), "--config", world.config, "--once"], check=True, capture_output=True,
                   user=OWNER.pw_uid, group=OWNER.pw_gid, extra_groups=[])


def test_rights():
    world = make_world()
    ctl(world, "import", "customers", world.path("root", "customers.csv"))
    with open(world.path("root", "invoices.csv"), encoding="utf-8") as file:
        ctl(world, "import", "invoices", "-", text=file.read())
    assert owned_by(world.path("ledger.db")) == "nobody"
    run_once(world)
    ctl(world, "hold", "C-1", "--reason", "a test")
    assert "anna" in ctl(world, "list", "holds")
    ctl(world, "release", "C-1", login="bert\nforged=yes")
    assert not [line for line in ctl(world, "log").splitlines() if line.startswith("forged")], "a login with a line end"
    for name in os.listdir(world.path("state")):
        assert owned_by(world.path("state", name)) == "nobody", name
    world.remove()


def test_files_of_root():
    world = make_world()
    for kind in ("customers", "invoices"):
        ctl(world, "import", kind, world.path("root", kind + ".csv"))
    run_once(world)
    copy = world.path("root", "copy.db")
    ctl(world, "backup", copy)
    assert owned_by(copy) == "root" and stat.S_IMODE(os.stat(copy).st_mode) == 0o600
    with open(copy, "rb") as file:
        assert file.read(15) == b"SQLite format 3"
    assert not [name for name in os.listdir(world.path("state")) if "backup" in name], "the copy beside it is gone"
    before = os.stat(copy).st_size
    assert "File exists" in ctl(world, "backup", copy, status=1) and os.stat(copy).st_size == before
    ctl(world, "record", "I-1", "--step", "reminder", "--channel", "letter", "--on", "2026-11-01", "--proof",
        world.path("root", "customers.csv"), status=5)  # it was sent already; the proof could be opened
    world.remove()


def test_what_the_daemon_cannot_read():
    world = make_world()
    os.chown(world.path("policies"), 0, 0)
    os.chmod(world.path("policies"), 0o700)
    said = ctl(world, "check", status=4)
    assert "may not read it" in said and "policies" in said, said
    world.remove()


if os.geteuid() != 0:
    print("ctl_root: skipped, it needs root")
    sys.exit(77)
main(test_rights, test_files_of_root, test_what_the_daemon_cannot_read)
