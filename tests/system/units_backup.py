"""dunningctl backup --keep, as dunningd-backup.service calls it: what it makes, what it removes, what it leaves."""
import os
import re
import sqlite3
import subprocess

from lib_world import World, main, program

NAME = re.compile(r"^state-\d{8}T\d{6}Z\.db$")


def business():
    world = World()
    world.rows("customers", [{"customer_id": "C-1", "name": "One", "email": "one@kunde.invalid"}])
    world.once()
    return world


def backups(folder):
    return sorted(name for name in os.listdir(folder) if NAME.match(name))


def put(folder, *names):
    os.makedirs(folder, exist_ok=True)
    for name in names:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("old")


OLD = ["state-20250101T020000Z.db", "state-20250102T020000Z.db", "state-20250103T020000Z.db"]
OTHERS = ["state-2025.db", "state-20250101T020000Z.db.gz", "notes.txt", "Xtate-20250101T020000Z.db", "state.db"]


def the_folder_is_made_and_the_copy_is_whole():
    world = business()
    folder = world.path("backups")
    world.ctl("backup", "--keep", "3", folder)
    assert os.stat(folder).st_mode & 0o777 == 0o700
    (name,) = backups(folder)
    copy = sqlite3.connect(os.path.join(folder, name))
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    world.remove()


def the_oldest_go_and_other_files_stay():
    world = business()
    folder = world.path("backups")
    put(folder, *OLD, *OTHERS)
    os.mkdir(os.path.join(folder, "state-20240101T020000Z.db"))
    said = world.ctl("backup", "--keep", "3", folder)
    kept = backups(folder)
    assert kept[0] == "state-20240101T020000Z.db" and kept[1:3] == OLD[1:] and len(kept) == 4, kept
    assert OLD[0] in said and OLD[1] not in said, said
    assert not set(OTHERS) - set(os.listdir(folder))
    world.remove()


def a_failure_removes_nothing():
    world = business()
    folder = world.path("backups")
    put(folder, *OLD)
    os.rename(world.path("state", "state.db"), world.path("state", "away"))
    done = subprocess.run([program("dunningctl"), "backup", "--config", world.config, "--keep", "1", folder],
                          capture_output=True, text=True, check=False)
    assert done.returncode != 0, done.stdout
    assert backups(folder) == OLD
    world.remove()


def two_in_one_second_are_no_overwriting():
    world = business()
    folder = world.path("backups")
    statuses = []
    for _ in range(3):
        statuses.append(subprocess.run([program("dunningctl"), "backup", "--config", world.config, "--keep", "9", folder],
                                       capture_output=True, check=False).returncode)
    assert 0 in statuses and statuses.count(0) == len(backups(folder)), statuses
    world.remove()


def words_that_are_no_number_are_refused():
    world = business()
    for word in ("0", "-1", "x", ""):
        world.ctl("backup", "--keep", word, world.path("backups"), status=2)
    assert not os.path.exists(world.path("backups"))
    world.remove()


if __name__ == "__main__":
    main(the_folder_is_made_and_the_copy_is_whole, the_oldest_go_and_other_files_stay, a_failure_removes_nothing,
         two_in_one_second_are_no_overwriting, words_that_are_no_number_are_refused)
