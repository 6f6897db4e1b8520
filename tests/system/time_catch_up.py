#!/usr/bin/python3
"""Back after a month: no flood.  The sample business, the real programs, a clock that this file moves.

The breaker holds and asks; let go, messages leave by the ramp, at most one contact a customer, at most one step an
item; what is left on the next day is held again.  Counts are this file's own, from the status log.
"""
import collections
import datetime
import json
import os
import subprocess
import sys
import time
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_time import DAY, HOUR, MINUTE, ShiftedWorld, other_boot
from lib_world import SOURCE, main

SAMPLE = os.path.join(SOURCE, "tests", "data", "sample")
PER_HOUR, FLOOR = 12, 8
FREE = 'limits = { per_hour = 0; per_customer_per_day = 1; breaker = "off"; ramp = "off"; };'
TIGHT = 'limits = { per_hour = %d; per_customer_per_day = 1; breaker = "1x"; breaker_floor = %d; ramp = "1h"; };'
POLICY = """policy = { name = "p"; group = "customer"; min_gap = "7d"; steps = (
  { name = "first"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["sms", "task"]; template = "t"; },
  { name = "second"; action = "remind"; at = "previous + 7d"; send = ["email"]; fallback = ["sms", "task"]; template = "t"; },
  { name = "third"; action = "notice"; at = "previous + 7d"; deadline = "7d"; send = ["email"]; fallback = ["task"];
    template = "t"; },
  { name = "fourth"; action = "notice"; at = "deadline + 1d"; deadline = "7d"; send = ["email"]; fallback = ["task"];
    template = "t"; } ); };
"""
STEP = 7 * MINUTE  # no multiple is 60 minutes, so that no message is just about an hour old


class Business(ShiftedWorld):
    """The sample's customers, invoices and payments, with dates around today."""

    def __init__(self):
        super().__init__({"p": POLICY})
        set_limits(self, FREE)
        for kind in ("customers", "invoices", "payments"):
            dated = subprocess.run(["sh", os.path.join(SAMPLE, "dates"), self.today().isoformat()], check=True, text=True,
                                   stdin=open(os.path.join(SAMPLE, kind + ".csv"), encoding="utf-8"),
                                   capture_output=True).stdout
            self.write(kind + ".csv", dated)
            self.ctl("import", kind, self.path(kind + ".csv"))

    def set_local(self, days, hour, minute):
        """A time of day in the business's zone, some days from today."""
        day = datetime.date.today() + datetime.timedelta(days=days)
        local = datetime.datetime.combine(day, datetime.time(hour, minute), zoneinfo.ZoneInfo("Europe/Berlin"))
        self.set_shift(int(local.timestamp() - time.time()))

    def times(self, since):
        """Virtual moments of the messages accepted since then."""
        at = [datetime.datetime.fromisoformat(line["at"]).timestamp() for line in self.log("accepted")]
        return [moment for moment in at if moment >= since]

    def clock_now(self):
        """In whole seconds, as the log has them: what leaves in this very second counts as since now."""
        return int(time.time()) + self.shift


def set_limits(world, limits):
    with open(world.config, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.startswith("limits"))
    world.write("dunningd.conf", text + limits + "\n")


def asked(world):
    """How often the breaker has asked."""
    return len([line for line in world.log("blocked") if line.get("reason") == "breaker"])


def share(elapsed):
    """Of per_hour, in percent: a quarter of the ramp's hour each."""
    return [10, 25, 50, 100][min(int(elapsed // (15 * MINUTE)), 3)]


def target(sent, began, now):
    """How many may have left by now, if all that could leave at each look did."""
    used = len([moment for moment in sent if moment > now - HOUR])
    return len(sent) + max(0, PER_HOUR * share(now - began) // 100 - used)


def no_cap_is_passed(sent, began):
    for moment in sent:
        window = [other for other in sent if moment - HOUR < other <= moment]
        assert len(window) <= PER_HOUR * share(moment - began) // 100, (len(window), moment - began)


def walk(world, began, steps, most):
    """Goes on by seven minutes at a time; at each stop exactly the ramp's share has left."""
    counts, start = [], world.shift
    for step in range(steps + 1):
        world.set_shift(start + step * STEP)
        wanted = min(most, target(world.times(began), began, world.clock_now()))
        world.wait(lambda wanted=wanted: len(world.times(began)) >= wanted, "%d are sent" % wanted)
        counts.append(len(world.times(began)))
        assert counts[-1] == wanted, (step, counts, wanted)
    no_cap_is_passed(world.times(began), began)
    return counts


def one_contact_each(world, since):
    days, steps = collections.defaultdict(set), collections.Counter()
    for line in world.log("accepted"):
        if datetime.datetime.fromisoformat(line["at"]).timestamp() < since:
            continue
        days[line["customer"]].add(line["at"][:10])
        steps.update((line["channel"], invoice) for invoice in set(line["invoices"].split(",")))
    assert all(len(on) == 1 for on in days.values()), days
    return len(days)


def back_after_a_month():
    world = Business()
    world.once()
    before = world.sent()
    assert before > 0
    set_limits(world, TIGHT % (PER_HOUR, FLOOR))
    world.set_local(31, 12, 0)  # no walk of an hour goes over midnight
    other_boot(world)
    back = world.clock_now()
    world.start()
    world.wait(lambda: asked(world) == 1, "the breaker asks")
    world.ctl("reload")
    assert not world.times(back), "sent although the breaker holds"
    assert "dunningctl approve breaker" in world.ctl("status")
    due = json.loads(world.ctl("status", "--json"))["planned"]
    assert due > PER_HOUR + FLOOR, "the sample is too small to show anything: %d" % due
    began = world.clock_now()
    world.ctl("approve", "breaker")
    counts = walk(world, began, 8, due)
    assert counts == [1, 1, 1, 3, 3, 6, 6, 12, 12], counts
    world.set_shift(world.shift + DAY)
    left = due - counts[-1]
    world.wait(lambda: asked(world) == 2, "the breaker asks again on the next day: what was let go was the day before")
    world.ctl("reload")
    assert len(world.times(back)) == counts[-1], "sent although the breaker holds again"
    print("31 days down, %d sent before, %d due: %s at steps of 7 minutes; %d customers, %d left for the next day's asking"
          % (before, due, counts, one_contact_each(world, back), left))
    world.remove()


def an_approval_ends_with_its_day():
    """Let go ten minutes before midnight; half an hour later the ramp would give six more, and nothing else happens."""
    world = Business()
    world.once()
    set_limits(world, TIGHT % (PER_HOUR, FLOOR))
    world.set_local(31, 23, 50)
    other_boot(world)
    before = world.sent()
    world.start()
    world.wait(lambda: asked(world) == 1, "the breaker asks")
    world.ctl("approve", "breaker")
    world.wait(lambda: world.sent() == before + 1, "the ramp's first is sent")
    world.set_shift(world.shift + 30 * MINUTE)
    world.wait(lambda: asked(world) == 2, "the breaker asks again after midnight", timeout=20)
    assert world.sent() == before + 1, "%d left on yesterday's approval" % (world.sent() - before - 1)
    world.remove()


def nothing_slips_out_while_the_plan_is_made():
    """The plan of many customers takes several slices; none of it may leave before all of it was counted."""
    world, many = ShiftedWorld({"p": POLICY}), range(400)
    due = world.today() - datetime.timedelta(days=40)
    set_limits(world, TIGHT % (0, 150))
    world.rows("customers", [{"customer_id": "C-%d" % n, "name": "Somebody", "email": "c%d@shop.invalid" % n}
                             for n in range(2)])
    world.once()
    world.set_shift(31 * DAY)
    other_boot(world)
    world.rows("customers", [{"customer_id": "C-%d" % n, "name": "Somebody", "email": "c%d@shop.invalid" % n}
                             for n in many])
    world.rows("invoices", [{"invoice_id": "R-%d" % n, "customer_id": "C-%d" % n, "issued_on": due, "due_on": due,
                             "currency": "EUR", "amount": "10.00"} for n in many])
    world.start()
    world.wait(lambda: asked(world) == 1, "the breaker asks")
    assert world.sent() == 0, "%d left before the breaker asked" % world.sent()
    world.ctl("approve", "breaker")
    world.wait(lambda: world.sent() == 400, "all are sent when it is let go")
    assert asked(world) == 1
    one_contact_each(world, 0)
    world.remove()


if __name__ == "__main__":
    main(back_after_a_month, an_approval_ends_with_its_day, nothing_slips_out_while_the_plan_is_made)
