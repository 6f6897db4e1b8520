#!/usr/bin/python3
"""The time of this version, below which no clock is believed: written in CMakeLists.txt with its date, and not ahead."""
import datetime
import re
import time

import _lint

LINE = re.compile(r"^set\(release_time (\d+)\) # (\d{4}-\d\d-\d\d)$", re.M)
FIRST = datetime.date(2026, 11, 1)  # of the first version


def check(root):
    name = "CMakeLists.txt"
    found = LINE.search(_lint.text(root, name))
    if found is None:
        return [f"{name}: release_time is not set to a number and followed by its date"]
    seconds, date = int(found.group(1)), datetime.date.fromisoformat(found.group(2))
    wanted = int(datetime.datetime.combine(date, datetime.time(), datetime.timezone.utc).timestamp())
    complaints = []
    if seconds != wanted:
        complaints.append(f"{name}: release_time {seconds} is not the beginning of {date}, which is {wanted}")
    if seconds > time.time():
        complaints.append(f"{name}: release_time lies in the future")
    if date < FIRST:
        complaints.append(f"{name}: release_time is before the first version")
    return complaints


def planted(seconds, date):
    return {"CMakeLists.txt": f"set(release_time {seconds}) # {date}\n"}


PLANTS = [
    ("no time", {"CMakeLists.txt": "project(dunningd)\n"}, "is not set"),
    ("another date", planted(1793491200, "2026-11-02"), "is not the beginning"),
    ("the future", planted(4102444800, "2100-01-01"), "in the future"),
    ("too old", planted(1577836800, "2020-01-01"), "before the first"),
]

if __name__ == "__main__":
    _lint.main(check, PLANTS)
