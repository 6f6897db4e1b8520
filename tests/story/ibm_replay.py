#!/usr/bin/python3
"""Replay of the IBM sample against events that were computed independently.

Policy: due + 3, 10 and 30 days for each invoice, no window, minimum, gap or
lag.  Once by `dunningctl simulate`, once by `dunningd --once --as-of` for each
day; both must give exactly the events of ibm_events_A.csv.
"""
import csv
import datetime
import os
import re
import subprocess
import sys
import tempfile

BUILD = os.environ["DUNNINGD_BUILD"]
SHARED = os.environ.get("DUNNINGD_SHARED", "../shared")
DATA = os.path.join(SHARED, "data")
CONF = """
business = { name = "Example"; email = "accounts@example.invalid"; };
timezone = "UTC"; language = "en"; country = "US";
ledger = { path = "ledger.db"; max_age = "never"; };
state = { directory = "state"; };
directories = { policies = "policies"; providers = "providers"; templates = "templates"; calendars = "calendars"; };
channels = { email = ["box"]; };
status_log = "status.log";
limits = { per_hour = 0; per_customer_per_day = 100; breaker = "off"; ramp = "off"; };
"""
POLICY = """
policy = { name = "ibm"; group = "invoice"; steps = (
  { name = "s1"; action = "remind"; at = "due + 3d"; send = ["email"]; template = "t"; },
  { name = "s2"; action = "remind"; at = "due + 10d"; send = ["email"]; template = "t"; },
  { name = "s3"; action = "remind"; at = "due + 30d"; send = ["email"]; template = "t"; }
); };
"""


def skip_or_fail():
    if os.path.isdir(os.path.join(DATA, "ibm")):
        return
    print("ibm_replay: the sample data is not in", DATA)
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def program(name):
    for folder in ("", "daemon", "bin"):
        path = os.path.join(BUILD, folder, name)
        if os.path.exists(path):
            return path
    sys.exit("not built: " + name)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def decimal(minor):
    return "%d.%02d" % (int(minor) // 100, int(minor) % 100)


def convert(folder, name, columns, row_of):
    source = os.path.join(DATA, "ibm", name)
    with open(source, newline="", encoding="utf-8") as rows, \
            open(os.path.join(folder, name), "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in csv.DictReader(rows):
            writer.writerow(row_of(row))


def make_world(folder):
    write(folder + "/dunningd.conf", CONF)
    write(folder + "/policies/ibm.conf", POLICY)
    write(folder + "/providers/box.conf",
          'provider = { name = "box"; kind = "drop"; directory = "%s/outbox"; };\n' % folder)
    write(folder + "/templates/en/t.subject", "Invoice {{notice.reference}}\n")
    write(folder + "/templates/en/t.txt", "{{#due_items}}{{number}} {{open}}\n{{/due_items}}")
    for name in ("outbox", "state", "calendars"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    convert(folder, "customers.csv", ["customer_id", "name", "email"],
            lambda r: [r["customer_id"], r["name"], r["customer_id"].lower() + "@ibm.invalid"])
    convert(folder, "invoices.csv", ["invoice_id", "customer_id", "issued_on", "due_on", "currency", "amount"],
            lambda r: [r["invoice_id"], r["customer_id"], r["issue_date"], r["due_date"], r["currency"],
                       decimal(r["amount_minor"])])
    convert(folder, "payments.csv", ["payment_id", "customer_id", "invoice_id", "paid_on", "currency", "amount"],
            lambda r: [r["payment_id"], r["customer_id"], r["invoice_id"], r["paid_date"], r["currency"],
                       decimal(r["amount_minor"])])


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(" ".join(words), "->", done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        sys.exit(1)
    return done.stdout


def oracle():
    with open(os.path.join(DATA, "ibm-oracle", "ibm_events_A.csv"), newline="", encoding="utf-8") as rows:
        return {(r["date"], r["customer_id"], r["invoice_id"], "s" + r["level"], decimal(r["amount_minor"]))
                for r in csv.DictReader(rows)}


def simulated(config):
    out = run(program("dunningctl"), "simulate", "--config", config, "--from", "2012-01-01", "--days", "762",
              "--format", "csv")
    return [(r["at"][:10], r["customer"], r["invoice"], r["step"], r["amount"])
            for r in csv.DictReader(out.splitlines())]


ACCEPTED = re.compile(r"^(\S{10})\S* accepted .*customer=(\S+) invoices=(\S+) .*step=(\S+) .*amount=(\S+) ")


def lived(folder, config):
    day, last = datetime.date(2012, 1, 1), datetime.date(2014, 1, 31)
    while day <= last:
        run(program("dunningd"), "--config", config, "--once", "--as-of", day.isoformat() + "T20:00")
        day += datetime.timedelta(days=1)
    with open(folder + "/status.log", encoding="utf-8") as log:
        return [match.groups() for match in map(ACCEPTED.match, log) if match]


def compare(name, events, expected):
    seen = set(events)
    print("%s: %d events, %d expected" % (name, len(events), len(expected)))
    for what, some in (("missing", expected - seen), ("too many", seen - expected)):
        for event in sorted(some)[:5]:
            print("  %s: %s" % (what, event))
    return seen == expected and len(events) == len(expected)


def main():
    skip_or_fail()
    expected = oracle()
    with tempfile.TemporaryDirectory(prefix="dunningd-ibm-") as folder:
        make_world(folder)
        config = folder + "/dunningd.conf"
        for kind in ("customers", "invoices", "payments"):
            run(program("dunningctl"), "import", "--config", config, kind, "%s/%s.csv" % (folder, kind))
        good = compare("simulate", simulated(config), expected)
        good = compare("once for each day", lived(folder, config), expected) and good
    sys.exit(0 if good else 1)


main()
