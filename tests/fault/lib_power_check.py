"""What must be true after a cut and a plain start: judged by the tables, the send log and the mailbox alone."""
import collections
import os
import re
import sqlite3
import zlib

from lib_power_life import ask

STATUS_LINE = re.compile(rb" accepted notice=N-(\d+) .*?channel=(\w+)")
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ")
# A handoff is not for an address, but about a customer.
MESSAGES = ("SELECT m.id, m.notice, m.channel, iif(m.channel = 'agency', n.customer, m.address), m.status, m.revision"
            " FROM messages m JOIN notices n ON n.id = m.notice")
# What a drop provider writes for a message; the last one is the message, what goes along comes first.
ENDINGS = {"email": ("eml",), "sms": ("txt",), "agency": ("csv", "json")}
ATTEMPTS = "SELECT id, message, token, sha256, status, reason FROM attempts"
# After a `yes` an attempt ends in one of these; gate_no and the like end before it.
HAD_YES = ("committing", "accepted", "uncertain", "sent", "not_sent")


class Past:
    """What the world remembers of a life until its power went: what arrived, what somebody was told."""

    def __init__(self, arrived):
        self.arrived, self.facts, self.told = list(arrived), [], set()

    def add(self, life, records):
        for record in records:
            if record.kind == "arrived":
                self.arrived.append(record.told())
            elif record.kind == "fact":
                self.facts.append(dict(record.told(), already=len(self.arrived)))
        self.told |= accepted_lines(records, life)


class Aftermath:
    """arrived: what came after the cut; done: how the start after it ended."""

    def __init__(self, life, past, arrived, done):
        self.life, self.done = life, done
        self.faults, self.uncertain = [], 0
        self.arrived, self.facts, self.told = past.arrived + arrived, past.facts, past.told
        self.messages, self.attempts, self.live = [], [], set()
        self.state = self.life.path("state", "state.db")
        self.ledger = self.life.path("ledger.db")

    def expect(self, holds, sentence, *values):
        if not holds:
            self.faults.append(sentence % values if values else sentence)
        return holds

    def judge(self):
        if not self.expect(self.done.returncode == 0, "cannot start: exit %d: %s", self.done.returncode,
                           self.done.stderr.strip()[-300:]):
            return self.faults
        for path in (self.state, self.ledger):
            if os.path.exists(path):
                answer = ask(path, "PRAGMA integrity_check")
                self.expect(answer == [("ok",)], "%s: integrity_check says %s", os.path.basename(path), answer[:2])
        self.messages = ask(self.state, MESSAGES)
        self.attempts = ask(self.state, ATTEMPTS)
        self.check_mailbox()
        self.check_due()
        self.check_witness()
        self.check_facts()
        self.check_told()
        self.check_status_log()
        return self.faults

    # ---- the mailbox

    def check_mailbox(self):
        counts = collections.Counter(self.arrived)
        if self.life.drop:
            counts = collections.Counter(self.dropped())
        twice = sorted(key for key, count in counts.items() if count > 1)
        self.expect(not twice, "sent twice: %s", twice)
        live, accepted = collections.Counter(), set()
        for _, _, channel, address, status, _ in self.messages:
            key = "%s %s" % (channel, address)
            live[key] += status in ("accepted", "uncertain")
            if status == "accepted":
                accepted.add(key)
            self.uncertain += status == "uncertain"
        self.live = {key for key, count in live.items() if count}
        self.expect(max(live.values(), default=0) < 2, "two messages of one step count as sent: %s", live)
        self.expect(not set(counts) - self.live, "arrived, but neither accepted nor uncertain: %s",
                    sorted(set(counts) - self.live))
        self.expect(not accepted - set(counts), "accepted, but never arrived: %s", sorted(accepted - set(counts)))

    def dropped(self):
        """What lies whole in the outbox, as the address it was for."""
        requests = dict(ask(self.state, "SELECT message, bytes FROM requests"))
        there = {}
        for name in os.listdir(self.life.path("outbox")):
            if not name.startswith("."):
                with open(self.life.path("outbox", name), "rb") as file:
                    there[name] = file.read()
        for message, notice, channel, address, _, revision in self.messages:
            name = "N-%06d-%s-1%s." % (notice, channel, "-r%d" % revision if revision > 1 else "")
            parts = {ending: there.pop(name + ending, None) for ending in ENDINGS[channel]}
            for ending, data in parts.items():
                self.expect(data is None or (data and data in requests.get(message, b"")),
                            "%s%s: is not the message as claimed", name, ending)
            if parts[ENDINGS[channel][-1]] is not None:
                self.expect(None not in parts.values(), "%s: a part is missing", name)
                yield "%s %s" % (channel, address)
        self.expect(not there, "in the outbox and unknown: %s", sorted(there))

    def check_due(self):
        """Every invoice of the ledger is overdue: its customer has the email, then the SMS, unless someone is quiet."""
        for key in self.life.wanted:
            self.expect(key in self.live, "lost: %s", key)
        if not os.path.exists(self.ledger):
            return
        rows = ask(self.ledger, "SELECT DISTINCT c.email, c.phone FROM invoices JOIN customers c USING(customer_id)"
                                " WHERE customer_id NOT LIKE 'Q%' AND customer_id NOT IN"
                                " (SELECT customer_id FROM payments)")
        doubtful = {address for _, _, _, address, status, _ in self.messages if status == "uncertain"}
        for email, phone in rows:
            self.expect("email " + email in self.live, "lost: no email to %s", email)
            if email not in doubtful:
                self.expect("sms " + phone in self.live, "lost: no SMS to %s", phone)

    # ---- the send log

    def check_witness(self):
        with open(self.life.path("state-witness", "send.log"), "rb") as file:
            data = file.read()
        self.expect(data == b"" or data.endswith(b"\n"), "the send log ends in a torn line")
        known = {(attempt, token & (1 << 64) - 1): sha for attempt, _, token, sha, _, _ in self.attempts}
        lines = {}
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            fields = line.split(b" ")
            whole = len(fields) == 6 and int(fields[5], 16) == zlib.crc32(line[:-8]) and int(fields[0]) == number
            if self.expect(whole, "line %d of the send log is damaged", number):
                lines[(int(fields[1]), int(fields[2], 16))] = fields[3].decode()
        for key, sha in lines.items():
            self.expect(known.get(key) == sha, "the send log knows attempt %d, the state does not", key[0])
        for attempt, _, token, _, status, _ in self.attempts:
            self.expect(status not in HAD_YES or (attempt, token & (1 << 64) - 1) in lines,
                        "attempt %d is %s, and the send log does not know it", attempt, status)
            self.expect(status not in ("claimed", "committing"), "attempt %d is still %s", attempt, status)

    # ---- what somebody was told

    def check_facts(self):
        for fact in self.facts:
            if "sql" in fact:
                count = self.count(fact["db"], fact["sql"])
                self.expect(count >= fact["least"], "lost: %s", fact["says"])
            if "file" in fact:
                self.check_copy(fact)
            if "quiet" in fact:
                after = set(self.arrived[fact["already"]:]) & set(fact["quiet"])
                self.expect(not after, "%s: got one all the same, though %s", sorted(after), fact["says"])
        for sql in self.life.either:
            count = self.count("ledger", sql["sql"])
            self.expect(count in sql["allowed"], "a part of a file is there: %d of %s", count, sql["allowed"])

    def count(self, database, sql):
        path = self.ledger if database == "ledger" else self.state
        try:
            return ask(path, sql)[0][0] if os.path.exists(path) else 0
        except sqlite3.OperationalError:
            return 0

    def check_copy(self, fact):
        path = self.life.path(fact["file"])
        if not self.expect(os.path.exists(path), "lost: %s", fact["says"]):
            return
        try:
            answer = ask(path, "PRAGMA integrity_check")[0][0]
            count = ask(path, fact["in_it"])[0][0]
        except sqlite3.DatabaseError as error:
            answer, count = str(error), 0
        self.expect(answer == "ok" and count >= fact["least"], "%s, and is not whole: %s, %d", fact["says"], answer,
                    count)

    def check_told(self):
        """A line of the status log is the word of the daemon."""
        accepted = {(notice, channel) for _, notice, channel, _, status, _ in self.messages if status == "accepted"}
        self.expect(not self.told - accepted, "told as accepted, and forgotten: %s", sorted(self.told - accepted))


    def check_status_log(self):
        """The cut may have torn a line; what was written after it begins a line of its own."""
        if not os.path.exists(self.life.path("status.log")):
            return
        with open(self.life.path("status.log"), "rb") as file:
            lines = file.read().split(b"\n")
        glued = [line for line in lines if len(STAMP.findall(line)) > 1 or (STAMP.search(line) and
                                                                          not STAMP.match(line))]
        self.expect(not glued, "the status log has a torn line with another one behind it: %s", glued[:1])


def accepted_lines(before, life):
    status_log = {record.inode for record in before if record.kind == "open" and
                  record.data.decode() == life.path("status.log")}
    status_log |= {inode for path, inode, _ in life.baseline if path == life.path("status.log")}
    written = b"".join(record.data for record in before if record.kind == "write" and record.inode in status_log)
    return {(int(notice), channel.decode()) for notice, channel in STATUS_LINE.findall(written)}
