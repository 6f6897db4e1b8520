"""A mail server that misbehaves at one phase of the talk, and counts what it took."""
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

from lib_provider import PAID
from lib_servers import Certificate, Threads

SLOWLY = 0.5       # between two bytes; more than the provider's patience in all
LATE = 1.0         # within the patience of a provider with much of it


class Gone(OSError):
    """The connection is over."""


class Talk:
    """One connection: the good server, and the hooks for the faults."""

    def __init__(self, server, sock):
        self.server, self.sock, self.stream = server, sock, sock.makefile("rb")
        self.secured = False
        self.faulty = not server.well  # as it was at its beginning

    # -- means of the faults --

    def send(self, data):
        self.sock.sendall(data)

    def line(self, text):
        self.send(text.encode() + b"\r\n")

    def wait_for_the_end(self):
        """Says nothing more until the client has gone."""
        while self.sock.recv(65536):
            pass
        raise Gone()

    def read_nothing(self):
        self.server.over.wait(60)
        raise Gone()

    def drop(self):
        raise Gone()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone()

    def end_tls(self):
        """TLS ends as it should, and the connection with it."""
        self.sock.setblocking(False)
        try:
            self.sock.unwrap()
        except (ssl.SSLError, OSError, ValueError):
            pass
        raise Gone()

    def last(self, data):
        """The words and the end of the connection arrive together."""
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        self.send(data)
        raise Gone()

    def slowly(self, data):
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(SLOWLY)

    # -- the talk --

    def reply(self, phase, good):
        """The good reply, or what the fault of this phase does instead."""
        if phase == self.server.phase and self.faulty:
            FAULTS[self.server.fault](self, good)
        else:
            self.line(good)

    def command(self):
        line = self.stream.readline()
        if not line:
            raise Gone()
        word = line.decode("latin-1").split()[0].upper() if line.strip() else ""
        self.server.note(word)
        return word, line

    def talk(self):
        if self.server.way == "smtps":
            self.secure("tls")
        self.reply("banner", "220 test ESMTP")
        while True:
            word, line = self.command()
            self.answer(word, line)
            if word == "QUIT":
                raise Gone()

    def answer(self, word, line):
        if word in ("EHLO", "HELO"):
            self.reply("ehlo2" if self.secured and self.server.way == "tls" else "ehlo", self.greeting())
        elif word == "STARTTLS":
            self.reply("starttls", "220 go on")
            self.secure("tls")
        elif word == "AUTH":
            self.authenticate(line)
        elif word == "DATA":
            self.reply("data", "354 go on")
            self.read_mail()
        elif word == "QUIT":
            self.reply("quit", "221 bye")
        else:
            self.reply({"MAIL": "mail", "RCPT": "rcpt"}.get(word, "other"), "250 2.1.0 ok")

    def greeting(self):
        faulty = self.faulty and self.server.fault
        features = ["SIZE 10000000"]
        if self.server.way == "tls" and not self.secured and faulty != "stripped":
            features.append("starttls" if faulty == "lowercase" else "STARTTLS")
        if (self.secured or self.server.way == "plain") and faulty != "noauth":
            features.append("AUTH GSSAPI" if faulty == "othermech" else "AUTH PLAIN LOGIN")
        return "\r\n".join(["250-test"] + ["250-" + feature for feature in features] + ["250 HELP"])

    def authenticate(self, line):
        if len(line.split()) == 2:
            self.line("334 ")
            self.stream.readline()
        self.reply("auth", "235 2.7.0 good")

    def secure(self, phase):
        fault = self.server.fault if phase == self.server.phase and self.faulty else None
        if fault in FAULTS:
            self.sock.recv(1)  # the hello has begun
            FAULTS[fault](self, "")
        self.sock = self.server.certificates.context(fault).wrap_socket(self.sock, server_side=True)
        self.stream, self.secured = self.sock.makefile("rb"), True

    def read_mail(self):
        length, broken = 0, self.server.phase == "body" and self.faulty
        while True:
            line = self.stream.readline()
            if not line:
                raise Gone()
            if line == b".\r\n":
                break
            length += len(line)
            if broken and length > 20000:
                broken = False
                FAULTS[self.server.fault](self, "")
        if not self.faulty or self.server.takes():
            self.server.take()
        good = "250 2.0.0 queued as S%d" % self.server.taken
        if self.server.phase == "body" and self.server.fault in NOT_TAKEN and self.faulty:
            return  # it has had its say in the middle
        if self.server.phase == "idle" and self.faulty and self.server.taken == 1:
            IDLE[self.server.fault](self, good)
        self.reply("dot", good)


def said(text):
    return lambda talk, good: talk.line(text)


def said_and_left(text):
    def fault(talk, good):
        talk.line(text)
        raise Gone()
    return fault


def said_and_waited(data):
    def fault(talk, good):
        talk.send(data)
        talk.wait_for_the_end()
    return fault


def contradicted(talk, good):
    """RFC 5321 4.2.1: every line of a reply has the same code; here the last one says the opposite."""
    talk.send(good[:3].encode() + b"-so far so good\r\n550 5.7.1 no\r\n")


def half(talk, good):
    talk.send(good.encode()[:len(good) // 2 + 1])
    raise Gone()


def late(talk, good):
    time.sleep(LATE)
    talk.line(good)


def too_late(talk, good):
    time.sleep(talk.server.patience + 2)
    talk.line(good)


def paid(talk, good):
    talk.server.world.sql(PAID)
    talk.line(good)


def said_and_gone(talk, good):
    talk.last(good.encode() + b"\r\n")


FAULTS = {
    "silence": lambda talk, good: talk.wait_for_the_end(),
    "deaf": lambda talk, good: talk.read_nothing(),
    "drop": lambda talk, good: talk.drop(),
    "closenotify": lambda talk, good: talk.end_tls(),
    "reset": lambda talk, good: talk.reset(),
    "4xx": said("451 4.3.0 later"),
    "5xx": said("550 5.7.1 no"),
    "421": said_and_left("421 4.3.2 closing"),
    "garbage": said_and_waited(b"\x16\xff\x00nothing that means anything\r\n"),
    "noise": lambda talk, good: talk.send(b"\xff\xfe noise\r\n" + good.encode() + b"\r\n"),
    "longline": lambda talk, good: talk.send(good[:3].encode() + b" " + b"x" * 200000 + b"\r\n"),
    "longish": lambda talk, good: talk.send(good[:3].encode() + b" " + b"x" * 2000 + b"\r\n"),
    "contradiction": contradicted,
    "openend": lambda talk, good: said_and_waited(good[:3].encode() + b"-there is more to come\r\n")(talk, good),
    "slow": lambda talk, good: (talk.slowly(good.encode() + b"\r\n"), None)[1],
    "half": half,
    "late": late,
    "toolate": too_late,
    "paid": paid,
    # of one phase only
    "heloonly": lambda talk, good: talk.line("502 5.5.1 no" if talk.server.words[-1] == "EHLO" else "250 test"),
    "250": said("250 2.0.0 ok"),
    "535multi": said("535-5.7.8 one\r\n535 5.7.8 two"),
    "wrongcode": said("354 go on"),
    "nonsense": said("999 what"),
    "552": said("552 5.2.2 too big"),
    "530": said("530 5.7.0 login first"),
    "534": said("534 5.7.9 other mechanism"),
    "535": said("535 5.7.8 wrong"),
    "454": said("454 4.7.0 not now"),
    "450": said("450 4.7.1 greylisted"),
    "452": said("452 4.2.2 full"),
    "502": said("502 5.5.1 unknown"),
    "554": said("554 5.7.1 blocked"),
    "451multi": said("451-4.3.0 one\r\n451 4.3.0 two"),
    "550multi": said("550-5.7.1 one\r\n550 5.7.1 two"),
    "251": said("251 2.1.5 will forward"),
    "250left": said_and_gone,
    "354left": said_and_gone,
    "354and421": lambda talk, good: talk.last(good.encode() + b"\r\n421 4.4.2 timeout\r\n"),
    "354and250": lambda talk, good: talk.send(good.encode() + b"\r\n250 2.0.0 already\r\n"),
    "injected": lambda talk, good: talk.send(good.encode() + b"\r\n250-evil\r\n250 AUTH PLAIN\r\n"),
    "notls": said_and_waited(b"220 plain words\r\n"),
    "alert": said_and_left("\x15\x03\x03\x00\x02\x02\x28"),
    "halfhello": said_and_left("\x16\x03\x03\x00\x7a\x02\x00\x00"),
}
# After the first message; with the end of the connection in the packet of the reply, so that the client cannot miss it.
IDLE = {
    "drop": lambda talk, good: talk.last(good.encode() + b"\r\n"),
    "421": lambda talk, good: talk.last(good.encode() + b"\r\n421 4.4.2 idle for too long\r\n"),
    "silence": lambda talk, good: said_and_waited(good.encode() + b"\r\n")(talk, good),
}
# What the server has said no to, it has not taken.
NOT_TAKEN = {"4xx", "5xx", "421", "450", "452", "451multi", "550multi", "552", "554", "530"}


class Certificates:
    """Contexts for the faults of a handshake; None is the good one."""

    def __init__(self):
        self.good, self.unknown = Certificate(), Certificate()
        self.made = {}
        self.special("expired", "DNS:localhost", "-days", "-1")
        self.special("wrongname", "DNS:elsewhere.example", "-days", "2")
        self.lock = threading.Lock()

    def special(self, name, names, *days):
        """Another certificate by the good CA."""
        folder = self.good.folder
        with open(os.path.join(folder, name + ".names"), "w", encoding="utf-8") as file:
            file.write("subjectAltName=%s\n" % names)
        out = os.path.join(folder, name + ".pem")
        subprocess.run(["openssl", "x509", "-req", "-in", os.path.join(folder, "request"), "-CA", self.good.ca, "-CAkey",
                        os.path.join(folder, "ca.key"), "-CAcreateserial", "-extfile",
                        os.path.join(folder, name + ".names"), "-out", out, *days], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(out, self.good.key)
        self.made[name] = context

    def context(self, fault):
        if fault == "unknownca":
            return self.unknown.context()
        if fault == "oldtls":
            context = self.good.context()
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            return context
        return self.made.get(fault) or self.good.context()

    def remove(self):
        self.good.remove()
        self.unknown.remove()


class FaultySmtp(Threads):
    """way: tls (STARTTLS), smtps or plain.  taken counts the messages for which the server is responsible."""

    def __init__(self, row, certificates, patience):
        self.way, self.phase, self.fault = row["way"], row["phase"], row["fault"]
        self.certificates, self.patience = certificates, patience
        self.well, self.taken, self.world, self.complaints = False, 0, None, []
        self.over = threading.Event()
        self.twice = row.get("twice", False)  # of the self-test
        self.words = []
        super().__init__()
        if self.phase == "body":  # small buffers, so that a mail of some 100 KB does not fit into them
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)

    def note(self, word):
        with self.lock:
            self.words.append(word)

    def takes(self):
        return self.phase not in ("dot", "body") or self.fault not in NOT_TAKEN

    def take(self):
        with self.lock:
            self.taken += 2 if self.twice else 1

    def heal(self):
        self.well = True
        self.over.set()

    def serve(self, sock):
        talk = Talk(self, sock)
        try:
            talk.talk()
        except (OSError, ValueError):
            pass
        for each in (talk.stream, talk.sock):
            try:
                each.close()
            except OSError:
                pass


class DeadPort:
    """Refuses connections, or lets them wait in a full queue, until a server that `make` makes takes its place."""

    def __init__(self, row, make):
        self.make, self.world, self.complaints, self.server, self.waiting = make, None, [], None, []
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        if row["fault"] == "silence":
            self.socket.listen(0)
            for _ in range(4):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", self.port))
                self.waiting.append(client)

    @property
    def taken(self):
        return self.server.taken if self.server else 0

    def heal(self):
        for each in self.waiting + [self.socket]:
            each.close()
        self.waiting = []
        self.server = self.make()
        self.socket = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.hand_over, daemon=True).start()

    def hand_over(self):
        try:
            while True:
                sock, _ = self.socket.accept()
                threading.Thread(target=self.server.guard, args=(sock,), daemon=True).start()
        except OSError:
            pass

    def stop(self):
        if self.server:
            self.socket.shutdown(socket.SHUT_RDWR)
            self.server.stop()
        for each in self.waiting + [self.socket]:
            each.close()
