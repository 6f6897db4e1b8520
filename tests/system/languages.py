#!/usr/bin/python3
"""Each message of each shipped language, as it would leave: a mail without a defect, text and HTML with the same words,
valid HTML, an SMS that fits, and nothing about a debt where a stranger could read it."""
import email
import email.policy
import html.parser
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gallery"))
from lib_gallery import CUSTOMERS, build_world, languages, messages, page
from lib_world import SOURCE, main

SEGMENTS = 2
SUBJECT = 100
POINTS = 1.0
# What a line that others may see must not say to a person.
DEBT = {
    "en": r"remind|overdue|unpaid|debt|owe|notice|pay|collect|arrear",
    "de": r"mahn|zahl|fällig|offen|schuld|inkasso|rate|verzug",
    "fr": r"rappel|relance|impay|demeure|dette|régl|retard|recouvr|paie|échelonn",
    "es": r"recordatorio|pago|pagar|impag|deud|requeri|venci|cobr|plazo",
    "it": r"sollecit|promemoria|pag|debit|scad|mora|recuper|rat[ae]\b",
    "nl": r"herinner|aanman|betal|schuld|incasso|achterstand|termijn|verval",
    "pl": r"przypomn|wezwan|zapłat|płat|dług|zaleg|windyk|rat[ya]?\b",
    "pt": r"lembrete|pag|dívid|interpel|venc|cobran|mora\b|prestaç",
    "sv": r"påminn|betal|skuld|krav|inkasso|förfall|uppmaning",
    "hi": r"स्मरण|भुगतान|बकाया|देय|वसूली|सूचना|नोटिस|किस्त|ऋण",
}
# What a formal notice must say to be one, and to whom.
FORMAL = {
    "en": ["This is our formal notice"], "de": ["Dies ist unsere Mahnung"], "fr": ["mettons en demeure", "1344-1"],
    "es": ["requerimos formalmente el pago"], "it": ["costituzione in mora", "1219"], "nl": ["ingebrekestelling"],
    "pl": ["wzywamy Państwa do zapłaty"], "pt": ["interpelação", "805.º"],
    "sv": ["betalningsuppmaning", "inte ett inkassokrav"], "hi": ["औपचारिक सूचना"],
}
SHOWN = []


def shown(channel):
    return [message for message in SHOWN if message["channel"] == channel]


def name(message):
    return "%(language)s/%(template)s to a %(reader)s, %(channel)s" % message


def demand(complaints):
    if complaints:
        raise AssertionError("\n  " + "\n  ".join(complaints))


class Words(html.parser.HTMLParser):
    """The words of a page, without those of its head; a cell or a line ends a word."""

    INLINE = {"a", "b", "strong", "em", "span"}

    def __init__(self, page_text):
        super().__init__()
        self.parts, self.in_body, self.sources = [], False, []
        self.feed(page_text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.in_body = self.in_body or tag == "body"
        self.parts.append("" if tag in self.INLINE else " ")
        self.sources += [value for key, value in attrs if key in ("src", "background", "srcset")]

    def handle_endtag(self, tag):
        self.parts.append("" if tag in self.INLINE else " ")

    def handle_data(self, data):
        self.parts.append(data if self.in_body else "")

    def list(self):
        return "".join(self.parts).split()


def every_language_is_there():
    assert set(languages()) == set(CUSTOMERS) == set(DEBT) == set(FORMAL), languages()
    for language in languages():
        found = {(message["template"], message["channel"]) for message in SHOWN if message["language"] == language}
        want = {(template, channel) for template in ("courtesy", "reminder", "formal", "plan")
                for channel in ("email", "sms")} | {("handoff", "agency")}
        assert found == want, (language, found ^ want)


def the_frame_is_one():
    """Style and frame stand in each language's folder, since partials are looked for there; they are the same all the same."""
    for part in ("_head.html", "_foot.html"):
        texts = {}
        for language in languages():
            with open(os.path.join(SOURCE, "policies/templates", language, part), encoding="utf-8") as file:
                texts.setdefault(file.read(), []).append(language)
        assert len(texts) == 1, "%s: differs between %s" % (part, list(texts.values()))


def mails_have_no_defect():
    complaints = []
    for message in shown("email"):
        mail = email.message_from_bytes(message["mail"].encode("ascii"), policy=email.policy.default)
        for part in mail.walk():
            if not part.is_multipart():
                part.get_content()
            defects = [*part.defects, *(defect for value in part.values() for defect in value.defects)]
            complaints += ["%s: %r" % (name(message), defect) for defect in defects]
        kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
        if kinds[:2] != ["text/plain", "text/html"] or str(mail["subject"]) != message["subject"]:
            complaints.append("%s: %s, %s" % (name(message), kinds, mail["subject"]))
    demand(complaints)


def text_and_html_say_the_same():
    complaints = []
    for message in shown("email"):
        page_words = Words(message["html"])
        for one, other in zip(message["text"].split() + [""], page_words.list() + [""]):
            if one != other:
                complaints.append("%s: the text says %r where the HTML says %r" % (name(message), one, other))
                break
        if any(not source.startswith("cid:") for source in page_words.sources):
            complaints.append("%s: loads %s" % (name(message), page_words.sources))
    demand(complaints)


def pages_are_valid():
    complaints = []
    for message in shown("email"):
        done = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--show-info", "no"], input=message["html"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            complaints.append("%s: %s" % (name(message), done.stderr.strip()))
        for want in ('<html lang="%s">' % message["language"], 'name="viewport"', 'content="light dark"'):
            if want not in message["html"]:
                complaints.append("%s: no %s" % (name(message), want))
    demand(complaints)


def no_filter_takes_offence():
    """All mails as one mailbox through SpamAssassin's local rules; it answers in an order of its own."""
    mails = shown("email")
    box = "".join("From a@example.invalid Thu Jan  1 00:00:00 2026\nX-Number: %d\n%s\n\n" %
                  (number, re.sub(r"(?m)^From ", ">From ", message["mail"].replace("\r\n", "\n")))
                  for number, message in enumerate(mails))
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(["spamassassin", "--local", "--test-mode", "--mbox"], input=box, capture_output=True,
                              text=True, errors="replace", check=False, env={**os.environ, "HOME": home})
    points = dict(re.findall(r"(?ms)^X-Number: (\d+)$.*?^Content analysis details: *\((-?[\d.]+) points",
                             done.stdout))
    assert len(points) == len(mails), "%d verdicts for %d mails: %s" % (len(points), len(mails), done.stderr[-500:])
    demand(["%s: %s points" % (name(mails[int(number)]), score) for number, score in points.items()
            if float(score) >= POINTS])


def sms_fit_and_subjects_are_short():
    demand(["%s: %d segments of %s" % (name(message), message["segments"], message["coding"])
            for message in shown("sms") if message["segments"] > SEGMENTS]
           + ["%s: a subject of %d characters" % (name(message), len(message["subject"]))
              for message in shown("email") if len(message["subject"]) > SUBJECT])


def what_a_stranger_sees_names_no_debt():
    complaints = []
    for message in SHOWN:
        words = {"sms": "sms", "email": "subject"}.get(message["channel"])
        if words is None or message["channel"] == "email" and message["reader"] != "person":
            continue
        found = re.search(DEBT[message["language"]], message[words], re.IGNORECASE)
        if found:
            complaints.append("%s: %r in %r" % (name(message), found.group(), message[words]))
        if re.search(r"\d[.,]\d\d\b|EUR|PLN|SEK|INR|GBP|₹|€", message[words]):
            complaints.append("%s: an amount in %r" % (name(message), message[words]))
    for message in shown("email"):
        # so that the words above are not words that nobody writes
        if message["reader"] == "company" and not re.search(DEBT[message["language"]], message["subject"], re.I):
            complaints.append("%s: the words of debt find none in %r" % (name(message), message["subject"]))
    demand(complaints)


def formal_notices_are_formal():
    complaints = []
    for message in shown("email"):
        if message["template"] != "formal":
            continue
        wanted = FORMAL[message["language"]] + ([] if message["reader"] == "company" else
                                                {"nl": ["veertien dagen", "6:96"]}.get(message["language"], []))
        complaints += ["%s: does not say %r" % (name(message), words) for words in wanted
                       if words not in message["text"]]
        invoices = set(re.findall(r"2026-[A-Z]{2}-0113-\w|2026-[A-Z]{2}-0120-c", message["text"]))
        if len(invoices) != (2 if message["reader"] == "company" else 1):
            complaints.append("%s: names %s" % (name(message), invoices))
    demand(complaints)


def the_gallery_shows_all():
    built = page(SHOWN, 390)
    assert built.count("<iframe") == len(shown("email")), "not every mail has its frame"
    assert built.count("<h2>") == len(CUSTOMERS)
    done = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--show-info", "no"], input=built,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    world = build_world()
    try:
        SHOWN += messages(world)
    finally:
        world.remove()
    main(every_language_is_there, the_frame_is_one, mails_have_no_defect, text_and_html_say_the_same, pages_are_valid,
         no_filter_takes_offence, sms_fit_and_subjects_are_short, what_a_stranger_sees_names_no_debt,
         formal_notices_are_formal, the_gallery_shows_all)
