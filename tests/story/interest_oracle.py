#!/usr/bin/python3
"""Interest on thousands of random claims, by random regimes over random tables, against fractions counted day by day."""
import calendar
import datetime
import json
import os
import random
import shutil
import subprocess
import tempfile
from fractions import Fraction

BUILD = os.environ.get("DUNNINGD_BUILD", "build/dev")
CASES = 400 if os.environ.get("DUNNINGD_SANITIZED") else 2400
SEED = int(os.environ.get("DUNNINGD_SEED", "20261125"))
REGIMES = 80
FIRST, LAST = datetime.date(2015, 1, 1), datetime.date(2030, 12, 31)
DIGITS = {"EUR": 2, "JPY": 0, "BHD": 3}
DAY = datetime.timedelta(1)


# ---- tables and regimes ----

def random_rate(dice, low, high):
    return Fraction(dice.randint(low * 100, high * 100), 100)


def half_years():
    return [datetime.date(year, month, 1) for year in range(FIRST.year, LAST.year + 1) for month in (1, 7)]


def change_days(dice):
    days = {FIRST}
    while len(days) < 40:
        days.add(FIRST + dice.randrange((LAST - FIRST).days - 10) * DAY)
    return sorted(days)


def random_regime(dice, number, tables):
    regime = {"name": "R%d" % number, "fixing": dice.choice(["float", "float", "at_default", "at_due", "constant"]),
              "day_count": dice.choice(["act/365", "act/360", "act/act", "30E/360", "months_or_part", "complete_months"]),
              "compounding": "none", "round_each_rest": False, "series": dice.choice(sorted(tables)),
              "rate": random_rate(dice, 0, 30), "margin": random_rate(dice, -2, 12),
              "multiplier": Fraction(dice.choice([50, 100, 100, 100, 150, 300]), 100),
              "round_reference": dice.choice(["none", "none", "up", "down", "nearest"]),
              "round_reference_to": Fraction(dice.choice([25, 50, 100]), 100),
              "cap": random_rate(dice, 8, 15) if dice.random() < 0.2 else None,
              "floor": random_rate(dice, 0, 7) if dice.random() < 0.2 else None,
              "first_day_offset": dice.choice([1, 1, 1, 0, 2, 10]), "grace_days": dice.choice([0, 0, 0, 5, 30]),
              "rounding": dice.choice(["half_up", "half_even", "down"])}
    regime["grace_retroactive"] = regime["grace_days"] > 0 and dice.random() < 0.5
    if dice.random() < 0.3:
        regime["compounding"] = "monthly_rest"
        regime["round_each_rest"] = dice.random() < 0.4
        regime["fixing"] = dice.choice(["per_rest", "at_rest_end", "at_due", "constant"])
        regime["day_count"] = dice.choice(["act/365", "act/360", "act/act", "30E/360"])
    return regime


def decimal(value):
    return "%s%d.%02d" % ("-" if value < 0 else "", abs(value) // 1, abs(value) * 100 % 100)


def written(regime):
    lines = ['%s = "%s";' % (key, regime[key]) for key in ("name", "fixing", "day_count", "compounding",
                                                           "round_reference", "rounding")]
    lines += ['%s = "%s%%";' % (key, decimal(regime[key])) for key in ("margin", "round_reference_to", "cap", "floor")
              if regime[key] is not None]
    lines += ["%s = %d;" % (key, regime[key]) for key in ("first_day_offset", "grace_days")]
    lines += ["%s = %s;" % (key, str(regime[key]).lower()) for key in ("round_each_rest", "grace_retroactive")]
    lines.append('multiplier = "%s";' % decimal(regime["multiplier"]))
    lines.append('rate = "%s%%";' % decimal(regime["rate"]) if regime["fixing"] == "constant"
                 else 'series = "%s";' % regime["series"])
    return "  { %s }" % " ".join(lines)


def write_folder(folder, tables, kinds, regimes):
    for name, rows in tables.items():
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8") as file:
            file.write("valid_from,rate\n" + "".join("%s,%s\n" % (day, decimal(rate)) for day, rate in rows))
    series = ['  { name = "%s"; kind = "%s"; %s }' % (name, kinds[name], 'expires = "%s";' % LAST
                                                      if kinds[name] == "change_date" else "") for name in tables]
    with open(os.path.join(folder, "all.conf"), "w", encoding="utf-8") as file:
        file.write("series = (\n%s\n);\nregimes = (\n%s\n);\n"
                   % (",\n".join(series), ",\n".join(map(written, regimes))))


# ---- the oracle ----

def add_months(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def rate_on(regime, tables, day):
    """Percent a year on the day whose rate is taken."""
    reference = regime["rate"]
    if regime["fixing"] != "constant":
        reference = [rate for start, rate in tables[regime["series"]] if start <= day][-1]
    steps = reference / regime["round_reference_to"]
    whole = {"none": steps, "down": steps // 1, "up": -(-steps // 1), "nearest": (steps + Fraction(1, 2)) // 1}
    rate = whole[regime["round_reference"]] * regime["round_reference_to"] * regime["multiplier"] + regime["margin"]
    if regime["floor"] is not None:
        rate = max(rate, regime["floor"])
    return rate if regime["cap"] is None else min(rate, regime["cap"])


def thirty(day):
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def share(rule, day):
    """What part of a year one day is."""
    if rule == "30E/360":
        return Fraction(thirty(day) - thirty(day - DAY), 360)
    year = {"act/365": 365, "act/360": 360, "act/act": 366 if calendar.isleap(day.year) else 365}
    return Fraction(1, year[rule])


def rounded(value, rule):
    size = abs(value)
    whole, rest = size // 1, size % 1
    if rule != "down" and (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (rule == "half_up" or whole % 2))):
        whole += 1
    return int(-whole if value < 0 else whole)


def days_of(start, end):
    return [start + n * DAY for n in range(1, (end - start).days + 1)]


def simple(regime, start, end, rate):
    if regime["day_count"] not in ("months_or_part", "complete_months"):
        return sum(share(regime["day_count"], day) * rate(day) for day in days_of(start, end))
    total, number = Fraction(0), 0
    while add_months(start, number) < end:
        if add_months(start, number + 1) <= end or regime["day_count"] == "months_or_part":
            total += rate(add_months(start, number) + DAY) / 12
        number += 1
    return total


def with_rests(regime, principal, start, end, rate):
    balance, number = Fraction(principal), 0
    while add_months(start, number) < end:
        begin, rest = add_months(start, number), add_months(start, number + 1)
        here = rate(begin if regime["fixing"] == "per_rest" else min(rest, end))
        part = here / 12 if rest <= end else sum(share(regime["day_count"], day) * here for day in days_of(begin, end))
        gain = balance * part / 100
        balance += rounded(gain, regime["rounding"]) if regime["round_each_rest"] else gain
        number += 1
    return balance - principal


def expected(regime, tables, principal, due, as_of):
    grace = due + regime["grace_days"] * DAY
    if as_of <= due or as_of <= grace:
        return 0
    start = (due if regime["grace_retroactive"] else grace) + (regime["first_day_offset"] - 1) * DAY
    fixed = {"at_default": start + DAY, "at_due": due}.get(regime["fixing"])

    def rate(day):
        return rate_on(regime, tables, fixed or day)

    if regime["compounding"] == "monthly_rest":
        return rounded(with_rests(regime, principal, start, as_of, rate), regime["rounding"])
    return rounded(principal * simple(regime, start, as_of, rate) / 100, regime["rounding"])


# ---- comparison ----

def random_claim(dice):
    currency = dice.choice(sorted(DIGITS))
    size = dice.choice([10, 1000, 100000, 10 ** 7, 10 ** 11])
    due = datetime.date(2016, 1, 1) + dice.randrange(4300) * DAY
    span = dice.choice([0, 1, 3, 32, 100, 370, 700])
    return currency, dice.randrange(size), due, due + dice.randint(-2 if span < 4 else 0, span) * DAY


def major(minor, currency):
    digits = DIGITS[currency]
    return str(minor) if digits == 0 else "%d.%0*d" % (minor // 10 ** digits, digits, minor % 10 ** digits)


def ask(folder, regime, claim):
    currency, principal, due, as_of = claim
    words = ["interest", major(principal, currency), "--currency", currency, "--regime", regime["name"], "--due",
             str(due), "--as-of", str(as_of), "--rates", folder, "--json"]
    done = subprocess.run([os.path.join(BUILD, "dunningctl"), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def compare(folder, regimes, tables, dice):
    differ = 0
    for _ in range(CASES):
        regime, claim = dice.choice(regimes), random_claim(dice)
        want = expected(regime, tables, claim[1], claim[2], claim[3])
        answer = ask(folder, regime, claim)
        sign = "-" if want < 0 else ""
        assert answer["interest"] == sign + major(abs(want), claim[0]), (want, written(regime), claim, answer)
        differ += want != 0
    return differ


def main():
    dice = random.Random(SEED)
    tables = {"HALF": [(day, random_rate(dice, -1, 5)) for day in half_years()],
              "CHANGE": [(day, random_rate(dice, 0, 5)) for day in change_days(dice)]}
    regimes = [random_regime(dice, number, tables) for number in range(REGIMES)]
    folder = tempfile.mkdtemp(prefix="rates.")
    try:
        write_folder(folder, tables, {"HALF": "half_year", "CHANGE": "change_date"}, regimes)
        differ = compare(folder, regimes, tables, dice)
    finally:
        shutil.rmtree(folder)
    assert differ > CASES / 3, differ
    print("%d claims by %d regimes, %d of them with interest; seed %d" % (CASES, REGIMES, differ, SEED))


main()
