#!/usr/bin/python3
"""Every fault of a provider over HTTP: dunningd and dunningd-send over tests/fault/provider_http.tsv."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_provider as provider
from lib_provider_http import FaultyHttp, Trap
from lib_provider_smtp import Certificates, DeadPort
from lib_world import SOURCE

SMS = {"kannel", "twilio", "vonage-sms", "vonage-messages", "messagebird", "plivo", "sinch"}
PLAIN = """provider = { name = "plain"; kind = "http"; url = "http://localhost/send"; encoding = "json"; id = "/id";
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } ); };
"""
WAITING = {"silence", "slow", "slowbody", "slowline", "bodywaits", "endlessstorm", "deaf", "notls"}
PATIENCE = 2 * provider.SLOW


def provider_text(table):
    """A provider file of the project, or the plain one without a table of answers."""
    if table in ("plain", "big"):
        return PLAIN
    folder = "conf/providers" if table == "kannel" else "tests/data/providers"
    with open(os.path.join(SOURCE, folder, table + ".conf"), encoding="utf-8") as file:
        return file.read()


class Matrix:
    """Cells of the HTTP table."""

    planted = [{"state": "accepted"}, {"state": "refused_for_now"}, {"next": "done"}, {"next": "retry 121"},
               {"taken": 0}, {"twice": True}]

    def __init__(self):
        self.certificates, self.trap = Certificates(), Trap()
        self.bases = {"first": provider.Base(debtors=2), "reading": provider.Base(items=9), "": provider.Base()}

    def end(self):
        self.certificates.remove()
        self.trap.stop()
        for base in self.bases.values():
            base.remove()

    @staticmethod
    def weight(row):
        return row["fault"] in WAITING

    def server(self, row):
        if row["when"] == "connect":
            return DeadPort(row, lambda: FaultyHttp(dict(row, when="", fault=""), self.certificates))
        server = FaultyHttp(row, self.certificates)
        server.trap = self.trap.port
        return server

    def world(self, row, server):
        secure = getattr(server, "secure", False)
        patience = PATIENCE if row["fault"] in WAITING else 30 * provider.SLOW
        text = provider_text(row["table"])
        text = re.sub(r'name = "%s";' % ("plain" if row["table"] == "big" else row["table"]), 'name = "first";', text, 1)
        text = re.sub(r'(?m)^ *(connect|reply)_timeout = .*\n', "", text)
        host = "nowhere.invalid" if row["fault"] == "noname" else "localhost"
        text = re.sub(r'url = "https?://[^/"]*', 'url = "%s://%s:%%d' % ("https" if secure else "http", host),
                      text.replace("%", "%%"), 1)
        text = text.replace('kind = "http";', 'kind = "http"; connections = 1; connect_timeout = "%ds"; '
                            'reply_timeout = "%ds"; ca_file = "%s";'
                            % (patience, patience, self.certificates.good.ca), 1)
        proxy = "http://127.0.0.1:%d" % self.trap.port
        environment = {name: proxy for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")}
        return provider.CellWorld(self.bases.get(row["when"].replace("second", "first"), self.bases[""]),
                                  text % server.port, "sms" if row["table"] in SMS else "email",
                                  second=provider.NEXT[row["next"].split()[0]],
                                  padding=4000 if row["when"] == "reading" else 0, environment=environment)

    @staticmethod
    def examples(rows):
        named = {provider.name_of(row): row for row in rows}
        return [named[name] for name in ("plain before 400", "plain after 500", "plain after 504",
                                         "plain before 429 Retry-After: 120", "plain after drop", "plain after 200")]

    def self_test(self, rows, jobs):
        return provider.self_test(self, rows, jobs)


if __name__ == "__main__":
    matrix = Matrix()
    provider.run(matrix, "provider_http.tsv", 100, last=lambda: ["a redirect was followed or a proxy used"
                                                                 for _ in range(matrix.trap.visits)])
