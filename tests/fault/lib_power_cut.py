"""One cut: what is left of a life is gone on with and judged; perhaps it is cut again while it recovers."""
import random

from lib_power_check import Aftermath, Past

AUDIT_EACH = 4   # every so many cuts the programs' own audit has a word too
DAEMON_EACH = 16  # ... it is the daemon that starts first, with its own look at the files
AGAIN_EACH = 8   # ... a second start must find nothing to do
TWICE_EACH = 10  # ... the power goes once more, during recovery


def place_of(records, number, count, seed):
    """Evenly over the records, each time from another first one; half of the cuts fall right before a sync."""
    places = range(1, len(records) + 1)
    if number % 2:
        places = [place for place in places[:-1] if records[place].kind == "sync"] or places
    start = random.Random(seed).random()
    return places[int((number + start) * len(places) / count) % len(places)]


def cut_once(life, about, ignore=None):
    """about: place, seed, number.  The Aftermath, judged."""
    past = Past(life.former)
    remains, records = life.cut(about["place"], about["seed"], ignore)
    past.add(life, records)
    life.place(remains)
    if about["number"] % TWICE_EACH == TWICE_EACH - 1:
        cut_recovery(life, past, about["seed"])
    life.sink.follow()
    done = None
    if about["number"] % DAEMON_EACH == 1 and not life.again:
        done = life.start_and_stop()
    if not done or done.returncode == 0:
        done = life.recover()
    aftermath = Aftermath(life, past, life.sink.seen, done)
    aftermath.judge()
    if not aftermath.faults and about["number"] % AGAIN_EACH == 0:
        start_again(life, aftermath)
    if not aftermath.faults and about["number"] % AUDIT_EACH == 0:
        audit(life, aftermath)
    return aftermath


def cut_recovery(life, past, seed):
    """Records the recovery, and leaves what a cut in it leaves."""
    whole = life.records, life.baseline, life.former
    life.begin()
    life.recover()
    life.end()
    if life.records:
        dice = random.Random(seed + 1)
        remains, records = life.cut(dice.randint(1, len(life.records)), seed + 2)
        past.add(life, records)
        life.place(remains)
    life.records, life.baseline, life.former = whole


def start_again(life, aftermath):
    life.sink.follow()
    done = life.recover()
    aftermath.expect(done.returncode == 0, "a second start: exit %d: %s", done.returncode, done.stderr[-300:])
    aftermath.expect(not life.sink.seen, "a second start sends: %s", life.sink.seen)


def has_audit(life):
    return life.ctl("audit", "--help", status=None).returncode == 0


def audit(life, aftermath):
    if life.audits:
        done = life.ctl("audit", status=None)
        aftermath.expect(done.returncode == 0, "audit: exit %d: %s", done.returncode,
                         (done.stdout + done.stderr)[-600:])
