"""Reads NAME.eml and NAME.json beside it: the mail must parse without a single
defect and hold what the JSON says.  Prints what is wrong; exit status 1 then."""
import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import re
import sys

ONCE = ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted")


def defects(message):
    for part in message.walk():
        for defect in part.defects:
            yield f"{part.get_content_type()}: {type(defect).__name__}"
        for name, value in part.items():
            for defect in value.defects:
                yield f"{name}: {type(defect).__name__}"
        if not part.is_multipart():
            part.get_content()
            for defect in part.defects:
                yield f"{part.get_content_type()}: {type(defect).__name__}"


def in_a_name(raw, position):
    """A name stays in one encoded word: see next_piece() in compose/header.c."""
    start = max(raw.rfind(b"\r\n" + name, 0, position + len(name)) for name in (b"From:", b"To:", b"Reply-To:", b"Subject:"))
    first = raw[:5] == b"From:" and start < 0
    return first or (start >= 0 and not raw.startswith(b"\r\nSubject:", start))


def lines(raw):
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a bare CR or LF"
    if not raw.endswith(b"\r\n"):
        yield "no line end at the end"
    if re.search(rb"[\x80-\xff\x00]", raw):
        yield "not 7 bit"
    position = 0
    for line in raw.split(b"\r\n"):
        if len(line) > 998:
            yield "a line of more than 998 bytes"
        elif len(line) > 78 and not (b"=?" in line and in_a_name(raw, position)):
            yield f"a line of {len(line)} bytes: {line[:60]}"
        position += len(line) + 2
    for word in re.finditer(rb"=\?[^?]+\?[^?]+\?[^?]*\?=", raw):
        if len(word.group()) > 75 and not in_a_name(raw, word.start()):
            yield "an encoded word of more than 75 bytes"


def older_name(value):
    name = email.utils.parseaddr(re.sub(r"\r?\n", "", value))[0]
    return str(email.header.make_header(email.header.decode_header(name)))


def content(message, old, want):
    def same(what, got, expected):
        if got != expected:
            yield f"{what}: got {got!r}, want {expected!r}"

    for name in ONCE:
        yield from same(f"number of {name}", len(message.get_all(name, [])), 1)
    for name in ("bcc", "cc", "x-evil"):
        yield from same(f"number of {name}", len(message.get_all(name, [])), 0)
    for header, value in want["headers"].items():
        yield from same(header, message[header] and str(message[header]), value)
    for header in ("from", "to"):
        if not message[header]:
            return
        address = message[header].addresses[0]
        # Python's newer parser keeps the space between two encoded words of a name, RFC 2047 and the older one do not
        yield from same(header + " name", " ".join(address.display_name.split()), want[header + "_name"])
        yield from same(header + " name by the older parser", older_name(old[header]), want[header + "_name"])
        yield from same(header + " address", address.addr_spec, want[header + "_address"])
        yield from same(f"number in {header}", len(message[header].addresses), 1)
    plain = message.get_body(("plain",))
    yield from same("text", plain and plain.get_content().replace("\r\n", "\n"), want["text"])
    html = message.get_body(("html",))
    yield from same("html", html and html.get_content().replace("\r\n", "\n"), want["html"])


def main():
    wrong = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        old = email.message_from_bytes(raw)
        want = json.loads(path.with_suffix(".json").read_text("utf-8"))
        for complaint in [*defects(message), *lines(raw), *content(message, old, want)]:
            print(f"{path.stem}: {complaint}")
            wrong += 1
    return 1 if wrong else 0


sys.exit(main())
