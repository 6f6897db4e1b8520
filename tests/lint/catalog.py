#!/usr/bin/python3
"""Each message of the journal is explained in both catalogs, by what it has, with commands that there are."""
import re
import subprocess
import tempfile

import _lint

CATALOGS = ("systemd/dunningd.catalog", "systemd/dunningd.de.catalog")
HEADERS = ("Subject", "Defined-By", "Support", "Documentation")
EVENTS, NOTES, COMMANDS, REPORT = ("daemon/model/event.c", "daemon/engine/journal_note.c", "daemon/ctl/command.c",
                                   "daemon/engine/report.c")
ENTRY = re.compile(r"^-- ([0-9a-f]{32})$", re.MULTILINE)
ADDRESS = re.compile(r"\S@[a-z0-9-]+\.[a-z]")


def ids_of(root):
    """Word of each message -> its id."""
    events = re.findall(r'\[EVENT_(\w+)\] =\s*\{"([0-9a-f]*)"', _lint.text(root, EVENTS))
    notes = re.findall(r'\[NOTE_(\w+)\] =\s*\{"([0-9a-f]*)"', _lint.text(root, NOTES))
    return {word.lower(): found for word, found in events + notes}


def verbs_of(root):
    table = _lint.text(root, COMMANDS)
    return {(verb, noun) for verb, noun in re.findall(r'^    \{"([\w-]+)", "([\w-]*)", "[^"]*", "[^"]*",', table, re.MULTILINE)}


def entries_of(text):
    """Id -> (headers, body)."""
    parts = ENTRY.split("\n".join(line for line in text.split("\n") if not line.startswith("#")))
    found = []
    for name, entry in zip(parts[1::2], parts[2::2]):
        head, _, body = entry.strip("\n").partition("\n\n")
        found.append((name, dict(line.partition(": ")[::2] for line in head.split("\n")), body.strip("\n")))
    return found


def look_at_commands(body, verbs):
    for line in re.findall(r"^    dunningctl (.*)$", body, re.MULTILINE):
        words = line.split() + [""]
        if (words[0], "") not in verbs and (words[0], words[1]) not in verbs:
            yield f"there is no command dunningctl {line}"


def look_at_entry(head, body, fields, verbs):
    for name in HEADERS:
        if not head.get(name):
            yield f"no {name}"
    for field in re.findall(r"@([A-Z_]+)@", head.get("Subject", "") + body):
        if field not in fields:
            yield f"there is no field {field}"
    lines = body.split("\n")
    if not 3 <= len(lines) <= 16:
        yield f"{len(lines)} lines"
    yield from (f"longer than 100 columns: {line}" for line in lines if len(line) > 100)
    if ADDRESS.search(body):
        yield "an address"
    if not re.search(r"^    (dunningctl|systemctl) ", body, re.MULTILINE):
        yield "no command that helps"
    yield from look_at_commands(body, verbs)


def accepted_by_systemd(root, name):
    with tempfile.TemporaryDirectory() as folder:
        for part in ("usr/lib/systemd/catalog", "var/lib/systemd/catalog"):
            subprocess.run(["mkdir", "-p", f"{folder}/{part}"], check=True)
        # Under a name without a language, so that it can be listed whatever the locale of this machine.
        subprocess.run(["cp", root / name, f"{folder}/usr/lib/systemd/catalog/dunningd.catalog"], check=True)
        done = subprocess.run(["journalctl", "--update-catalog", f"--root={folder}"], capture_output=True, text=True)
        listed = subprocess.run(["journalctl", f"--root={folder}", "--list-catalog"], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        return f"{name}: systemd says: {done.stderr.strip()}"
    wanted = len(entries_of(_lint.text(root, name)))
    shown = len(listed.stdout.strip().split("\n"))
    return None if shown == wanted else f"{name}: systemd knows {shown} of {wanted} entries"


def check_catalog(root, name, ids):
    fields = set(re.findall(r'"(DUNNING_\w+?)[="]', _lint.text(root, REPORT)))
    entries = entries_of(_lint.text(root, name))
    names = [entry[0] for entry in entries]
    words = {found: word for word, found in ids.items()}
    complaints = [f"{name}: no entry for {word}" for word, found in ids.items() if found not in names]
    complaints += [f"{name}: {found} stands there twice" for found in set(names) if names.count(found) > 1]
    complaints += [f"{name}: nothing has the id {found}" for found in names if found not in words]
    for found, head, body in entries:
        complaints += [f"{name}: {words.get(found, found)}: {what}"
                       for what in look_at_entry(head, body, fields, verbs_of(root))]
    return complaints + [what for what in (accepted_by_systemd(root, name),) if what]


def fields_of_entries(root, name):
    return {found: set(re.findall(r"@([A-Z_]+)@", head.get("Subject", "") + body))
            for found, head, body in entries_of(_lint.text(root, name))}


def check(root):
    ids = ids_of(root)
    complaints = [] if len(ids) > 40 and len(verbs_of(root)) > 20 else ["the tables cannot be read"]
    if len(set(ids.values())) != len(ids):
        complaints.append("two messages have the same id")
    for name in CATALOGS:
        complaints += check_catalog(root, name, ids)
    english, german = (fields_of_entries(root, name) for name in CATALOGS)
    complaints += [f"{found}: not the same fields in both languages" for found in english
                   if found in german and english[found] != german[found]]
    return complaints


def planted(old, new, name=CATALOGS[0]):
    text = _lint.text(_lint.SOURCE, name)
    assert old in text, old
    return {name: text.replace(old, new, 1)}


PLANTS = [
    ("an entry that is missing", planted("-- 11c20e932e4a4d538b3d5de6132654c9", "-- 11c20e932e4a4d538b3d5de6132654ca"),
     "no entry for started"),
    ("an id of nothing", planted("-- 11c20e932e4a4d538b3d5de6132654c9", "-- 11c20e932e4a4d538b3d5de6132654ca"),
     "nothing has the id"),
    ("a field that nothing sets", planted("@DUNNING_NOTICE@", "@DUNNING_NOTHING@"), "no field DUNNING_NOTHING"),
    ("a command that is not there", planted("    dunningctl status", "    dunningctl mend"), "no command dunningctl mend"),
    ("an entry without a subject", planted("Subject: dunningd has started", "Object: dunningd"), "no Subject"),
    ("another field in German", planted("@DUNNING_STEP@", "@DUNNING_POLICY@", CATALOGS[1]), "in both languages"),
    ("an address", planted("The engine is running", "Ask jo@example.com; the engine is running"), "an address"),
    ("two of one id", planted("-- a459a2b8fb15449986b179de62c47121", "-- 11c20e932e4a4d538b3d5de6132654c9"), "twice"),
    ("an event without an entry", planted('[EVENT_STARTED] = {"11c2', '[EVENT_STARTED] = {"22c2', EVENTS),
     "no entry for started"),
    ("a note without an entry", planted('[NOTE_FAULT] = {"321a', '[NOTE_FAULT] = {"421a', NOTES), "no entry for fault"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
