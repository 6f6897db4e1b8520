#!/usr/bin/python3
"""Each rule of RULES.md that is marked M, told to the real programs.

A story bears the number of its rule.  tests/story/rules tells them to the
decision alone, in more variants; here is also what only the programs can show:
approvals, tasks, settlements, servers that fail, an edited policy.  R24, the
bounce, has no way in yet: example-09-bounce.story tells its states.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_story import SIMPLE, STANDARD, Story, day, main, same, steps
from lib_servers import ScriptedSmtp

FORMAL = steps(("reminder", "due + 5d"), ("formal", "previous + 10d", "notice", 'deadline = "10d";'),
               ("final", "deadline + 3d", "notice", 'deadline = "10d";'), more='min_gap = "7d"; minimum = ["10.00 EUR"];')
AGENCY = steps(("reminder", "due + 5d"), ("formal", "previous + 10d", "notice", 'deadline = "14d";'),
               ("agency", "deadline + 3d", "handoff"), more='min_gap = "7d";')
ASKS = steps(("reminder", "due + 5d"), ("formal", "previous + 10d", "notice", 'deadline = "10d"; approval = "required";'),
             more='min_gap = "7d";')
TWO_ENTITIES = 'entities = ( { entity = "two"; name = "Second GmbH"; email = "second@example.invalid"; } );'


def business(policies, *items, customer=None, **conf):
    """One customer C-1 with items (id, amount, due)."""
    story = Story(policies, **conf).customer(**(customer or {}))
    for item in items:
        story.item(*item[:3], **(item[3] if len(item) > 3 else {}))
    return story


def five_items():
    story = business(STANDARD, ("A", "1000.00", "2026-02-20"), ("B", "300.00", "2026-03-03"),
                     ("C", "50.00", "2026-03-16"), ("D", "200.00", "2026-04-20"))
    return story.credit("E", "-120.00", "2026-03-01")


def R01_a_group():
    policies = {"a": SIMPLE, "b": steps(("other", "due + 5d"), name="other", more='group = "invoice";')}
    with Story(policies, more=TWO_ENTITIES) as story:
        story.customer("P").customer("C-1", bill_to="P").customer("C-2", bill_to="P")
        story.item("A", "11.00", "2026-02-01").item("B", "12.00", "2026-02-01", customer_id="C-2")
        story.item("U", "13.00", "2026-02-01", currency="USD").item("E", "14.00", "2026-02-01", entity="two")
        story.item("I", "15.00", "2026-02-01", policy="other").item("I", "16.00", "2026-02-01", policy="other", line="2")
        story.item("J", "17.00", "2026-02-01", policy="other")
        same(sorted(story.day("2026-02-06")), "other: I=15.00 I/2=16.00; total 31.00 EUR", "other: J=17.00; total 17.00 EUR",
             "reminder: A=11.00 B=12.00; total 23.00 EUR", "reminder: E=14.00; total 14.00 EUR",
             "reminder: U=13.00; total 13.00 USD")


def R02_R03_R05_five_items():
    """Worked example 1."""
    with five_items() as story:
        sent = story.days("2026-02-26", "2026-03-23")
        assert story.why("C", "2026-03-23") == "waits_for_higher"
        sent += story.days("2026-03-24", "2026-04-09")
        same(sent, "2026-02-27 reminder: A=1000.00; total 1000.00 EUR",
             "2026-03-09 formal: A=880.00; credits E=120.00; total 880.00 EUR; deadline 2026-03-23",
             "2026-03-16 reminder: B=300.00; carried A@formal=880.00; credits E=120.00; total 1180.00 EUR",
             "2026-03-26 plan: A=880.00 C@reminder=50.00; carried B@reminder=300.00; credits E=120.00; total 1230.00 EUR; "
             "deadline 2026-04-07; plan 246.00@2026-04-07 328.00@2026-05-07 328.00@2026-06-08 328.00@2026-07-07",
             "2026-04-02 formal: B=300.00; carried A@plan=880.00 C@reminder=50.00; credits E=120.00; total 1230.00 EUR; "
             "deadline 2026-04-16",
             "2026-04-09 formal: C=50.00; carried A@plan=880.00 B@formal=300.00; credits E=120.00; total 1230.00 EUR; "
             "deadline 2026-04-23")
        asked = story.events("approval_asked")
        assert [(line["at"][:10], line["invoices"], line["step"]) for line in asked] == [("2026-04-09", "A", "agency")], asked


def R04_what_is_in_the_total():
    policy = steps(("early", "due - 5d"), ("reminder", "due + 5d"), ("second", "due + 40d"), more='min_gap = "7d";')
    with business(policy, ("A", "100.00", "2026-01-10")) as story:
        story.day("2026-01-15")
        story.item("B", "50.00", "2026-02-01").item("N", "7.00", "2026-03-30").item("U", "9.00", "2026-02-10")
        story.item("D", "11.00", "2026-02-01", status="disputed").item("H", "13.00", "2026-02-01", hold_reason="block")
        story.item("X", "17.00", "2026-02-01", status="disputed", disputed_amount="5.00")
        story.credit("K", "-20.00", "2026-02-01").pay("P", "4.00", "2026-02-01")
        got = story.day("2026-02-06")
        same(got, "reminder: B=50.00 X=12.00; carried A@reminder=76.00; upcoming U@early=9.00; credits P=4.00 K=20.00; "
             "total 138.00 EUR")


def R05_nobody_moves_before_his_deadline():
    policy = steps(("reminder", "due + 5d", "remind", 'deadline = "14d";'), ("formal", "previous + 10d", "notice",
                                                                            'deadline = "30d";'),
                   ("final", "previous + 10d", "notice", 'deadline = "5d";'), more='min_gap = "3d"; settlement_lag = "2d";')
    with business(policy, ("A", "100.00", "2026-02-01"), ("B", "50.00", "2026-02-19")) as story:
        sent = story.days("2026-02-05", "2026-02-21")
        same(sent, "2026-02-06 reminder: A=100.00; total 100.00 EUR; deadline 2026-02-20")
        same(story.day("2026-02-22"), "formal: A=100.00; total 100.00 EUR; deadline 2026-03-24")
        same(story.days("2026-02-23", "2026-03-25"),
             "2026-02-25 reminder: B=50.00; carried A@formal=100.00; total 150.00 EUR; deadline 2026-03-11",
             "2026-03-13 formal: B=50.00; carried A@formal=100.00; total 150.00 EUR; deadline 2026-04-12")
        assert story.why("A", "2026-03-25") == "waits_deadline"


def R06_a_low_step_waits_for_a_high_one():
    with business(FORMAL, ("A", "500.00", "2026-03-01"), ("B", "200.00", "2026-03-08")) as story:
        same(story.days("2026-03-05", "2026-03-15"), "2026-03-06 reminder: A=500.00; total 500.00 EUR")
        assert story.why("B", "2026-03-15") == "waits_for_higher"
        same(story.day("2026-03-16"), "formal: A=500.00 B@reminder=200.00; total 700.00 EUR; deadline 2026-03-26")


def R07_the_gap_counts_what_was_done_by_hand():
    with business(SIMPLE, ("A", "100.00", "2026-02-01"), ("B", "50.00", "2026-02-05")) as story:
        story.day("2026-02-04")
        story.at("2026-02-05", "record", "A", "--step", "reminder", "--channel", "letter", "--on", "2026-02-05")
        same(story.days("2026-02-05", "2026-02-11"))
        assert story.why("B", "2026-02-11") in ("min_gap", "waits_for_higher"), story.why("B", "2026-02-11")
        same(story.days("2026-02-12", "2026-02-15"),
             "2026-02-15 second: A=100.00 B@reminder=50.00; total 150.00 EUR")


def R07_the_gap_is_the_customers():
    """Over all accounts and policies of the customer; its last day is enough."""
    policies = {"a": SIMPLE, "b": steps(("other", "due + 5d"), name="b", more='min_gap = "7d";')}
    with business(policies, ("A", "100.00", "2026-02-01"), ("U", "50.00", "2026-02-03", {"currency": "USD"}),
                  ("B", "70.00", "2026-02-04", {"policy": "b"})) as story:
        # Which of the two notices of one contact is accepted first is a matter of luck.
        same(sorted(story.days("2026-02-05", "2026-02-13")), "2026-02-06 reminder: A=100.00; total 100.00 EUR",
             "2026-02-13 other: B=70.00; total 70.00 EUR", "2026-02-13 reminder: U=50.00; total 50.00 USD")


def R08_contacts_are_counted():
    limits = 'per_hour = 0; per_customer_per_day = 1; breaker = "off"; ramp = "off";'
    policy = steps(("reminder", "due + 5d"), ("second", "due + 10d"))
    with business(policy, ("A", "100.00", "2026-02-01"), ("U", "50.00", "2026-02-01", {"currency": "USD"}),
                  limits=limits) as story:
        same(sorted(story.day("2026-02-06T08:00")), "reminder: A=100.00; total 100.00 EUR", "reminder: U=50.00; total 50.00 USD")
        story.item("B", "70.00", "2026-02-01")
        same(story.day("2026-02-06T12:00"))
        assert story.why("B", "2026-02-06T12:00") == "customer_cap"
        same(story.day("2026-02-07T08:00"), "reminder: B=70.00; carried A@reminder=100.00; total 170.00 EUR")


def R09_one_step_a_day():
    policy = steps(("one", "due + 5d"), ("two", "previous + 1h"), ("three", "previous + 1min"))
    with business(policy, ("A", "100.00", "2025-02-01")) as story:
        sent = [line for hour in range(8, 20, 3) for line in story.day("2026-02-06T%02d:00" % hour)]
        assert len(sent) == 1, sent
        sent = story.days("2026-02-07", "2026-02-09")
        assert [line[:14] for line in sent] == ["2026-02-07 two", "2026-02-08 thr"], sent


def R10_before_due_or_never():
    policy = steps(("early", "due - 3d"), ("reminder", "due + 5d"), ("formal", "due + 10d", "notice", 'deadline = "7d";'),
                   more='min_gap = "7d";')
    with business(policy, ("A", "100.00", "2026-02-20")) as story:
        same(story.day("2026-02-20T00:01") + story.day("2026-02-20T12:00"))
        same(story.day("2026-02-25"), "reminder: A=100.00; total 100.00 EUR")
        same(story.day("2026-03-04"), "formal: A=100.00; total 100.00 EUR; deadline 2026-03-11")
        story.item("B", "50.00", "2026-03-20")
        same(story.day("2026-03-17"))
        assert story.why("B", "2026-03-17") == "account_at_notice"


def R11_the_highest_is_paid():
    """Worked example 2."""
    with five_items() as story:
        story.pay("P1", "880.00", "2026-03-20", "A")
        sent = story.days("2026-02-26", "2026-04-13")
        same([line for line in sent if line >= "2026-03-20"],
             "2026-03-26 formal: B=300.00 C@reminder=50.00; total 350.00 EUR; deadline 2026-04-09",
             "2026-04-13 formal: C=50.00; carried B@formal=300.00; total 350.00 EUR; deadline 2026-04-27")


def R12_where_credits_go():
    items = (("A", "70.00", "2026-01-01"), ("B", "200.00", "2026-01-02"), ("C", "300.00", "2026-01-03"),
             ("D", "90.00", "2026-01-01", {"status": "disputed"}))
    with business(SIMPLE, *items) as story:
        story.credit("K", "-50.00", "2026-01-04", related_invoice="C").pay("P1", "200.00", "2026-01-04")
        story.pay("P2", "30.00", "2026-01-04").pay("P3", "500.00", "2026-01-04", currency="USD")
        same([line.split(";")[0] + ";" + line.split(";")[-1] for line in story.day("2026-01-10")],
             "reminder: A=40.00 C=250.00; total 290.00 EUR")


def R12_too_much_is_cash():
    with business(SIMPLE, ("A", "100.00", "2026-02-01"), ("B", "50.00", "2026-02-01")) as story:
        story.pay("P", "120.00", "2026-02-03", "A")
        got = story.day("2026-02-06")
        assert len(got) == 1 and got[0].startswith("reminder: B=30.00") and "total 30.00 EUR" in got[0], got


def R13_covered_is_not_settled():
    with business(SIMPLE, ("A", "100.00", "2026-02-01"), ("B", "300.00", "2026-02-20")) as story:
        story.day("2026-02-06")
        story.credit("K", "-100.00", "2026-02-08")
        story.day("2026-02-08")
        same(story.day("2026-02-16"))
        assert story.why("A", "2026-02-16") == "covered"
        story.credit("K", "-100.00", "2026-02-08", related_invoice="B")
        same(story.days("2026-02-17", "2026-02-24"), "2026-02-24 second: A=100.00; total 100.00 EUR")


def R14_a_net_credit_is_silence():
    with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
        story.credit("K", "-100.01", "2026-02-02")
        same(story.day("2026-02-20"))
        assert story.why("A", "2026-02-20") == "net_credit"
    with business(SIMPLE, ("A", "9.99", "2026-02-01")) as story:
        same(story.day("2026-02-20"))
        assert story.why("A", "2026-02-20") == "below_minimum"
        story.item("B", "0.01", "2026-02-01")
        same(story.day("2026-02-21"), "reminder: A=9.99 B=0.01; total 10.00 EUR")


def R15_a_small_rest():
    with business(FORMAL, ("A", "500.00", "2026-02-01")) as story:
        story.day("2026-02-06")
        story.pay("P", "495.00", "2026-02-10", "A")
        same(story.day("2026-02-16"))
        assert story.why("A", "2026-02-16") == "below_item_minimum"
        story.item("N", "200.00", "2026-03-20")
        same(story.day("2026-03-25"), "reminder: N=200.00; carried A@reminder=5.00; total 205.00 EUR")
        same(story.day("2026-04-04"), "formal: N=200.00; carried A@reminder=5.00; total 205.00 EUR; deadline 2026-04-14")


def R18_a_condition_is_asked_once():
    policy = steps(("reminder", "due + 5d"), ("second", "due + 10d", "remind", 'when = { balance_min = ["500.00 EUR"]; };'),
                   ("third", "due + 20d"))
    with business(policy, ("A", "300.00", "2026-02-01")) as story:
        story.days("2026-02-06", "2026-02-11")
        assert story.events("passed_over", step="second", reason="when_not_met"), story.log()
        story.item("B", "900.00", "2026-02-08", customer_id="C-1")
        same(story.days("2026-02-12", "2026-02-21"),
             "2026-02-13 reminder: B=900.00; carried A@reminder=300.00; total 1200.00 EUR",
             "2026-02-18 second: B=900.00; carried A@reminder=300.00; total 1200.00 EUR",
             "2026-02-21 third: A=300.00; carried B@second=900.00; total 1200.00 EUR")


def R18_a_condition_that_fails_at_the_last_moment():
    policy = steps(("reminder", "due + 5d", "remind", 'when = { balance_min = ["50.00 EUR"]; };'), ("second", "due + 9d"))

    def part_payment(sock):
        if not story.paid:
            story.paid = True
            story.pay("P", "60.00", "2040-02-06", "A").flush()
        sock.sendall(b"250 2.1.5 ok\r\n")
    server = ScriptedSmtp({"RCPT": part_payment})
    story = business(policy, ("A", "100.00", "2040-02-01"), email="smtp")
    story.paid = False
    with story:
        story.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
        story.run_at("2040-02-06T09:00")
        assert server.complete == 0 and story.paid, server.messages
        assert story.events("passed_over", step="reminder", reason="when_not_met"), story.log()
        story.run_at("2040-02-10T09:00")
        assert [line["step"] for line in story.log("accepted")] == ["second"], story.log()
        server.stop()


def R19_after_a_step_passed_over():
    """Worked example 8."""
    with business(STANDARD, ("A", "300.00", "2026-02-20")) as story:
        sent = story.days("2026-02-26", "2026-04-09")
        same(sent, "2026-02-27 reminder: A=300.00; total 300.00 EUR",
             "2026-03-09 formal: A=300.00; total 300.00 EUR; deadline 2026-03-23")
        assert [line["at"][:10] for line in story.events("passed_over", step="plan")] == ["2026-03-26"]
        assert [line["at"][:10] for line in story.events("approval_asked", step="agency")] == ["2026-04-09"]


def R19_nothing_certain_before():
    when = 'when = { balance_min = ["500.00 EUR"]; };'
    for first, second in ((("one", "due + 5d", "remind", when), ("two", "previous + 5d")),
                          (("one", "due - 5d"), ("two", "previous + 5d")),
                          (("one", "due + 5d", "notice", when + ' deadline = "7d";'), ("two", "deadline + 5d"))):
        with Story(steps(first, second)) as story:
            out = story.ctl("check", status=4)
            assert "p.conf:" in out and ("previous" in out or "deadline" in out), out


def R20_days():
    more = 'calendar = "de"; window = { days = "mon-fri"; from = "08:00"; to = "18:00"; };'
    for at, due, first, last, sent in (("due + 5bd", "2026-03-30", "2026-04-01", "2026-04-10", "2026-04-08"),
                                       ("due + 1m", "2026-01-30", "2026-02-26", "2026-03-03", "2026-03-02"),
                                       ("due + 2w", "2026-04-17", "2026-04-28", "2026-05-05", "2026-05-04"),
                                       ("due + 36h", "2026-03-10", "2026-03-10", "2026-03-13", "2026-03-12")):
        with business(steps(("one", at), more=more), ("A", "100.00", due)) as story:
            got = story.days(first, last)
            assert [line[:10] for line in got] == [sent], (at, got)
    with business(steps(("one", "due + 1d", "notice", 'deadline = "10d";'), more=more), ("A", "100.00", "2026-04-20")) as story:
        same(story.day("2026-04-21"), "one: A=100.00; total 100.00 EUR; deadline 2026-05-04")


def R21_the_lag_is_a_gate():
    """Worked examples 15 and 16."""
    for due, sent in (("2026-12-18", "2026-12-28"), ("2026-03-21", "2026-03-30")):
        with business(STANDARD, ("A", "100.00", due)) as story:
            got = story.days(day(sent, -4), day(sent, 1))
            assert [line[:19] for line in got] == [sent + " reminder"], got
    with business(steps(("one", "due + 1d"), more='settlement_lag = "3d";'), ("A", "100.00", "2026-02-01")) as story:
        same(story.days("2026-02-02", "2026-02-04"), "2026-02-04 one: A=100.00; total 100.00 EUR")


def R22_a_date_begins_in_both_zones():
    """Worked example 27, and a customer behind us."""
    for zone, moments in (("Australia/Sydney", ("2026-03-31T23:59", "2026-04-01T00:01")),
                          ("America/New_York", ("2026-04-01T05:59", "2026-04-01T06:01"))):
        with business(steps(("one", "due + 1d")), ("A", "100.00", "2026-03-31"), customer={"timezone": zone}) as story:
            assert [len(story.day(moment)) for moment in moments] == [0, 1], (zone, story.log())


SMS = {"phone": "+4915112345678", "sms_consent": "2026-01-02 web form"}


def R23_the_first_channel_carries():
    """Worked example 10: the email is refused, so no SMS speaks of it; the fallback takes over."""
    policy = steps(("formal", "due + 5d", "notice", 'deadline = "10d"; send = ["email", "sms"]; fallback = ["task"];'))
    server = ScriptedSmtp({"RCPT": "550 5.1.1 no such user"})
    with business(policy, ("A", "100.00", "2040-02-01"), customer=SMS, email="smtp") as story:
        story.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none";' % server.port)
        story.run_at("2040-02-06T09:00")
        assert story.log("refused") and not story.log("accepted"), story.log()
        assert [task["kind"] for task in story.tasks()] == ["no_address"], story.tasks()
        server.stop()
    with business(policy, ("A", "100.00", "2026-02-01"), customer=SMS) as story:
        sent = story.day("2026-02-06") + story.day("2026-02-06T12:00")
        assert len(sent) == 2 and sent[0].startswith("formal: A") and sent[1].endswith("by sms"), sent
        story.day("2026-02-07")
        assert len(story.log("reached")) <= 1 and story.explain("A", "2026-02-07")["items"][0]["status"] == "exhausted"


def R23_without_consent_no_sms():
    policy = steps(("formal", "due + 5d", "remind", 'send = ["email", "sms"];'))
    with business(policy, ("A", "100.00", "2026-02-01"), customer={"phone": "+4915112345678"}) as story:
        same(story.day("2026-02-06") + story.day("2026-02-07"), "formal: A=100.00; total 100.00 EUR")


def R25_what_a_person_did_counts():
    policy = steps(("reminder", "due + 5d", "remind", 'fallback = ["task"];'), ("second", "previous + 5d"))
    for outcome, sent in (("reached", ["2026-02-14"]), ("letter_sent", ["2026-02-14"]), ("no_answer", []), ("refused", [])):
        with business(policy, ("A", "100.00", "2026-02-01"), customer={"email": ""}) as story:
            story.day("2026-02-06")
            assert [task["kind"] for task in story.tasks()] == ["no_address"]
            story.customer(email="new@shop.invalid")
            story.at("2026-02-10", "task", "done", "1", "--outcome", outcome, "--on", "2026-02-09")
            got = story.days("2026-02-10", "2026-02-16")
            assert [line[:10] for line in got if "second" in line] == sent, (outcome, got)
            if not sent:
                assert not got and story.why("A", "2026-02-16") == "task_open", (outcome, got)


def doubtful():
    """A reminder about A to a server that hangs up after the final dot; then a server that works."""
    server = ScriptedSmtp({"DOT": ["drop"]})
    story = business(SIMPLE, ("A", "100.00", "2040-02-01"), ("B", "50.00", "2040-02-10"), email="smtp")
    story.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
    story.server = server
    story.run_at("2040-02-06T09:00")
    assert len(story.log("uncertain")) == 1 and not story.log("accepted"), story.log()
    return story


def accepted(story):
    return [(line["at"][:10], line["step"], line["invoices"]) for line in story.log("accepted")]


def R26_in_doubt_nothing_is_repeated():
    with doubtful() as story:
        for moment in ("2040-02-07T09:00", "2040-02-12T09:00"):
            story.run_at(moment)
        assert accepted(story) == [], story.log()  # B would be due on the 15th
        story.run_at("2040-02-15T09:00")
        assert accepted(story) == [("2040-02-15", "reminder", "B")], accepted(story)
        story.run_at("2040-03-15T09:00")
        assert all("A" not in line[2] for line in accepted(story)), accepted(story)
        assert story.server.complete == 3 and "uncertain" in story.at("2040-03-15", "status")
        story.server.stop()


def R26_it_was_sent():
    with doubtful() as story:
        story.at("2040-02-07", "settle", "M-000001", "sent", "--reason", "in the relay's log")
        story.run_at("2040-02-14T09:00")
        story.run_at("2040-02-15T09:00")
        story.run_at("2040-02-16T09:00")
        assert accepted(story)[-1] == ("2040-02-16", "second", "A,B"), accepted(story)  # ten days after the doubt
        story.server.stop()


def R26_it_was_not_sent():
    with doubtful() as story:
        story.at("2040-02-08", "settle", "M-000001", "not-sent", "--reason", "not in the relay's log")
        story.run_at("2040-02-08T12:30")
        story.run_at("2040-02-14T09:00")
        assert accepted(story) == [], accepted(story)
        story.run_at("2040-02-15T09:00")
        assert accepted(story) == [("2040-02-15", "reminder", "A,B")], accepted(story)
        story.server.stop()


def asking():
    story = business(ASKS, ("A", "100.00", "2026-02-01"), ("B", "50.00", "2026-02-01"))
    story.day("2026-02-06")
    same(story.day("2026-02-16"))
    assert len(story.events("approval_asked", step="formal", amount="150.00")) == 1, story.log()
    return story


def R27_approved():
    with asking() as story:
        same(story.day("2026-02-19"))
        story.at("2026-02-20", "approve", "N-000002")
        same(story.day("2026-02-20"), "formal: A=100.00 B=50.00; total 150.00 EUR; deadline 2026-03-02")
        story.at("2026-02-21", "approve", "N-000002", status=5)


def R27_a_decrease_keeps_it():
    with asking() as story:
        story.pay("P", "30.00", "2026-02-18", "A").day("2026-02-18")
        story.at("2026-02-20", "approve", "N-000002")
        same(story.day("2026-02-20"), "formal: A=70.00 B=50.00; total 120.00 EUR; deadline 2026-03-02")


def R27_an_increase_voids_it():
    with asking() as story:
        story.item("A", "110.00", "2026-02-01").day("2026-02-18")
        assert story.events("withdrawn", notice="N-000002"), story.log()
        story.at("2026-02-20", "approve", "N-000002", status=5)
        assert story.events("approval_asked", amount="160.00"), story.log()


def R27_paid_or_held_withdraws_it():
    for change in ("paid", "held"):
        with asking() as story:
            if change == "paid":
                story.pay("P", "100.00", "2026-02-18", "A")
            else:
                story.at("2026-02-18T08:00", "hold", "A", "--reason", "talks")
            story.day("2026-02-18")
            story.at("2026-02-20", "approve", "N-000002", status=5)
            assert story.events("withdrawn", notice="N-000002"), (change, story.log())


def R27_approved_but_paid_meanwhile():
    with asking() as story:
        story.at("2026-02-20", "approve", "N-000002")
        story.pay("P", "100.00", "2026-02-20", "A").pay("Q", "50.00", "2026-02-20", "B")
        same(story.day("2026-02-20"))


def R27_rejected():
    with asking() as story:
        story.at("2026-02-17", "reject", "N-000002", "--reason", "a good customer")
        same(story.day("2026-02-18") + story.day("2026-03-18"))
        assert len(story.log("approval_asked")) == 1 and story.why("A", "2026-03-18") == "approval_rejected"


def R27_lower_items_are_not_blocked():
    with asking() as story:
        story.item("N", "70.00", "2026-02-15")
        same(story.days("2026-02-19", "2026-02-20"),
             "2026-02-20 reminder: N=70.00; carried A@reminder=100.00 B@reminder=50.00; total 220.00 EUR")


def R27_time_out():
    for then, sent in (("wait", 0), ("approve", 1), ("reject", 0)):
        policy = steps(("one", "due + 5d", "remind", 'approval = { timeout = "3d"; on_timeout = "%s"; };' % then))
        with business(policy, ("A", "100.00", "2026-02-01")) as story:
            assert len(story.days("2026-02-06", "2026-02-08")) == 0
            assert len(story.days("2026-02-09", "2026-02-10")) == sent, (then, story.log())


def R27_only_above_an_amount():
    policy = steps(("one", "due + 5d", "remind", 'approval = { over = ["100.00 EUR"]; };'))
    for amount, sent in (("100.00", 1), ("100.01", 0)):
        with business(policy, ("A", amount, "2026-02-01")) as story:
            assert len(story.day("2026-02-06")) == sent, amount


def R28_a_release_never_fires():
    with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
        story.day("2026-02-02")
        story.at("2026-02-03", "hold", "C-1", "--reason", "talks")
        story.at("2026-02-04", "hold", "A", "--until", "2026-02-20", "--reason", "goods are checked")
        story.day("2026-02-05")
        story.at("2026-02-10", "release", "C-1")
        same(story.days("2026-02-10", "2026-02-27"))
        same(story.day("2026-02-28"), "reminder: A=100.00; total 100.00 EUR")


def R28_what_was_left_of_a_deadline():
    with business(FORMAL, ("A", "100.00", "2026-02-01")) as story:
        story.day("2026-02-06")
        same(story.day("2026-02-16"), "formal: A=100.00; total 100.00 EUR; deadline 2026-02-26")
        story.day("2026-02-17")
        story.at("2026-02-18", "hold", "A", "--reason", "talks")
        story.day("2026-02-18")
        story.day("2026-03-10")
        story.at("2026-03-20", "release", "A")
        sent = story.days("2026-03-20", "2026-03-29")
        same(sent, "2026-03-28 final: A=100.00; total 100.00 EUR; deadline 2026-04-07")


def R29_a_dispute():
    with business(SIMPLE, ("A", "100.00", "2026-02-01"), ("B", "50.00", "2026-02-01", {"status": "disputed",
                                                                                        "disputed_on": "2026-02-03"})) as story:
        same(story.day("2026-02-06"), "reminder: A=100.00; total 100.00 EUR")
        same(story.day("2026-03-04"), "second: A=100.00; total 100.00 EUR")
        assert not [task for task in story.tasks() if task["kind"] == "dispute_review"]
        story.day("2026-03-05")
        assert [task["invoice"] for task in story.tasks() if task["kind"] == "dispute_review"] == ["B"], story.tasks()


def R31_no_handoff_without_a_notice():
    with Story(steps(("reminder", "due + 5d"), ("agency", "previous + 10d", "handoff"))) as story:
        assert "agency" in story.ctl("check", status=4)
    with business(AGENCY, ("A", "100.00", "2026-02-01")) as story:
        story.day("2026-02-06")
        story.at("2026-02-07", "step", "A", "formal", "--reason", "done elsewhere")
        same(story.day("2026-03-15"))
        assert story.why("A", "2026-03-15") == "handoff_floor"
        story.at("2026-03-15", "record", "A", "--step", "formal", "--channel", "letter", "--on", "2026-03-15", status=5)


def R32_an_open_offer():
    """Until plans can be accepted, an unanswered offer ends in a task before anything harsher."""
    with business(STANDARD, ("A", "1000.00", "2026-02-20")) as story:
        story.days("2026-02-26", "2026-04-10")
        offered = [line["at"][:10] for line in story.events("accepted", step="plan")]
        asked = [line["at"][:10] for line in story.events("approval_asked", step="agency")]
        tasks = [line["at"][:10] for line in story.events("task", text="offer_unanswered")]
        assert (offered, tasks, asked) == (["2026-03-26"], ["2026-04-08"], ["2026-04-09"]), (offered, tasks, asked)


def R33_the_package_holds_what_is_ripe():
    """Worked example 25."""
    with business(AGENCY, ("A", "500.00", "2026-01-01"), ("B", "300.00", "2026-01-28")) as story:
        sent = story.days("2026-01-06", "2026-02-01")
        assert [line[:17] for line in sent] == ["2026-01-06 remind", "2026-01-16 formal"], sent
        sent = story.days("2026-02-02", "2026-02-20")
        same(sent, "2026-02-02 agency: A; by agency")
        assert story.why("B", "2026-02-20") == "agency" and story.why("A", "2026-02-20") == "agency"
        assert "rest_at_agency" in [task["kind"] for task in story.tasks()], story.tasks()
        case = [name for name in story.outbox() if name.endswith(".json")]
        with open(story.path("outbox", case[0]), encoding="utf-8") as file:
            package = json.load(file)
        assert [item["invoice_id"] for item in package["items"]] == ["A"], package
        story.item("N", "100.00", "2026-02-20")
        same(story.day("2026-03-30"))


def R35_taken_back():
    """Worked example 20: soon after the settlement, and late."""
    for back, sent in (("2026-02-12", ["2026-02-16 second"]), ("2026-03-20", ["2026-03-25 reminder", "2026-04-04 second"])):
        with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
            story.day("2026-02-06")
            story.pay("P", "100.00", "2026-02-09", "A").day("2026-02-09")
            story.pay("Q", "-100.00", back, "A", reverses="P")
            got = story.days(back, day(back, 20) if back < "2026-03" else "2026-04-05")
            assert [line.split(":")[0] for line in got] == sent, (back, got)


def R36_an_unknown_policy_sends_nothing():
    with business(SIMPLE, ("A", "100.00", "2026-02-01", {"policy": "nosuch"})) as story:
        same(story.day("2026-02-06"))
        assert story.why("A", "2026-02-06") == "no_policy"
        story.item("A", "100.00", "2026-02-01", policy="simple")
        same(story.day("2026-02-07"), "reminder: A=100.00; total 100.00 EUR")


def R37_an_edited_policy():
    """Worked example 18: a step inserted behind an item is not sent, one renamed with `was` counts, without it not."""
    def edited(*rows):
        with business(FORMAL, ("A", "100.00", "2026-02-01")) as story:
            story.day("2026-02-06")
            assert len(story.day("2026-02-16")) == 1
            story.write("policies/p.conf", steps(*rows, more='min_gap = "7d"; minimum = ["10.00 EUR"];'))
            return [line.split(":")[0] for line in story.days("2026-02-17", "2026-03-12")]
    reminder = ("reminder", "due + 5d")
    formal = ("formal", "previous + 10d", "notice", 'deadline = "10d";')
    last = ("last", "deadline + 3d", "notice", 'deadline = "10d";')
    renamed = ("other", "previous + 10d", "notice", 'deadline = "10d"; was = ["formal"];')
    assert edited(reminder, ("second", "previous + 3d"), formal, last) == ["2026-03-01 last"]
    assert edited(reminder, renamed, last) == ["2026-03-01 last"]
    assert edited(reminder, renamed[:3] + ('deadline = "10d";',), last)[:1] == ["2026-02-27 other"]
    assert edited(reminder, last[:1] + ("previous + 5d",) + last[2:]) == ["2026-02-27 last"]


def R38_the_ledger_changes():
    with business(FORMAL, ("A", "100.00", "2026-02-01")) as story:
        story.day("2026-02-06")
        story.day("2026-02-16")
        story.item("A", "120.00", "2026-03-20")
        same(story.days("2026-02-17", "2026-03-19"))
        got = story.days("2026-03-20", "2026-03-28")
        assert len(got) == 1 and "final: A=120.00" in got[0], got
    with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
        story.customer("C-2").day("2026-02-06")
        story.at("2026-02-07", "hold", "C-1", "--reason", "talks")
        story.day("2026-02-08")
        story.item("A", "100.00", "2026-02-01", customer_id="C-2")
        got = story.days("2026-02-09", "2026-02-16")
        assert len(got) == 1 and "second: A" in got[0], (got, story.why("A", "2026-02-16"))
        assert story.log("accepted")[-1]["customer"] == "C-2"


def R39_the_first_run():
    policy = steps(("early", "due - 3d"), ("reminder", "due + 5d"), ("formal", "due + 20d", "notice", 'deadline = "7d";'),
                   ("final", "due + 40d", "notice", 'deadline = "7d";'), more='min_gap = "7d"; %s')
    for more, sent in (("", ["reminder"]), ('entry = "by_age";', ["formal"]), ('entry = "hold";', []),
                       ('start = "2026-01-01";', [])):
        with business(policy % more, ("A", "100.00", "2025-03-01")) as story:
            assert [line.split(":")[0] for line in story.day("2026-02-06")] == sent, more


def R39_the_breaker():
    with Story(SIMPLE, limits='per_hour = 0; breaker = "3x"; breaker_floor = 3; ramp = "off";') as story:
        for number in range(1, 5):
            story.customer("C-%d" % number).item("A-%d" % number, "%d.00" % (100 + number), "2040-02-01",
                                                customer_id="C-%d" % number)
        story.run_at("2040-02-06T09:00")
        assert not story.log("accepted") and story.events("blocked", reason="breaker"), story.log()
        story.at("2040-02-06T10:00", "approve", "breaker")
        story.run_at("2040-02-06T10:05")
        assert len(story.log("accepted")) == 4, story.log()


def R40_not_accepted_on_its_day():
    """A new revision with a new Message-ID and a fresh deadline; the retries of one day are identical."""
    policy = steps(("formal", "due + 5d", "notice", 'deadline = "10d";'))
    server = ScriptedSmtp({"DOT": ["451 4.3.0 not now", "451 4.3.0 not now", None]})
    with business(policy, ("A", "100.00", "2040-02-01"), email="smtp") as story:
        story.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
        for moment in ("2040-02-06T09:00", "2040-02-06T17:00", "2040-02-07T09:00"):
            story.run_at(moment)
        mails = [data for kind, data in server.messages if kind == "whole"]
        assert len(mails) == 3 and mails[0] == mails[1], [line["event"] for line in story.log()]
        assert b"16/02/2040" in mails[0] and b"17/02/2040" in mails[2], mails
        ids = [[line for line in data.split(b"\r\n") if line.lower().startswith(b"message-id:")] for data in mails]
        assert ids[0] != ids[2], ids
        assert accepted(story) == [("2040-02-07", "formal", "A")]
        server.stop()


def R41_after_the_last_step():
    for more, tasks in (("", 1), ('at_end = "nothing";', 0)):
        with business(steps(("one", "due + 5d"), more=more), ("A", "100.00", "2026-02-01")) as story:
            story.days("2026-02-06", "2026-02-09")
            assert story.why("A", "2026-02-09") == "exhausted" and len(story.tasks()) == tasks, (more, story.tasks())


def optouts_stop_a_channel():
    policy = steps(("one", "due + 5d", "remind", 'fallback = ["sms", "task"];'))
    with business(policy, ("A", "100.00", "2026-02-01"), customer=SMS) as story:
        story.day("2026-02-02")
        story.at("2026-02-03", "optout", "add", "C-1@Shop.invalid")
        same(story.day("2026-02-06"), "one: A; total 100.00 EUR; by sms")
    with business(policy, ("A", "100.00", "2026-02-01"), customer=SMS) as story:
        story.day("2026-02-02")
        story.at("2026-02-03", "optout", "add", "c-1@shop.invalid")
        story.at("2026-02-03", "optout", "add", "+49 151 12345678")
        same(story.day("2026-02-06"))
        assert [task["kind"] for task in story.tasks()] == ["no_address"]


def a_backup_goes_on_where_it_was():
    with business(SIMPLE, ("A", "100.00", "2026-02-01")) as story:
        story.day("2026-02-06")
        story.ctl("backup", story.path("copy.db"))
        story.ctl("backup", story.path("copy.db"), status=5)
        same(story.day("2026-02-07"))


if __name__ == "__main__":
    tests = [test for name, test in list(globals().items())
             if callable(test) and getattr(test, "__module__", "") == "__main__"
             and (name[0] == "R" and name[1:3].isdigit() or name in ("optouts_stop_a_channel", "a_backup_goes_on_where_it_was"))
             and (not sys.argv[1:] or any(name.startswith(word) for word in sys.argv[1:]))]
    main(*tests)
