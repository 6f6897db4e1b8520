"""The servers of daemon/demo --servers: an SMTP server with STARTTLS and AUTH, and Kannel, both on loopback.

usage: _demo_servers.py SANDBOX

Writes the provider files and credentials into the sandbox, prints "ready",
waits until its standard input is closed, then says what arrived.
"""
import collections
import email
import email.policy
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import AioSmtp, Certificate, Kannel

SMTP = """provider = {
  name = "smtp-here"; kind = "smtp"; url = "smtp://localhost:%d"; tls = "starttls"; ca_file = "%s";
  user = "dunning"; credential = "smtp"; connections = 4;
};
"""
KANNEL = """provider = {
  name = "kannel-here"; kind = "http"; method = "GET"; url = "http://127.0.0.1:%d/cgi-bin/sendsms"; encoding = "query";
  sender = "Blumen"; connections = 4; id = "line";
  fields = (
    { name = "username"; value = "tester"; }, { name = "password"; value = "{{credential.kannel}}"; },
    { name = "from"; value = "{{sender}}"; }, { name = "to"; value = "{{to}}"; },
    { name = "charset"; value = "UTF-8"; }, { name = "coding"; value = "{{coding}}"; },
    { name = "text"; value = "{{text}}"; }
  );
  answers = (
    { status = "202"; outcome = "accepted"; },
    { status = "403"; contains = "Authorization failed"; outcome = "misconfigured"; },
    { status = "403"; outcome = "refused"; },
    { status = "400"; outcome = "refused"; }
  );
};
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def start(folder):
    certificate = Certificate()
    smtp = AioSmtp(certificate, user="dunning", password="open sesame")
    kannel = Kannel()
    write(folder + "/providers/smtp-here.conf", SMTP % (smtp.port, certificate.ca))
    write(folder + "/providers/kannel-here.conf", KANNEL % kannel.port)
    write(folder + "/credentials/smtp", "open sesame\n")
    write(folder + "/credentials/kannel", kannel.password + "\n")
    os.chmod(folder + "/credentials", 0o700)
    return certificate, smtp, kannel


def report(smtp, kannel):
    ids = collections.Counter()
    defects = 0
    for message in smtp.messages:
        mail = email.message_from_bytes(message["data"], policy=email.policy.default)
        ids[mail["Message-ID"]] += 1
        defects += sum(len(part.defects) for part in mail.walk())
    print("  %4d  mails at the SMTP server, %d of them more than once, %d defects"
          % (len(smtp.messages), sum(1 for count in ids.values() if count > 1), defects))
    print("  %4d  texts at the SMS gateway" % len(kannel.messages()))


def main():
    certificate, smtp, kannel = start(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.read()
    report(smtp, kannel)
    sys.stdout.flush()
    kannel.stop()
    smtp.stop()
    certificate.remove()


main()
