#!/usr/bin/python3
"""What a hostile or a clumsy user, an odd ledger and odd calendars make of the real programs."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_story import SIMPLE, Story, day, main, same, steps

NIGHT = 'window = { days = "mon-sun"; from = "02:15"; to = "02:45"; };'
OFFICE = 'window = { days = "mon-fri"; from = "08:00"; to = "18:00"; };'


def business(policies, *items, customer=None, **conf):
    story = Story(policies, **conf).customer(**(customer or {}))
    for item in items:
        story.item(*item[:3], **(item[3] if len(item) > 3 else {}))
    return story


def foretold(story, first, days):
    rows = story.at(first, "simulate", "--from", first, "--days", str(days), "--format", "csv").strip().split("\n")[1:]
    return [row.split(",")[0] for row in rows]


def currencies_without_and_with_three_digits():
    policy = steps(("one", "due + 5d"), more='minimum = ["1000 JPY", "1.500 BHD"];')
    with business(policy, ("J", "999", "2026-02-01", {"currency": "JPY"}),
                  ("B", "1.499", "2026-02-01", {"currency": "BHD"})) as story:
        same(story.day("2026-02-06"))
        story.item("J2", "1", "2026-02-01", currency="JPY").item("B2", "0.001", "2026-02-01", currency="BHD")
        same(sorted(story.day("2026-02-07")), "one: B=1.499 B2=0.001; total 1.500 BHD", "one: J=999 J2=1; total 1000 JPY")
        assert sorted(line["amount"] for line in story.log("accepted")) == ["1.500", "1000"]


def huge_amounts():
    most = "9999999999999.99"
    with business(SIMPLE, *[(name, most, "2026-02-01") for name in "ABCDEFGHIJKL"]) as story:
        got = story.day("2026-02-06")
        assert len(got) == 1 and got[0].endswith("total 119999999999999.88 EUR"), got
        story.write("i.csv", "invoice_id,customer_id,issued_on,due_on,currency,amount\n"
                    "M,C-1,2026-01-01,2026-02-01,EUR,10000000000000.00\n")
        assert "too large" in story.at("2026-02-06", "import", "invoices", story.path("i.csv"), status=4)


def who_pays_for_whom():
    """One bill_to is followed, and one who pays for himself is nobody special."""
    with Story(SIMPLE) as story:
        story.customer("C-1", bill_to="C-2").customer("C-2", bill_to="C-3").customer("C-3").customer("C-4", bill_to="C-4")
        for number, amount in ((1, "10.00"), (2, "20.00"), (3, "30.00"), (4, "40.00")):
            story.item("I-%d" % number, amount, "2026-02-01", customer_id="C-%d" % number)
        story.day("2026-02-06")
        told = sorted((line["customer"], line["invoices"]) for line in story.log("accepted"))
        assert told == [("C-2", "I-1"), ("C-3", "I-2,I-3"), ("C-4", "I-4")], told


def words_that_nobody_knows():
    with business(SIMPLE, ("A", "10.00", "2026-02-01"), customer={"language": "xx-YY"}) as story:
        story.flush()
        story.sql("UPDATE customers SET timezone = 'Mars/Base', country = 'ZZ'")
        same(story.day("2026-02-06"), "reminder: A=10.00; total 10.00 EUR")


def what_cannot_be_read_sends_nothing():
    for change in ("currency = 'QQQ'", "due_on = '2026-02-31'", "hold_until = 'soon'", "sent_on = 'yesterday'",
                   "status = 'paid?'", "kind = 'bill'"):
        with business(SIMPLE, ("A", "100.00", "2026-02-01"), customer={"terms": "net:10"}) as story:
            story.flush()
            story.sql("UPDATE invoices SET " + change)
            same(story.day("2026-02-20"))
            assert story.why("A", "2026-02-20") == "ledger_inconsistent", (change, story.why("A", "2026-02-20"))


def an_empty_business():
    with Story(SIMPLE) as story:
        story.once("--as-of", "2026-02-06T09:00", status=3)
        assert "import" in story.at("2026-02-06", "status")
        story.customer()
        same(story.day("2026-02-06"))
        assert foretold(story, "2026-02-06", 30) == []


def other_zones():
    """RULES R22: no date begins before it has begun here and there."""
    for zone, sent in (("Asia/Kathmandu", "2026-03-29T02:15:00+05:45"), ("Pacific/Kiritimati", "2026-03-29T02:15:00+14:00"),
                       ("Etc/GMT+12", "2026-03-28T02:15:00-12:00"), ("Africa/Casablanca", "2026-03-28T02:15:00+01:00"),
                       ("Asia/Tehran", "2026-03-28T02:30:00+03:30")):
        with business(steps(("one", "due + 1d"), more=NIGHT), ("A", "10.00", "2026-03-27"), customer={"timezone": zone}) as story:
            got = foretold(story, "2026-03-01", 60)
            assert got == [sent], (zone, got)


def hours_that_are_missing_or_twice():
    for due, sent in (("2026-03-28", "2026-03-30T02:15:00+02:00"), ("2026-10-24", "2026-10-25T02:15:00+02:00")):
        with business(steps(("one", "due + 1d"), more=NIGHT), ("A", "10.00", due)) as story:
            assert foretold(story, day(due, -5), 30) == [sent], due


def far_away_years():
    with business(steps(("one", "due + 1d"), more=OFFICE), ("A", "10.00", "2045-07-03"),
                  customer={"timezone": "America/New_York"}) as story:
        assert foretold(story, "2045-07-01", 30) == ["2045-07-04T08:00:00-04:00"]


def a_leap_day():
    policy = steps(("one", "due + 1m"), ("two", "due + 12m"), ("three", "due + 48m"))
    with business(policy, ("A", "10.00", "2028-02-29")) as story:
        assert [at[:10] for at in foretold(story, "2028-02-01", 1600)] == ["2028-03-29", "2029-02-28", "2032-02-29"]


def calendars_that_never_open():
    for text, word in (("weekend = mon,tue,wed,thu,fri,sat,sun\n", "no day of the week"),
                       ("weekend = mon,tue,wed,thu,fri\n", "never opens")):
        with Story(steps(("one", "due + 5bd"), more='calendar = "c"; ' + OFFICE)) as story:
            story.write("calendars/c.txt", text)
            assert word in story.ctl("check", status=4)


def lines_of_one_invoice():
    """Money for the whole invoice fills the lines in order and leaves them backwards (RULES R12, R35)."""
    with Story(SIMPLE) as story:
        story.customer("P").customer("C-1", bill_to="P")
        for line, due, amount in (("1", "2026-02-01", "10.00"), ("2", "2026-02-11", "20.00"), ("3", "2026-02-21", "30.00")):
            story.item("A", amount, due, line=line)
        story.pay("X", "15.00", "2026-02-03", "A", customer_id="P")
        same(story.days("2026-02-05", "2026-03-08"), "2026-02-16 reminder: A/2=15.00; total 15.00 EUR",
             "2026-02-26 second: A/2=15.00 A/3@reminder=30.00; total 45.00 EUR",
             "2026-03-08 second: A/3=30.00; carried A/2@second=15.00; total 45.00 EUR")
        story.pay("Y", "-15.00", "2026-03-09", "A", reverses="X")
        same(story.days("2026-03-09", "2026-03-20"),
             "2026-03-15 reminder: A=10.00; carried A/2@second=20.00 A/3@second=30.00; total 60.00 EUR")


REFUSED = (
    (5, "future", "record", "A", "--step", "reminder", "--channel", "letter", "--on", "2027-01-01"),
    (5, "issued", "record", "A", "--step", "reminder", "--channel", "letter", "--on", "2025-01-01"),
    (3, "nosuch", "record", "A", "--step", "nosuch", "--channel", "letter", "--on", "2026-02-06"),
    (2, "letter|phone", "record", "A", "--step", "reminder", "--channel", "pigeon", "--on", "2026-02-06"),
    (2, "--reason", "step", "A", "second"),
    (3, "NOPE", "hold", "NOPE"),
    (5, "past", "hold", "A", "--until", "2020-01-01"),
    (2, "--until", "hold", "A", "--until", "2026-02-30"),
    (3, "not held", "release", "A"),
    (3, "999", "approve", "N-999"),
    (2, "--reason", "reject", "N-1"),
    (3, "99", "task", "done", "99", "--outcome", "reached"),
    (3, "99", "settle", "M-99", "sent", "--reason", "x"),
    (2, "address", "optout", "add", "notanaddress"),
    (2, "--days", "simulate", "--days", "0"),
    (2, "--days", "simulate", "--days", "99999999"),
    (2, "--from", "simulate", "--from", "2026-02-30"),
    (2, "--at", "explain", "A", "--at", "2026-13-01"),
    (3, "nosuch", "preview", "A", "--step", "nosuch"),
    (2, "nosuch", "list", "--status", "nosuch"),
    (2, "nosuch", "nosuch"),
)


def words_that_are_refused():
    with business(SIMPLE, ("A", "100.00", "2026-02-10")) as story:
        story.day("2026-02-06")
        for status, word, *words in REFUSED:
            said = story.at("2026-02-06", *words, status=status)
            assert word in said, (words, said)
        same(story.day("2026-02-15"), "reminder: A=100.00; total 100.00 EUR")


def a_rehearsal_stays_one():
    with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
        story.once("--as-of", "2026-02-30T09:00", status=2)
        story.once("--as-of", "yesterday", status=2)
        story.day("2026-02-06")
        story.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:1"; tls = "none";')
        with open(story.config, encoding="utf-8") as file:
            text = file.read().replace('email = ["box"]', 'email = ["smtp"]')
        story.write("dunningd.conf", text)
        story.once("--as-of", "2026-02-07T09:00", status=2)
        story.once(status=5)


if __name__ == "__main__":
    chosen = [test for name, test in list(globals().items()) if callable(test) and getattr(test, "__module__", "") == "__main__"
              and name not in ("business", "foretold") and (not sys.argv[1:] or name in sys.argv[1:])]
    main(*chosen)
