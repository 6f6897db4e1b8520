#!/usr/bin/python3
"""Messages a second from the plan to the recorded acceptance: claimed, rendered, committed, sent by SMTP, recorded.

The real daemon and its sender into smtp-sink at 1, 4 and 16 connections.  First the plan is made, with the connections
closed; then the time runs from the moment at which the messages may leave until the last one is recorded as accepted.
Beside it in the same run: smtp-source, a generator without any database, at as many connections; and a plain job in
Python, which reads the due items, sends with smtplib on one kept connection and commits each message.
"""
import email.message
import os
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time

import lib_bench as bench

LIMITS = 'limits = { per_hour = 0; per_customer_per_day = 100; breaker = "off"; ramp = "off"; };'
JOB = (
    "CREATE TABLE due(id INTEGER PRIMARY KEY, customer TEXT, invoice TEXT, amount INTEGER, due_on TEXT, name TEXT,"
    " address TEXT, status TEXT NOT NULL DEFAULT 'planned', reply TEXT, sent_at INTEGER);"
    "CREATE INDEX due_open ON due(id) WHERE status = 'planned';")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """smtp-sink on loopback, counting what it got."""

    def __init__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{self.port}", "256"],
                                        stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit("smtp-sink does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def accepted(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return db.execute("SELECT coalesce(sum(accepted), 0) FROM daily").fetchone()[0]


def refused(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM attempts WHERE status <> 'accepted'").fetchone()[0]


def plan(world, messages):
    """One pass with nothing to send to: the way is stopped before by a rate of one an hour."""
    world.config.write_text(world.config.read_text().replace("per_hour = 0", "per_hour = 1"), encoding="utf-8")
    world.forget_state()
    with world.start() as daemon:
        found = daemon.wait_for(r"pass .*notices=(\d+)")
        if int(found.group(1)) != messages:
            sys.exit(f"{found.group(1)} notices were planned instead of {messages}")
    world.config.write_text(world.config.read_text().replace("per_hour = 1", "per_hour = 0"), encoding="utf-8")


def daemon_rate(world, sink, connections, messages):
    world.provider(f'kind = "smtp"; url = "smtp://127.0.0.1:{sink.port}"; tls = "none"; connections = {connections};')
    plan(world, messages)
    state = world.path / "state/state.db"
    before = accepted(state)
    with world.start() as daemon:
        first, begin = before, time.monotonic()
        while first == before:
            daemon.must_run(60)
            time.sleep(0.005)
            first, begin = accepted(state), time.monotonic()
        cpu = daemon.processor()
        count = first
        while count < messages:
            time.sleep(0.02)
            count, end = accepted(state), time.monotonic()
            daemon.must_run(300)
        cpu = daemon.processor() - cpu
        memory = daemon.status("VmHWM") / 1024
    if refused(state):
        bench.say(f"WRONG: {refused(state)} attempts were not accepted")
    return (messages - first) / (end - begin), cpu / (messages - first) * 1e6, memory


def source_rate(sink, connections, messages, size):
    start = time.monotonic()
    subprocess.run(["/usr/sbin/smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", str(size),
                    f"127.0.0.1:{sink.port}"], check=True)
    return messages / (time.monotonic() - start)


def job_rate(world, sink, messages):
    """The job that a careful person would write: one commit before and one after each message."""
    path = world.path / "job.db"
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(JOB)
    db.execute("ATTACH ? AS l", (str(world.path / "ledger.db"),))
    db.execute("INSERT INTO due(customer, invoice, amount, due_on, name, address) SELECT c.customer_id, i.invoice_id,"
               " i.amount, i.due_on, c.name, c.email FROM l.invoices i JOIN l.customers c USING (customer_id)"
               " WHERE i.due_on < date('now') LIMIT ?", (messages,))
    template = (bench.SOURCE / "policies/templates/en/reminder.txt").read_text(encoding="utf-8")
    server = smtplib.SMTP("127.0.0.1", sink.port)
    start = time.monotonic()
    while True:
        row = db.execute("SELECT id, invoice, amount, due_on, name, address FROM due WHERE status = 'planned'"
                         " ORDER BY id LIMIT 1").fetchone()
        if row is None:
            break
        db.execute("UPDATE due SET status = 'sending' WHERE id = ?", (row[0],))
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "accounts@books.example", row[5], f"Invoice {row[1]}"
        mail["Message-ID"] = f"<{row[0]}@books.example>"
        mail.set_content(f"{row[4]}: {row[1]}, {row[2] / 100:.2f} EUR, due {row[3]}\n{template}")
        server.send_message(mail)
        db.execute("UPDATE due SET status = 'accepted', sent_at = unixepoch() WHERE id = ?", (row[0],))
    took = time.monotonic() - start
    server.quit()
    db.close()
    return messages / took


def main():
    given = bench.arguments(__doc__, messages=4000, pairs=5)
    with bench.World(given.build, more=LIMITS) as world, Sink() as sink:
        world.fill(given.messages * 2, given.messages, 2, 0)
        bench.say(f"{'connections':12}{'dunningd/s':>12}{'us/message':>12}{'smtp-source/s':>15}{'job/s':>8}"
                  f"{'x source':>10}{'x job':>8}{'MiB':>6}")
        for connections in (1, 4, 16):
            rows = []
            for _ in range(given.pairs):
                rate, cost, memory = daemon_rate(world, sink, connections, given.messages)
                source = source_rate(sink, connections, given.messages, 3000)
                job = job_rate(world, sink, min(given.messages, 1000))
                rows.append((rate, cost, source, job, rate / source, rate / job, memory))
            figures = [bench.median(column) for column in zip(*rows)]
            bench.say("{:<12}{:12.0f}{:12.0f}{:15.0f}{:8.0f}{:10.3f}{:8.2f}{:6.0f}".format(connections, *figures))


if __name__ == "__main__":
    main()
