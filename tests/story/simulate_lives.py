#!/usr/bin/python3
"""What simulate and explain foretell is what then happens, over the sample ledger with the ready policies."""
import csv
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_story import SOURCE, Story, day, main

SAMPLE = os.path.join(SOURCE, "tests", "data", "sample")
TODAY = "2026-04-20"  # the ledger's own "today"; before it payments and invoices still come in
FIRST, DAYS = "2026-03-16", 60


def sample(policies=None):
    if policies is None:
        folder = os.path.join(SOURCE, "policies")
        policies = {}
        for name in sorted(os.listdir(folder)):
            if name.endswith(".conf"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    policies[name[:-5]] = file.read()
    story = Story(policies, templates=os.path.join(SOURCE, "policies", "templates"))
    for kind in ("customers", "invoices", "payments"):
        with open(os.path.join(SAMPLE, kind + ".csv"), encoding="utf-8") as file:
            dated = subprocess.run([os.path.join(SAMPLE, "dates"), TODAY], stdin=file, capture_output=True, text=True,
                                   check=True).stdout
        story.write(kind + ".csv", dated)
        story.at(FIRST, "import", kind, story.path(kind + ".csv"))
    return story


def foretold(story, first, days):
    out = story.at(first, "simulate", "--from", first, "--days", str(days), "--format", "csv")
    return sorted((row["at"][:10], row["invoice"], row["line"], row["step"], row["channel"], row["amount"])
                  for row in csv.DictReader(out.splitlines()) if row["channel"] != "task")


def lived(story, first, days):
    """Runs at each hour at which a window of the sample opens: what is in one pass is one contact."""
    for number in range(days):
        for hour in ("08:00", "09:00", "10:00"):
            story.once("--as-of", day(first, number) + "T" + hour)
    rows = []
    for line in story.log("accepted"):
        shown = json.loads(story.ctl("show", line["notice"], "--json"))
        rows += [(line["at"][:10], item["invoice"], str(item["line"]), item["step"], line["channel"], item["net"]["amount"])
                 for item in shown["items"] if item["block"] in ("due", "upcoming")]
    return sorted(rows)


def differ(what, one, other):
    missing, more = [row for row in other if row not in one], [row for row in one if row not in other]
    assert one == other, "%s: %d and %d rows\n  only foretold %s\n  only lived    %s" % (what, len(one), len(other), more[:8],
                                                                                      missing[:8])


def sixty_days():
    story = sample()
    one = foretold(story, FIRST, DAYS)
    other = lived(story, FIRST, DAYS)
    assert len(other) > 200, len(other)
    differ("simulate", one, other)
    story.remove()


def first_rows(story, first, days):
    """The next date and step of each item, as simulate has them."""
    rows = {}
    for row in csv.DictReader(story.at(TODAY, "simulate", "--from", first, "--days", str(days), "--format",
                                       "csv").splitlines()):
        rows.setdefault((row["invoice"], row["line"]), (row["at"][:10], row["step"]))
    return rows


def next_of(story, invoice, line):
    for item in story.explain(invoice, TODAY)["items"]:
        if item["line"] == line:
            return [(notice["at"][:10], row["step"]) for notice in item["next_notice"] for row in notice["items"]
                    if (row["invoice"], row["line"]) == (invoice, line)]
    return []


def what_explain_says_is_what_simulate_does():
    """Each item's next notice as explain has it is its first row of simulate."""
    story = sample()
    story.once("--as-of", TODAY + "T12:00")
    rows = first_rows(story, day(TODAY, 1), 150)
    with open(story.path("invoices.csv"), encoding="utf-8") as file:
        later = {row["invoice_id"] for row in csv.DictReader(file) if row["issued_on"] > TODAY}
    items = [item for item in json.loads(story.at(TODAY, "list", "items", "--limit", "10000", "--json"))["items"]
             if item["invoice"] not in later]
    assert len(items) > 100, len(items)
    wrong = []
    for item in items:
        key = (item["invoice"], str(item["line"]))
        said = next_of(story, item["invoice"], item["line"])
        if said != ([rows[key]] if key in rows else []):
            wrong.append("%s (%s): explain %s, simulate %s" % (key, item["status"], said, rows.get(key)))
    assert not wrong, "%d of %d\n  %s" % (len(wrong), len(items), "\n  ".join(wrong[:12]))
    story.remove()


if __name__ == "__main__":
    main(sixty_days, what_explain_says_is_what_simulate_does)
