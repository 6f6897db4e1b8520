"""A printed deadline never falls on a closed day, whatever the calendar and the term: months of notices, each deadline
held to sets of days that share nothing with the program."""
import datetime
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_story import SOURCE, Story, main, steps

DAY = datetime.timedelta(1)
SPANS = (("2026-03-30", "2026-05-02"), ("2026-12-16", "2027-01-08"))
OFFICE = """BEGIN:VCALENDAR
VERSION:2.0
X-DUNNINGD-WEEKEND:fri,sat
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20270111
SUMMARY:closed for three weeks
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20250526
RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200405
DURATION:P2D
RRULE:FREQ=YEARLY
EXDATE;VALUE=DATE:20250405
END:VEVENT
END:VCALENDAR
"""


def dates(text):
    return {datetime.date.fromisoformat(word) for word in text.split()}


def shipped(name):
    with open(os.path.join(SOURCE, "policies", "calendars", name + ".txt"), encoding="utf-8") as file:
        return {datetime.date.fromisoformat(line[:10]) for line in file if line[0].isdigit()}


OFFICE_DAYS = dates("2026-05-25 2027-05-31 2026-04-05 2026-04-06 2027-04-05 2027-04-06") | {
    datetime.date(2026, 12, 21) + n * DAY for n in range(21)}
TARGET_DAYS = dates("2026-04-03 2026-04-06 2026-05-01 2026-12-25 2026-12-26 2027-01-01 2027-03-26 2027-03-29 2027-05-01")
# calendar as a policy names it: days of the week that are closed, 0 = Monday; other closed days
CALENDARS = {
    '"de"': ({5, 6}, shipped("de")),
    '"target"': ({5, 6}, TARGET_DAYS),
    '"office"': ({4, 5}, OFFICE_DAYS),
    '["office", "target"]': ({4, 5, 6}, OFFICE_DAYS | TARGET_DAYS),
    '"customer"': ({5, 6}, shipped("fr")),
}
TERMS = ("1d", "10d", "14d", "2w", "1m", "5bd")


def roll(closed, day):
    while day.weekday() in closed[0] or day in closed[1]:
        day += DAY
    return day


def after(closed, day, term):
    number = int(term.rstrip("dwmb"))
    if term.endswith("bd"):
        for _ in range(number):
            day = roll(closed, day + DAY)
    elif term.endswith("m"):
        assert number == 1
        following = (day.replace(day=28) + 4 * DAY).replace(day=1)
        last = (following.replace(day=28) + 4 * DAY).replace(day=1) - DAY
        day = following.replace(day=min(day.day, last.day))
    else:
        day += number * DAY * (7 if term.endswith("w") else 1)
    return roll(closed, day)


def policies():
    """One for each calendar and term; the step's name says which."""
    out = {}
    for i, calendar in enumerate(CALENDARS):
        for term in TERMS:
            name = "c%d-%s" % (i, term)
            out[name] = steps((name, "due", "notice", 'deadline = "%s";' % term), name=name,
                              more="calendar = %s;" % calendar)
        name = "c%d-offer" % i
        out[name] = steps((name, "due", "offer_plan",
                           'plan = { instalments = 2; every = "1m"; valid = "10d"; };'), name=name,
                          more="calendar = %s;" % calendar)
    return out


def check(moment, sent):
    name = sent.split(":")[0]
    number, term = name[1:].split("-")
    closed = list(CALENDARS.values())[int(number)]
    printed = datetime.date.fromisoformat(sent.split("deadline ")[1].split(";")[0])
    assert roll(closed, printed) == printed, (moment, sent, "is closed")
    today = datetime.date.fromisoformat(moment)
    assert roll(closed, today) == today, (moment, sent, "was sent on a closed day")
    assert printed == after(closed, today, "10d" if term == "offer" else term), (moment, sent)


def span(first, last):
    with Story(policies(), limits='breaker = "off"; ramp = "off"') as story:
        story.write("calendars/office.ics", OFFICE)
        begin, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
        moments = [(begin + n * DAY).isoformat() for n in range((end - begin).days + 1)]
        number = 0
        for i, moment in enumerate(moments):
            for j, name in enumerate(policies()):
                if (i + j) % 3 == 0:
                    number += 1
                    story.customer("C-%d" % number, country="FR")
                    story.item("R-%d" % number, "100.00", moment, customer_id="C-%d" % number, policy=name)
        checked = 0
        for moment in moments:
            for sent in story.day(moment):
                check(moment, sent)
                checked += 1
        assert checked > number / 2, (checked, number)
        print("%s to %s: %d deadlines" % (first, last, checked))


def no_deadline_on_a_closed_day():
    for first, last in SPANS:
        span(first, last)


main(no_deadline_on_a_closed_day)
