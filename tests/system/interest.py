#!/usr/bin/python3
"""dunningctl interest by itself: without a configuration, with one, and every way in which it refuses."""
import json
import os
import shutil
import subprocess

from lib_world import SOURCE, World, main, program

RATES = os.path.join(SOURCE, "policies", "rates")
CLAIM = ("--currency", "EUR", "--due", "2024-05-31", "--as-of", "2024-08-31")


def ask(*words, status=0, rates=RATES):
    """The document, or the sentence of a refusal."""
    where = ["--rates", rates] if rates else []
    done = subprocess.run([program("dunningctl"), "interest", *words, *where, "--json"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout) if status == 0 else done.stderr


def test_a_document_for_programs():
    found = ask("10000.00", "--regime", "DE_BGB288_B2B", *CLAIM)
    assert (found["interest"], found["compensation"], found["days"]) == ("312.99", "40.00", 92), found
    assert [(part["from"], part["to"], part["days"], part["rate"]) for part in found["segments"]] == [
        ("2024-06-01", "2024-06-30", 30, "12.62"), ("2024-07-01", "2024-08-31", 62, "12.37")], found
    assert sum(part["days"] for part in found["segments"]) == found["days"]
    assert found["derivation"][-2] == "interest: 312.99 EUR, rounded half_up from 312.98907104", found


def test_who_does_not_owe_it():
    found = ask("100.00", "--regime", "DE_BGB288_5", "--customer", "b2c", *CLAIM)
    assert (found["interest"], found["compensation"], found["verdict"]) == ("0.00", "0.00", "not_for"), found
    found = ask("100.00", "--regime", "EU_LPD", "--currency", "EUR", "--due", "2024-05-31", "--as-of", "2024-05-31")
    assert (found["interest"], found["compensation"], found["days"]) == ("0.00", "0.00", 0), found


def test_another_reading():
    assert ask("10000.00", "--regime", "DE_BGB288_B2B", *CLAIM, "--set", "day_count=act/365")["interest"] == "313.85"
    agreed = ask("10000.00", "--regime", "CH_OR104", *CLAIM, "--rate", "3.65%", "--set", "day_count=act/365")
    assert agreed["interest"] == "92.00", agreed
    assert ask("100.00", "--regime", "DE_BGB288_B2B", *CLAIM, "--costs", "70.20")["costs_rest"] == "30.20"


def test_refusals():
    for status, words, sentence in (
            (2, ("ten", "--regime", "CH_OR104", *CLAIM), 'amount "ten" is no number'),
            (2, ("-1", "--regime", "CH_OR104", *CLAIM), "options begin with two dashes"),
            (2, ("1.001", "--regime", "CH_OR104", *CLAIM), "finer than the smallest unit of EUR"),
            (2, ("1", "--regime", "CH_OR104", *CLAIM, "--currency", "EUX"), 'no currency "EUX"'),
            (2, ("1", *CLAIM), "--regime is missing"),
            (2, ("1", "--regime", "CH_OR104", *CLAIM, "--customer", "anybody"), "give one of b2b|b2c|b2g"),
            (2, ("1", "--regime", "CH_OR104", *CLAIM, "--set", "days=1"), "there is no such key"),
            (2, ("1", "--regime", "CH_OR104", *CLAIM, "--set", "fixing=float"), "series: it is missing"),
            (2, ("1", "--regime", "CH_OR104", *CLAIM, "--rate", "5"), "is no rate"),
            (3, ("1", "--regime", "XX", *CLAIM), "there is no regime XX; there are: AT_UGB456"),
            (5, ("1", "--regime", "AT_UGB456", "--currency", "EUR", "--due", "2012-01-01", "--as-of", "2012-02-01"),
             "no rules for a claim due on 2012-01-01"),
            (5, ("1", "--regime", "EU_LPD_8PP", "--currency", "EUR", "--due", "2026-12-30", "--as-of", "2027-01-01"),
             "it ends on 2026-12-31; add the later rates to " + RATES + "/EU_LPD_REF.csv")):
        told = ask(*words, status=status)
        assert sentence in told, (words, told)


def test_the_folder_of_the_configuration():
    world = World()
    shutil.copytree(RATES, world.path("rates"))
    found = ask("10000.00", "--regime", "DE_BGB288_B2B", *CLAIM, "--config", world.config, rates="")
    assert found["file"].startswith(world.path("rates")), found
    with open(world.path("rates", "DE_BASISZINS.csv"), "a", encoding="utf-8") as file:
        file.write("2026-06-01,1.27,,\n")
    told = ask("1", "--regime", "CH_OR104", *CLAIM, "--config", world.config, rates="", status=4)
    assert "2026-06-01 stands behind a later date" in told and "1 mistake has to be mended" in told, told
    told = world.run(program("dunningctl"), "check", "--config", world.config, status=4)
    assert "DE_BASISZINS.csv:65: 2026-06-01 stands behind a later date" in told, told
    world.write("dunningd.conf", "business = {")
    told = ask("1", "--regime", "CH_OR104", *CLAIM, "--config", world.config, rates="", status=4)
    assert "--rates DIR does without it" in told, told
    world.remove()


main(test_a_document_for_programs, test_who_does_not_owe_it, test_another_reading, test_refusals,
     test_the_folder_of_the_configuration)
