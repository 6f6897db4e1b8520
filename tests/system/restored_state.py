#!/usr/bin/python3
"""A state older than the send log: nothing is sent again, everything is named, and people say what became of it."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "story"))
from lib_story import Story, day, main, program, steps
from lib_world import stop

POLICY = steps(("reminder", "due + 5d"), ("formal", "previous + 10d", "notice", 'deadline = "7d";'),
               ("last", "deadline + 3d"), more='group = "customer"; min_gap = "5d";')
BOTH = steps(("reminder", "due + 5d", "remind", 'send = ["email", "sms"];'), ("formal", "previous + 10d"))


def audit(story, what):
    done = subprocess.run([program("dunningctl"), "audit", "--config", story.config, "--json"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, (what, [finding for finding in json.loads(done.stdout)["findings"]][:4])


def backup(story):
    if os.path.exists(story.path("backup.db")):
        os.remove(story.path("backup.db"))
    story.ctl("backup", story.path("backup.db"))


def restore(story):
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        if os.path.exists(story.path("state", name)):
            os.remove(story.path("state", name))
    shutil.copy(story.path("backup.db"), story.path("state", "state.db"))


def held_run(story, moment):
    """A pass that sends nothing and says so by its exit status."""
    before = story.outbox()
    story.now = moment
    story.once("--as-of", moment, status=5)
    assert story.outbox() == before, set(story.outbox()) - set(before)


def uncertain(story):
    return json.loads(story.ctl("list", "messages", "--status", "uncertain", "--json"))["messages"]


def recovered(story, moment, *words):
    """dunningctl recover, and the pass that does it; what the log has about it."""
    story.at(moment, "recover", *words)
    before = story.outbox()
    story.day(moment)
    assert story.outbox() == before, "sent again: %s" % (set(story.outbox()) - set(before))
    return story.log("recovered")[-1]["text"]


def sent_after_the_backup():
    with Story(POLICY) as story:
        for n in (1, 2, 3):
            story.customer("C-%d" % n).item("I-%d" % n, "100.00", "2026-03-02", customer_id="C-%d" % n)
        story.item("L-1", "50.00", "2026-03-20")
        story.days("2026-03-06", "2026-03-06")
        backup(story)
        assert len(story.days("2026-03-07", "2026-03-08")) == 3
        audit(story, "before")
        restore(story)
        for number in range(8, 12):
            held_run(story, day("2026-03-01", number) + "T10:00")
        text = recovered(story, "2026-03-13T09:00")
        assert "3 sends" in text and "3 are on record now as uncertain" in text, text
        audit(story, "after recover")
        doubts = uncertain(story)
        assert len(doubts) == 3, doubts
        # The items stand still, whatever day it is; others of the same customer go on.
        sent = story.days("2026-03-14", "2026-04-01")
        assert [line for line in sent if "L-1" in line] and not [line for line in sent if "I-" in line], sent
        one, two, three = [row["message"] for row in doubts]
        story.at("2026-04-01", "settle", one, "sent", "--reason", "the customer has it")
        story.at("2026-04-01", "settle", two, "not-sent", "--reason", "the server never saw it")
        sent = story.days("2026-04-02", "2026-04-20")
        audit(story, "after settle")
        rows = sqlite3.connect(story.path("state", "state.db")).execute(
            "SELECT invoice_id, step, status FROM records WHERE revoked = 0 AND invoice_id LIKE 'I-%' ORDER BY 1, 2").fetchall()
        held = [row[0] for row in rows if row[2] == "uncertain"]
        assert len(held) == 1 and uncertain(story)[0]["message"] == three, rows
        steps_of = {invoice: [row[1] for row in rows if row[0] == invoice] for invoice in ("I-1", "I-2", "I-3")}
        assert all("reminder" in taken and (len(taken) == 1) == (invoice in held) for invoice, taken in steps_of.items()), steps_of
        assert not [line for line in sent if held[0] in line], sent


def two_steps_after_the_backup():
    """The second step went out, so the first was accepted; only the last one is in doubt."""
    with Story(POLICY) as story:
        story.customer().item("I-1", "100.00", "2026-03-02")
        story.days("2026-03-05", "2026-03-06")
        backup(story)
        assert len(story.days("2026-03-07", "2026-03-20")) == 2
        restore(story)
        held_run(story, "2026-03-21T09:00")
        text = recovered(story, "2026-03-22T09:00")
        assert "2 sends" in text, text
        doubts = uncertain(story)
        assert json.loads(story.ctl("show", doubts[0]["notice"], "--json"))["step"] == "formal" and len(doubts) == 1, doubts
        audit(story, "after recover")
        assert story.days("2026-03-23", "2026-04-10") == []
        story.at("2026-04-10", "settle", doubts[0]["message"], "sent", "--reason", "seen in their mailbox")
        sent = story.days("2026-04-11", "2026-04-20")
        assert len(sent) == 1 and "last: I-1" in sent[0], sent
        audit(story, "after settle")


def channels_after_the_backup():
    """Email and SMS of one notice, both after the backup; neither goes again."""
    with Story(BOTH) as story:
        story.customer(phone="+4915155500101", sms_consent="2026-01-01 form").item("I-1", "100.00", "2026-03-02")
        story.days("2026-03-05", "2026-03-06")
        backup(story)
        assert len(story.days("2026-03-07", "2026-03-07")) == 2
        restore(story)
        recovered(story, "2026-03-09T09:00")
        doubts = uncertain(story)
        assert sorted(row["channel"] for row in doubts) == ["email", "sms"], doubts
        audit(story, "after recover")
        for row in doubts:
            story.at("2026-03-10", "settle", row["message"], "sent", "--reason", "provider's log")
        sent = story.days("2026-03-11", "2026-04-01")
        assert [line for line in sent if "formal" in line] and not [line for line in sent if "reminder" in line], sent
        audit(story, "after settle")


def known_notice():
    """The backup holds the planned notice itself; what went out of it meanwhile is found again on it."""
    with Story(steps(("reminder", "due + 5d", "remind", 'approval = "required";'), ("formal", "previous + 10d"))) as story:
        story.customer().item("I-1", "100.00", "2026-03-02").item("I-2", "30.00", "2026-03-02")
        assert story.days("2026-03-05", "2026-03-08") == []
        backup(story)
        story.at("2026-03-09", "approve", "N-000001")
        story.pay("P-1", "10.00", "2026-03-09", "I-1")
        assert len(story.days("2026-03-09", "2026-03-09")) == 1
        restore(story)
        recovered(story, "2026-03-10T09:00")
        doubts = uncertain(story)
        assert [row["notice"] for row in doubts] == ["N-000001"], doubts
        audit(story, "after recover")
        assert story.days("2026-03-11", "2026-03-30") == []
        story.at("2026-03-30", "settle", doubts[0]["message"], "not-sent", "--reason", "never seen")
        story.days("2026-03-31", "2026-04-10")
        waiting = json.loads(story.ctl("list", "notices", "--status", "awaiting_approval", "--json"))["notices"]
        assert len(waiting) == 1, waiting
        audit(story, "after settle")


def by_hand_meanwhile():
    """What a person recorded before recover stays as it was recorded."""
    with Story(POLICY) as story:
        story.customer().item("I-1", "100.00", "2026-03-02")
        story.days("2026-03-05", "2026-03-06")
        backup(story)
        assert len(story.days("2026-03-07", "2026-03-07")) == 1
        restore(story)
        held_run(story, "2026-03-08T09:00")
        story.at("2026-03-08", "record", "I-1", "--step", "reminder", "--channel", "letter", "--on", "2026-03-07")
        text = recovered(story, "2026-03-09T09:00")
        assert "0 are on record now as uncertain" in text and "1 were there already" in text, text
        assert uncertain(story) == []
        sent = story.days("2026-03-10", "2026-03-20")
        assert len(sent) == 1 and "formal: I-1" in sent[0], sent


def without_notes():
    """Where the notes are gone nobody can name the sends: only a person may let it go on."""
    with Story(POLICY) as story:
        story.customer().item("I-1", "100.00", "2026-03-02")
        story.days("2026-03-05", "2026-03-06")
        backup(story)
        assert len(story.days("2026-03-07", "2026-03-07")) == 1
        restore(story)
        os.remove(story.path("state-witness", "send.log.notes"))
        story.at("2026-03-08", "recover")
        held_run(story, "2026-03-08T09:00")
        story.at("2026-03-08", "recover", "--anyway")
        os.remove(story.path("outbox", story.outbox()[0]))  # else the folder would show what nobody noted
        assert len(story.day("2026-03-08T09:00")) == 1
        story.days("2026-03-09", "2026-03-10")
        assert "may be sent again" in story.log("recovered")[-1]["text"]


def torn_notes():
    """A note that a crash left unfinished spoils neither those before nor those behind it."""
    with Story(POLICY) as story:
        for n in (1, 2):
            story.customer("C-%d" % n).item("I-%d" % n, "100.00", day("2026-03-02", n), customer_id="C-%d" % n)
        story.days("2026-03-05", "2026-03-07")
        backup(story)
        assert len(story.days("2026-03-08", "2026-03-08")) == 1
        with open(story.path("state-witness", "send.log.notes"), "ab") as file:
            file.write(b"77 00000000000000aa 12 half of a no")
        assert len(story.days("2026-03-09", "2026-03-09")) == 1
        restore(story)
        recovered(story, "2026-03-10T09:00")
        assert len(uncertain(story)) == 2


def a_running_daemon():
    """The same with a daemon that runs: it says what is the matter, and answers recover."""
    with Story(POLICY) as story:
        story.now = None
        story.customer().item("I-1", "100.00", day(time.strftime("%Y-%m-%d"), -8))
        story.once()
        backup(story)
        story.customer("C-2").item("I-2", "100.00", day(time.strftime("%Y-%m-%d"), -8), customer_id="C-2")
        story.once()
        before = story.outbox()
        assert len(before) == 2, before
        restore(story)
        daemon = story.start()
        try:
            for _ in range(100):
                status = json.loads(story.ctl("status", "--json"))
                if status["running"] and status["blocked"]:
                    break
                time.sleep(0.1)
            assert "does not know" in status["blocked"] and "recover" in status["blocked"], status
            answer = story.ctl("recover")
            assert "C-2, step reminder by email about I-2" in answer and "M-00000" in answer, answer
            status = json.loads(story.ctl("status", "--json"))
            assert status["uncertain"] == 1 and not status["blocked"], status
            assert "nothing had to be recovered" in story.ctl("recover")
        finally:
            stop(daemon)
        assert story.outbox() == before
        audit(story, "with a daemon")


main(sent_after_the_backup, two_steps_after_the_backup, channels_after_the_backup, known_notice, by_hand_meanwhile,
     without_notes, torn_notes, a_running_daemon)
