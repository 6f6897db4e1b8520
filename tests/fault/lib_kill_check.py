"""What may be true after a kill, a restart and an orderly end: mailbox, state and send log against each other.

Nothing here asks the programs: the databases and the send log are read as they lie there.
"""
import collections
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import zlib

LINE = re.compile(rb"(\d+) (\d+) ([0-9a-f]{16}) ([0-9a-f]{64}) (\d+) ([0-9a-f]{8})\n")
ENDED = ("superseded", "withdrawn", "refused")


class Snapshot:
    """The state and the send log between two runs."""

    def __init__(self, bench):
        self.attempts, self.witnessed = {}, set()
        world = bench.world
        copy = world.path("snapshot")
        shutil.rmtree(copy, ignore_errors=True)
        if os.path.isdir(world.path("state")):
            shutil.copytree(world.path("state"), copy)
        try:
            self.attempts = {row[0]: row[1:] for row in self.rows(copy)}
        except sqlite3.Error:
            pass  # killed before there was a table
        lines, _ = read_witness(world.path("witness", "send.log"))
        self.witnessed = {(line["attempt"], line["token"]) for line in lines}

    @staticmethod
    def rows(folder):
        if not os.path.exists(os.path.join(folder, "state.db")):
            return []
        connection = sqlite3.connect(os.path.join(folder, "state.db"))
        try:
            return connection.execute("SELECT id, status, token, message FROM attempts").fetchall()
        finally:
            connection.close()

    def committed(self, message):
        """An attempt of it had its `yes`, or may have had it, and no outcome was recorded."""
        return any(row[2] == message and (row[0] == "uncertain" or row[0] == "committing" and
                                          (attempt, row[1] % 2 ** 64) in self.witnessed)
                   for attempt, row in self.attempts.items())

    def accepted(self, message):
        return any(row[2] == message and row[0] == "accepted" for row in self.attempts.values())


def read_witness(path):
    """The lines, and what is wrong with the file."""
    lines, wrong = [], []
    if not os.path.exists(path):
        return lines, wrong
    with open(path, "rb") as file:
        for number, text in enumerate(file, 1):
            match = LINE.fullmatch(text)
            if not match or int(match[6], 16) != zlib.crc32(text[:-9]):
                wrong.append("line %d of the send log is torn" % number)
                continue
            if int(match[1]) != number:
                wrong.append("line %d of the send log has serial %d" % (number, int(match[1])))
            lines.append({"attempt": int(match[2]), "token": int(match[3], 16), "sha256": match[4].decode()})
    return lines, wrong


class Verdict:
    """found: (kind, sentence) of each violation; uncertain: messages in doubt."""

    def __init__(self, bench, snapshots=()):
        self.bench, self.snapshots = bench, snapshots
        self.found, self.uncertain = [], 0

    def say(self, kind, sentence, *words):
        self.found.append((kind, sentence % words))

    def read(self):
        sql = self.bench.sql
        self.messages = [dict(zip(("id", "notice", "channel", "address", "status", "message_id", "provider"), row))
                         for row in sql("state/state.db", "SELECT id, notice, channel, address, status, message_id, "
                                        "provider FROM messages")]
        self.attempts = [dict(zip(("id", "message", "status", "token", "sha256", "provider"), row))
                         for row in sql("state/state.db", "SELECT id, message, status, token, sha256, provider "
                                        "FROM attempts")]
        self.requests = {row[0]: row[1:] for row in sql("state/state.db", "SELECT message, bytes, sha256 FROM requests")}
        self.lines, wrong = read_witness(self.bench.world.path("witness", "send.log"))
        for sentence in wrong:
            self.say("witness", "%s", sentence)

    def books(self):
        for database in ("state/state.db", "ledger.db"):
            if not os.path.exists(self.bench.world.path(database)):
                continue
            for pragma in ("quick_check", "foreign_key_check"):
                rows = [row for row in self.bench.sql(database, "PRAGMA " + pragma) if row != ("ok",)]
                if rows:
                    self.say("damaged", "%s: %s says %s", database, pragma, rows[0])

    def judge(self, expected):
        """expected: the (channel, recipient) pairs that are due once each."""
        self.books()
        self.read()
        self.judge_witness()
        self.judge_bytes()
        self.judge_events()
        arrived = collections.Counter((channel, address) for channel, address, _ in self.bench.box.arrived)
        for key in expected:
            self.judge_one(key, arrived.pop(key, 0))
        for key, count in arrived.items():
            self.say("stray", "%d arrived by %s that was not due", count, key[0])

    def audit(self):
        """A second opinion, by the program's own auditor."""
        done = subprocess.run(self.bench.ctl("audit"), capture_output=True, text=True, check=False,
                              cwd=self.bench.world.folder)
        if done.returncode != 0:
            self.say("audit", "it ends with %d: %s", done.returncode, (done.stdout + done.stderr).strip()[:400])

    def judge_events(self):
        """An outcome and its event are of one transaction: for each acceptance there is one, and for each doubt."""
        counted = collections.Counter(self.bench.sql(
            "state/state.db", "SELECT message, kind FROM events WHERE message IS NOT NULL"))
        for message in self.messages:
            for kind in ("accepted", "uncertain"):
                count = counted[message["id"], kind]
                if count > 1 or (message["status"] == kind and count != 1 and not counted[
                        message["id"], "settled_uncertain"]):
                    self.say("events", "message %d is %s with %d events that say so", message["id"], kind, count)

    def judge_one(self, key, arrived):
        channel, address = key
        live = [message for message in self.messages if message["channel"] == channel and
                message["status"] not in ENDED and plain(message["address"]) == address]
        words = [message["status"] for message in live]
        if arrived > 1:
            self.say("duplicate", "%d arrived by %s", arrived, channel)
        if len(live) > 1:
            self.say("duplicate", "%d messages stand for one by %s", len(live), channel)
        if words == ["accepted"] and arrived == 0:
            self.say("lost", "accepted by %s, but it did not arrive", channel)
        elif words == ["uncertain"]:
            self.uncertain += 1
            self.judge_uncertain(live[0], key)
        elif words != ["accepted"] and len(live) < 2 and not (live and not arrived and self.is_frozen(live[0])):
            self.say("unrecorded" if arrived else "lost", "%s: %s %s", channel, words or "no message",
                     "though it arrived" if arrived else "at the end")
        if live and "accepted" not in words and any(each.accepted(live[0]["id"]) for each in self.snapshots):
            self.say("unrecorded", "a recorded acceptance by %s is gone", channel)

    def is_frozen(self, message):
        """A further channel waits while the notice is in doubt (RULES R26)."""
        return message["status"] == "reserve" and any(other["notice"] == message["notice"] and
                                                      other["status"] == "uncertain" for other in self.messages)

    def judge_uncertain(self, message, key):
        """Doubt is allowed between the `yes` and the recorded outcome, and nowhere else."""
        if not self.bench.box.begun & {key, (key[0], "")}:
            self.say("doubt", "uncertain, though the server was never asked to take it")
        if self.snapshots and not any(each.committed(message["id"]) for each in self.snapshots):
            self.say("doubt", "uncertain, though no `yes` had been given when it was killed")

    def judge_witness(self):
        known = {(attempt["id"], attempt["token"] % 2 ** 64): attempt for attempt in self.attempts}
        seen = {(line["attempt"], line["token"]): line for line in self.lines}
        for key, line in seen.items():
            if key not in known:
                self.say("witness", "the state does not know attempt %d of the send log", key[0])
            elif known[key]["sha256"] != line["sha256"]:
                self.say("witness", "attempt %d has other bytes in the send log", key[0])
        if len(seen) != len(self.lines):
            self.say("witness", "an attempt stands in the send log twice")
        for key, attempt in known.items():
            if attempt["status"] in ("accepted", "uncertain") and key not in seen:
                self.say("witness", "attempt %d is %s without a line in the send log", key[0], attempt["status"])
            if attempt["status"] in ("claimed", "committing"):
                self.say("lost", "attempt %d is %s at the end", key[0], attempt["status"])
        good = collections.Counter(attempt["message"] for attempt in self.attempts
                                   if attempt["status"] in ("accepted", "uncertain"))
        for message, count in good.items():
            if count > 1:
                self.say("duplicate", "message %d has %d accepted or uncertain attempts", message, count)

    def judge_bytes(self):
        for attempt in self.attempts:
            request = self.requests.get(attempt["message"])
            if request and (hashlib.sha256(request[0]).hexdigest() != request[1] or attempt["sha256"] != request[1]):
                self.say("bytes", "attempt %d has other bytes than its message", attempt["id"])
        ids = {message["message_id"] for message in self.messages}
        for channel, _, data in self.bench.box.arrived:
            match = re.search(rb"(?im)^Message-ID:\s*<?([^>\r\n]+)>?", data)
            if channel == "email" and (not match or not {match[1].decode(), "<%s>" % match[1].decode()} & ids):
                self.say("bytes", "a mail arrived whose Message-ID no message has")


def plain(address):
    """A phone number as the gateway sees it."""
    return address.lstrip("+")
