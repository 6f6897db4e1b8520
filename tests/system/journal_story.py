#!/usr/bin/python3
"""The journal tells what the state knows: every event once, in order, by its fields, explained, and of nobody by name."""
import os
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_canary import CUSTOMERS, Gossip, TYPED, canary_world, id_of, live, nowhere, read, wait
from lib_journal import Journal, in_own_journal, start_as_service
from lib_world import SOURCE, World, main, stop

CATALOGS = [os.path.join(SOURCE, "systemd", name) for name in ("dunningd.catalog", "dunningd.de.catalog")]
ID = re.compile(r"[0-9a-f]{32}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00")
OF_A_CUSTOMER = {
    "planned", "approval_asked", "approved", "rejected", "claimed", "accepted", "refused", "refused_for_now", "misconfigured",
    "stopped_at_commit", "uncertain", "settled_uncertain", "withdrawn", "superseded", "fallback", "reached", "passed_over",
    "held", "released", "task", "task_done", "item_settled", "item_reopened", "exhausted", "handed_off", "opted_out",
    "opted_in", "step_set"}
OF_NOBODY = {"started", "stopped", "reloaded", "reload_failed", "pass", "imported"}
# A field that depends on what a provider says, or on how an event came about.
SOMETIMES = {"uncertain", "refused_for_now", "settled_uncertain", "approval_asked", "reloaded", "step_set", "fallback"}
FIELDS = {"notice": "NOTICE", "customer": "CUSTOMER", "invoices": "INVOICES", "policy": "POLICY", "step": "STEP",
          "channel": "CHANNEL", "provider": "PROVIDER", "reason": "REASON"}


def logged(world, *words):
    """What the state has, as the status log writes it, without the time."""
    return [line.split(" ", 1)[1] for line in world.ctl("log", "--limit", "1000000", *words).splitlines()]


def told(journal, *words):
    return [record["MESSAGE"] for record in journal.events(*words)]


def caught_up(journal, world):
    wait("the journal to have all", lambda: logged(world) == told(journal), 20)


def the_whole_story():
    journal = Journal(catalogs=CATALOGS)
    gossip = Gossip()
    world = canary_world(gossip)
    try:
        daemon = start_as_service(world)
        try:
            live(world, gossip)
        finally:
            assert stop(daemon, 60) == 0
        caught_up(journal, world)
        what_is_said_at_night_is_told_in_the_morning(journal, world)
        each_customer_by_his_field(journal, world)
        fields_say_what_the_line_says(journal)
        the_manual_names_the_fields(journal)
        everything_is_explained(journal)
        nowhere("journal", journal.read(form="export"))
        nowhere("status log", read(world.path("status.log")))
        nowhere("standard error", read(world.path("dunningd.err")))
    finally:
        gossip.stop()
        journal.stop()
    world.remove()


def what_is_said_at_night_is_told_in_the_morning(journal, world):
    """dunningctl writes into the state, and the daemon tells; so what was stated while it was down is told once it is up."""
    before = len(told(journal))
    world.ctl("hold", id_of("text"), "--reason", TYPED)
    assert len(told(journal)) == before, "told by whom?"
    daemon = start_as_service(world)
    try:
        wait("the fact of the night", lambda: any(line.startswith("held customer=" + id_of("text")) for line in told(journal)))
    finally:
        assert stop(daemon, 60) == 0
    caught_up(journal, world)


def each_customer_by_his_field(journal, world):
    for kind in CUSTOMERS:
        mine = told(journal, "DUNNING_CUSTOMER=" + id_of(kind))
        assert mine == logged(world, "--customer", id_of(kind)), kind
        assert len(mine) > 1, kind
    kinds = {}
    for record in journal.events():
        kinds.setdefault(record["DUNNING_EVENT"], []).append(record)
    assert set(kinds) == OF_A_CUSTOMER | OF_NOBODY, set(kinds) ^ (OF_A_CUSTOMER | OF_NOBODY)
    for kind in OF_A_CUSTOMER:
        for record in kinds[kind]:
            whole_policy = kind in ("held", "released") and "DUNNING_INVOICE" not in record and "DUNNING_POLICY" in record
            assert "DUNNING_CUSTOMER" in record or whole_policy, record


def fields_say_what_the_line_says(journal):
    for record in journal.events():
        line = World.parse("T " + record["MESSAGE"])
        assert ID.fullmatch(record["MESSAGE_ID"]) and record["PRIORITY"] in "34567", record
        assert line["event"] == record["DUNNING_EVENT"] and TIME.fullmatch(record["DUNNING_AT"]), record
        for key, field in FIELDS.items():
            assert line.get(key, "") == record.get("DUNNING_" + field, ""), (field, record)
        each = record.get("DUNNING_INVOICE", [])
        each = each if isinstance(each, list) else [each]
        assert sorted(each) == sorted(filter(None, line.get("invoices", "").split(","))), record
    for field in sorted(set(FIELDS.values()) | {"EVENT", "INVOICE"}):
        assert journal.read("-F", "DUNNING_" + field), "no record has DUNNING_" + field
    verbose = journal.read("DUNNING_EVENT=accepted", "DUNNING_CUSTOMER=" + id_of("well"), form="verbose")
    for words in ("DUNNING_INVOICE=" + id_of("well", "R"), "DUNNING_POLICY=p", "DUNNING_STEP=reminder", "DUNNING_CHANNEL=email",
                  "DUNNING_PROVIDER=relay", "DUNNING_NOTICE=N-", "MESSAGE_ID="):
        assert words in verbose, (words, verbose)


def the_manual_names_the_fields(journal):
    """dunningd-events(7) tells which fields an event may have; each that it tells of is seen, or the run is too small."""
    page = read(os.path.join(SOURCE, "man/dunningd-events.7"))
    items = re.findall(r"^\.It Cm (\w+)\n(.*?)(?=^\.It |^\.El)", page, re.MULTILINE | re.DOTALL)
    told_of = {word: set("".join(re.findall(r"^Fields:\n\.Va (.*)$", item, re.MULTILINE)).split())
               for word, item in reversed(items)}
    seen = {}
    for record in journal.events():
        keys = set(World.parse("T " + record["MESSAGE"])) - {"at", "event"}
        seen.setdefault(record["DUNNING_EVENT"], set()).update(keys)
    for event, keys in seen.items():
        assert keys <= told_of[event], "dunningd-events(7) does not say that %s has %s" % (event, keys - told_of[event])
    unseen = {event: told_of[event] - seen[event] for event in seen if told_of[event] - seen[event]}
    assert set(unseen) <= SOMETIMES, unseen


def everything_is_explained(journal):
    records = journal.events()
    shown = journal.read("-x", form="short")
    assert shown.count("Subject: ") >= len(records), (shown.count("Subject: "), len(records))
    left = re.search(r".*@DUNNING_[A-Z]+@.*", shown)
    assert left is None, "a field that this event does not have: " + left.group()


def a_refused_start_and_a_finding_are_explained():
    journal = Journal(catalogs=CATALOGS)
    world = World(more='poll_interval = "1s";')
    world.rows("customers", [{"customer_id": "C-1", "name": "One"}])
    good = read(world.config)
    world.write("dunningd.conf", good + 'nonsense = "x";\n')
    assert start_as_service(world).wait(20) == 4
    finding, reason = [said for said in journal.records("SYSLOG_IDENTIFIER=dunningd") if "DUNNING_EVENT" not in said]
    assert "nonsense" in finding["MESSAGE"] and finding["PRIORITY"] == "4", finding
    assert "to be mended" in reason["MESSAGE"] and reason["PRIORITY"] == "3", reason
    assert read(world.path("dunningd.err")) == "", "said twice"
    world.write("dunningd.conf", good)
    a_warning_after_a_signal(journal, world, good)
    for said in journal.records("SYSLOG_IDENTIFIER=dunningd"):
        assert ID.fullmatch(said.get("MESSAGE_ID", "")), said
    for subject in ("dunningd does not run", "Something in the configuration is worth a look"):
        assert subject in journal.read("-x", form="short"), subject
    journal.stop()
    world.remove()


def a_warning_after_a_signal(journal, world, good):
    """Who sends a signal gets no answer."""
    daemon = start_as_service(world)
    try:
        wait("the daemon", lambda: world.log("started"))
        world.write("dunningd.conf", good.replace('"state"', '"elsewhere"'))
        os.makedirs(world.path("elsewhere"))
        daemon.send_signal(signal.SIGHUP)
        wait("the warning", lambda: [said for said in journal.records("SYSLOG_IDENTIFIER=dunningd", "PRIORITY=4")
                                     if "takes effect when dunningd is restarted" in said["MESSAGE"]])
    finally:
        assert stop(daemon, 60) == 0


if __name__ == "__main__":
    in_own_journal()
    main(the_whole_story, a_refused_start_and_a_finding_are_explained)
