#!/usr/bin/python3
"""Every manual passes mandoc's lint, and every program has one."""
import re
import subprocess

import _lint

SECTIONS = ("1", "5", "7", "8")
PROGRAMS = {"dunningd": "8", "dunningd-send": "8", "dunningctl": "1"}

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


def is_our_business(line, pages):
    """mandoc looks references up among the installed manuals: ours may not be there, and those of others need not."""
    missing = MISSING.search(line)
    if missing is None:
        return True
    name, section = missing.groups()
    return name.startswith("dunning") and f"man/{name}.{section}" not in pages


def check(root):
    pages = [name for name in _lint.files(root) if name.startswith("man/") and name.rsplit(".", 1)[-1] in SECTIONS]
    complaints = []
    if pages:
        # -I os: the name in the footer is the reader's system; it must not ask for the conventions of one of them.
        result = subprocess.run(["mandoc", "-T", "lint", "-I", "os=Debian", *pages], cwd=root, capture_output=True,
                                text=True)
        lines = [line.removeprefix("mandoc: ") for line in (result.stdout + result.stderr).splitlines()]
        complaints += [line for line in lines if is_our_business(line, pages)]
        if result.returncode != 0 and not lines:
            complaints.append(f"mandoc ended with {result.returncode}")
    for program, section in PROGRAMS.items():
        if (root / "daemon" / f"{program}.c").exists() and f"man/{program}.{section}" not in pages:
            complaints.append(f"man/{program}.{section}: {program} has no manual")
    return complaints


PLANTS = [
    ("an unknown macro", {"man/planted.7": GOOD + ".Xyzzy foo\n"}, "planted.7"),
    ("a page without a name", {"man/planted.7": GOOD.replace(".Nm planted\n", "")}, "planted.7"),
    ("a section out of order", {"man/planted.7": GOOD + ".Sh SYNOPSIS\n.Nm\n"}, "planted.7"),
    ("white space at the end", {"man/planted.7": GOOD + "word \n"}, "planted.7"),
    ("a reference into nothing", {"man/planted.7": GOOD + ".Xr dunning-nothing 7\n"}, "dunning-nothing"),
    ("a program without a manual", {"daemon/dunningd.c": "int main(void);\n", "man/planted.7": GOOD},
     "dunningd has no manual"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
