#!/usr/bin/python3
"""Every manual passes mandoc's lint, and every program has one."""
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
    for program in filter(None, map(PROGRAM.fullmatch, names)):
        if not {f"man/{program.group(1)}.{section}" for section in "18"} & set(pages):
            complaints.append(f"{program.group()}: {program.group(1)} has no manual")
    return complaints


PLANTS = [
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
