"""The checker of power loss must complain: about a disk whose syncs are lies, and about a mailbox or state that was
tampered with.  A fault that is planted and not seen fails."""
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_power_lives as lives
from lib_power_check import Aftermath, Past
from lib_power_cut import cut_once, place_of
from lib_power_life import use_memory_for_files
from lib_power_sink import Sink
from lib_world import main

CUTS = 60
# A lie, the life in which it hurts, and a complaint that it must lead to.
LIES = (
    ("no sync does anything", lambda path: True, lives.first_send, "sent twice"),
    ("fdatasync of the send log is a lie", lambda path: path.endswith("send.log"), lives.first_send,
     "the send log does not know it"),
    ("... which leads to a second copy", lambda path: path.endswith("send.log"), lives.first_send, "sent twice"),
    ("fsync of the state is a lie", lambda path: "/state/" in path, lives.first_send, "cannot start: exit 5"),
    ("... which forgets a hold", lambda path: "/state/" in path, lives.words, "lost: Q1 was held"),
    ("fsync of the ledger is a lie", lambda path: "ledger.db" in path, lives.imports, "lost: 30"),
    ("fsync of a drop is a lie", lambda path: ".part" in path or "/N-" in path, lives.drop,
     "is not the message as claimed"),
    ("fsync of the outbox is a lie", lambda path: path.endswith("/outbox"), lives.drop, "accepted, but never arrived"),
    ("fsync of a copy is a lie", lambda path: "copy-" in path, lives.backup, "was made, and is not whole"),
    ("no folder is ever synced", lambda path: "." not in os.path.basename(path), lives.first_start, "sent twice"),
)


def faults_with(life, ignore):
    """Complaints of cuts until there is no more to cut."""
    for number in range(CUTS):
        about = {"place": place_of(life.records, number, CUTS, 7), "seed": 7000 + number, "number": 1}
        yield from cut_once(life, about, ignore).faults


def lies_are_seen():
    sink = Sink()
    unseen, recorded = [], {}
    for lie, ignore, make, wanted in LIES:
        if make not in recorded:
            recorded[make] = make(sink)
            recorded[make].end()
        seen = next((fault for fault in faults_with(recorded[make], ignore) if wanted in fault), None)
        print("%s: %s" % (lie, seen or "NOT SEEN"))
        if not seen:
            unseen.append(lie)
    for life in recorded.values():
        life.remove()
    sink.stop()
    assert not unseen, "planted and not seen: %s" % unseen


def an_honest_disk_is_not_blamed():
    sink = Sink()
    life = lives.first_send(sink)
    life.end()
    faults = list(faults_with(life, None))
    life.remove()
    sink.stop()
    assert not faults, faults


# Changes to the state after a good life, and what is said of them.
TAMPERINGS = (
    ("UPDATE messages SET status = 'planned' WHERE id = 1", "arrived, but neither accepted nor uncertain"),
    ("DELETE FROM messages WHERE id = 4", "lost: no SMS"),
    ("UPDATE attempts SET token = token + 1 WHERE id = 2", "the state does not"),
    ("UPDATE attempts SET sha256 = 'x' WHERE id = 3", "the state does not"),
    ("UPDATE attempts SET status = 'committing' WHERE id = 3", "is still committing"),
    ("INSERT INTO messages SELECT id + 100, notice, channel, recipient, 2, turn, carries, status, name, address,"
     " language, digest || 'x', message_id, provider, attempts, not_before, claimed_at, rendered_on, last_at, rank,"
     " amount, oldest_due FROM messages WHERE id = 1", "two messages of one step"),
)


def a_changed_state_is_seen():
    sink = Sink()
    life = lives.first_send(sink)
    life.end()
    done = subprocess.CompletedProcess((), 0, "", "")
    state = life.path("state", "state.db")

    def complaints(*more):
        past = Past([])
        past.add(life, life.records)
        return "; ".join(Aftermath(life, past, list(more), done).judge())

    assert complaints() == "", complaints()
    assert "sent twice" in complaints(life.records and "email c1@shop.invalid")
    unseen = []
    for tampering, wanted in TAMPERINGS:
        with open(state, "rb") as file:
            good = file.read()
        database = sqlite3.connect(state, isolation_level=None)
        database.execute("DROP TRIGGER messages_counted")
        database.execute(tampering)
        database.close()
        if wanted not in complaints():
            unseen.append((tampering, complaints()))
        with open(state, "wb") as file:
            file.write(good)
    cut_line(life.path("state-witness", "send.log"))
    assert "torn line" in complaints() and "does not know it" in complaints(), complaints()
    life.remove()
    sink.stop()
    assert not unseen, "planted and not seen: %s" % unseen


def cut_line(path):
    os.truncate(path, os.path.getsize(path) - 10)


if __name__ == "__main__":
    use_memory_for_files()
    main(lies_are_seen, an_honest_disk_is_not_blamed, a_changed_state_is_seen)
