"""Does the soak see what must not be?  After a few seconds of it faults are planted, and each must be named.

The same seconds without a fault must find nothing.
"""
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_soak

SECONDS, RATE = 8, 20
HOURS = 3600
OF = "(SELECT notice FROM notice_items WHERE invoice_id = '%s')"


def state(soak, *statements):
    file = sqlite3.connect(soak.world.path("state", "state.db"), timeout=60)
    with file:
        for statement in statements:
            file.execute(statement)
    file.close()


def rewrite(soak, change):
    with open(soak.taken_log, encoding="ascii") as log:
        lines = log.readlines()
    with open(soak.taken_log, "w", encoding="ascii") as log:
        log.writelines(change(lines))


def accepted(soak):
    """An invoice whose message is accepted here and was taken there; another one at each call."""
    taken, messages = soak.taken(), soak.messages()
    good = [number for number, words in sorted(messages.items())
            if words == {"accepted"} and len(taken[number]) == 1 and int(number[2:]) not in soak.paid]
    number = good[soak.planted]
    soak.planted += 1
    return number


def twice(soak):
    number = accepted(soak)
    rewrite(soak, lambda lines: lines + ["%s %.3f\n" % (number, time.time())])


def not_there(soak):
    number = accepted(soak)
    rewrite(soak, lambda lines: [line for line in lines if line.split()[0] != number])


def not_here(soak):
    state(soak, "UPDATE messages SET status = 'refused' WHERE notice IN " + OF % accepted(soak))


def lost(soak):
    number = accepted(soak)
    rewrite(soak, lambda lines: [line for line in lines if line.split()[0] != number])
    state(soak, "UPDATE messages SET status = 'planned' WHERE notice IN " + OF % number)


def put_off(soak):
    """For longer than anything is put off; the clock must not be run on until it goes."""
    number = accepted(soak)
    rewrite(soak, lambda lines: [line for line in lines if line.split()[0] != number])
    state(soak, "UPDATE messages SET status = 'planned', not_before = %d WHERE notice IN %s"
          % (soak.now() + 60 * HOURS, OF % number))
    soak.start()
    soak.drain()


def unknown(soak):
    """An invoice that nothing was made of."""
    soak.added += 1


def paid(soak):
    number = accepted(soak)
    soak.paid[int(number[2:])] = soak.taken()[number][0] - 60 - 3 * soak.lag


def later(soak, name, size, files):
    """Other figures of the last third."""
    soak.samples = [row if row[0] == 1 or row[1] != name else (row[0], name, row[2], size, files)
                    for row in soak.samples]


def memory(soak):
    later(soak, "engine", 1011, 10)


def descriptors(soak):
    later(soak, "sender", 1000, 13)


PLANTS = (
    (twice, "sent twice"),
    (not_there, "accepted here, but not there"),
    (not_here, "taken outside, but neither accepted nor uncertain here"),
    (lost, "due, but lost (planned)"),
    (put_off, "due, but lost (planned)"),
    (unknown, "due, but lost (nothing)"),
    (paid, "sent for what was paid"),
    (memory, "memory of the engine grew"),
    (descriptors, "descriptors of the sender grew"),
)


class Soaked:
    """A soak that has run, and a copy of what it left for each plant."""

    def __init__(self):
        self.soak = lib_soak.Soak(SECONDS / 60, 1, RATE)
        self.soak.planted = 0
        self.soak.run()
        self.soak.minutes = 120  # judged as a long run is
        self.samples = [(when, name, 20, 1000, 10) for name in ("engine", "sender") for when in (1, 100 * HOURS)]
        self.kept = dict(added=self.soak.added, paid=dict(self.soak.paid))
        self.files = {}
        for name in ("taken", "state/state.db"):
            with open(self.soak.world.path(name), "rb") as file:
                self.files[name] = file.read()

    def fresh(self):
        soak = self.soak
        soak.added, soak.paid, soak.samples = self.kept["added"], dict(self.kept["paid"]), list(self.samples)
        for name, content in self.files.items():
            for after in ("-wal", "-shm"):
                if os.path.exists(soak.world.path(name) + after):
                    os.unlink(soak.world.path(name) + after)
            with open(soak.world.path(name), "wb") as file:
                file.write(content)
        return soak


def try_all(soaked):
    failed = 0
    wrong = soaked.soak.judge() if soaked.fresh() else None
    print("nothing planted: " + ("; ".join(wrong) or "ok"))
    failed += bool(wrong)
    for plant, sentence in PLANTS:
        soak = soaked.fresh()
        plant(soak)
        wrong = soak.judge()
        seen = any(sentence in said for said in wrong)
        print("%s: %s" % (plant.__name__, "; ".join(wrong) if seen else "NOT SEEN (%s)" % "; ".join(wrong)))
        failed += not seen
    return failed


def main():
    lib_soak.STANDSTILL = 10
    soaked = Soaked()
    try:
        failed = try_all(soaked)
    finally:
        soaked.soak.end()
    soaked.soak.world.remove()
    print("%d passed, %d failed" % (len(PLANTS) + 1 - failed, failed))
    return bool(failed)


sys.exit(main())
