#!/usr/bin/python3
"""Faults made by real servers (Postfix, aiosmtpd, nginx, Kannel): dunningd over tests/fault/provider_real.tsv."""
import http.client
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_provider as provider
from lib_provider_real import Nginx, Postfix
from lib_servers import AioSmtp, Certificate, Kannel
from provider_http import PLAIN, provider_text

SMTP = 'provider = { name = "first"; kind = "smtp"; connections = 1; url = "smtp://localhost:%d"; tls = "%s"; %s };\n'
TABLE = "provider_real.tsv"
LOGIN = 'user = "dunning"; credential = "smtp"; '


class Place:
    """A server that all cells share, as one cell sees it."""

    def __init__(self, count, wanted):
        self.count, self.wanted, self.world, self.complaints = count, wanted, None, []
        self.before = count(None)  # it has served the self-test too

    @property
    def taken(self):
        return self.count(self.before + self.wanted) - self.before

    def heal(self):
        """Real servers stay as they are; what would be sent again would be counted."""

    def stop(self):
        """They go on for the other cells."""


class Matrix:
    """Cells of the table of real servers."""

    planted = [{"state": "accepted"}, {"next": "done"}, {"taken": 0}]

    def __init__(self):
        self.certificate, self.other = Certificate(), Certificate()
        places = [row["as"] for row in provider.read_table(TABLE) if row["server"] == "postfix"]
        self.postfix, self.nginx = Postfix(self.certificate, places), Nginx(self.certificate)
        self.aiosmtpd, self.kannel = AioSmtp(self.certificate, user="dunning", password="pass"), Kannel()
        self.bases = {"once": provider.Base(debtors=2), "": provider.Base()}

    def end(self):
        for each in (self.postfix, self.nginx, self.aiosmtpd, self.kannel):
            each.stop()
        for each in [self.certificate, self.other] + list(self.bases.values()):
            each.remove()

    @staticmethod
    def weight(row):
        return row["as"] == "slow"

    def server(self, row):
        name = row["as"]
        if row["as"] in ("limited", "overloaded"):  # the one request a minute is used up
            for _ in range(2):
                connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port)
                connection.request("GET", "/warm")
                connection.getresponse().read()
                connection.close()
        counts = {"postfix": lambda wanted: self.postfix.taken(name, wanted),
                  "nginx": lambda wanted: self.nginx.taken(name, wanted),
                  "aiosmtpd": lambda wanted: len([m for m in self.aiosmtpd.messages if row["as"] == "good"]),
                  "kannel": lambda wanted: len(self.kannel.wait_messages(wanted or 0)) if row["as"] == "good" else 0}
        return Place(counts[row["server"]], row["taken"])

    def postfix_file(self, row):
        way = row["as"].partition("/")[2]
        keys = 'ca_file = "%s"; ' % (self.other if way == "unknownca" else self.certificate).ca
        return SMTP % (self.postfix.ports[row["as"]], "starttls" if way else "none", keys + (LOGIN if way == "login" else ""))

    def nginx_file(self, row):
        way = row["as"].partition("/")[2]
        at = "https://localhost:%d" % self.nginx.secure if way else "http://localhost:%d" % self.nginx.port
        ca = (self.certificate if way == "https" else self.other).ca
        return PLAIN.replace('"plain"', '"first"').replace(
            'url = "http://localhost/send"', 'connections = 1; ca_file = "%s"; url = "%s/%s"' % (ca, at, row["as"]))

    def aiosmtpd_file(self, row):
        del row
        return SMTP % (self.aiosmtpd.port, "starttls", 'ca_file = "%s"; ' % self.certificate.ca + LOGIN)

    def kannel_file(self, row):
        del row
        text = provider_text("kannel").replace('"kannel"', '"first"', 1).replace('value = "dunning"', 'value = "tester"')
        return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:%d" % self.kannel.port, text)

    def world(self, row, server):
        text = getattr(self, row["server"] + "_file")(row)
        password = {"aiosmtpd": "pass", "kannel": Kannel.password}.get(row["server"], "pass")
        return provider.CellWorld(self.bases.get(row["as"], self.bases[""]), text,
                                  "sms" if row["server"] == "kannel" else "email",
                                  second=provider.NEXT[row["next"].split()[0]],
                                  password="wrong" if row["as"] == "wrong-password" else password)

    @staticmethod
    def examples(rows):
        named = {provider.name_of(row): row for row in rows}
        return [named[name] for name in ("postfix blocked", "nginx nobody", "nginx lost")]

    def self_test(self, rows, jobs):
        return provider.self_test(self, rows, jobs)


if __name__ == "__main__":
    if os.geteuid() != 0 and not os.environ.get("CI"):
        print("skipped: a private Postfix needs root")
        sys.exit(77)
    provider.run(Matrix(), TABLE, 24)
