#!/usr/bin/python3
"""Interest, lump sums and fees: shown on the notice, recorded once, never in the total, left out where no rate is known."""
import json
import os
import shutil
import sqlite3

from lib_world import SOURCE, World, main, program

STEPS = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "t"; },
  { name = "formal"; action = "notice"; at = "due + 15d"; deadline = "7d"; send = ["email"]; template = "t";
    interest = "DE_BGB288_B2B"; compensation = true; fee = ["5.00 EUR"]; %(more)s },
  { name = "second"; action = "notice"; at = "previous + 10d"; deadline = "7d"; send = ["email"]; template = "t";
    interest = "DE_BGB288_B2B"; compensation = true; fee = ["2.50 EUR"]; fee_per = "item"; }
); };
"""
TEXT = ("Total {{total_raw}}{{^has_charges}} alone{{/has_charges}}\n{{#charges}}"
        "{{#is_interest}}interest{{/is_interest}}{{#is_compensation}}sum{{/is_compensation}}{{#is_fee}}fee{{/is_fee}} "
        "{{number}} {{amount_raw}}\n{{/charges}}all {{total_with_charges_raw}}\n")


def make_world(more=""):
    world = World({"p": STEPS % {"more": more}})
    shutil.copytree(os.path.join(SOURCE, "policies", "rates"), world.path("rates"))
    world.write("templates/en/t.txt", TEXT)
    world.rows("customers", [{"customer_id": key, "name": key, "email": key + "@kunde.example", "segment": segment}
                             for key, segment in (("firm", "b2b"), ("person", "b2c"))])
    world.rows("invoices", [{"invoice_id": key, "customer_id": customer, "issued_on": "2026-01-02", "due_on": due,
                             "currency": "EUR", "amount": amount}
                            for key, customer, due, amount in (("A", "firm", "2026-03-02", "1000.00"),
                                                               ("B", "firm", "2026-03-02", "36.50"),
                                                               ("C", "person", "2026-03-02", "1000.00"))])
    return world


def run(world, *days):
    for day in days:
        world.once("--as-of", day + "T09:00")


def notices(world):
    """step -> charges as (kind, invoice, amount, charged by an earlier one)."""
    state = sqlite3.connect(world.path("state", "state.db"))
    rows = state.execute("SELECT n.customer, n.step, n.id, c.kind, c.invoice_id, c.amount, c.charged_by FROM notices n "
                         "LEFT JOIN charges c ON c.notice = n.id ORDER BY n.id, c.place").fetchall()
    state.close()
    return rows


def charges(world, customer, step):
    return [row[3:] for row in notices(world) if row[:2] == (customer, step) and row[3]]


def mails(world, customer):
    found = []
    for name in sorted(os.listdir(world.path("outbox"))):
        with open(world.path("outbox", name), encoding="utf-8") as file:
            text = file.read()
        if customer + "@" in text:
            found.append(text.split("\n\n", 1)[-1])
    return found


def interest(principal, days):
    """By 1.27 + 9 points over 365 days, half up."""
    return (principal * 1027 * days * 2 + 3650000) // (2 * 3650000)


def test_each_step_charges_once():
    world = make_world()
    run(world, "2026-03-10", "2026-03-25", "2026-03-26", "2026-04-06", "2026-04-07")
    first, second = charges(world, "firm", "formal"), charges(world, "firm", "second")
    assert first == [("interest", "A", interest(100000, 23), None), ("compensation", "A", 4000, None),
                     ("interest", "B", interest(3650, 23), None), ("compensation", "B", 4000, None),
                     ("fee", "", 500, None)], first
    one = [row[2] for row in notices(world) if row[:2] == ("firm", "formal")][0]
    assert second == [("interest", "A", interest(100000, 35), None), ("compensation", "A", 4000, one), ("fee", "A", 250, None),
                      ("interest", "B", interest(3650, 35), None), ("compensation", "B", 4000, one),
                      ("fee", "B", 250, None)], second
    assert charges(world, "person", "formal") == [("fee", "", 500, None)]
    assert charges(world, "firm", "reminder") == []
    text = mails(world, "firm")
    assert "Total 1036.50\ninterest A 6.47\nsum A 40.00\n" in text[-2], text
    assert "fee  5.00\nall %.2f" % (1036.5 + 80 + 5 + 6.47 + .24) in text[-2], text[-2]
    shown = json.loads(world.ctl("show", "N-%d" % one, "--json"))
    assert shown["total"]["amount"] == "1036.50" and len(shown["charges"]) == 5, shown
    assert "10.27%" in shown["charges"][0]["derivation"], shown["charges"][0]
    assert "rounded half_up" in world.ctl("show", "N-%d" % one)
    world.remove()


def test_explain_foresees_them():
    world = make_world()
    run(world, "2026-03-10", "2026-03-16")
    told = world.ctl("explain", "A", "--at", "2026-03-17T10:00")
    assert "DE_BGB288_B2B" in told and "DE_BASISZINS of 2026-03-03: 1000.00 x 10.27%" in told, told
    world.remove()


def test_a_lump_sum_is_for_life():
    world = make_world()
    run(world, "2026-03-10", "2026-03-25")
    world.rows("payments", [{"payment_id": "P1", "customer_id": "firm", "invoice_id": "A", "paid_on": "2026-03-27",
                             "currency": "EUR", "amount": "1000.00"}])
    run(world, "2026-03-28")
    assert "charges of 46.47 EUR lapse" in world.ctl("log", "--event", "item_settled"), world.ctl("log")
    world.rows("payments", [{"payment_id": "P2", "customer_id": "firm", "invoice_id": "A", "paid_on": "2026-05-20",
                             "currency": "EUR", "amount": "-1000.00", "reverses": "P1"}])
    run(world, "2026-05-21", "2026-06-01", "2026-06-20")
    again = [row for row in charges(world, "firm", "formal") if row[:2] == ("compensation", "A")]
    assert len(again) == 2 and again[0][3] is None and again[1][3] is not None, again
    late = [row for row in charges(world, "firm", "formal") if row[:2] == ("interest", "A")]
    assert len(late) == 2 and late[1][2] > 4 * late[0][2], late
    world.remove()


def test_each_country_has_its_rules():
    world = make_world()
    path = world.path("policies", "p.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    world.write("policies/p.conf", text.replace('interest = "DE_BGB288_B2B"', 'interest = { AT = "AT_UGB456"; }'))
    world.rows("customers", [{"customer_id": "firm", "name": "firm", "email": "firm@kunde.example", "segment": "b2b",
                              "country": "AT"}])
    run(world, "2026-03-10", "2026-03-25")
    assert charges(world, "firm", "formal")[0] == ("interest", "A", 676, None), charges(world, "firm", "formal")
    assert charges(world, "person", "formal") == [("fee", "", 500, None)]
    world.write("policies/p.conf", text.replace('interest = "DE_BGB288_B2B"', 'interest = { de = "AT_UGB456"; }'))
    refused = world.run(*([program("dunningctl"), "check", "--config", world.config]), status=4)
    assert 'p.conf:4: interest: "de" is no country' in refused, refused
    world.remove()


def end_the_table(world):
    """The rates end before the notices."""
    for name, series in (("DE_BASISZINS.csv", "2026"), ("EU_LPD_REF.csv", "2026")):
        with open(world.path("rates", name), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith(series)]
        world.write("rates/" + name, "".join(lines))


def test_without_a_rate_it_goes_without_interest():
    world = make_world()
    end_the_table(world)
    run(world, "2026-03-10", "2026-03-25")
    assert charges(world, "firm", "formal") == [("interest", "A", 0, None), ("interest", "B", 0, None), ("fee", "", 500, None)]
    assert "Total 1036.50\nfee  5.00\n" in mails(world, "firm")[-1]
    told = world.ctl("show", "N-%d" % [row[2] for row in notices(world) if row[:2] == ("firm", "formal")][0])
    assert "it ends on 2025-12-31; add the later rates to" in told and "DE_BASISZINS.csv" in told, told
    assert "ended on 2025-12-31" in world.ctl("check")
    world.remove()


def test_or_it_waits():
    world = make_world('without_rate = "wait";')
    end_the_table(world)
    run(world, "2026-03-10", "2026-03-25", "2026-03-26")
    assert [row for row in notices(world) if row[:2] == ("firm", "formal")] == []
    told = world.ctl("explain", "A", "--at", "2026-03-26T10:00")
    assert "a rate of interest is not known yet" in told, told
    shutil.rmtree(world.path("rates"))
    shutil.copytree(os.path.join(SOURCE, "policies", "rates"), world.path("rates"))
    run(world, "2026-03-27")
    assert ("interest", "A", interest(100000, 25), None) in charges(world, "firm", "formal")
    world.remove()


def test_a_state_of_the_first_version_is_converted():
    world = make_world()
    run(world, "2026-03-10")
    state = sqlite3.connect(world.path("state", "state.db"))
    state.execute("DROP TABLE charges")
    state.execute("PRAGMA user_version = 1")
    state.commit()
    state.close()
    run(world, "2026-03-25")
    assert len(charges(world, "firm", "formal")) == 5
    assert os.path.exists(world.path("state", "state.db.before-v2"))
    world.remove()


main(test_each_step_charges_once, test_explain_foresees_them, test_a_lump_sum_is_for_life, test_each_country_has_its_rules,
     test_without_a_rate_it_goes_without_interest, test_or_it_waits, test_a_state_of_the_first_version_is_converted)
