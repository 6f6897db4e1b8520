"""The world outside: one port for mail, one for SMS.  It notes an arrival before it answers, for it cannot forget."""
import json
import os
import re
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_servers import Threads


class Sink:
    """script: what happens to the next arrivals, "ok", "later" or "lost" (taken, but the answer never comes)."""

    def __init__(self, mail_port=0, sms_port=0):
        self.script, self.seen, self.log = [], [], None
        self.gate, self.waiting = None, 0
        self.lock = threading.Condition()
        self.mail, self.sms = Mail(self, mail_port), Sms(self, sms_port)

    def follow(self, log=None, script=(), together=0):
        """From now on arrivals are also written to the log; `together` mails are let in at the same time."""
        with self.lock:
            self.log, self.script, self.seen = log, list(script), []
            self.gate, self.waiting = together, 0

    def take(self, channel, address):
        with self.lock:
            fate = self.script.pop(0) if self.script else "ok"
            if fate != "later":
                self.seen.append("%s %s" % (channel, address))
                if self.log:
                    self.log.add("arrived", self.seen[-1])
        return fate

    def wait_for_others(self):
        with self.lock:
            self.waiting += 1
            self.lock.notify_all()
            if self.gate:
                self.lock.wait_for(lambda: self.waiting >= self.gate, 2)

    def stop(self):
        self.mail.stop()
        self.sms.stop()


class Port(Threads):
    """The port may be given, so that a replayed life finds what its requests name."""

    def __init__(self, sink, port):
        self.sink, self.certificate = sink, None
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.connections, self.open, self.lock = 0, set(), threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()


def read_until(stream, last):
    lines = []
    while lines[-1:] != [last]:
        lines.append(stream.readline())
        if not lines[-1]:
            raise OSError("gone in the middle")
    return lines


class Mail(Port):
    def serve(self, sock):
        stream, address = sock.makefile("rb"), ""
        sock.sendall(b"220 sink ESMTP\r\n")
        for line in stream:
            word = line[:4].upper().strip()
            if word == b"RCPT":
                address = re.search(rb"<(.*?)>", line).group(1).decode()
            if word == b"DATA":
                self.sink.wait_for_others()
                sock.sendall(b"354 go on\r\n")
                read_until(stream, b".\r\n")
                fate = self.sink.take("email", address)
                if fate == "lost":
                    return
                sock.sendall(b"250 2.0.0 queued\r\n" if fate == "ok" else b"451 4.3.0 later\r\n")
                continue
            sock.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class Sms(Port):
    def serve(self, sock):
        stream = sock.makefile("rb")
        while stream.readline():
            length = 0
            for line in read_until(stream, b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            fate = self.sink.take("sms", json.loads(stream.read(length))["to"])
            if fate == "lost":
                return
            status = "202 Accepted" if fate == "ok" else "503 Later"
            sock.sendall(("HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\n{}" % status).encode())
