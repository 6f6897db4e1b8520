#!/usr/bin/python3
"""dunningctl audit: nothing to say about a long honest life, and a word about each of many planted faults."""
import datetime
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "story"))
from lib_story import Story, World, day, main, program
from simulate_lives import FIRST, sample

TODAY = datetime.date.today().isoformat()
ACCEPTED = "(SELECT min(id) FROM messages WHERE status = 'accepted')"
NOTICE = "(SELECT min(id) FROM notices WHERE status = 'accepted')"
ATTEMPT = "(SELECT min(id) FROM attempts WHERE status = 'accepted')"
ITS_NOTICE = "(SELECT notice FROM messages WHERE id = %s)" % ACCEPTED
COLUMNS = "invoice_id, line, episode, step, occurrence, revoked, policy, status, reason, at, on_day, deadline, due_on, " \
          "notice, formal, channel"
# Two steps of one item that were reached one after the other.
SECOND = "(SELECT b.%s FROM records a JOIN records b USING (invoice_id, line, episode) WHERE a.revoked = 0 AND " \
         "b.revoked = 0 AND a.status = 'accepted' AND b.status = 'accepted' AND b.notice > a.notice AND a.deadline IS NULL " \
         "ORDER BY b.notice LIMIT 1)"
FIRST_OF = SECOND.replace("b.%s", "a.%s")


def hold(scope, target):
    return ["INSERT INTO holds(scope, kind, target, reason, author, start_at) SELECT '%s', 'manual', %s, '', 'x', "
            "claimed_at - 864000 FROM attempts WHERE id = %s" % (scope, target, ATTEMPT)]


def of_notice(column):
    return "(SELECT n.%s FROM attempts a JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice " \
           "WHERE a.id = %s)" % (column, ATTEMPT)


def seen(kind, reason):
    """The first event of all tells that the engine had seen the item of an accepted attempt so, long before."""
    item = "(SELECT %s FROM attempts a JOIN messages m ON m.id = a.message JOIN notice_items i ON i.notice = m.notice " \
           "WHERE a.id = %s AND i.block = 'due' AND i.occurrence > 0 LIMIT 1)"
    return ["UPDATE events SET kind = '%s', reason = '%s', customer = %s, invoices = %s, at = at - 864000 WHERE seq = "
            "(SELECT min(seq) FROM events)" % (kind, reason, of_notice("customer"), item % (
                "iif(i.line = 1, i.invoice_id, i.invoice_id || '/' || i.line)", ATTEMPT))]


def more_attempts(status, sha256="sha256"):
    """One more attempt of the first accepted message."""
    return ["DROP INDEX attempts_one", "UPDATE messages SET attempts = attempts + 1 WHERE id = " + ACCEPTED,
            "INSERT INTO attempts(message, n, token, status, provider, claimed_at, committed_at, ledger_version, sha256) "
            "SELECT message, n + 1, token + 1, '%s', provider, claimed_at, committed_at, ledger_version, %s FROM attempts "
            "WHERE message = %s AND status = 'accepted'" % (status, sha256, ACCEPTED)]


# In a life of the sample: the check that must complain, and what is done to the state.
PLANTS = [
    ("references", ["PRAGMA foreign_keys = 0", "DELETE FROM requests WHERE message = " + ACCEPTED,
                    "UPDATE messages SET notice = 999999 WHERE id = " + ACCEPTED]),
    ("attempts_counted", ["UPDATE messages SET attempts = attempts + 1 WHERE id = " + ACCEPTED]),
    ("minutes", ["UPDATE minutes SET messages = messages - 1 WHERE minute = (SELECT max(minute) FROM minutes)"]),
    ("minutes", ["INSERT INTO minutes VALUES('refused', 7, 3)"]),
    ("daily", ["UPDATE daily SET accepted = accepted + 1 WHERE day = (SELECT max(day) FROM daily)"]),
    ("daily", ["DELETE FROM daily WHERE day = (SELECT max(day) FROM daily)"]),
    ("record_item", ["DELETE FROM notice_items WHERE notice = %s AND occurrence > 0" % NOTICE]),
    ("item_record", ["DELETE FROM records WHERE notice = " + NOTICE]),
    ("record_case", ["DELETE FROM cases WHERE invoice_id = (SELECT invoice_id FROM records WHERE notice = %s)" % NOTICE]),
    ("record_case", ["UPDATE records SET episode = 9 WHERE notice = %s" % NOTICE]),
    ("customer_known", ["DELETE FROM customers WHERE customer = (SELECT customer FROM notices WHERE id = %s)" % NOTICE]),
    ("customer_forgotten", ["UPDATE customers SET known = 0"]),
    ("attempt_times", ["UPDATE attempts SET claimed_at = committed_at + 7200 WHERE id = " + ATTEMPT]),
    ("event_subject", ["UPDATE events SET message = 999999 WHERE kind = 'accepted'"]),
    ("words", ["UPDATE tasks SET status = 'forgotten'"]),
    ("words", ["UPDATE messages SET channel = 'pigeon' WHERE id = " + ACCEPTED]),
    ("held_customer", hold("customer", of_notice("customer"))),
    ("held_policy", hold("policy", of_notice("policy"))),
    ("held_invoice", hold("invoice", "(SELECT invoice_id FROM notice_items WHERE block = 'due' AND notice = %s)"
                          % of_notice("id"))),
    ("opted_out", ["INSERT INTO optouts(channel, digest, author, reason, at) SELECT channel, digest, 'x', '', "
                   "claimed_at - 864000 FROM messages WHERE id = " + ACCEPTED]),
    ("seen_held", seen("held", "disputed")),
    ("seen_settled", seen("item_settled", "void")),
    ("no_commit_point", ["UPDATE attempts SET committed_at = NULL WHERE id = " + ATTEMPT]),
    ("no_after_yes", ["UPDATE attempts SET status = 'gate_no' WHERE id = " + ATTEMPT]),
    ("without_approval", ["UPDATE notices SET status = 'awaiting_approval' WHERE id = " + of_notice("id")]),
    ("withdrawn_yet_sent", ["UPDATE notices SET status = 'withdrawn' WHERE id = " + of_notice("id")]),
    ("another_day", ["UPDATE messages SET rendered_on = rendered_on - 3 WHERE id = " + ACCEPTED]),
    ("counted_on_another_day", ["UPDATE notices SET at_on = at_on - 3 WHERE id = " + NOTICE]),
    ("same_day", ["UPDATE records SET on_day = %s WHERE notice = %s" % (FIRST_OF % "on_day", SECOND % "notice")]),
    ("before_deadline", ["UPDATE records SET deadline = on_day + 900 WHERE notice = " + FIRST_OF % "notice"]),
    ("before_acceptance", ["UPDATE notices SET planned_at = planned_at - 8640000 WHERE id = " + SECOND % "notice"]),
    ("two_open_steps", ["INSERT INTO records(%s) SELECT %s FROM records WHERE status = 'planned' AND revoked = 0 "
                        "ORDER BY notice LIMIT 1" % (COLUMNS, COLUMNS.replace("step,", "'other',"))]),
    ("before_due_late", ["UPDATE notices SET before_due = 1", "UPDATE notice_items SET due_on = due_on - 300"]),
    ("reached_by_nothing", ["DELETE FROM tasks", "UPDATE messages SET status = 'refused' WHERE notice = " + NOTICE]),
    ("record_status", ["UPDATE notices SET status = 'failed' WHERE id = " + NOTICE]),
    ("total", ["UPDATE notices SET total = total + 1 WHERE id = " + NOTICE]),
    ("credits", ["UPDATE notice_credits SET amount = amount + 1"]),
    ("nothing_claimed", ["UPDATE notices SET total = 0 WHERE id = " + NOTICE]),
    ("deadline", ["UPDATE records SET deadline = coalesce(deadline, 20000) + 1 WHERE notice = " + NOTICE]),
    ("record_without_notice", ["UPDATE records SET notice = NULL WHERE status = 'planned' AND revoked = 0"]),
    ("notice_without_message", ["UPDATE notices SET status = 'planned' WHERE id = " + NOTICE]),
    ("task_step_without_task", ["UPDATE notices SET status = 'planned', action = 'task' WHERE id = " + NOTICE]),
    ("failed_without_task", ["UPDATE tasks SET status = 'done'"]),
    ("uncertain_without_message", ["UPDATE notices SET status = 'uncertain' WHERE id = " + NOTICE]),
    ("flight_without_attempt", ["UPDATE messages SET status = 'in_flight' WHERE id = " + ACCEPTED]),
    ("attempt_without_flight", ["UPDATE messages SET status = 'refused' WHERE id = " + ACCEPTED]),
    ("doubt_without_attempt", ["UPDATE messages SET status = 'uncertain' WHERE id = " + ACCEPTED]),
    ("acceptance_without_attempt", ["UPDATE attempts SET status = 'refused' WHERE id = " + ATTEMPT]),
    ("frozen_for_nothing", ["UPDATE messages SET status = 'frozen' WHERE id = " + ACCEPTED]),
    ("message_of_a_dead_notice", ["UPDATE notices SET status = 'rejected' WHERE id = " + ITS_NOTICE,
                                  "UPDATE messages SET status = 'planned' WHERE id = " + ACCEPTED]),
    ("acceptance_not_told", ["DELETE FROM events WHERE kind = 'accepted'"]),
    ("waits_and_sleeps", ["UPDATE customers SET next_at = NULL, known = 0", "UPDATE notices SET status = 'planned'"]),
    ("overlooked", ["UPDATE customers SET next_at = 100 WHERE customer = (SELECT max(customer) FROM customers)"]),
    ("starved", ["UPDATE messages SET status = 'planned', attempts = 0, not_before = 0, turn = 0, revision = 1 WHERE id = "
                 + ACCEPTED, "UPDATE notices SET needs_approval = 0, planned_at = 100 WHERE id = " + of_notice("id")]),
    ("accepted_twice", ["INSERT INTO messages(notice, channel, recipient, revision, turn, carries, status, name, address, "
                        "language, digest, rank, amount) SELECT (SELECT max(id) FROM notices), channel, 1, 9, 0, 1, "
                        "'accepted', '', '', '', digest, 0, 0 FROM messages WHERE id = " + ACCEPTED,
                        "INSERT OR REPLACE INTO notice_items SELECT (SELECT max(id) FROM notices), place + 100, invoice_id, "
                        "line, episode, occurrence, block, step, open, credited, due_on, carried_on, deadline "
                        "FROM notice_items WHERE occurrence > 0 AND notice = " + ITS_NOTICE]),
    ("two_accepted_attempts", more_attempts("accepted")),
    ("sent_after_acceptance", more_attempts("refused_for_now")),
    ("two_live_messages", ["DROP INDEX messages_live", "INSERT INTO messages(notice, channel, recipient, revision, turn, "
                           "carries, status, name, address, language, digest, rank, amount) SELECT notice, channel, 1, 9, 0, "
                           "1, 'planned', '', '', '', digest, 0, 0 FROM messages WHERE id = " + ACCEPTED]),
    ("sent_after_doubt", ["UPDATE attempts SET status = 'committing' WHERE id = " + ATTEMPT] + more_attempts("refused")[:2] +
     ["INSERT INTO attempts(message, n, token, status, provider, claimed_at, ledger_version, sha256) SELECT message, n + 1, "
      "1, 'refused', '', 0, 0, sha256 FROM attempts WHERE id = (SELECT min(id) FROM attempts WHERE status = 'committing')"]),
    ("planned_beside_doubt", ["UPDATE notices SET status = 'uncertain' WHERE id = " + ITS_NOTICE,
                              "UPDATE messages SET status = 'planned' WHERE id = " + ACCEPTED]),
    ("other_bytes", more_attempts("refused", "'0' || substr(sha256, 2)") +
     ["UPDATE attempts SET sha256 = '1' || substr(sha256, 2) WHERE id = " + ATTEMPT]),
    ("revision_after_sending", ["DROP INDEX messages_live", "INSERT INTO messages(notice, channel, recipient, revision, "
                                "turn, carries, status, name, address, language, digest, rank, amount) SELECT notice, "
                                "channel, 1, revision + 1, 0, 1, 'withdrawn', '', '', '', digest, 0, 0 FROM messages "
                                "WHERE id = " + ACCEPTED]),
    ("request", ["DELETE FROM requests WHERE message = " + ACCEPTED]),
    ("stored_bytes", ["UPDATE requests SET bytes = CAST(bytes || x'20' AS BLOB) WHERE message = " + ACCEPTED]),
    ("unknown_send", ["UPDATE attempts SET token = token + 1 WHERE id = " + ATTEMPT]),
    ("line_differs", ["UPDATE attempts SET committed_at = committed_at + 1 WHERE id = " + ATTEMPT]),
    ("line_differs", ["UPDATE attempts SET sha256 = '00' || substr(sha256, 3) WHERE id = " + ATTEMPT]),
]


def lines_of(world):
    with open(world.path("state-witness", "send.log"), encoding="ascii") as file:
        return file.read().splitlines(True)


# The same for the send log: lines before and after.
LOG_PLANTS = [
    ("no_line", lambda lines: lines[:-1]),
    ("no_line", lambda lines: []),
    ("serial", lambda lines: lines[:3] + lines[4:]),
    ("serial", lambda lines: lines[1:]),
    ("damaged_line", lambda lines: lines[:3] + [lines[3].replace(" ", "  ", 1)] + lines[4:]),
    ("damaged_line", lambda lines: lines[:3] + [lines[3][:-2] + ("0\n" if lines[3][-2] != "0" else "1\n")] + lines[4:]),
    ("yes_twice", lambda lines: lines + lines[-1:]),
]
# In a life with a doubt, a limit and payments.
DOUBT = "(SELECT id FROM messages WHERE status = 'uncertain')"
OF_POLICY = "(SELECT a.id FROM attempts a JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice " \
            "WHERE n.policy = '%s' AND a.committed_at IS NOT NULL LIMIT 1)"
LIVE_PLANTS = [
    ("doubt_not_told", ["DELETE FROM events WHERE kind = 'uncertain'"]),
    ("contacts_of_a_day", ["UPDATE notices SET contact = id, at_on = at_on + 3, customer = 'C-1'"]),
    ("contacts_of_a_week", ["UPDATE notices SET contact = id, at_on = at_on + 3 + id % 2, customer = 'C-1'"]),
    ("backwards", ["UPDATE notices SET planned_at = planned_at + 86400", "INSERT INTO records(%s) SELECT %s FROM records "
                   "WHERE status = 'accepted' LIMIT 1" % (COLUMNS, COLUMNS.replace("step,", "'second',").replace(
                       "notice,", "(SELECT min(id) FROM notices),")),
                   "UPDATE records SET notice = (SELECT max(id) FROM notices) WHERE step = 'reminder'"]),
    ("skipped", ["UPDATE notices SET planned_at = planned_at + 86400", "UPDATE records SET step = 'second'"]),
    ("sent_beside_doubt", ["UPDATE attempts SET done_at = claimed_at - 864000 WHERE status = 'uncertain'",
                           "UPDATE notices SET customer = 'C-1'",
                           "UPDATE notice_items SET invoice_id = 'I-1', step = 'reminder', line = 1, occurrence = 1"]),
    ("outside_hours", ["UPDATE attempts SET committed_at = committed_at + 43200 WHERE id = " + OF_POLICY % "p"]),
    ("outside_hours", ["ledger: UPDATE customers SET changed_at = '2026-01-01T00:00:00Z'",
                       "UPDATE attempts SET committed_at = committed_at + 43200 WHERE id = " + OF_POLICY % "q"]),
    ("paid", ["ledger: INSERT INTO payments(payment_id, customer_id, invoice_id, line, paid_on, currency, amount, changed_at) "
              "VALUES('P-1', 'C-1', 'I-1', 1, '%s', 'EUR', 10000, '%sT00:00:00Z')" % (day(TODAY, -9), day(TODAY, -9))]),
]


def audit(world, *words):
    done = subprocess.run([program("dunningctl"), "audit", "--config", world.config, "--json", *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    page = json.loads(done.stdout)
    assert page["fine"] == (done.returncode == 0) == (not page["findings"]), (done.returncode, page)
    return page


def change_state(world, statements):
    files = {"ledger: ": world.path("ledger.db"), "": world.path("state", "state.db")}
    for statement in statements:
        kind = "ledger: " if statement.startswith("ledger: ") else ""
        state = sqlite3.connect(files[kind], isolation_level=None)
        state.execute(statement[len(kind):])
        state.close()


class Copy:
    """The folders of a world that may be spoilt, and as they were afterwards."""

    def __init__(self, world):
        self.world = world
        self.kept = world.path("kept")
        os.mkdir(self.kept)
        for name in ("state", "state-witness"):
            shutil.copytree(world.path(name), os.path.join(self.kept, name))
        shutil.copy(world.path("ledger.db"), self.kept)

    def restore(self):
        for name in ("state", "state-witness"):
            shutil.rmtree(self.world.path(name))
            shutil.copytree(os.path.join(self.kept, name), self.world.path(name))
        for name in ("ledger.db-wal", "ledger.db-shm"):
            if os.path.exists(self.world.path(name)):
                os.remove(self.world.path(name))
        shutil.copy(os.path.join(self.kept, "ledger.db"), self.world.path("ledger.db"))


def complains(world, check, what):
    found = {finding["check"]: finding for finding in audit(world)["findings"]}
    if check not in found:
        return "%s says nothing of %s, only of %s" % (check, what, sorted(found))
    if len(found[check]["text"]) < 10 or not found[check]["subject"] or len(found[check]["cure"]) < 20:
        return "%s: %s" % (check, found[check])
    return None


def spoil(world, plants):
    copy, missed = Copy(world), []
    for check, statements in plants:
        change_state(world, statements)
        missed.append(complains(world, check, statements))
        copy.restore()
    assert not any(missed), "\n".join(filter(None, missed))
    page = audit(world)
    assert page["fine"], page["findings"][:3]


def long_life():
    """Half a year of the sample, with approvals, holds and tasks, in which the audit finds nothing."""
    world = sample()
    for number in range(0, 182):
        world.once("--as-of", day(FIRST, number) + "T09:00")
        if number % 20 == 10:
            world.at(day(FIRST, number), "hold", "C-%d" % (101 + number // 20), "--until", day(FIRST, number + 5))
        if number % 7 == 3:
            for notice in json.loads(world.ctl("list", "notices", "--status", "awaiting_approval", "--json"))["notices"][:3]:
                world.at(day(FIRST, number), "approve" if number % 2 else "reject", notice["notice"], "--reason", "seen")
    return world


def clean_and_spoilt():
    world = long_life()
    page = audit(world)
    assert page["fine"] and page["messages"] > 150 and page["checks"] > 60, page
    quick = audit(world, "--quick")
    assert quick["fine"] and quick["left_out"] > page["left_out"], quick
    spoil(world, PLANTS)
    lines = lines_of(world)
    for check, change in LOG_PLANTS:
        world.write("state-witness/send.log", "".join(change(list(lines))))
        missed = complains(world, check, "a changed send log")
        assert not missed, missed
    world.write("state-witness/send.log", "".join(lines) + lines[-1][:40])
    assert audit(world)["fine"], "an unfinished last line is no fault"
    assert len(PLANTS) + len(LOG_PLANTS) + len(LIVE_PLANTS) >= 60
    world.remove()


def deaf():
    """Takes requests and hangs up without an answer, which leaves a doubt."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def hours_around_now():
    """A window that is open now and shut half a day later."""
    hour = datetime.datetime.now(datetime.timezone.utc).hour
    return 'window = { days = "mon-sun"; from = "%02d:00"; to = "%02d:00"; }; ' % (max(hour - 2, 0), min(hour + 3, 24))


def doubtful_life():
    # Found late, no item gets the step before due; nobody is told so, and nothing is wrong with it.
    policy = 'policy = { name = "p"; ' + hours_around_now() + 'steps = ( { name = "early"; action = "remind"; ' \
             'at = "due - 3d"; send = ["%s"]; template = "t"; }, { name = "reminder"; action = "remind"; ' \
             'at = "due + 5d"; send = ["%s"]; template = "t"; }, { name = "second"; action = "remind"; at = "previous + 9d"; send = ["email"]; ' \
             'template = "t"; } ); };'
    world = World({"2-p": policy.replace('"p"; ', '"p"; timezone = "UTC"; ') % ("email", "email"),
                   "1-q": policy.replace('"p"; ', '"q"; applies_to = { segment = ["b2c"]; }; ') % ("sms", "sms")},
                  sms="deaf")
    with open(world.config, encoding="utf-8") as file:
        text = file.read().replace("per_customer_per_day = 9", "per_customer_per_day = 1; per_customer_per_week = 1")
    world.write("dunningd.conf", text)
    world.provider("deaf", 'kind = "http"; method = "POST"; url = "http://127.0.0.1:%d/"; encoding = "form"; '
                           'fields = ( { name = "to"; value = "{{to}}"; } )' % deaf())
    world.rows("customers", [{"customer_id": "C-%d" % n, "name": "Customer", "email": "c%d@kunde.example" % n,
                              "phone": "+4915155500400", "timezone": "UTC", "sms_consent": "2026-01-01 form",
                              "segment": "b2c" if n == 3 else "b2b"} for n in (1, 2, 3)])
    world.rows("invoices", [{"invoice_id": "I-%d" % n, "customer_id": "C-%d" % n, "issued_on": day(TODAY, -40),
                             "due_on": day(TODAY, -6), "currency": "EUR", "amount": "100.00"} for n in (1, 2, 3)])
    world.once()
    # A start long ago, after which limits and policies are known to be what they are.
    change_state(world, ["UPDATE events SET kind = 'started', at = at - 864000 WHERE seq = (SELECT min(seq) FROM events)"])
    return world


def doubt_and_limits():
    world = doubtful_life()
    page = audit(world)
    assert page["fine"] and page["left_out"] == 0 and page["messages"] == 3, page
    spoil(world, LIVE_PLANTS)
    world.remove()


def what_cannot_be_read():
    world = World()
    done = subprocess.run([program("dunningctl"), "audit", "--config", world.config], capture_output=True, text=True,
                          check=False)
    assert done.returncode != 0 and "once" in done.stderr, done
    world.remove()


if __name__ == "__main__":
    main(clean_and_spoilt, doubt_and_limits, what_cannot_be_read)
