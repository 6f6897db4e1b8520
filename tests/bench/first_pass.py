#!/usr/bin/python3
"""The first pass over a large ledger: every tenth item is due and is planned durably, with event and unique keys.

The real daemon, from its start to its event `pass`.  The volume breaker, at its default, holds all that was planned,
so that nothing is delivered meanwhile.  The yardstick is what SQL alone needs to look at the same ledger and to queue
the same notices, one transaction, rows set by set: the item's case, a notice with its unique record line, a message
and an event.  The narrow yardstick is the least that can be called a queue: one row a notice and one updated case.
"""
import contextlib
import sqlite3
import time

import lib_bench as bench

NARROW = (
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY, invoice_id TEXT NOT NULL, line INTEGER NOT NULL, step TEXT NOT NULL,"
    " at INTEGER NOT NULL, address TEXT NOT NULL, status TEXT NOT NULL);"
    "CREATE UNIQUE INDEX outbox_key ON outbox(invoice_id, line, step);"
    "CREATE TABLE log(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, invoice_id TEXT NOT NULL);"
    "CREATE TABLE stand(customer TEXT PRIMARY KEY, next_at INTEGER, step TEXT) WITHOUT ROWID;")

DUE = ("FROM l.invoices i JOIN l.customers c ON c.customer_id = i.customer_id WHERE i.status = 'open'"
       " AND i.due_on <= date('now', '-3 days')"
       " AND i.amount > (SELECT coalesce(sum(p.amount), 0) FROM l.payments p WHERE p.customer_id = i.customer_id"
       " AND p.invoice_id = i.invoice_id) ORDER BY i.customer_id, i.invoice_id")


def connect(path, ledger):
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).unlink()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -65536")
    db.execute("ATTACH ? AS l", (str(ledger),))
    return db


def narrow(world):
    """One row in the queue with its unique key, one event, one updated case."""
    db = connect(world.path / "floor.db", world.path / "ledger.db")
    db.executescript(NARROW)
    db.execute("INSERT INTO stand SELECT customer_id, 0, '' FROM l.customers")
    start = time.monotonic()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO outbox(invoice_id, line, step, at, address, status)"
               " SELECT i.invoice_id, i.line, 'reminder', 1, c.email, 'planned' " + DUE)
    db.execute("INSERT INTO log(kind, at, invoice_id) SELECT 'planned', 1, invoice_id FROM outbox")
    db.execute("UPDATE stand SET next_at = 2, step = 'reminder' WHERE customer IN"
               " (SELECT i.customer_id FROM outbox o JOIN l.invoices i USING (invoice_id, line))")
    db.execute("COMMIT")
    took = time.monotonic() - start
    count = db.execute("SELECT count(*) FROM outbox").fetchone()[0]
    db.close()
    return took, count


# The daemon's own tables, filled set by set.
WIDE = (
    "CREATE TEMP TABLE due AS SELECT row_number() OVER () AS n, i.invoice_id, i.line, i.customer_id, i.amount, i.due_on,"
    " c.name, c.email " + DUE,
    "INSERT INTO cases(invoice_id, line, customer, episode) SELECT invoice_id, line, customer_id, 1 FROM due",
    "INSERT INTO notices(id, contact, customer, entity, policy, step, template, language, group_invoice, currency,"
    " action, status, require, before_due, needs_approval, manual, total, on_day, deadline, planned_at, at, at_on)"
    " SELECT n, n, customer_id, '', 'standard', 'reminder', 'reminder', 'en', '', 'EUR', 'remind', 'planned', 'first',"
    " 0, 0, 0, amount, 20000, NULL, 1, 1, 20000 FROM due",
    "INSERT INTO notice_items SELECT n, 0, invoice_id, line, 1, 1, 'due', 'reminder', amount, 0,"
    " unixepoch(due_on) / 86400, NULL, NULL FROM due",
    "INSERT INTO records SELECT invoice_id, line, 1, 'reminder', 1, 0, 'standard', 'planned', 'none', 1, 20000, NULL,"
    " unixepoch(due_on) / 86400, n, 0, '' FROM due",
    "INSERT INTO messages(notice, channel, recipient, revision, turn, carries, status, name, address, language, digest,"
    " rank, amount, oldest_due) SELECT n, 'email', 1, 1, 0, 1, 'planned', name, email, 'en', lower(hex(randomblob(32))),"
    " 0, amount, unixepoch(due_on) / 86400 FROM due",
    "INSERT INTO events(kind, at, customer, invoices, notice, policy, step, channel, provider, reason, amount, currency,"
    " provider_id, text, author) SELECT 'planned', 1, customer_id, invoice_id, n, 'standard', 'reminder', '', '', 'none',"
    " amount, 'EUR', '', '', '' FROM due",
    "INSERT INTO customers SELECT customer_id, 2, 1 FROM due",
)


def wide(world, schema):
    """All rows that the daemon writes, into tables of the same form."""
    db = connect(world.path / "floor.db", world.path / "ledger.db")
    db.executescript(schema)
    start = time.monotonic()
    db.execute("BEGIN IMMEDIATE")
    for text in WIDE:
        db.execute(text)
    db.execute("COMMIT")
    took = time.monotonic() - start
    db.close()
    return took


def ours(world):
    world.forget_state()
    with world.start() as daemon:
        found = daemon.wait_for(r"pass .*customers=(\d+) items=(\d+) notices=(\d+)", 900)
        took = time.monotonic() - daemon.began
        result = took, int(found.group(3)), daemon.status("VmHWM") / 1024, daemon.processor()
    db = sqlite3.connect(world.path / "state/state.db")
    schema = ";\n".join(row[0] for row in db.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"))
    planned = db.execute("SELECT count(*) FROM messages WHERE status = 'planned'").fetchone()[0]
    db.close()
    if planned != result[1]:
        bench.say(f"WRONG: {result[1]} notices and {planned} planned messages")
    return *result, schema


def main():
    given = bench.arguments(__doc__, items=1000000, pairs=5)
    rows = []
    with bench.World(given.build) as world:
        world.fill(given.items, given.items // 10, 10, given.items // 10)
        for pair in range(given.pairs):
            took, notices, memory, processor, schema = ours(world)
            least, queued = narrow(world)
            most = wide(world, schema)
            rows.append((took / least, took / most, memory))
            bench.say(f"pair {pair + 1}: first pass {took:.2f} s ({processor:.2f} s processor, {notices} notices,"
                      f" {memory:.0f} MiB), SQL narrow {least:.2f} s ({queued} rows), SQL wide {most:.2f} s;"
                      f" ratios {took / least:.2f} and {took / most:.2f}")
            if notices != queued:
                bench.say("WRONG: the yardstick queued another number")
    bench.say(f"first pass over {given.items} items, median of {given.pairs}: {bench.median([r[0] for r in rows]):.2f} x"
              f" the narrow yardstick, {bench.median([r[1] for r in rows]):.2f} x the wide one,"
              f" {max(r[2] for r in rows):.0f} MiB")


if __name__ == "__main__":
    main()
