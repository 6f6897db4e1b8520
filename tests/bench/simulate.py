#!/usr/bin/python3
"""`dunningctl simulate --days 365` over many items: seconds and memory.

The yardstick in the same run asks SQL alone, for each of the same days, for the items whose reminder, formal notice or
call falls on that day, and writes them down: the least that a simulation day by day can be, without gaps, windows,
deadlines, grouping or netting.
"""
import os
import sqlite3
import subprocess
import time

import lib_bench as bench

QUERY = ("INSERT INTO found SELECT ?1, i.invoice_id, c.email, i.amount - (SELECT coalesce(sum(p.amount), 0)"
         " FROM l.payments p WHERE p.customer_id = i.customer_id AND p.invoice_id = i.invoice_id)"
         " FROM due d JOIN l.invoices i ON i.invoice_id = d.invoice_id"
         " JOIN l.customers c ON c.customer_id = i.customer_id WHERE d.due_on = date(?1, ?2)")
STEPS = ("-3 days", "-13 days", "-30 days")


def yardstick(world, days):
    db = sqlite3.connect(":memory:")
    db.execute("ATTACH ? AS l", (str(world.path / "ledger.db"),))
    start = time.monotonic()
    db.execute("CREATE TABLE due AS SELECT due_on, invoice_id FROM l.invoices WHERE status = 'open'")
    db.execute("CREATE INDEX due_day ON due(due_on)")
    db.execute("CREATE TABLE found(day, invoice_id, email, open)")
    for day in range(days):
        for step in STEPS:
            db.execute(QUERY, (bench.date(day), step))
    took = time.monotonic() - start
    count = db.execute("SELECT count(*) FROM found").fetchone()[0]
    db.close()
    return took, count


def simulate(world, days):
    out = world.path / "out.csv"
    start = time.monotonic()
    with open(out, "w", encoding="utf-8") as target:
        process = subprocess.Popen([world.program("dunningctl"), "simulate", "--config", str(world.config), "--days",
                                    str(days), "--format", "csv"], stdout=target, stderr=subprocess.PIPE)
        complaints = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"simulate: exit {process.returncode}: {complaints[-2000:]}")
    with open(out, encoding="utf-8") as lines:
        rows = sum(1 for _ in lines) - 1
    return took, rows, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main():
    given = bench.arguments(__doc__, items=100000, days=365, pairs=3)
    ratios, seconds = [], []
    with bench.World(given.build) as world:
        world.fill(given.items, given.items // 10, 10, given.items // 10)
        world.forget_state()
        with world.start("--check") as daemon:
            daemon.process.wait()
        for pair in range(given.pairs):
            took, rows, memory, processor = simulate(world, given.days)
            least, found = yardstick(world, given.days)
            seconds.append(took)
            ratios.append(took / least)
            bench.say(f"pair {pair + 1}: simulate {took:.1f} s ({processor:.1f} s processor, {rows} rows, {memory:.0f} MiB),"
                      f" SQL by day {least:.2f} s ({found} rows); ratio {took / least:.1f}")
    bench.say(f"simulate --days {given.days} over {given.items} items, median of {given.pairs}:"
              f" {bench.median(seconds):.1f} s, {bench.median(ratios):.1f} x the yardstick")


if __name__ == "__main__":
    main()
