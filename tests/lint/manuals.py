#!/usr/bin/python3
"""Every manual passes mandoc's lint, every program has one, and dunningd-events(7) says what the tables and the catalog say."""
import re
import subprocess

import _lint

SECTIONS = ("1", "5", "7", "8")
PROGRAM = re.compile(r"daemon/([\w-]+)\.c")

GOOD = """.Dd November 24, 2026
.Dt PLANTED 7
.Os
.Sh NAME
.Nm planted
.Nd page that proves the check
.Sh DESCRIPTION
Nothing to see.
"""


MISSING = re.compile(r"referenced manual not found: Xr (\S+) (\d)")
OUTDATED = re.compile(r"outdated mandoc\.db ")


def is_our_business(line, pages):
    """mandoc looks references up among the installed manuals: ours may not be there, and those of others need not."""
    missing = MISSING.search(line)
    if missing is None:
        return OUTDATED.match(line) is None
    name, section = missing.groups()
    return name.startswith("dunning") and f"man/{name}.{section}" not in pages


EVENTS, REASONS, NOTES, CATALOG, PAGE = ("daemon/model/event.c", "daemon/model/reason.c", "daemon/engine/journal_note.c",
                                         "systemd/dunningd.catalog", "man/dunningd-events.7")
LEVELS = {"DEBUG": "debug", "INFO": "info", "NOTICE": "notice", "WARNING": "warning", "ERR": "error"}
FIELDS = {"notice", "customer", "invoices", "policy", "step", "channel", "provider", "amount", "currency", "reason", "id", "text",
          "author"}


def items_of(page, section):
    """Word -> lines of its item, of the lists of a section."""
    text = re.search(r"^\.Sh %s\n(.*?)(?=^\.Sh |\Z)" % section, page, re.MULTILINE | re.DOTALL)
    parts = re.split(r"^\.It Cm (\w+)\n", text.group(1) if text else "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def commands_of(catalog, number):
    """What the catalog advises for a message, as the manual writes it."""
    entry = re.search(r"^-- %s\n(.*?)(?=^-- |^# |\Z)" % number, catalog, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^    (.+)$", entry.group(1) if entry else "", re.MULTILINE)
    return [re.sub(r"@DUNNING_(\w+)@", r"\1", line) for line in lines]


def sentence(words):
    return words[0].upper() + words[1:] + "."


def look_at_item(kind, word, item, wanted):
    """wanted: sentence, the line of the level, commands."""
    if item is None:
        yield f"{PAGE}: nothing about the {kind} {word}"
        return
    bare = " ".join(item.split("\n"))
    yield from (f"{PAGE}: {kind} {word} lacks: {words}" for words in wanted if words not in bare)
    for line in re.findall(r"^Fields:\n\.Va (.*)$", item, re.MULTILINE):
        yield from (f"{PAGE}: {kind} {word}: there is no field {field}" for field in set(line.split()) - FIELDS)


def about_events(root):
    """The page against the tables; and nothing in it that they do not have."""
    page, catalog = (_lint.text(root, name) for name in (PAGE, CATALOG))
    events = re.findall(r'\[EVENT_(\w+)\] =\s*\{"(\w+)", LOG_(\w+), (true|false),\s*"([^"]*)"\}', _lint.text(root, EVENTS))
    notes = re.findall(r'\[NOTE_(\w+)\] = \{"(\w+)", LOG_(\w+)\}', _lint.text(root, NOTES))
    table = _lint.text(root, REASONS)
    words = dict(re.findall(r'\[REASON_(\w+)\] = "(\w+)",', table))
    reasons = {words[name]: text for name, text in re.findall(r'\[REASON_(\w+)\] = "([^"]* [^"]*)",', table)}
    if len(events) < 30 or len(notes) < 9 or len(reasons) < 50:
        yield "the tables of events, notes and reasons cannot be read"
    there = items_of(page, "EVENTS")
    for name, number, level, logged, text in events:
        marks = ".Em " + LEVELS[level] + (", status log" if logged == "true" else "") + " "
        yield from look_at_item("event", name.lower(), there.pop(name.lower(), None),
                                [sentence(text), marks, *commands_of(catalog, number)])
    yield from (f"{PAGE}: there is no event {word}" for word in there)
    there = items_of(page, "MESSAGES")
    for name, number, level in notes:
        yield from look_at_item("message", name.lower(), there.pop(name.lower(), None),
                                [f".Em {LEVELS[level]} ", *commands_of(catalog, number)])
    yield from (f"{PAGE}: there is no message {word}" for word in there)
    there = items_of(page, "REASONS")
    reasons.pop("none", None)
    for word, text in reasons.items():
        yield from look_at_item("reason", word, there.pop(word, None), [sentence(text)])
    yield from (f"{PAGE}: there is no reason {word}" for word in there)


def check(root):
    names = _lint.files(root)
    pages = [name for name in names if name.startswith("man/") and name.rsplit(".", 1)[-1] in SECTIONS]
    complaints = []
    if pages:
        # -I os: the name in the footer is the reader's system; it must not ask for the conventions of one of them.
        result = subprocess.run(["mandoc", "-T", "lint", "-I", "os=Debian", *pages], cwd=root, capture_output=True,
                                text=True)
        lines = [line.removeprefix("mandoc: ") for line in (result.stdout + result.stderr).splitlines()]
        complaints += [line for line in lines if is_our_business(line, pages)]
        if result.returncode != 0 and not lines:
            complaints.append(f"mandoc ended with {result.returncode}")
    complaints += about_events(root)
    for program in filter(None, map(PROGRAM.fullmatch, names)):
        if not {f"man/{program.group(1)}.{section}" for section in "18"} & set(pages):
            complaints.append(f"{program.group()}: {program.group(1)} has no manual")
    return complaints


def planted(name, old, new):
    text = _lint.text(_lint.SOURCE, name)
    assert old in text, old
    return {name: text.replace(old, new, 1)}


PLANTS = [
    ("an event that no manual has", planted(PAGE, ".It Cm withdrawn", ".It Cm withdrown"), "nothing about the event withdrawn"),
    ("an event that is none", planted(PAGE, ".It Cm withdrawn", ".It Cm withdrown"), "there is no event withdrown"),
    ("another sentence", planted(EVENTS, "a notice was planned", "a notice was foreseen"), "planned lacks: A notice was foreseen."),
    ("another level", planted(EVENTS, "LOG_DEBUG", "LOG_INFO"), "claimed lacks: .Em info"),
    ("an event that goes to the log", planted(EVENTS, 'LOG_INFO, false, "a notice was planned"', 'LOG_INFO, true, "a notice was planned"'),
     "planned lacks: .Em info, status log"),
    ("another cure", planted(CATALOG, "    dunningctl approve", "    dunningctl release"), "lacks: dunningctl release NOTICE"),
    ("a field that is none", planted(PAGE, ".Va notice customer", ".Va notice custumer"), "no field custumer"),
    ("another reason", planted(REASONS, '"the item is paid"', '"the item is gone"'), "settled lacks: The item is gone."),
    ("a reason that no manual has", planted(PAGE, ".It Cm min_gap", ".It Cm max_gap"), "nothing about the reason min_gap"),
    ("a message that no manual has", planted(PAGE, ".It Cm put_off", ".It Cm put_on"), "nothing about the message put_off"),
    ("an unknown macro", {"man/planted.7": GOOD + ".Xyzzy foo\n"}, "planted.7"),
    ("a page without a name", {"man/planted.7": GOOD.replace(".Nm planted\n", "")}, "planted.7"),
    ("a section out of order", {"man/planted.7": GOOD + ".Sh SYNOPSIS\n.Nm\n"}, "planted.7"),
    ("white space at the end", {"man/planted.7": GOOD + "word \n"}, "planted.7"),
    ("a reference into nothing", {"man/planted.7": GOOD + ".Xr dunning-nothing 7\n"}, "dunning-nothing"),
    ("a program without a manual", {"daemon/planted.c": "int main(void);\n", "man/planted.7": GOOD},
     "planted has no manual"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
