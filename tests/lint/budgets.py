#!/usr/bin/python3
"""The sizes of the house: lines of a function, a file and a header, parameters, nesting, includes; and no `default:`."""
import re

import _lint

FUNCTION_LINES = 60
PARAMETERS = 5
NESTING = 3  # the body is 1
FILE_LINES = 500
HEADER_LINES = 120
HEADER_INCLUDES = 4

# Accepted beyond a budget, with the value and why.  An entry that is no longer needed is a complaint as well.
KNOWN = "tests/lint/budgets.known"

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
TABLE = re.compile(r"^[^\n]*=\s*(?:/\*[^\n]*\*/\s*)?\{.*?^\};", re.S | re.M)
BLOCK_WORDS = ("if", "for", "while", "switch")


def bare(source):
    """The code without comments, texts and preprocessor lines, all lines kept in place."""
    code = COMMENT.sub(lambda found: " " + "\n" * found.group().count("\n") + " ", source)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda found: "\n" * found.group().count("\n"), code, flags=re.M)


def opens_block(code, brace):
    """True if the brace begins a block and not an initialiser."""
    before = code[:brace].rstrip()
    if before.endswith((";", "{", "}", ":", "else", "do")):
        return True
    if not before.endswith(")"):
        return False
    depth, at = 0, len(before) - 1
    while at >= 0:
        depth += {")": 1, "(": -1}.get(before[at], 0)
        if depth == 0:
            break
        at -= 1
    word = re.search(r"(\w+)\s*$", before[:max(at, 0)])
    return word is not None and word.group(1) in BLOCK_WORDS


def nesting(body):
    """The deepest block of a function's body, the body itself being 1."""
    depth, deepest, kinds = 0, 0, []
    for at, char in enumerate(body):
        if char == "{":
            kinds.append(depth == 0 or opens_block(body, at))
            depth += kinds[-1]
            deepest = max(deepest, depth)
        elif char == "}" and kinds:
            depth -= kinds.pop()
    return deepest


def count_parameters(text):
    """Of a parameter list; what a format is filled with does not count."""
    text = re.sub(r",\s*\.\.\.$", "", text.strip())
    if text in ("", "void"):
        return 0
    depth, count = 0, 1
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        count += char == "," and depth == 0
    return count


def functions(code):
    """(name, line, lines, parameters, nesting) of each function: its body's braces stand at the margin."""
    for match in re.finditer(r"^\{\n.*?^\}", code, re.S | re.M):
        head = code[:match.start()].rstrip()
        if not head.endswith(")"):
            continue  # a struct or an initialiser
        start = max(head.rfind("\n\n"), head.rfind("}\n"), head.rfind(";\n"), 0)
        named = re.match(r"(.*?)(\w+)\s*\((.*)\)$", head[start:].strip(), re.S)
        if named is None:
            continue
        line = code.count("\n", 0, match.start()) + 1
        lines = match.group().count("\n") + 1 + named.group().count("\n") + 1
        yield named.group(2), line, lines, count_parameters(named.group(3)), nesting(match.group())


def declarations(code):
    """(name, line, parameters) of each function that a header declares."""
    for match in re.finditer(r"^(?!typedef)[a-z_][\w \t\n\*()]*?\b(\w+)\(((?:[^();{}]|\([^();{}]*\))*)\)\s*"
                             r"(?:__attribute__\s*\(\(.*?\)\))?;", code, re.M):
        yield match.group(1), code.count("\n", 0, match.start(1)) + 1, count_parameters(match.group(2))


def file_lines(source):
    """Lines that count: those of tables with a row a line do not."""
    return TABLE.sub("", source).count("\n")


def excesses(root, name):
    """(place, kind, subject, value, limit) of everything in a file that is over its budget."""
    source = _lint.text(root, name)
    code = bare(source)
    header = name.endswith(".h")
    found = [(name, "lines", name, file_lines(source), HEADER_LINES if header else FILE_LINES)]
    if header:
        found.append((name, "includes", name, len(re.findall(r"^#include", source, re.M)), HEADER_INCLUDES))
        found += [(f"{name}:{line}", "parameters", called, count, PARAMETERS)
                  for called, line, count in declarations(code)]
    for called, line, lines, count, deep in functions(code):
        place = f"{name}:{line}"
        found += [(place, "function", called, lines, FUNCTION_LINES), (place, "parameters", called, count, PARAMETERS),
                  (place, "nesting", called, deep, NESTING)]
    for match in re.finditer(r"\bdefault\s*:", code):
        found.append((f"{name}:{code.count(chr(10), 0, match.start()) + 1}", "default", name, 1, 0))
    return [row for row in found if row[3] > row[4]]


def known(root):
    rows = {}
    if (root / KNOWN).exists():
        for line in _lint.text(root, KNOWN).splitlines():
            words = line.split("#")[0].split()
            if words:
                rows[(words[0], words[1])] = int(words[2])
    return rows


def check(root):
    accepted, used, complaints = known(root), set(), []
    for name in _lint.files(root):
        if not name.startswith("daemon/") or not name.endswith((".c", ".h")):
            continue
        for place, kind, subject, value, limit in excesses(root, name):
            used.add((kind, subject))
            if value > accepted.get((kind, subject), limit):
                complaints.append(f"{place}: {kind} of {subject}: {value}, the budget is {limit}")
    complaints += [f"{KNOWN}: {kind} {subject} is within its budget now, take the line out"
                   for kind, subject in sorted(set(accepted) - used)]
    return complaints


LONG = "void planted(void)\n{\n" + "    f();\n" * 60 + "}\n"
DEEP = "void planted(int a)\n{\n    if (a) {\n        while (a) {\n            if (a) {\n                f();\n" \
       "            }\n        }\n    }\n}\n"
FLAT = "void planted(int a)\n{\n    if (a) {\n        for (;;) {\n            x = (struct y){.z = {1, {2}}};\n" \
       "        }\n    }\n}\n"
PLANTS = [
    ("a long function", {"daemon/base/planted.c": LONG}, "function of planted: 63"),
    ("six parameters", {"daemon/base/planted.c": "int planted(int a, int b, int c, int (*d)(int, int), int e, int f)\n"
                        "{\n    return a;\n}\n"}, "parameters of planted: 6"),
    ("six in a header", {"daemon/base/planted.h": "const char *planted(int a, int b, int c,\n    int d, int e, int f);\n"},
     "parameters of planted: 6"),
    ("deep nesting", {"daemon/base/planted.c": DEEP}, "nesting of planted: 4"),
    ("a long file", {"daemon/base/planted.c": "int a;\n" * 501}, "lines of daemon/base/planted.c: 501"),
    ("a long header", {"daemon/base/planted.h": "extern int a;\n" * 121}, "lines of daemon/base/planted.h: 121"),
    ("a header with five includes", {"daemon/base/planted.h": "#include <a.h>\n" * 5}, "includes of"),
    ("a default", {"daemon/base/planted.c": "int f(int a)\n{\n    switch (a) {\n    default:\n        return 1;\n    }\n}\n"},
     "planted.c:4: default"),
    ("an exception nobody needs", {KNOWN: "nesting planted 9\n"}, "nesting planted is within its budget"),
]


def prove_fair():
    """What is within the budgets must not be complained about."""
    assert [row[4] for row in functions(bare(FLAT))] == [3]
    table = "static const int t[] = {\n" + "    1,\n" * 600 + "};\n"
    assert file_lines(table) <= FILE_LINES
    assert count_parameters("int a, const char *format, ...") == 2 and count_parameters("void") == 0
    assert list(functions(bare("struct a\n{\n    int b;\n};\n"))) == []


if __name__ == "__main__":
    prove_fair()
    _lint.main(check, PLANTS)
