"""Real and scripted servers for tests: all on loopback, on free ports, ended by the one who started them."""
import logging
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import warnings

SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for_port(port, process=None, timeout=20):
    end = time.monotonic() + timeout * SLOW
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process is None or process.poll() is None, "the server ended"
            time.sleep(0.02)
    raise AssertionError("nothing listens on port %d" % port)


def end_process(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Certificate:
    """A CA and a certificate for localhost signed by it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dunningd-tls-")
        self.ca, self.cert, self.key = (os.path.join(self.folder, name) for name in ("ca.pem", "cert.pem", "key.pem"))
        ca_key, request, names = (os.path.join(self.folder, name) for name in ("ca.key", "request", "names"))
        with open(names, "w") as file:
            file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self.openssl("req", "-x509", *ec, "-keyout", ca_key, "-out", self.ca, "-subj", "/CN=Test CA", "-days", "2")
        self.openssl("req", *ec, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        self.openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2",
                     "-extfile", names, "-out", self.cert)

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context

    def remove(self):
        shutil.rmtree(self.folder)


class AioSmtp:
    """aiosmtpd with STARTTLS or implicit TLS and AUTH; keeps what it accepted."""

    def __init__(self, certificate=None, implicit=False, user=None, password=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        self.messages, self.logins, self.port = [], [], free_port()
        server = self

        class Handler:
            async def handle_DATA(self, smtp, session, envelope):
                server.messages.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": bool(session.ssl),
                                        "data": bytes(envelope.content)})
                return "250 2.0.0 queued as M%d" % len(server.messages)

        def authenticate(smtp, session, envelope, mechanism, data):
            good = data.login == user.encode() and data.password == password.encode()
            server.logins.append((mechanism, good))
            return AuthResult(success=good, handled=good)

        keys = {"hostname": "127.0.0.1", "port": self.port, "ready_timeout": 30}
        if user:
            keys.update(authenticator=authenticate, auth_required=True,
                        auth_require_tls=bool(certificate) and not implicit)
        if certificate and implicit:
            keys.update(ssl_context=certificate.context())
        elif certificate:
            keys.update(tls_context=certificate.context(), require_starttls=True)
        self.controller = Controller(Handler(), **keys)
        self.controller.start()

    def stop(self):
        self.controller.stop()


class Threads:
    """A server with a thread for each connection; the subclass's serve() speaks."""

    def __init__(self, certificate=None):
        self.certificate = certificate
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.connections, self.open, self.lock = 0, set(), threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open.add(sock)
            threading.Thread(target=self.guard, args=(sock,), daemon=True).start()

    def guard(self, sock):
        try:
            self.serve(sock)
        except (OSError, ValueError):
            pass
        with self.lock:
            self.open.discard(sock)
        sock.close()

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for sock in self.open:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


class ScriptedSmtp(Threads):
    """An SMTP server that misbehaves as told.

    faults maps a command (CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, DOT,
    QUIT) to what is done instead of the good reply: a reply, "drop", "reset",
    "hang" until the event release, or a list of these, one for each time.
    """

    def __init__(self, faults=None, features=(), certificate=None):
        self.faults, self.features = dict(faults or {}), list(features)
        self.seen, self.messages, self.complete, self.logins = [], [], 0, []
        self.release = threading.Event()
        super().__init__(certificate)

    def act(self, sock, command, good):
        fault = self.faults.get(command)
        if isinstance(fault, list):
            fault = fault.pop(0) if fault else None
        if fault is None:
            sock.sendall(good.encode() + b"\r\n")
            return True
        if callable(fault):
            fault = fault(sock)
            if fault is None:
                return True
        if fault == "hang":
            self.release.wait(60)
            sock.sendall(good.encode() + b"\r\n")
            return True
        if fault == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if fault in ("drop", "reset"):
            raise OSError(fault)
        sock.sendall(fault.encode() + b"\r\n")
        return not fault.startswith("421")

    def ehlo(self):
        lines = ["250-test"] + ["250-" + feature for feature in self.features] + ["250 HELP"]
        return "\r\n".join(lines)

    def read_data(self, sock, stream):
        lines = []
        while lines[-1:] != [b".\r\n"]:
            line = stream.readline()
            if not line:
                with self.lock:
                    self.messages.append(("part", b"".join(lines)))
                raise OSError("gone in the middle")
            lines.append(line)
        with self.lock:
            self.complete += 1
            self.messages.append(("whole", re.sub(rb"(?m)^\.", b"", b"".join(lines[:-1]))))

    def serve(self, sock):
        stream = sock.makefile("rb")
        self.latest = sock
        if not self.act(sock, "CONNECT", "220 test ESMTP"):
            return
        while True:
            line = stream.readline()
            if not line:
                return
            command = line[:4].upper().decode("latin-1").strip()
            command = "STARTTLS" if command == "STAR" else command
            with self.lock:
                self.seen.append(line.decode("latin-1").rstrip("\r\n"))
            if command == "AUTH" and len(line.split()) == 2 and "AUTH" not in self.faults:
                sock.sendall(b"334 \r\n")
                self.logins.append(stream.readline())
            good = {"EHLO": self.ehlo(), "STARTTLS": "220 go on", "AUTH": "235 good", "DATA": "354 go on",
                    "QUIT": "221 bye"}.get(command, "250 2.1.0 ok")
            if not self.act(sock, command, good) or command == "QUIT":
                return
            if command == "DATA" and "DATA" not in self.faults:
                self.read_data(sock, stream)
                if not self.act(sock, "DOT", "250 2.0.0 queued as S%d" % self.complete):
                    return
            if command == "STARTTLS" and "STARTTLS" not in self.faults:
                sock = self.latest = self.certificate.context().wrap_socket(sock, server_side=True)
                stream = sock.makefile("rb")


class ScriptedHttp(Threads):
    """An HTTP server whose answer(request, number) gives raw bytes, or "drop", "reset" or "hang".

    Every request that came in whole is kept, with its body.
    """

    def __init__(self, answer, certificate=None):
        self.answer, self.requests, self.release = answer, [], threading.Event()
        super().__init__(certificate)

    @staticmethod
    def read_request(stream):
        line = stream.readline()
        if not line:
            raise OSError("closed")
        headers = {}
        while True:
            header = stream.readline()
            if not header:
                raise OSError("closed in the headers")
            if header == b"\r\n":
                break
            name, value = header.decode("latin-1").split(":", 1)
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        body = stream.read(length)
        if len(body) < length:
            raise OSError("closed in the body")
        return {"line": line.decode("latin-1").strip(), "headers": headers, "body": body}

    def serve(self, sock):
        if self.certificate:
            sock = self.certificate.context().wrap_socket(sock, server_side=True)
        stream = sock.makefile("rb")
        while True:
            request = self.read_request(stream)
            with self.lock:
                self.requests.append(request)
                number = len(self.requests)
            answer = self.answer(request, number)
            if answer == "hang":
                self.release.wait(60)
                return
            if answer == "reset":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            if answer in ("drop", "reset"):
                return
            keep = answer if isinstance(answer, bytes) else answer[0]
            sock.sendall(keep)
            if isinstance(answer, tuple): # (bytes, "close")
                return


def http_reply(status, body=b"", headers=()):
    body = body.encode() if isinstance(body, str) else body
    lines = ["HTTP/1.1 %s" % status, "Content-Length: %d" % len(body)] + list(headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class SmtpSink:
    """Postfix's smtp-sink: keeps nothing unless a folder is given, then one file for each message."""

    def __init__(self, folder=None, options=()):
        self.port, self.folder = free_port(), folder
        command = ["/usr/sbin/smtp-sink"]
        if os.geteuid() == 0:
            command += ["-u", "nobody"]
        if folder:
            os.chmod(folder, 0o777)
            command += ["-d", os.path.join(folder, "%s.")]
        self.process = subprocess.Popen(command + list(options) + ["127.0.0.1:%d" % self.port, "256"],
                                        stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    def stop(self):
        end_process(self.process)


KANNEL_CONF = """
group = core
admin-port = {admin}
admin-password = admin
status-password = status
admin-interface = "127.0.0.1"
smsbox-port = {box}
smsbox-interface = "127.0.0.1"
log-level = 0
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = FAKE
port = {smsc}
connect-allow-ip = 127.0.0.1
denied-prefix = "+99"

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {http}
sendsms-interface = "127.0.0.1"
sendsms-chars = "0123456789 +-"
log-level = 0

group = sendsms-user
username = tester
password = "p&ss wörd"
user-allow-ip = "127.0.0.1"
user-deny-ip = "*.*.*.*"
concatenation = true
max-messages = 10
"""


class Kannel:
    """bearerbox, smsbox and the fake message centre, whose output shows what arrived."""

    password = "p&ss wörd"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dunningd-kannel-")
        ports = {name: free_port() for name in ("admin", "box", "smsc", "http")}
        self.port = ports["http"]
        conf = os.path.join(self.folder, "kannel.conf")
        with open(conf, "w") as file:
            file.write(KANNEL_CONF.format(**ports))
        self.processes = []
        self.start("/usr/sbin/bearerbox", "-v", "4", conf)
        wait_for_port(ports["box"], self.processes[0])
        self.wait_listening(ports["smsc"])
        self.arrivals = os.path.join(self.folder, "fakesmsc")
        self.start("/usr/lib/kannel/test/fakesmsc", "-v", "0", "-H", "127.0.0.1", "-r", str(ports["smsc"]), "-m", "0",
                   "1 2 text x", log="fakesmsc")
        self.start("/usr/sbin/smsbox", "-v", "4", conf)
        wait_for_port(self.port, self.processes[-1])

    @staticmethod
    def wait_listening(port):
        """Without connecting: the fake centre serves one connection at a time."""
        wanted = ":%04X" % port
        end = time.monotonic() + 20 * SLOW
        while time.monotonic() < end:
            with open("/proc/net/tcp") as table:
                if any(line.split()[1].endswith(wanted) and line.split()[3] == "0A" for line in list(table)[1:]):
                    return
            time.sleep(0.02)
        raise AssertionError("the message centre's port is not open")

    def start(self, *command, log=None):
        output = open(os.path.join(self.folder, log or os.path.basename(command[0])), "w")
        self.processes.append(subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=output))
        output.close()

    def messages(self):
        """What the fake message centre got: (sender, receiver, kind, text)."""
        with open(self.arrivals, "rb") as file:
            text = file.read().decode("utf-8", "replace")
        return [tuple(match) for match in re.findall(r"Got message \d+: <(\S+) (\S+) (\S+) (.*?)>", text, re.S)]

    def wait_messages(self, count, timeout=20):
        end = time.monotonic() + timeout * SLOW
        while len(self.messages()) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.messages()

    def stop(self):
        for process in reversed(self.processes):
            end_process(process)
        shutil.rmtree(self.folder)
