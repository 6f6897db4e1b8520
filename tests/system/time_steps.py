#!/usr/bin/python3
"""The clock gate with the real programs: steps of -48 to +48 hours while they run, at a start, and in the middle of a send.

What is expected comes from this file's own book of shifts, never from the programs.
usage: time_steps.py [--steps N] [--seed S]
"""
import argparse
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import ScriptedSmtp
from lib_time import DAY, HOUR, MINUTE, ShiftedWorld, other_boot
from lib_world import main

BEFORE_BUILD = "2026-10-30T10:00"


class Book:
    """The shifts that were believed: the highest time, and the ground that leaps are measured from."""

    def __init__(self):
        self.ground, self.highest, self.blocks = 0, time.time(), 0

    def judge(self, shift):
        if time.time() + shift < self.highest - 5 * MINUTE:
            return "behind"
        return "leap" if shift - self.ground > 36 * HOUR else "fine"

    def believe(self, shift):
        self.highest = max(self.highest, time.time() + shift)

    def confirm(self, shift):
        self.ground, self.highest = shift, time.time() + shift


def fair_shift(dice, shift, book):
    """A step of up to two days; not so near to a limit that the seconds of the test decide."""
    while True:
        step = dice.choice([dice.randint(-48 * HOUR, 48 * HOUR), dice.randint(-10 * MINUTE, 10 * MINUTE)])
        behind = book.highest - 5 * MINUTE - (time.time() + shift + step)
        if abs(behind) > 60 and abs(shift + step - book.ground - 36 * HOUR) > 60 and abs(shift + step) < 90 * DAY:
            return shift + step


def sends(world, book, number):
    world.wait(lambda: world.sent(number) == 1, "R-%d is sent" % number)
    book.believe(world.shift)


def keeps_back(world, number):
    """Nothing leaves, not even when the engine is asked to look at everything."""
    world.wait(world.blocked, "the clock blocks")
    world.ctl("reload")
    world.ctl("reload")
    assert world.sent(number) == 0, "R-%d was sent by a clock that cannot be believed" % number
    assert "clock" in world.ctl("status"), "status does not say that the clock is wrong"


def step_once(world, book, dice, number):
    before = world.shift
    world.set_shift(fair_shift(dice, before, book))
    verdict = book.judge(world.shift)
    world.overdue(number)
    if verdict == "fine":
        return sends(world, book, number)
    book.blocks += 1
    keeps_back(world, number)
    if dice.random() < 0.5:
        world.set_shift(before)
    else:
        assert "taken as it is" in world.ctl("recover")
        book.confirm(world.shift)
    return sends(world, book, number)


def steps_while_it_runs():
    world, book, dice = ShiftedWorld(), Book(), random.Random(ARGUMENTS.seed)
    world.overdue(0)
    world.start()
    world.wait(lambda: world.sent(0) == 1, "the first is sent")
    for number in range(1, ARGUMENTS.steps + 1):
        step_once(world, book, dice, number)
    assert world.sent() == ARGUMENTS.steps + 1 == len(world.outbox()), (world.sent(), world.outbox())
    assert book.blocks >= ARGUMENTS.steps // 5, book.blocks
    print("%d steps of -48 to +48 hours, seed %d: %d blocked, %d sent, none by a wrong clock"
          % (ARGUMENTS.steps, ARGUMENTS.seed, book.blocks, world.sent()))
    world.remove()


def two_steps_ahead_add_up():
    world = ShiftedWorld()
    world.overdue(0)
    world.start()
    world.wait(lambda: world.sent(0) == 1, "the first is sent")
    world.set_shift(30 * HOUR)
    world.overdue(1)
    world.wait(lambda: world.sent(1) == 1, "30 hours are believed")
    world.set_shift(60 * HOUR)
    world.overdue(2)
    keeps_back(world, 2)
    world.remove()


def restarted(world, change, expected):
    """The engine ends, the clock changes, and it starts again."""
    world.overdue(0)
    world.start()
    world.wait(lambda: world.sent(0) == 1, "the first is sent")
    world.stop()
    change(world)
    world.overdue(1)
    world.start()
    if expected == "sent":
        world.wait(lambda: world.sent(1) == 1, "R-1 is sent")
    else:
        keeps_back(world, 1)
    world.remove()


def shifted(seconds, *deeds):
    def change(world):
        world.set_shift(seconds)
        for deed in deeds:
            deed(world)
    return change


def a_start_two_days_behind():
    restarted(ShiftedWorld(), shifted(-48 * HOUR), "kept")


def a_start_some_minutes_behind():
    restarted(ShiftedWorld(), shifted(-4 * MINUTE), "sent")


def a_start_a_day_ahead():
    restarted(ShiftedWorld(), shifted(35 * HOUR), "sent")


def a_start_two_days_ahead():
    restarted(ShiftedWorld(), shifted(37 * HOUR), "kept")


def what_was_confirmed_stays_confirmed():
    world = ShiftedWorld()
    world.overdue(0)
    world.start()
    world.wait(lambda: world.sent(0) == 1, "the first is sent")
    for number, shift in ((1, 48 * HOUR), (2, -48 * HOUR)):
        world.set_shift(shift)
        world.wait(world.blocked, "the clock blocks")
        world.ctl("recover")
        world.stop()
        world.overdue(number)
        world.start()
        world.wait(lambda: world.sent(number) == 1, "R-%d is sent" % number)
    world.remove()


def a_machine_that_was_off_for_a_month():
    """Nothing on it can tell that from a clock set a month ahead; max_age, breaker and ramp bound what follows."""
    restarted(ShiftedWorld(), shifted(30 * DAY, other_boot), "sent")


def a_machine_that_comes_back_with_an_old_clock():
    restarted(ShiftedWorld(), shifted(-HOUR, other_boot), "kept")


def a_wrong_month_has_no_payments():
    """The same with the freshness gate on, as it is by default."""
    world = ShiftedWorld()
    with open(world.config, encoding="utf-8") as file:
        text = file.read().replace('max_age = "never"', 'max_age = "2d"')
    world.write("dunningd.conf", text)
    world.rows("customers", [{"customer_id": "C-9", "name": "Somebody"}])
    world.rows("invoices", [{"invoice_id": "R-9", "customer_id": "C-9", "issued_on": world.today(),
                             "due_on": world.today(), "currency": "EUR", "amount": "1.00"}])
    world.rows("payments", [{"payment_id": "P-9", "customer_id": "C-9", "invoice_id": "R-9", "currency": "EUR",
                             "paid_on": world.today(), "amount": "1.00"}])
    world.overdue(0)
    world.start()
    world.wait(lambda: world.sent(0) == 1, "the first is sent")
    world.stop()
    world.set_shift(30 * DAY)
    other_boot(world)
    world.overdue(1)
    world.start()
    world.wait(lambda: [line for line in world.log("blocked") if line["reason"] == "feed_stale"], "the feed is stale")
    world.ctl("reload")
    assert world.sent(1) == 0
    world.remove()


def a_clock_from_before_the_program():
    world = ShiftedWorld()
    world.overdue(0)
    world.set_time(BEFORE_BUILD)
    world.start()
    keeps_back(world, 0)
    assert "set it" in world.ctl("recover"), "nobody can confirm such a clock"
    world.ctl("reload")
    assert world.sent() == 0
    world.set_shift(0)
    world.wait(lambda: world.sent(0) == 1, "it is sent when the clock is set")
    world.remove()


def a_small_step_back_does_not_widen_a_cap():
    """What was sent four minutes "ahead" counts for the hour as before."""
    world = ShiftedWorld()
    with open(world.config, encoding="utf-8") as file:
        text = file.read().replace("per_hour = 0", "per_hour = 1")
    world.write("dunningd.conf", text)
    world.overdue(0)
    world.once()
    assert world.sent() == 1
    world.set_shift(-4 * MINUTE)
    world.overdue(1)
    world.once()
    assert world.sent() == 1, "two in an hour"
    world.set_shift(61 * MINUTE)
    world.once()
    assert world.sent() == 2
    world.remove()


def in_hand(change):
    """The change happens when the server has got RCPT: the message is claimed, none of its bytes are out."""
    world, changed = ShiftedWorld(email="smtp"), []

    def at_rcpt(sock):
        if not changed:
            changed.append(True)
            change(world)
        sock.sendall(b"250 2.1.5 ok\r\n")

    server = ScriptedSmtp({"RCPT": at_rcpt})
    world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
    world.overdue(0)
    world.once()
    server.stop()
    whole = len([data for kind, data in server.messages if kind == "whole"])
    stopped = [line["reason"] for line in world.log("stopped_at_commit")]
    assert changed, "the server was never asked"
    world.remove()
    return whole, stopped


def between_claim_and_ask():
    for shift in (37 * HOUR, 48 * HOUR, -6 * MINUTE, -48 * HOUR):
        assert in_hand(lambda world, shift=shift: world.set_shift(shift)) == (0, ["clock"]), shift
    assert in_hand(lambda world: world.set_time(BEFORE_BUILD)) == (0, ["clock"])
    for shift in (0, -3 * MINUTE):
        assert in_hand(lambda world, shift=shift: world.set_shift(shift)) == (1, []), shift


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


ARGUMENTS = parse()

if __name__ == "__main__":
    main(steps_while_it_runs, two_steps_ahead_add_up, a_start_two_days_behind, a_start_some_minutes_behind,
         a_start_a_day_ahead, a_start_two_days_ahead,
         what_was_confirmed_stays_confirmed, a_machine_that_was_off_for_a_month,
         a_machine_that_comes_back_with_an_old_clock, a_wrong_month_has_no_payments, a_clock_from_before_the_program,
         a_small_step_back_does_not_widen_a_cap, between_claim_and_ask)
