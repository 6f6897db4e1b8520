"""A web service that misbehaves as told, and counts what it took and how often it was asked."""
import contextlib
import gzip
import socket
import sqlite3
import ssl
import struct
import threading
import time

from lib_provider import PAID
from lib_provider_smtp import FAULTS as HANDSHAKE, Gone
from lib_servers import Threads, http_reply

# Good answers of the providers whose tables are tried.
GOOD = {
    "plain": ("200 OK", '{"id": "P-1"}', ()),
    "big": ("200 OK", '{"id": "P-1"}', ()),
    "kannel": ("202 Accepted", "0: Accepted for delivery", ()),
    "twilio": ("201 Created", '{"sid": "SM1", "status": "queued"}', ()),
    "vonage-sms": ("200 OK", '{"messages": [{"status": "0", "message-id": "V-1"}]}', ()),
    "vonage-messages": ("202 Accepted", '{"message_uuid": "V-2"}', ()),
    "messagebird": ("201 Created", '{"id": "B-1"}', ()),
    "plivo": ("202 Accepted", '{"message_uuid": ["L-1"]}', ()),
    "sinch": ("201 Created", '{"id": "S-1"}', ()),
    "sendgrid": ("202 Accepted", "", ("X-Message-Id: G-1",)),
    "mailgun": ("200 OK", '{"id": "<m@x>", "message": "Queued. Thank you."}', ()),
    "mailjet": ("200 OK", '{"Messages": [{"Status": "success", "To": [{"MessageID": 7}]}]}', ()),
    "postmark": ("200 OK", '{"ErrorCode": 0, "MessageID": "K-1"}', ()),
    "resend": ("200 OK", '{"id": "R-1"}', ()),
    "brevo": ("201 Created", '{"messageId": "<b@x>"}', ()),
}
STEP = 0.3  # between the bytes of a slow answer


class Exchange:
    """One connection."""

    def __init__(self, server, sock):
        self.server, self.sock = server, sock
        self.faulty = not server.well
        self.stream = sock.makefile("rb")

    # -- means of the faults; the same names as in a mail server's talk, for the handshake --

    def send(self, data):
        self.sock.sendall(data)

    def line(self, text):
        self.send(text.encode() + b"\r\n")

    def wait_for_the_end(self):
        while self.sock.recv(65536):
            pass
        raise Gone()

    def drop(self):
        raise Gone()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone()

    def end_tls(self):
        self.sock.setblocking(False)
        try:
            self.sock.unwrap()
        except (ssl.SSLError, OSError, ValueError):
            pass
        raise Gone()

    def until_over(self, data, pause):
        """Says this again and again, until the client goes."""
        while not self.server.over.wait(pause):
            self.send(data)
        raise Gone()

    def good(self):
        status, body, headers = GOOD[self.server.table]
        return http_reply(status, body, headers)

    # -- the exchange --

    def secure(self):
        fault = self.server.fault if self.faulty and self.server.when == "tls" else None
        if fault == "paid":
            self.server.world.sql(PAID)
        elif fault in HANDSHAKE:
            self.sock.recv(1)
            HANDSHAKE[fault](self, "")
        context = self.server.certificates.context(fault)
        with self.server.gate(self.faulty):
            self.sock = context.wrap_socket(self.sock, server_side=True)
            self.stream = self.sock.makefile("rb")
            if self.faulty and self.server.when == "asked":
                getattr(self, self.server.fault)()

    def read_head(self):
        line = self.stream.readline()
        if not line:
            raise Gone()
        headers = {}
        while True:
            header = self.stream.readline()
            if not header:
                raise Gone()
            if header == b"\r\n":
                break
            name, value = header.decode("latin-1").split(":", 1)
            headers[name.strip().lower()] = value.strip()
        return line.decode("latin-1").strip(), headers

    def serve(self):
        if self.server.secure:
            self.secure()
        while True:
            line, headers = self.read_head()
            number = self.server.note(line, headers)
            fault = self.server.fault_of(self, number)
            if fault and self.server.when == "reading":
                READING[fault](self, headers)
            body = self.stream.read(int(headers.get("content-length", "0")))
            self.server.taken += self.server.count_of(self, fault, body)
            if fault:
                answer_badly(self, fault)
            else:
                self.send(self.good())


def answer_badly(exchange, fault):
    """A named fault, or a status with its headers: '429 Retry-After: 5'."""
    if fault in ANSWERS:
        ANSWERS[fault](exchange)
        return
    status, _, rest = fault.partition(" ")
    headers, body = ([rest], "words") if ":" in rest and not rest.startswith("{") else ([], rest or "words")
    if status.startswith("3"):
        headers.append("Location: http://127.0.0.1:%d/elsewhere" % exchange.server.trap)
    if status == "401":
        headers.append('WWW-Authenticate: Basic realm="x"')
    exchange.send(http_reply(status + " Words", "" if status in ("204", "304") else body, headers))


def raw(data, then="leave"):
    def fault(exchange):
        exchange.send(data)
        if then == "leave":
            raise Gone()
        if then == "wait":
            exchange.wait_for_the_end()
    return fault


def head(status="200 OK", *headers):
    return ("\r\n".join(("HTTP/1.1 " + status,) + headers) + "\r\n\r\n").encode()


def slowly(exchange):
    for byte in exchange.good():
        exchange.send(bytes([byte]))
        time.sleep(STEP)


def late(exchange):
    time.sleep(1)
    exchange.send(exchange.good())


def huge(exchange):
    for _ in range(500):
        exchange.send(b"x" * 65536)


def storm(exchange):
    exchange.send(head("100 Continue") * 1000 + exchange.good())


def zipped(exchange):
    status, body, _ = GOOD[exchange.server.table]
    data = gzip.compress(body.encode())
    exchange.send(head(status, "Content-Encoding: gzip", "Content-Length: %d" % len(data)) + data)


def good_of(change):
    return lambda exchange: exchange.send(change(exchange.good()))


def good_and_left(change):
    def fault(exchange):
        exchange.send(change(exchange.good()))
        raise Gone()
    return fault


def chunked(data, last=b"0\r\n\r\n"):
    return head("200 OK", "Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(data), data) + last


JSON = b'{"id": "P-1"}'
ANSWERS = {
    "drop": lambda exchange: exchange.drop(),
    "reset": lambda exchange: exchange.reset(),
    "closenotify": lambda exchange: exchange.end_tls(),
    "silence": lambda exchange: exchange.wait_for_the_end(),
    "late": late,
    "slow": slowly,
    "slowline": lambda exchange: (exchange.send(b"HTTP/1.1 200 "), exchange.until_over(b"O", STEP)),
    "leave": lambda exchange: (exchange.sock.send(exchange.good(), socket.MSG_MORE), exchange.drop()),
    "slowbody": lambda exchange: (exchange.send(head("200 OK", "Content-Length: 100000")),
                                  exchange.until_over(b"x", STEP)),
    "halfline": raw(b"HTTP/1.1 20"),
    "halfheaders": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "halfbody": good_and_left(lambda good: good[:-5]),
    "nobody": good_and_left(lambda good: good.split(b"\r\n\r\n")[0] + b"\r\n\r\n"),
    "bodywaits": lambda exchange: raw(exchange.good()[:-5], "wait")(exchange),
    "garbage": raw(b"\x16\x03\x01 garbage without meaning \xff\r\n\r\n"),
    "http09": raw(b"<html>welcome</html>\r\n"),
    "ssh": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "empty": raw(b"\r\n\r\n"),
    "http10": lambda exchange: raw(exchange.good().replace(b"HTTP/1.1", b"HTTP/1.0"))(exchange),
    "http2": raw(b"HTTP/2 200\r\n\r\n"),
    "http7": raw(b"HTTP/7.7 200 OK\r\n\r\n"),
    "word": raw(b"HTTP/1.1 yes OK\r\n\r\n"),
    "status0": raw(b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n"),
    "status99": raw(b"HTTP/1.1 99 Short\r\nContent-Length: 0\r\n\r\n"),
    "status999": raw(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
    "status2000": raw(b"HTTP/1.1 2000 Long\r\nContent-Length: 0\r\n\r\n"),
    "upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
    "continueleft": raw(head("100 Continue")),
    "earlyhints": lambda exchange: exchange.send(head("103 Early Hints", "Link: </x>") + exchange.good()),
    "storm": storm,
    "endlessstorm": lambda exchange: exchange.until_over(head("100 Continue"), 0.01),
    "endlessheaders": lambda exchange: (exchange.send(b"HTTP/1.1 200 OK\r\n"),
                                        exchange.until_over(b"X-Filler: %s\r\n" % (b"y" * 900), 0.001)),
    "hugeheader": raw(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"y" * 400000 + b"\r\n\r\n"),
    "nulheader": raw(b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 2\r\n\r\n{}"),
    "huge": lambda exchange: (exchange.send(head("200 OK", "Content-Length: 32768000")), huge(exchange)),
    "hugechunks": lambda exchange: (exchange.send(head("200 OK", "Transfer-Encoding: chunked") + b"1f40000\r\n"),
                                    huge(exchange)),
    "chunked": lambda exchange: exchange.send(chunked(JSON)),
    "chunkcut": raw(chunked(JSON, b"")),
    "chunkbad": raw(chunked(JSON, b"zz\r\nno\r\n")),
    "longlength": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + JSON),
    "shortlength": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + JSON),
    "badlength": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n" + JSON),
    "twolengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Length: 5\r\n\r\n" + JSON),
    "gzip": zipped,
    "html": lambda exchange: exchange.send(http_reply("200 OK", "<html>maintenance</html>", ["Content-Type: text/html"])),
    "noid": lambda exchange: exchange.send(http_reply("200 OK", "{}")),
    "badjson": lambda exchange: exchange.send(http_reply("200 OK", '{"id": "P-1"')),
    "twojsons": lambda exchange: exchange.send(http_reply("200 OK", '{"id": "P-1"} {"id": "P-2"}')),
    "latin1": lambda exchange: exchange.send(http_reply("200 OK", b'{"id": "\xfc"}')),
    "deep": lambda exchange: exchange.send(http_reply("200 OK", "[" * 30000)),
    "array": lambda exchange: exchange.send(http_reply("200 OK", '[{"id": "P-1"}]')),
}


def said_while_reading(data, then):
    def fault(exchange, headers):
        exchange.stream.read(20000)
        raw(data, then)(exchange)
    return fault


def half_read(way):
    def fault(exchange, headers):
        exchange.stream.read(20000)
        getattr(exchange, way)()
    return fault


def deaf(exchange, headers):
    exchange.server.over.wait(120)
    raise Gone()


def early(status):
    """The answer comes before the request is read; the rest of it is read after."""
    def fault(exchange, headers):
        exchange.stream.read(20000)
        exchange.server.taken += status.startswith("2")
        exchange.send(http_reply(status, '{"id": "P-1"}'))
        exchange.stream.read(int(headers["content-length"]) - 20000)
        exchange.wait_for_the_end()
    return fault


READING = {"drop": half_read("drop"), "reset": half_read("reset"), "deaf": deaf, "413": early("413 Too Large"),
           "202": early("202 Accepted"), "503": early("503 Busy"), "429": early("429 Slow Down")}


class FaultyHttp(Threads):
    """when: tls, asked (gone while the gate thinks), reading, before or after it took the message, and after the first
    or second request on a connection."""

    def __init__(self, row, certificates):
        self.table, self.when, self.fault = row["table"], row["when"], row["fault"]
        self.certificates, self.secure = certificates, row["when"] in ("tls", "asked") or row["fault"] == "closenotify"
        self.well, self.taken, self.world, self.complaints = False, 0, None, []
        self.twice = row.get("twice", False)
        self.over, self.requests, self.keys, self.trap = threading.Event(), [], {}, 0
        super().__init__()
        if self.when == "reading":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)

    @contextlib.contextmanager
    def gate(self, faulty):
        """When the sender asks, the engine has to wait for the state, and the server does what it does meanwhile."""
        if not faulty or self.when != "asked":
            yield
            return
        state = sqlite3.connect(self.world.path("state", "state.db"), isolation_level=None, timeout=10,
                                check_same_thread=False)
        state.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            threading.Thread(target=self.let_go, args=(state,), daemon=True).start()

    @staticmethod
    def let_go(state):
        time.sleep(0.2)
        state.close()

    def note(self, line, headers):
        with self.lock:
            self.requests.append((line, headers))
            return len(self.requests)

    def fault_of(self, exchange, number):
        if not exchange.faulty or self.when in ("tls", "asked", "") or number == {"first": 2, "second": 1}.get(self.when):
            return None
        return self.fault

    def count_of(self, exchange, fault, body):
        del exchange, body
        if fault and self.when == "before":
            return 0
        return 2 if self.twice else 1

    def heal(self):
        """The end of the first run; nothing may have been sent twice within it."""
        if len(self.requests) > (2 if self.when in ("first", "second") else 1):
            self.complaints.append("%d requests arrived" % len(self.requests))
        self.well = True
        self.over.set()

    def serve(self, sock):
        exchange = Exchange(self, sock)
        try:
            exchange.serve()
        except (OSError, ValueError):
            pass
        for each in (exchange.stream, exchange.sock):
            try:
                each.close()
            except OSError:
                pass


class Trap(Threads):
    """Where nobody may come: the target of redirects, and the proxy that the environment names."""

    def __init__(self):
        self.visits = 0
        super().__init__()

    def serve(self, sock):
        with self.lock:
            self.visits += 1
