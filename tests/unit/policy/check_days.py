"""Reads what the conventions made of fifty years, line by line, and computes it
anew from sets of days.  Prints what differs; exit status 1 then."""
import datetime
import sys

DAY = datetime.timedelta(1)
EPOCH = datetime.date(1970, 1, 1)


def easter(year):
    """Butcher's way, which shares no step with the tables of the program."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def target():
    days = {datetime.date(1999, 12, 31), datetime.date(2001, 12, 31)}
    for year in range(1999, 2061):
        days |= {datetime.date(year, month, day) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))}
        days |= {easter(year) - 2 * DAY, easter(year) + DAY}
    return days


def fixed():
    return {datetime.date(year, month, day) for year in range(1990, 2070)
            for month, day in ((1, 1), (1, 2), (2, 15), (2, 28), (6, 15), (6, 30), (7, 1), (10, 31))}


MASKS = {"target": ({5, 6}, target()), "fixed": ({4, 5}, fixed()), "every": (set(), set()), "one": ({0, 1, 2, 3, 4, 5}, set())}
OPEN = {name: {day for day in (EPOCH + n * DAY for n in range(9000, 32000)) if day.weekday() not in mask and day not in days}
        for name, (mask, days) in MASKS.items()}


def search(open_days, day, step):
    while day not in open_days:
        day += step
    return day


def adjust(open_days, day, convention):
    after, before = search(open_days, day, DAY), search(open_days, day, -DAY)
    month = (day.year, day.month)
    if convention == "unadjusted":
        return day
    if convention == "nearest":
        return before if day - before < after - day else after
    if convention in ("following", "preceding"):
        return after if convention == "following" else before
    if convention == "modified_preceding":
        return before if (before.year, before.month) == month else after
    stays = (after.year, after.month) == month
    if convention == "half_month_modified_following" and day.day <= 15 < after.day:
        stays = False
    return after if stays else before


def month_end(day):
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def add_months(day, n):
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    first = datetime.date(year, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def advance(open_days, day, n, unit, convention, eom):
    if n == 0:
        return adjust(open_days, day, convention)
    if unit == "bd":
        step = DAY if n > 0 else -DAY
        for _ in range(abs(n)):
            day = search(open_days, day + step, step)
        return day
    if unit != "m":
        return adjust(open_days, day + n * DAY * {"d": 1, "w": 7}[unit], convention)
    there = add_months(day, n)
    if eom and convention == "unadjusted":
        return month_end(there) if day == month_end(day) else there
    if eom and not any(day + k * DAY in open_days for k in range(1, 32) if (day + k * DAY).month == day.month):
        return search(open_days, month_end(there), -DAY)
    return adjust(open_days, there, convention)


def expected(words):
    open_days, operation, day = OPEN[words[0]], words[1], EPOCH + int(words[2]) * DAY
    if operation == "adjust":
        return adjust(open_days, day, words[3])
    if operation == "count":
        return sum(day + k * DAY in open_days for k in range(1, int(words[3]) + 1))
    return advance(open_days, day, int(words[3]), words[4], words[5], words[6] == "1")


def main():
    wrong = total = 0
    with open(sys.argv[1], encoding="ascii") as file:
        for line in file:
            words = line.split()
            want, total = expected(words), total + 1
            got = int(words[-1]) if words[1] == "count" else EPOCH + int(words[-1]) * DAY
            if want != got:
                wrong += 1
                print(f"{line.strip()}: want {want}, got {got}")
            if wrong > 20:
                break
    print(f"{total} operations")
    sys.exit(wrong > 0 or total < 100000)


main()
