"""Where messages arrive: one mail server and one SMS gateway in this process, which never forget what they took."""
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_servers import Threads


class Mailbox:
    """arrived: (channel, recipient, bytes), noted before the server says so; begun: where a transfer has begun.

    refuse: so many mails are put off with 451 before one is taken.  hook: called once with each mail that is
    complete but not yet answered.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.mail, self.sms = MailPort(self), SmsPort(self)
        self.clear()

    def clear(self, refuse=0, hook=None):
        with self.lock:
            self.arrived, self.begun = [], set()
            self.refuse, self.hook = refuse, hook

    def begin(self, channel, recipient):
        with self.lock:
            self.begun.add((channel, recipient))

    def take(self, channel, recipient, data):
        """False: the message is put off."""
        with self.lock:
            hook, self.hook = self.hook, None
            refused = self.refuse > 0
            self.refuse -= refused
        if hook:
            hook()
        with self.lock:
            if not refused:
                self.arrived.append((channel, recipient, data))
        return not refused

    def stop(self):
        self.mail.stop()
        self.sms.stop()


class MailPort(Threads):
    def __init__(self, box):
        self.box = box
        super().__init__()

    def body(self, stream):
        lines = []
        while True:
            line = stream.readline()
            if not line:
                raise OSError("gone in the middle")
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)

    def serve(self, sock):
        stream, recipient = sock.makefile("rb"), ""
        sock.sendall(b"220 box ESMTP\r\n")
        for line in stream:
            word = line[:4].upper().strip()
            if word == b"RCPT":
                recipient = re.search(rb"<(.*?)>", line).group(1).decode()
            if word == b"DATA":
                self.box.begin("email", recipient)
                sock.sendall(b"354 go on\r\n")
                taken = self.box.take("email", recipient, self.body(stream))
                sock.sendall(b"250 2.0.0 queued\r\n" if taken else b"451 4.3.0 later\r\n")
            elif word == b"QUIT":
                sock.sendall(b"221 bye\r\n")
                return
            else:
                sock.sendall(b"250 ok\r\n")


class SmsPort(Threads):
    def __init__(self, box):
        self.box = box
        super().__init__()

    def serve(self, sock):
        stream = sock.makefile("rb")
        self.box.begin("sms", "")  # the commit point of HTTP comes before the first byte
        while stream.readline():
            length = 0
            for line in iter(stream.readline, b"\r\n"):
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = stream.read(length)
            if len(body) < length:
                return
            recipient = re.search(rb"to=(?:%2B|\+)(\d+)", body).group(1).decode()
            self.box.take("sms", recipient, body)
            sock.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok")
