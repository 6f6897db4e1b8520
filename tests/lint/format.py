#!/usr/bin/python3
"""Every C file stands as .clang-format has it."""
import re
import subprocess

import _lint

COMPLAINT = re.compile(r"^(\S+?:\d+):\d+: error: code should be clang-formatted")


def check(root):
    names = [name for name in _lint.files(root) if name.startswith(("daemon/", "tests/")) and name.endswith((".c", ".h"))]
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *names], cwd=root, capture_output=True, text=True)
    places = sorted({found.group(1) for found in map(COMPLAINT.match, result.stderr.splitlines()) if found})
    complaints = [f"{place}: not formatted; run clang-format -i on the file" for place in places]
    if result.returncode != 0 and not complaints:
        complaints.append(f"clang-format ended with {result.returncode}: {result.stderr[:200]}")
    return complaints


PLANTS = [
    ("a brace on a line of its own", {"daemon/base/planted.h": "struct planted\n{\n    int a;\n};\n"}, "planted.h:1"),
    ("two spaces for an indent", {"tests/fake/planted.c": "int f(void)\n{\n  return 1;\n}\n"}, "planted.c:"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
