"""Reads NAME.eml and NAME.payload beside it: the mail must parse without a defect and show one picture,
inside the mail, that another reader of QR codes (zbarimg) reads as the payload.  NAME.payload empty: no
picture at all.  Prints what is wrong; exit status 1 then."""
import email
import email.policy
import html.parser
import pathlib
import struct
import subprocess
import sys


class Images(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def defects(message):
    for part in message.walk():
        if not part.is_multipart():
            part.get_content()
        for defect in part.defects:
            yield f"{part.get_content_type()}: {type(defect).__name__}"
        for name, value in part.items():
            for defect in value.defects:
                yield f"{name}: {type(defect).__name__}"


def shape(part):
    kind = part.get_content_type().split("/")[1]
    return kind if not part.is_multipart() else [kind, *map(shape, part.iter_parts())]


def decoded(path, png):
    picture = path.with_suffix(".png")
    picture.write_bytes(png)
    result = subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", str(picture)], capture_output=True)
    picture.unlink()
    return result.stdout if result.returncode == 0 else f"zbarimg ended with {result.returncode}".encode()


def picture(path, message, want):
    images = Images()
    images.feed(message.get_body(("html",)).get_content())
    if shape(message) != ["alternative", "plain", ["related", "html", "png"]]:
        yield f"its parts are {shape(message)}"
        return
    part = [part for part in message.walk() if part.get_content_type() == "image/png"][0]
    png = part.get_content()
    if [image.get("src") for image in images.found] != ["cid:" + part["Content-ID"].strip("<>")]:
        yield f"the HTML shows {images.found}, the picture is {part['Content-ID']}"
    elif not images.found[0].get("alt"):
        yield "the picture has no text beside it"
    if part.get_content_disposition() != "inline":
        yield "the picture is not inline"
    if png[:8] != b"\x89PNG\r\n\x1a\n" or struct.unpack(">BB", png[24:26])[0] != 1:
        yield "the picture is no PNG of one bit a pixel"
    if decoded(path, png) != want:
        yield f"zbarimg reads {decoded(path, png)!r}, not {want!r}"


def check(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    want = path.with_suffix(".payload").read_bytes()
    yield from defects(message)
    if want:
        yield from picture(path, message, want)
    elif shape(message) != ["alternative", "plain", "html"]:
        yield f"its parts are {shape(message)}"


def main():
    wrong = [f"{path.stem}: {complaint}" for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
             for complaint in check(path)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


sys.exit(main())
