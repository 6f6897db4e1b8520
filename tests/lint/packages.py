"""A library that the build needs is asked for at each of the three places that install what is missing: the demo, the
tests, the Debian package."""
import re

import _lint

DEMO, CONTROL, LIST = "daemon/demo", "systemd/debian/control", "tests/packages.txt"
OF_LIBC = "libc6-dev"  # every compiler of Debian brings it along


def of_demo(root):
    wanted = re.search(r"local wanted=\(([^)]*)\)", _lint.text(root, DEMO))
    return set(wanted.group(1).split()) if wanted else set()


def of_package(root):
    field = re.search(r"(?m)^Build-Depends:((?:.*\n)(?: .*\n)*)", _lint.text(root, CONTROL))
    return {word.split()[0] for word in field.group(1).split(",") if word.strip()} if field else set()


def of_tests(root):
    return set(re.sub(r"#.*", "", _lint.text(root, LIST)).split())


def libraries(names):
    return {name for name in names if re.fullmatch(r"lib[\w.+-]+-dev", name) and name != OF_LIBC}


def check(root):
    wanted = {CONTROL: libraries(of_package(root)), DEMO: libraries(of_demo(root))}
    complaints = [f"{place}: no list of libraries" for place, names in wanted.items() if len(names) < 5]
    every = set.union(*wanted.values())
    for place, names in {**wanted, LIST: of_tests(root)}.items():
        complaints += [f"{place}: {name} is missing, the build needs it" for name in sorted(every - names)]
    return complaints


def without(place, name):
    text = _lint.text(_lint.SOURCE, place)
    assert name in text, name
    return {place: text.replace(name, "", 1)}


PLANTS = [
    ("the demo forgets one", without(DEMO, "libpng-dev"), DEMO + ": libpng-dev"),
    ("the package forgets one", without(CONTROL, " libqrencode-dev,\n"), CONTROL + ": libqrencode-dev"),
    ("the tests forget one", without(LIST, "libjansson-dev\n"), LIST + ": libjansson-dev"),
    ("the demo has no list", without(DEMO, "local wanted="), DEMO + ": no list"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
