#!/usr/bin/python3
"""A folder of daemon/ includes itself and the floors below it that its row names, and no library but its own."""
import re
import shlex
import subprocess

import _lint

FLOORS = {
    "base": "",
    "model": "base",
    "wire": "model base",
    "policy": "model base",
    "compose": "policy model base",
    "config": "policy compose model base",
    "store": "policy model base",
    "delivery": "wire model base",
    "report": "store model base",
    "audit": "model base",
    "engine": "report store config compose policy wire model base",
    "ctl": "audit engine report store config compose policy wire model base",
    "dunningd.c": "engine report store config compose policy wire model base",
    "dunningd-send.c": "delivery wire model base",
    "dunningctl.c": "ctl audit engine report store config compose policy wire model base",
}

# Libraries, by the start of their headers' names, and who may include them.
LIBRARIES = {
    "openssl/": "base",
    "sqlite3": "store audit",
    "libpq": "store",
    "curl/": "delivery",
    "pthread": "delivery",
    "threads.h": "delivery",
    "libconfig": "config",
    "unicode/": "compose",
    "qrencode": "compose",
    "png.h": "compose",
    "jansson": "compose delivery ctl",
    "systemd/": "engine ctl dunningd.c dunningd-send.c dunningctl.c",
}

# base, policy and compose give the same bytes for the same arguments: nothing that looks at the world.
PURE = ("base", "policy", "compose")
IMPURE = re.compile(r"\b(time|clock_gettime|gettimeofday|localtime(_r)?|mktime|rand|random|getrandom|getenv|secure_getenv"
                    r"|setenv|fopen|open|openat|opendir|setlocale|g_get_\w+|g_date_time_new_now\w*)\s*\(")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
COMMENT = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def owner(name):
    """The row of FLOORS a file of daemon/ belongs to."""
    return name.split("/")[1]


def forbidden(row, quote, header):
    """Why a file of this row may not include the header, or None."""
    if quote == '"':
        floor = header.split("/")[0]
        if "/" not in header or floor not in FLOORS:
            return "is not written from daemon/, like \"base/text.h\""
        if floor != row and floor not in FLOORS[row].split():
            return f"is above or beside {row}, which may use: {FLOORS[row] or 'nothing'}"
        return None
    for library, owners in LIBRARIES.items():
        if header.startswith(library) and row not in owners.split():
            return f"belongs to {owners}"
    return None


def check_file(root, name):
    row = owner(name)
    if row not in FLOORS:
        return [f"{name}: {row} is not in the table of floors"]
    source = _lint.text(root, name)
    complaints = []
    for match in INCLUDE.finditer(source):
        why = forbidden(row, *match.groups())
        if why:
            line = source.count("\n", 0, match.start(2)) + 1
            complaints.append(f"{name}:{line}: {match.group(2)} {why}")
    if row in PURE:
        code = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), source)
        for match in IMPURE.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            complaints.append(f"{name}:{line}: {match.group(1)}() looks at the world, and {row} is pure")
    return complaints


def compiles_alone(root, headers):
    """Complaints about headers that need another include before them."""
    flags = shlex.split(subprocess.run(["pkg-config", "--cflags", "gmime-3.0", "libsystemd"], check=True,
                                       capture_output=True, text=True).stdout)
    complaints = []
    for name in headers:
        command = ["gcc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c",
                   f"-I{root / 'daemon'}", f"-I{root / 'tests'}", *flags, "-include", str(root / name), "/dev/null"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            first = next(line for line in result.stderr.splitlines() if "error:" in line)
            complaints.append(f"{name}: does not compile alone: {first}")
    return complaints


def check(root):
    names = [name for name in _lint.files(root) if name.startswith("daemon/") and name.endswith((".c", ".h"))]
    return [complaint for name in names for complaint in check_file(root, name)]


def check_headers(root):
    return compiles_alone(root, [name for name in _lint.files(root) if name.endswith(".h")])


def check_all(root):
    # In a copy only the planted header is compiled: the others were, in the tree itself.
    if root == _lint.SOURCE:
        return check(root) + check_headers(root)
    planted = [name for name in _lint.files(root) if name.endswith("/planted.h")]
    return check(root) + compiles_alone(root, planted)


PLANTS = [
    ("upwards", {"daemon/base/planted.c": '#include "model/item.h"\n'}, "above or beside base"),
    ("sideways", {"daemon/store/planted.c": '#include "config/config.h"\n'}, "above or beside store"),
    ("delivery sees the store", {"daemon/delivery/planted.c": '#  include "store/state.h"\n'}, "beside delivery"),
    ("the sender sees the engine", {"daemon/dunningd-send.c": '#include "engine/x.h"\n'}, "beside dunningd-send.c"),
    ("in a header", {"daemon/model/planted.h": '#include "policy/policy.h"\n'}, "above or beside model"),
    ("not from daemon/", {"daemon/base/planted.c": '#include "text.h"\n'}, "not written from daemon/"),
    ("another's library", {"daemon/engine/planted.c": "#include <sqlite3.h>\n"}, "belongs to store"),
    ("network in the engine", {"daemon/engine/planted.c": "#include <curl/curl.h>\n"}, "belongs to delivery"),
    ("unknown folder", {"daemon/misc/planted.c": "\n"}, "not in the table of floors"),
    ("a clock in policy", {"daemon/policy/planted.c": "long f(void) { return time(0); }\n"}, "policy is pure"),
    ("a header that leans", {"daemon/base/planted.h": "size_t planted(void);\n"}, "does not compile alone"),
]

if __name__ == "__main__":
    _lint.main(check_all, PLANTS)
