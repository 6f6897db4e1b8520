"""The lives that are recorded, one for each thing that people and programs do."""
import datetime
import os
import random
import signal
import time

from lib_power_life import Life, ask
from lib_world import stop

DUE = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()
NOBODY = 65534
ISSUED = (datetime.date.today() - datetime.timedelta(days=60)).isoformat()


def phone(name):
    return "+4915112%06d" % (sum(ord(letter) * 37 ** place for place, letter in enumerate(name)) % 1000000)


def email(name):
    return name.lower() + "@shop.invalid"


def people(count, letter="C"):
    return ["%s%d" % (letter, i) for i in range(1, count + 1)]


def customers(names):
    return [{"customer_id": name, "name": "Somebody", "email": email(name), "phone": phone(name),
             "sms_consent": "2026-01-01 form"} for name in names]


def invoices(names):
    return [{"invoice_id": "R-" + name, "customer_id": name, "issued_on": ISSUED, "due_on": DUE, "currency": "EUR",
             "amount": "10.00"} for name in names]


def enter(life, names):
    """Imports customers and an invoice of each."""
    life.rows("customers", customers(names))
    life.rows("invoices", invoices(names))


def enter_and_tell(life, names):
    """The same, in the recording: a whole file or nothing, and what was told stays."""
    for table, rows in (("customers", customers(names)), ("invoices", invoices(names))):
        count = "SELECT count(*) FROM %s WHERE customer_id LIKE '%s%%'" % (table, names[0][0])
        life.either.append({"sql": count, "allowed": [0, len(names)]})
        life.rows(table, rows)
        life.fact("%d %s were imported" % (len(names), table), db="ledger", sql=count, least=len(names))


def wait(what, condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.01)


# ---- sending

def first_send(sink):
    life = Life(sink, "first_send")
    enter(life, people(3))
    life.begin()
    life.once()
    return life


def groups(sink):
    """Many asks at once, so that a group of the send log is longer than a sector."""
    life = Life(sink, "groups", connections=16)
    enter(life, people(16))
    life.begin(together=16)
    life.once()
    return life


def retry(sink):
    life = Life(sink, "retry")
    enter(life, people(2))
    life.begin(script=("later", "later"))
    for life.clock, script in ((0, ()), (1200, ("later",)), (6000, ())):
        life.once()
        sink.follow(life.book, script)
    return life


def lost_reply(sink):
    """One mail whose answer never comes, and what a person says about it."""
    life = Life(sink, "lost_reply")
    enter(life, people(2))
    life.begin(script=("lost",))
    life.once()
    doubtful = ask(life.path("state", "state.db"), "SELECT id FROM messages WHERE status = 'uncertain'")[0]
    life.ctl("settle", "M-%d" % doubtful, "sent", "--reason", "seen by phone")
    life.fact("message %d was settled as sent" % doubtful, db="state", least=1,
              sql="SELECT count(*) FROM messages WHERE id = %d AND status = 'accepted'" % doubtful)
    life.clock = 1200
    life.once()
    return life


def drop(sink):
    life = Life(sink, "drop", drop=True)
    enter(life, people(3))
    life.begin()
    life.once()
    return life


HANDOFF = """policy = { name = "p"; steps = (
  { name = "formal"; action = "notice"; at = "due + 1d"; deadline = "3d"; send = ["email"]; fallback = ["task"];
    template = "t"; },
  { name = "agency"; action = "handoff"; at = "deadline + 1d"; agency = "box"; template = "t"; } ); };
"""


def handoff(sink):
    """Two files for one message."""
    life = Life(sink, "handoff", drop=True)
    life.write("policies/p.conf", HANDOFF)
    enter(life, ["Q9"])
    life.once()
    enter(life, people(2, "Q"))
    day = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
    for name in people(2, "Q"):
        life.ctl("record", "R-" + name, "--step", "formal", "--channel", "letter", "--on", day)
    life.wanted = ["agency " + name for name in people(2, "Q")]
    life.begin()
    life.once()
    return life


# ---- what people do

def first_start(sink):
    """From an empty folder on; what was not told as done is done again."""
    life = Life(sink, "first_start")
    os.rmdir(life.path("state"))
    life.begin()
    enter_and_tell(life, people(12))
    life.once()
    life.again = [("rows", "customers", customers(people(12))), ("rows", "invoices", invoices(people(12)))]
    return life


def imports(sink):
    life = Life(sink, "imports")
    enter(life, people(2))
    life.begin()
    enter_and_tell(life, people(30, "D"))
    life.rows("payments", [{"payment_id": "P-%s" % name, "customer_id": name, "invoice_id": "R-" + name, "paid_on": DUE,
                            "currency": "EUR", "amount": "10.00"} for name in people(2)])
    life.fact("two payments were imported", db="ledger", sql="SELECT count(*) FROM payments", least=2,
              quiet=["email " + email(name) for name in people(2)])
    return life


def words(sink):
    """Holds, opt-outs, a letter sent by hand: from the answer on they count."""
    life = Life(sink, "words")
    enter(life, ["C9"])
    life.once()
    enter(life, people(2) + people(3, "Q"))
    life.begin()
    hold(life, "Q1")
    life.ctl("optout", "add", email("Q2"))
    life.fact("Q2 opted out", db="state", sql="SELECT count(*) FROM optouts", least=1, quiet=["email " + email("Q2")])
    life.ctl("record", "R-Q3", "--step", "reminder", "--channel", "letter", "--on", DUE)
    life.fact("Q3 had a letter", db="state", sql="SELECT count(*) FROM notices WHERE manual = 1", least=1,
              quiet=["email " + email("Q3")])
    life.once()
    life.ctl("release", "Q1")
    life.fact("Q1 was released", db="state", least=1,
              sql="SELECT count(*) FROM holds WHERE target = 'Q1' AND released_at IS NOT NULL")
    return life


def hold(life, name):
    life.ctl("hold", name, "--reason", "talks")
    life.fact("%s was held" % name, db="state", sql="SELECT count(*) FROM holds WHERE target = '%s'" % name, least=1,
              quiet=["email " + email(name), "sms " + phone(name)])


def copy(life, name, holds):
    """dunningctl backup, and what must be in the copy."""
    life.ctl("backup", life.path(name))
    life.fact("%s was made" % name, file=name, in_it="SELECT count(*) FROM holds", least=holds)


def backup(sink):
    life = Life(sink, "backup")
    enter(life, people(2) + ["Q1"])
    life.once()
    life.begin()
    copy(life, "copy-1.db", 0)
    hold(life, "Q1")
    copy(life, "copy-2.db", 1)
    return life


def backup_as_root(sink):
    """root makes the file, the owner of the state fills it."""
    life = Life(sink, "backup_as_root")
    enter(life, people(2) + ["Q1"])
    life.once()
    if os.geteuid() == 0:
        os.chmod(life.folder, 0o711)
        for base, _, files in os.walk(life.path("state")):
            for path in [base] + [os.path.join(base, name) for name in files]:
                os.chown(path, NOBODY, NOBODY)
    life.begin()
    copy(life, "copy-1.db", 0)
    return life


# ---- long ones and short ones

def daemon(sink):
    """Runs on through a hold, a checkpoint, a new status log, more work, a reload and its end."""
    life = Life(sink, "daemon")
    enter(life, people(2))
    life.once()
    life.rows("customers", customers(["Q1"]))
    life.begin()
    process = life.start()
    try:
        wait("the start", lambda: life.log("started"))
        hold(life, "Q1")
        life.run("sqlite3", life.path("state", "state.db"), "PRAGMA wal_checkpoint(RESTART)")
        life.run("mv", life.path("status.log"), life.path("status.log.1"))
        process.send_signal(signal.SIGHUP)
        life.rows("invoices", invoices(["Q1"]))
        enter_and_tell(life, people(2, "D"))
        wait("four messages", lambda: len(life.log("accepted")) >= 4)
        life.ctl("reload")
        life.fact("a reload was done", db="state", least=1,
                  sql="SELECT count(*) FROM requests_to_engine WHERE done = 1 AND ok = 1")
    finally:
        stop(process)
    return life


# A process that is killed leaves changes without their sync, which those after it see.
KILLS = ("dunningd write %d", "dunningd sync %d", "dunningd-send rename %d", "dunningd-send write %d",
         "dunningd-send sync %d")


def killed(sink, number):
    """Killed at some change, and started again before the power goes."""
    dice = random.Random(number)
    where = KILLS[number % len(KILLS)]
    drops = "send" in where or number % 2 == 0
    life = Life(sink, "killed-%d" % number, drop=drops)
    enter(life, people(3))
    life.begin()
    life.kill = where % dice.randint(1, 3 if "send" in where else 30 if "sync" in where else 250)
    life.once(status=None)
    life.kill = None
    life.once()
    return life


LIVES = (first_send, groups, retry, lost_reply, drop, handoff, first_start, imports, words, backup, backup_as_root, daemon)
