#!/usr/bin/python3
"""What lets a customer pay: three creditors, three schemes, through the real programs, read by an outside reader."""
import email
import email.policy
import os
import subprocess

import lib_world

ENTITIES = """entities = (
  { entity = "eu"; name = "Käse & Söhne GmbH"; email = "eu@example.invalid"; iban = "DE02 1203 0000 0000 2020 51";
    rf_references = true; },
  { entity = "ch"; name = "Robert Schneider AG"; email = "ch@example.invalid"; qr_iban = "CH4431999123000889012";
    qrr_prefix = "210000"; street = "Rue du Lac 1268"; postcode = "2501"; city = "Biel"; },
  { entity = "in"; name = "Chai Point"; email = "in@example.invalid"; upi_id = "chaipoint@okaxis";
    upi_page = "https://pay.example.invalid/upi"; },
  { entity = "no"; name = "Stumm AG"; email = "no@example.invalid"; iban = "DE02120300000000202051"; qr_codes = false; }
);"""
POLICY = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; fallback = ["task"];
    template = "reminder"; } ); };
"""
SWISS = """SPC
0200
1
CH4431999123000889012
S
Robert Schneider AG
Rue du Lac
1268
2501
Biel
CH







149.50
CHF
S
Pia Rutschmann
Marktgasse
28
9400
Rorschach
CH
QRR
210000200000000000000000012
R-42
EPD"""
# entity, currency, the ledger's reference, the payload of its picture and words of both texts
CASES = {
    "eu": ("EUR", "", "BCD\n002\n1\nSCT\n\nKäse & Söhne GmbH\nDE02120300000000202051\nEUR149.50\n\nRF78R42",
           ("RF78 R42", "DE02 1203 0000 0000 2020 51")),
    "ch": ("CHF", "", SWISS, ("21 00002 00000 00000 00000 00012", "CH44 3199 9123 0008 8901 2")),
    "in": ("INR", "", "upi://pay?pa=chaipoint@okaxis&pn=Chai%20Point&am=149.50&cu=INR&tn=R-42&tr=R-42",
           ("https://pay.example.invalid/upi?pa=chaipoint@okaxis", "UPI chaipoint@okaxis")),
    "no": ("EUR", "RF18539007547034", None, ("RF18 5390 0754 7034", "DE02 1203 0000 0000 2020 51")),
}


def mod97(text):
    return int("".join(str(int(c, 36)) for c in text)) % 97


def decoded(world, png):
    with open(world.path("picture.png"), "wb") as file:
        file.write(png)
    return subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", world.path("picture.png")],
                          capture_output=True, check=True).stdout.decode()


def office(entity):
    currency, reference, _, _ = CASES[entity]
    world = lib_world.World({"p": POLICY}, more=ENTITIES,
                            templates=os.path.join(lib_world.SOURCE, "policies", "templates"))
    world.rows("customers", [{"customer_id": "C-1", "name": "Pia Rutschmann", "email": "pia@example.invalid",
                              "street": "Marktgasse 28", "postcode": "9400", "city": "Rorschach", "country": "CH"}])
    if entity == "eu":
        world.sql("UPDATE customers SET country = 'AT'")
    world.rows("invoices", [{"invoice_id": "R-42", "customer_id": "C-1", "entity": entity, "issued_on": "2026-10-01",
                             "due_on": "2026-10-15", "currency": currency, "amount": "149.50",
                             "reference": reference}])
    return world


def check_texts(entity, message, words):
    for part in ("plain", "html"):
        text = message.get_body((part,)).get_content().replace("&amp;", "&").replace("\xa0", " ")
        for word in words:
            assert "".join(word.split()) in "".join(text.split()), (entity, part, word, text)


def check_mail(world, entity, raw):
    _, _, payload, words = CASES[entity]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        assert not part.defects, (entity, part.get_content_type(), part.defects)
    check_texts(entity, message, words)
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == (payload is not None), (entity, pictures)
    for picture in pictures:
        assert decoded(world, picture.get_content()) == payload, (entity, decoded(world, picture.get_content()))
        assert "cid:" + picture["Content-ID"].strip("<>") in message.get_body(("html",)).get_content(), entity


def test_each_scheme():
    for entity in CASES:
        world = office(entity)
        world.once("--as-of", "2026-11-02T10:00")
        names = [name for name in world.outbox() if name.endswith(".eml")]
        assert len(names) == 1, (entity, world.outbox())
        with open(world.path("outbox", names[0]), "rb") as file:
            check_mail(world, entity, file.read())
        world.remove()


def test_references_hold():
    """The oracle of this test itself: modulo 97 by Python's own integers."""
    assert mod97("R42RF78") == 1
    assert mod97("539007547034RF18") == 1


def test_check_refuses_what_is_mistyped():
    world = lib_world.World(more=ENTITIES.replace("0000 2020 51", "0000 2020 52"))
    out = world.ctl("check", status=4)
    assert "is no IBAN: its check digits do not fit; look for a typing error" in out, out
    world.remove()


def test_check_warns_of_codes_that_would_be_missing():
    world = lib_world.World(more='entities = ( { entity = "x"; name = "X"; email = "x@example.invalid"; '
                                 'iban = "CH5604835012345678009"; } );')
    out = world.ctl("check")
    assert "mails show no Swiss QR bill" in out and "add postcode and city" in out, out
    world.remove()


lib_world.main(test_each_scheme, test_references_hold, test_check_refuses_what_is_mistyped,
               test_check_warns_of_codes_that_would_be_missing)
