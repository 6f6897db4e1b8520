"""Every shipped template in every shipped language, as dunningctl previews it, over one small example business."""
import datetime
import html
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_world import SOURCE, World

TEMPLATES = os.path.join(SOURCE, "policies", "templates")
STEPS = {"courtesy": "due - 3d", "reminder": "due + 5d", "formal": "previous + 10d", "plan": "deadline + 3d",
         "handoff": "previous + 14d"}
# Who reads what: a company with several invoices, a person with one, and a company whose invoice is not due yet.
READERS = {"company": ("reminder", "formal", "plan", "handoff"), "person": ("reminder", "formal", "plan"),
           "early": ("courtesy",)}
# language: country, zone, currency, telephone, company, person, street, postcode, town
CUSTOMERS = {
    "en": ("GB", "Europe/London", "GBP", "+447700900123", "Harbour Books Ltd", "Eleanor Whitcombe",
           "12 Example Street", "EX1 2AB", "Exampleton"),
    "de": ("DE", "Europe/Berlin", "EUR", "+4915112345678", "Müller & Söhne GmbH", "Jörg Großmann",
           "Musterstraße 7", "20095", "Hamburg"),
    "fr": ("FR", "Europe/Paris", "EUR", "+33612345678", "Librairie de l'Étoile SARL", "Françoise Lefèvre",
           "3 rue de l'Exemple", "75001", "Paris"),
    "es": ("ES", "Europe/Madrid", "EUR", "+34612345678", "Papelería Núñez S.L.", "Begoña Ibáñez",
           "Calle del Ejemplo 9", "28001", "Madrid"),
    "it": ("IT", "Europe/Rome", "EUR", "+393121234567", "Libreria Più S.r.l.", "Niccolò Però",
           "Via dell'Esempio 4", "00184", "Roma"),
    "nl": ("NL", "Europe/Amsterdam", "EUR", "+31612345678", "Boekhandel De Zoë B.V.", "Daniël van den IJssel",
           "Voorbeeldstraat 21", "1011 AB", "Amsterdam"),
    "pl": ("PL", "Europe/Warsaw", "PLN", "+48512345678", "Księgarnia Żółw Sp. z o.o.", "Łucja Wąsowska",
           "ul. Przykładowa 5", "00-001", "Warszawa"),
    "pt": ("PT", "Europe/Lisbon", "EUR", "+351912345678", "Livraria Conceição, Lda.", "João Guimarães",
           "Rua do Exemplo 8", "1100-001", "Lisboa"),
    "sv": ("SE", "Europe/Stockholm", "SEK", "+46701234567", "Bokhandeln Åsö AB", "Örjan Häggström",
           "Exempelgatan 2", "111 22", "Stockholm"),
    "hi": ("IN", "Asia/Kolkata", "INR", "+919812345678", "Saraswati Pustak Bhandar Pvt. Ltd.", "अनीता शर्मा",
           "14 Udaharan Marg", "110001", "New Delhi"),
}
BUSINESS = """business = { name = "Example Trading GmbH"; email = "accounts@example.invalid";
  address = "Kontorweg 1\\n20095 Hamburg"; phone = "+49 40 123456"; website = "https://www.example.invalid";
  iban = "DE89370400440532013000"; bic = "COBADEFFXXX"; bank = "Beispielbank"; vat_id = "DE987654321";
  register_entry = "HRB 1234, Amtsgericht Hamburg"; };"""


def languages():
    return sorted(os.listdir(TEMPLATES))


def day(offset):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


def policy():
    steps = []
    for name, at in STEPS.items():
        action = {"formal": "notice", "plan": "offer_plan", "handoff": "handoff"}.get(name, "remind")
        more = {"formal": 'deadline = "14d"; ',
                "plan": 'plan = { instalments = 4; every = "1m"; deposit = "20%"; valid = "10d"; }; '}.get(name, "")
        send = "" if action == "handoff" else 'send = ["email", "sms"]; '
        steps.append('{ name = "%s"; action = "%s"; at = "%s"; %s%stemplate = "%s"; }'
                     % (name, action, at, send, more, name))
    return 'policy = { name = "gallery"; group = "customer"; steps = (\n%s ); };\n' % ",\n".join(steps)


def rows_of(language):
    """The customers, persons and invoices of a language."""
    country, zone, currency, phone, company, person, street, postcode, town = CUSTOMERS[language]
    customers, contacts, invoices = [], [], []
    for reader in READERS:
        key = "%s-%s" % (language, reader)
        customers.append({"customer_id": key, "name": person if reader == "person" else company, "language": language,
                          "email": "%s@customer.invalid" % key, "phone": phone, "timezone": zone, "country": country,
                          "segment": "b2c" if reader == "person" else "b2b", "street": street, "postcode": postcode,
                          "city": town, "sms_consent": "2026-03-01 web form"})
        invoices.append({"invoice_id": "2026-%s-0113" % language.upper(), "customer_id": key, "due_on": day(-20)})
        if reader == "early":
            invoices[-1].update(due_on=day(5))
        if reader == "company":
            contacts.append({"contact_id": key, "customer_id": key, "name": person, "phone": phone,
                             "email": "%s@customer.invalid" % key, "sms_consent": "2026-03-01 web form"})
            invoices[-1].update(po_number="PO-7781")
            invoices += [{"invoice_id": "2026-%s-0120" % language.upper(), "customer_id": key, "due_on": day(-12)},
                         {"invoice_id": "2026-%s-0131" % language.upper(), "customer_id": key, "due_on": day(90)},
                         {"invoice_id": "2026-%s-0121" % language.upper(), "customer_id": key, "due_on": day(-9),
                          "kind": "credit_note", "amount": "-120.00"}]
    for row, amount in zip(invoices, ("11190.00", "2480.50", "640.00", "", "1190.00", "310.90")):
        row.setdefault("amount", amount)
        row.update(issued_on=day(-50), currency=currency, invoice_id=row["invoice_id"] + "-" + row["customer_id"][3])
        if row["customer_id"].endswith("person"):
            row["pay_url"] = "https://pay.example.invalid/i/%s?k=7f3a" % row["invoice_id"]
    return customers, contacts, invoices


def build_world():
    world = World({"gallery": policy()})
    shutil.rmtree(world.path("templates"))
    shutil.copytree(TEMPLATES, world.path("templates"))
    with open(world.config, encoding="utf-8") as file:
        rest = "\n".join(line for line in file.read().splitlines() if not line.startswith("business ="))
    world.write("dunningd.conf", BUSINESS + rest)
    customers, contacts, invoices = zip(*(rows_of(language) for language in languages()))
    for kind, rows in (("customers", customers), ("invoices", invoices), ("contacts", contacts)):
        world.rows(kind, [row for part in rows for row in part])
    payments = [{"payment_id": "P-" + row["invoice_id"], "customer_id": row["customer_id"], "paid_on": day(-8),
                 "invoice_id": row["invoice_id"], "currency": row["currency"], "amount": "480.50"}
                for part in invoices for row in part if "-0120-" in row["invoice_id"]]
    world.rows("payments", payments)
    return world


def preview(world, language, reader, step, channel):
    customer = "%s-%s" % (language, reader)
    shown = json.loads(world.ctl("preview", customer, "--step", step, "--channel", channel, "--json"))
    return {"language": language, "reader": reader, "template": step, "channel": channel, **shown}


def messages(world, only=None):
    """Every message of every language, as preview --json shows it."""
    for language in only or languages():
        for reader, steps in READERS.items():
            for step in steps:
                for channel in ("agency",) if step == "handoff" else ("email", "sms"):
                    yield preview(world, language, reader, step, channel)


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%(title)s</title>
<style>
body { margin: 24px; font: 14px/1.5 sans-serif; }
h2 { margin: 40px 0 8px; }
.row { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
.message { width: %(width)dpx; }
iframe { width: 100%%; height: 100px; border: 1px solid #8c8c8c; }
pre { padding: 8px; border: 1px solid #8c8c8c; font: 12px/1.4 monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
</style>
<script>
function fit(frame) { frame.style.height = frame.contentDocument.documentElement.scrollHeight + 4 + "px"; }
</script>
</head>
<body>
<h1>%(title)s</h1>
%(body)s
</body>
</html>
"""


def figure(message):
    head = "<h3>%(template)s, %(reader)s, %(channel)s</h3>\n" % message
    if message["channel"] == "sms":
        return head + "<pre lang=\"%s\">%s</pre>\n<p>%d segment(s), %s</p>\n" % (
            message["language"], html.escape(message["sms"]), message["segments"], message["coding"])
    if message["channel"] == "agency":
        note = json.loads(message["package_json"])
        return head + "<p>%s</p>\n<pre lang=\"%s\">%s</pre>\n" % (
            html.escape(note["title"]), message["language"], html.escape(note["note"]))
    return head + "<p>%s</p>\n<iframe title=\"%s\" onload=\"fit(this)\" srcdoc=\"%s\"></iframe>\n" \
        "<details><summary>text</summary><pre lang=\"%s\">%s</pre></details>\n" % (
            html.escape(message["subject"]), html.escape(message["subject"]), html.escape(message["html"]),
            message["language"], html.escape(message["text"]))


def page(shown, width, title="Messages of dunningd"):
    """One page of all messages, language by language, each as wide as a screen."""
    body, language = [], None
    for message in shown:
        if message["language"] != language:
            body.append("%s<h2>%s</h2>\n<div class=\"row\">\n" % ("</div>\n" if language else "", message["language"]))
            language = message["language"]
        body.append("<div class=\"message\">\n%s</div>\n" % figure(message))
    return PAGE % {"title": title, "width": width, "body": "".join(body) + "</div>\n"}
