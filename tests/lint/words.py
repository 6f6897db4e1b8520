#!/usr/bin/python3
"""What no file may hold: words of the workshop, white space at the end of lines, tabs in C; and what may stand on top."""
import re

import _lint

TOP = re.compile(r"CMakeLists\.txt|CMakePresets\.json|README\.md|daemon|conf|systemd|policies|tests|man|\..*")

# Written in two halves, so that this file does not hold them itself.
FORBIDDEN = ["helper" + " session", "/wo" + "rk/", "clau" + "de", "assis" + "tant"]

WRITTEN = re.compile(r"(\.(c|h|py|sh|txt|md|json|conf|in|[1-8])|/(run|demo)|^\.[a-z-]+)$")
# Templates may end a line with a space on purpose, and test data is broken on purpose.
FREE = ("policies/", "tests/data/")
BINARY = re.compile(rb"\0")


def check_lines(name, content):
    code = name.endswith((".c", ".h"))
    for number, line in enumerate(content.splitlines(), 1):
        if WRITTEN.search(name) and not name.startswith(FREE) and line != line.rstrip():
            yield f"{name}:{number}: white space at the end of the line"
        if code and "\t" in line:
            yield f"{name}:{number}: a tab"
        if code and len(line) > 120:
            yield f"{name}:{number}: {len(line)} characters, the limit is 120"
        for word in FORBIDDEN:
            if word in line.lower():
                yield f"{name}:{number}: \"{word}\" does not belong here"


def check(root):
    names = _lint.files(root)
    complaints = [f"{top}: has no place on the top level"
                  for top in sorted({name.split("/")[0] for name in names}) if not TOP.fullmatch(top)]
    for name in names:
        raw = (root / name).read_bytes()
        if BINARY.search(raw):
            continue
        if raw and not raw.endswith(b"\n") and WRITTEN.search(name) and not name.startswith(FREE):
            complaints.append(f"{name}: the last line has no end")
        complaints += check_lines(name, raw.decode("utf-8", "replace"))
    return complaints


PLANTS = [
    ("a folder on top", {"scripts/planted.sh": "true\n"}, "scripts: has no place"),
    ("a file on top", {"NOTES.md": "x\n"}, "NOTES.md: has no place"),
    ("a path of a machine", {"daemon/base/planted.c": "/* see " + FORBIDDEN[1] + "x */\n"}, "does not belong"),
    ("a word", {"man/planted.8": "ask your " + FORBIDDEN[3].upper() + "\n"}, "does not belong"),
    ("a word in two", {"tests/planted.sh": "# " + FORBIDDEN[0] + "\n"}, "does not belong"),
    ("a name", {"README.md": "by " + FORBIDDEN[2] + "\n"}, "does not belong"),
    ("white space", {"daemon/base/planted.h": "int a; \n"}, "white space at the end"),
    ("a tab", {"daemon/base/planted.c": "\tint a;\n"}, "a tab"),
    ("a wide line", {"daemon/base/planted.c": "/*" + "x" * 120 + "*/\n"}, "the limit is 120"),
    ("no end of line", {"tests/planted.py": "x = 1"}, "the last line has no end"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
