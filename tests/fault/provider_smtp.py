#!/usr/bin/python3
"""Every phase of SMTP with every fault: dunningd and dunningd-send over tests/fault/provider_smtp.tsv."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_provider as provider
from lib_provider_smtp import Certificates, DeadPort, FaultySmtp

TLS = {"tls": ("smtp", "starttls"), "smtps": ("smtps", "implicit"), "plain": ("smtp", "none")}
# Faults that end with the provider's patience, so that it is kept short, and those that need much of it.
WAITING = {"silence", "deaf", "garbage", "openend", "slow", "toolate", "notls"}
PATIENCE = 3 * provider.SLOW


class Matrix:
    """Cells of the SMTP table."""

    planted = [{"state": "accepted"}, {"state": "uncertain"}, {"next": "done"}, {"next": "retry 61"}, {"taken": 0},
               {"twice": True}]

    def __init__(self):
        self.certificates = Certificates()
        # Much to pay makes a mail of megabytes, which does not fit into the buffers on the way.
        self.bases = {"idle": provider.Base(debtors=2), "body": provider.Base(items=9), "": provider.Base()}

    def end(self):
        self.certificates.remove()
        for base in self.bases.values():
            base.remove()

    @staticmethod
    def weight(row):
        return row["fault"] in WAITING

    def server(self, row):
        if row["phase"] == "connect":
            return DeadPort(row, lambda: FaultySmtp(dict(row, phase="", fault=""), self.certificates, PATIENCE))
        return FaultySmtp(row, self.certificates, PATIENCE)

    def world(self, row, server):
        scheme, tls = TLS[row["way"]]
        host = "nowhere.invalid" if row["fault"] == "noname" else "localhost"
        patience = PATIENCE if row["fault"] in WAITING else 30 * provider.SLOW
        text = ('provider = { name = "first"; kind = "smtp"; url = "%s://%s:%%d"; tls = "%s"; ca_file = "%s"; '
                'user = "dunning"; credential = "smtp"; connections = 1; connect_timeout = "%ds"; '
                'reply_timeout = "%ds"; };\n'
                % (scheme, host, tls, self.certificates.good.ca, patience, patience))
        return provider.CellWorld(self.bases.get(row["phase"], self.bases[""]), text % server.port,
                                  second=provider.NEXT[row["next"].split()[0]],
                                  padding=4000 if row["phase"] == "body" else 0)

    @staticmethod
    def examples(rows):
        """The rows in which faults are planted, in the order of `planted`."""
        named = {provider.name_of(row): row for row in rows}
        return [named[name] for name in ("tls mail 4xx", "tls rcpt drop", "tls dot 5xx", "plain mail 4xx", "tls dot drop",
                                         "plain quit drop")]

    def self_test(self, rows, jobs):
        return provider.self_test(self, rows, jobs)


if __name__ == "__main__":
    provider.run(Matrix(), "provider_smtp.tsv", 140)
