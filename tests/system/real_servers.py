"""A run over the sample ledger against a real SMTP server with STARTTLS and AUTH and against Kannel.

Every message arrives exactly once, each mail parses without a defect, headers
with names in German, French, Spanish and Hindi come out right, an attempt at
header injection does not, and SMS arrive in the right coding.
"""
import collections
import datetime
import email
import email.policy
import os
import re
import subprocess
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import AioSmtp, Certificate, Kannel
from lib_world import SOURCE, World, main

SMTP = ('kind = "smtp"; url = "smtp://localhost:%d"; ca_file = "%s"; user = "dunning"; credential = "smtp"; '
        'connections = 4;')
KANNEL = """kind = "http"; method = "GET"; url = "http://127.0.0.1:%d/cgi-bin/sendsms"; encoding = "query";
  sender = "Acme"; id = "line";
  fields = ( { name = "username"; value = "tester"; }, { name = "password"; value = "{{credential.kannel}}"; },
    { name = "from"; value = "{{sender}}"; }, { name = "to"; value = "{{to}}"; }, { name = "charset"; value = "UTF-8"; },
    { name = "coding"; value = "{{coding}}"; }, { name = "text"; value = "{{text}}"; } );
  answers = ( { status = "202"; outcome = "accepted"; }, { status = "403"; outcome = "misconfigured"; } );"""
HINDI = "सीता देवी ट्रेडर्स"


def policies():
    found = {}
    folder = os.path.join(SOURCE, "policies")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".conf"):
            text = open(os.path.join(folder, name), encoding="utf-8").read()
            text = re.sub(r"(?m)^  (window|calendar) = .*\n", "", text)
            found[name[:-5]] = text.replace('group = "customer";', 'group = "customer"; entry = "by_age";')
    return found


def sample(world):
    today = datetime.date.today().isoformat()
    for kind in ("customers", "invoices", "payments"):
        with open(os.path.join(SOURCE, "tests/data/sample", kind + ".csv"), "rb") as source:
            done = subprocess.run([os.path.join(SOURCE, "tests/data/sample/dates"), today], stdin=source,
                                  capture_output=True, check=True)
        with open(world.path(kind + ".csv"), "wb") as out:
            out.write(done.stdout)
        world.ctl("import", kind, world.path(kind + ".csv"))


class Run:
    """One run of the daemon over the sample; what arrived stays."""

    def __init__(self, change=lambda world: None):
        self.certificate = Certificate()
        self.smtp = AioSmtp(self.certificate, user="dunning", password="open sesame")
        self.kannel = Kannel()
        self.world = World(policies(), name="Größe & Söhne", email="smtp", sms="kannel",
                           templates=os.path.join(SOURCE, "policies/templates"))
        self.world.provider("smtp", SMTP % (self.smtp.port, self.certificate.ca))
        self.world.provider("kannel", KANNEL % self.kannel.port)
        self.world.write("credentials/smtp", "open sesame\n")
        self.world.write("credentials/kannel", self.kannel.password + "\n")
        sample(self.world)
        change(self.world)
        self.world.once()
        self.mails = [email.message_from_bytes(m["data"], policy=email.policy.default) for m in self.smtp.messages]
        self.texts = self.kannel.wait_messages(len(self.accepted("sms")))

    def accepted(self, channel):
        return [line for line in self.world.log("accepted") if line["channel"] == channel]

    def mail_to(self, address):
        return [mail for mail in self.mails if address in str(mail["To"])]

    def end(self):
        self.kannel.stop()
        self.smtp.stop()
        self.certificate.remove()
        self.world.remove()


def every_message_arrives_exactly_once():
    run = Run()
    assert len(run.mails) > 25 and len(run.texts) > 3, (len(run.mails), len(run.texts))
    assert len(run.mails) == len(run.accepted("email"))
    assert len(run.texts) == len(run.accepted("sms")), run.texts
    ids = collections.Counter(mail["Message-ID"] for mail in run.mails)
    assert max(ids.values()) == 1, ids
    assert all(m["tls"] and len(m["to"]) == 1 for m in run.smtp.messages)
    assert run.smtp.logins and all(good for _, good in run.smtp.logins)
    assert not run.world.log("uncertain") and not run.world.log("refused")
    before = len(run.smtp.messages)
    run.world.once()
    assert len(run.smtp.messages) == before, "a second run sent again"
    for mail in run.mails:
        defects = [d for part in mail.walk() for d in part.defects] + [d for v in mail.values() for d in v.defects]
        assert not defects, (mail["Subject"], defects)
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"].datetime is not None
        assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    run.end()


def names_come_out_right():
    run = Run(lambda world: world.sql("UPDATE customers SET name = '%s' WHERE customer_id = 'C-504'" % HINDI))
    for address, name in (("c106@", "Jürgen Straßmeier"), ("c305@", "Hôtel de l'Étoile"),
                          ("c401@", "Talleres Muñoz S.L."), ("c504@", HINDI)):
        mail = run.mail_to(address)[0]
        assert mail["To"].addresses[0].display_name == name, mail["To"]
        assert mail["From"].addresses[0].display_name == "Größe & Söhne", mail["From"]
    for _, _, kind, text in run.texts:
        assert kind == "text" and "R-1" in urllib.parse.unquote_plus(text), (kind, text)
    run.end()


def an_injection_makes_no_header():
    evil = "UPDATE customers SET name = 'Evil' || char(13) || char(10) || 'Bcc: evil@example.invalid' WHERE customer_id = 'C-504'"
    run = Run(lambda world: world.sql(evil))
    for message in run.smtp.messages:
        assert b"\nBcc:" not in message["data"] and "evil@example.invalid" not in message["to"]
    assert len(run.mails) > 25
    run.end()


def a_text_outside_the_alphabet_goes_as_ucs2():
    """Customers of C-401's kind with a business whose name is not in GSM 03.38."""
    world = World(sms="kannel", name=HINDI, policies={"p": """policy = { name = "p"; steps = (
        { name = "r"; action = "remind"; at = "due + 1d"; send = ["sms"]; template = "t"; } ); };"""})
    kannel = Kannel()
    world.provider("kannel", KANNEL % kannel.port)
    world.write("credentials/kannel", kannel.password + "\n")
    world.write("templates/en/t.sms", "{{business.name}} {{notice.reference}}\n")
    world.rows("customers", [{"customer_id": "C-1", "name": "A", "phone": "+4915112345678", "sms_consent": "2026-01-01 form"}])
    world.rows("invoices", [{"invoice_id": "R-1", "customer_id": "C-1", "issued_on": "2026-01-01", "due_on": "2026-02-01",
                             "currency": "EUR", "amount": "10.00"}])
    world.once()
    (sender, receiver, kind, text), = kannel.wait_messages(1)
    raw = urllib.parse.unquote_to_bytes(text.replace("+", " "))
    assert (sender, receiver, kind) == ("Acme", "+4915112345678", "ucs-2"), kind
    assert raw.decode("utf-16-be") == HINDI + " R-1", raw
    kannel.stop()
    world.remove()


main(every_message_arrives_exactly_once, names_come_out_right, an_injection_makes_no_header,
     a_text_outside_the_alphabet_goes_as_ucs2)
