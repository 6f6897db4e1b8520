#!/usr/bin/python3
"""Import of 1,000,000 invoices with 100,000 customers and 100,000 payments by `dunningctl import`.

The yardstick is the sqlite3 program: .import of the same files into plain tables, then INSERT .. SELECT into tables of
the same form, with the same indexes and triggers, in one transaction; nothing is checked, no line could be named.
"""
import os
import resource
import sqlite3
import subprocess
import time

import lib_bench as bench

CONVERT = {
    "customers": ("customer_id, name, email, phone, language, country, segment",) * 2,
    "invoices": ("invoice_id, customer_id, number, issued_on, due_on, currency, amount, reference, pay_url",
                 "invoice_id, customer_id, number, issued_on, due_on, currency, CAST(round(amount * 100) AS INTEGER),"
                 " reference, pay_url"),
    "payments": ("payment_id, customer_id, invoice_id, paid_on, currency, amount",
                 "payment_id, customer_id, invoice_id, paid_on, currency, CAST(round(amount * 100) AS INTEGER)"),
}


def schema_of(path):
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                          " ORDER BY type = 'trigger', type = 'view', rowid")
        return ";\n".join(row[0] for row in rows)


def yardstick(world, files, schema):
    path = world.path / "plain.db"
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.executescript("PRAGMA journal_mode = WAL;" + schema)
    script = ["PRAGMA synchronous = FULL;", "PRAGMA cache_size = -65536;", "PRAGMA temp_store = FILE;"]
    for kind, source in files.items():
        names, values = CONVERT[kind]
        columns = ", ".join(name.strip() + " TEXT" for name in names.split(","))
        script += [f"CREATE TEMP TABLE s_{kind}({columns});", f".import --csv --skip 1 --schema temp {source} s_{kind}",
                   "BEGIN IMMEDIATE;", f"INSERT INTO {kind}({names}) SELECT {values} FROM s_{kind};", "COMMIT;"]
    start = time.monotonic()
    done = subprocess.run(["sqlite3", "-batch", "-bail", str(path)], input="\n".join(script), text=True,
                          capture_output=True, check=False)
    took = time.monotonic() - start
    if done.returncode != 0:
        raise SystemExit("sqlite3: " + done.stderr[-2000:])
    return took, path


def ours(world, files):
    for path in world.path.glob("ledger.db*"):
        path.unlink()
    start = time.monotonic()
    for kind, source in files.items():
        world.ctl("import", kind, str(source))
    return time.monotonic() - start


def same(left, right):
    """Both ways end with the same rows."""
    query = ("SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM invoices), (SELECT sum(amount) FROM invoices),"
             " (SELECT count(*) FROM payments), (SELECT sum(amount) FROM payments), (SELECT count(*) FROM changes)")
    found = []
    for path in (left, right):
        with sqlite3.connect(path) as db:
            found.append(db.execute(query).fetchone())
    return found[0] == found[1] or found


def main():
    given = bench.arguments(__doc__, items=1000000, pairs=3)
    ratios = []
    with bench.World(given.build) as world:
        customers, payments = given.items // 10, given.items // 10
        files = {"customers": world.customers_csv(customers),
                 "invoices": world.invoices_csv(given.items, customers, 10),
                 "payments": world.payments_csv(payments, given.items, customers, 10)}
        size = sum(os.path.getsize(path) for path in files.values()) / 1e6
        for pair in range(given.pairs):
            took = ours(world, files)
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            least, plain = yardstick(world, files, schema_of(world.path / "ledger.db"))
            ratios.append(took / least)
            agree = same(world.path / "ledger.db", plain)
            bench.say(f"pair {pair + 1}: import {took:.1f} s ({size:.0f} MB{f', {memory:.0f} MiB' if pair == 0 else ''}),"
                      f" sqlite3 {least:.1f} s; ratio {took / least:.2f}{'' if agree is True else f' WRONG: {agree}'}")
    bench.say(f"import of {given.items} invoices, {customers} customers, {payments} payments, median of {given.pairs}:"
              f" {bench.median(ratios):.2f} x the yardstick")


if __name__ == "__main__":
    main()
