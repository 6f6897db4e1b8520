"""Postfix and nginx with settings that make faults, all on loopback, each ended by the one who started it."""
import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import threading
import time

from lib_servers import SLOW, ScriptedHttp, end_process, free_port, http_reply, wait_for_port

POSTFIX_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.test.invalid
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = {folder}/log/postfix
maillog_file_prefixes = {folder}
smtp_dns_support_level = disabled
default_transport = discard:
virtual_transport = discard:
virtual_mailbox_domains = shop.invalid
virtual_mailbox_maps = static:all
relay_transport = discard:
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_CAfile = {ca}
"""
POSTFIX_SERVICES = """cleanup unix n - n - 0 cleanup
strict unix n - n - 0 cleanup
  -o { header_checks = regexp:{{/^Subject:/ REJECT 5.7.1 such content is not wanted}} }
later unix n - n - 0 cleanup
  -o { header_checks = regexp:{{/^Subject:/ REJECT 4.7.1 such content not now}} }
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
# What each mail server of the table does, in Postfix's own words.
POSTFIX = {
    "good": "",
    "greylisted": "{ smtpd_recipient_restrictions = check_recipient_access static:{450 4.7.1 Greylisted} }",
    "unknown-user": "virtual_mailbox_maps=inline:{{somebody@shop.invalid=else}}",
    "blocked": "smtpd_client_restrictions=reject",
    "blocked-at-once": "smtpd_client_restrictions=reject -o smtpd_delay_reject=no",
    "too-large": "message_size_limit=300",
    "content": "cleanup_service_name=strict",
    "content-later": "cleanup_service_name=later",
    "tls-required": "smtpd_tls_security_level=encrypt",
    "tls": "smtpd_tls_security_level=may",
    "disk-full": "queue_minfree=900000000000000",
    "busy": "{ smtpd_client_restrictions = check_client_access static:{421 4.7.0 too busy} }",
}
WARM = "tls/warm"  # a service of nobody's


class Postfix:
    """A private instance: one smtpd for each place, all mail is discarded and counted by its log."""

    def __init__(self, certificate, places):
        self.folder = tempfile.mkdtemp(prefix="dunningd-postfix-")
        os.chmod(self.folder, 0o755)
        places = [*places, WARM]
        self.ports = {place: free_port() for place in places}
        for name in ("etc", "spool", "data", "log"):
            os.mkdir(os.path.join(self.folder, name))
        shutil.chown(os.path.join(self.folder, "data"), "postfix")
        self.log = os.path.join(self.folder, "log", "postfix")
        self.write("main.cf", POSTFIX_MAIN.format(folder=self.folder, ca=certificate.ca, cert=certificate.cert,
                                                  key=certificate.key))
        self.write("master.cf", "".join(map(self.service, places)) + POSTFIX_SERVICES)
        self.process = subprocess.Popen(["postfix", "-c", os.path.join(self.folder, "etc"), "start-fg"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.ports["good"], self.process, 40)
        self.wait_for_tls()

    def wait_for_tls(self):
        """An smtpd that finds no TLS manager yet goes on without TLS for good, so the first one is not a case's."""
        end = time.monotonic() + 40 * SLOW
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.ports[WARM], timeout=10) as session:
                    session.ehlo()
                    if session.has_extn("starttls"):
                        return
            except (OSError, smtplib.SMTPException):
                pass
            assert time.monotonic() < end, "postfix does not offer TLS"
            time.sleep(0.05)

    def write(self, name, text):
        with open(os.path.join(self.folder, "etc", name), "w", encoding="utf-8") as file:
            file.write(text)

    def service(self, place):
        lines = ["127.0.0.1:%d inet n - n - - smtpd" % self.ports[place], "-o syslog_name=p-" + place.replace("/", "-")]
        settings = POSTFIX[place.split("/")[0]]
        lines += ["-o max_use=1"] if place == WARM else []
        return "\n  ".join(lines + (["-o " + settings] if settings else [])) + "\n"

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def taken(self, place, wanted):
        """Mails of this service that are in the queue; waits for the end of a session and for as many as wanted."""
        end, name = time.monotonic() + 10 * SLOW, re.escape(place.replace("/", "-"))
        while True:
            log = self.read_log()
            mine = set(re.findall(r"p-%s/smtpd\[\d+\]: (\w+): client=" % name, log))
            queued = mine & set(re.findall(r"/qmgr\[\d+\]: (\w+): from=<[^>]*>, size=\d+, nrcpt=1 \(queue active\)", log))
            over = len(re.findall(r"p-%s/smtpd\[\d+\]: disconnect" % name, log))
            if wanted is None or (over and len(queued) >= wanted) or time.monotonic() > end:
                return len(queued)
            time.sleep(0.05)

    def stop(self):
        subprocess.run(["postfix", "-c", os.path.join(self.folder, "etc"), "stop"], check=False, capture_output=True)
        end_process(self.process)
        shutil.rmtree(self.folder)


NGINX = """daemon off; master_process off; error_log {folder}/error.log; pid {folder}/pid;
events {{ }}
http {{
  access_log off; proxy_http_version 1.1; proxy_next_upstream off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  limit_req_zone $server_port zone=one:1m rate=1r/m;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
    location = /slow {{ proxy_pass http://127.0.0.1:{upstream}; proxy_read_timeout 1s; }}
    location /nobody {{ proxy_pass http://127.0.0.1:{closed}; }}
    location /small {{ client_max_body_size 10; proxy_pass http://127.0.0.1:{upstream}; }}
    location /warm {{ limit_req zone=one; proxy_pass http://127.0.0.1:{upstream}; }}
    location /limited {{ limit_req zone=one; limit_req_status 429; proxy_pass http://127.0.0.1:{upstream}; }}
    location /overloaded {{ limit_req zone=one; proxy_pass http://127.0.0.1:{upstream}; }}
    location /moved {{ return 308 /good; }}
    location /silent {{ return 444; }}
    location /once {{ keepalive_timeout 0; proxy_pass http://127.0.0.1:{upstream}; }}
  }}
  server {{
    listen 127.0.0.1:{secure} ssl;
    ssl_certificate {cert}; ssl_certificate_key {key};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
  }}
}}
"""


class Nginx:
    """A reverse proxy before a service that counts; the path says how proxy and service behave."""

    def __init__(self, certificate):
        self.folder = tempfile.mkdtemp(prefix="dunningd-nginx-")
        os.chmod(self.folder, 0o777)
        self.counts, self.lock = {}, threading.Lock()
        self.upstream = ScriptedHttp(self.answer)
        self.port, self.secure = free_port(), free_port()
        conf = os.path.join(self.folder, "conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(NGINX.format(folder=self.folder, port=self.port, secure=self.secure, closed=free_port(),
                                    upstream=self.upstream.port, cert=certificate.cert, key=certificate.key))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", self.folder],
                                        stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    def answer(self, request, number):
        del number
        path = request["line"].split()[1][1:]
        with self.lock:
            self.counts[path] = self.counts.get(path, 0) + 1
        answers = {"lost": "drop", "slow": "hang", "fails": http_reply("500 Failed", "after it was taken"),
                   "cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "close")}
        return answers.get(path, http_reply("200 OK", '{"id": "P-1"}'))

    def taken(self, path, wanted):
        del wanted
        with self.lock:
            return self.counts.get(path, 0)

    def stop(self):
        self.upstream.release.set()
        end_process(self.process)
        self.upstream.stop()
        shutil.rmtree(self.folder)
