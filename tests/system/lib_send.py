"""A small engine for tests: starts dunningd-send and speaks the wire with it.

It packs and unpacks frames, requests and providers on its own, so that it is
also a second opinion on daemon/wire.
"""
import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

FRAMES = ["hello", "provider", "submit", "ask", "yes", "no", "outcome", "ack", "in_hand"]
PHASES = ["queued", "connect", "envelope", "body", "asked", "committed", "sent", "done"]
CLASSES = ["accepted", "refused", "refused_for_now", "misconfigured", "not_handed_over", "gate_no", "uncertain"]
KINDS = ["smtp", "http", "drop"]
TLS = ["starttls", "implicit", "none"]
ENCODINGS = ["form", "json", "query", "multipart"]
SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
SLOW = 5 if os.environ.get("DUNNINGD_SANITIZED") else 1


def build_path(program):
    return os.path.join(os.environ.get("DUNNINGD_BUILD", "build/dev"), program)


def block(value):
    value = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(value)) + value


def sealed(data):
    fd = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, SEALS)
    return fd


def pack_frame(type, attempt=0, token=0, generation=0, name="", reason="", protocol=1):
    head = struct.pack("<BBBBIqqQii", FRAMES.index(type), 0, 0, 0, protocol, attempt, generation, token, 0, 0)
    return head + block(name) + block(reason) + block("") + block("")


def unpack_frame(data):
    type, class_, phase, _, protocol, attempt, generation, token, code, retry = struct.unpack_from("<BBBBIqqQii", data)
    at, strings = 40, []
    for _ in range(4):
        (length,) = struct.unpack_from("<I", data, at)
        strings.append(data[at + 4:at + 4 + length].decode("utf-8", "replace"))
        at += 4 + length
    assert at == len(data), "surplus bytes in a frame"
    return {"type": FRAMES[type], "class": CLASSES[class_], "phase": PHASES[phase], "protocol": protocol,
            "attempt": attempt, "generation": generation, "token": token, "code": code, "retry_after": retry,
            "name": strings[0], "reason": strings[1], "text": strings[2], "provider_id": strings[3]}


def pack_request(kind, sender="", to="", method="", url="", headers=(), file="", body=b"", second=("", b"")):
    data = struct.pack("<IIB", 0x71525544, 1, KINDS.index(kind))
    data += block(sender) + block(to) + block(method) + block(url)
    data += struct.pack("<I", len(headers)) + b"".join(block(header) for header in headers)
    return data + block(file) + block(body) + block(second[0]) + block(second[1])


def pack_provider(name, kind, **keys):
    value = {"url": "", "tls": "none", "user": "", "credential": "", "oauth": "", "ca_file": "", "envelope_from": "",
             "method": "", "encoding": "form", "body": "", "content_type": "", "id": "", "retry_after_max": 3600,
             "idempotency_window": 0, "directory": "", "connections": 1, "connect_timeout": 5, "reply_timeout": 20,
             "per_second": 0, "password": "", "answers": ()}
    assert not set(keys) - set(value), keys
    value.update(keys)
    data = struct.pack("<II", 0x72505544, 1) + block(name) + block("test") + bytes([KINDS.index(kind)])
    data += block(value["url"]) + bytes([TLS.index(value["tls"])])
    data += b"".join(block(value[key]) for key in ("user", "credential", "oauth", "ca_file", "envelope_from", "method"))
    data += bytes([ENCODINGS.index(value["encoding"])])
    data += b"".join(block(value[key]) for key in ("body", "content_type", "id"))
    data += struct.pack("<ii", value["retry_after_max"], value["idempotency_window"]) + block(value["directory"])
    data += struct.pack("<iiii", value["connections"], value["connect_timeout"], value["reply_timeout"],
                        value["per_second"]) + block(value["password"])
    data += struct.pack("<II", 0, 0) + struct.pack("<I", len(value["answers"]))
    for first, last, pointer, equals, outcome in value["answers"]:
        data += struct.pack("<ii", first, last) + block(pointer) + block(equals) + bytes([CLASSES.index(outcome)])
    return data


class Engine:
    """One dunningd-send and the engine's end of its socket."""

    def __init__(self, credentials=None, answer_wait=8, listen=None, answer=None):
        self.folder = tempfile.mkdtemp(prefix="dunningd-test-")
        self.credentials = os.path.join(self.folder, "credentials")
        os.mkdir(self.credentials)
        for name, text in (credentials or {}).items():
            with open(os.path.join(self.credentials, name), "w") as file:
                file.write(text)
        self.answer = answer or (lambda frame: "yes")
        self.outcomes, self.asked, self.in_hand = {}, [], []
        self.list_closed = False
        self.attempt, self.socket = 0, None
        self.generation = 1
        self.listen = listen
        command = [build_path("dunningd-send"), "--credentials", self.credentials, "--answer-wait", str(answer_wait)]
        self.log = open(os.path.join(self.folder, "log"), "w+")
        if listen:
            self.process = subprocess.Popen(command + ["--listen", listen], stderr=self.log)
            self.connect()
        else:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            os.set_inheritable(theirs.fileno(), True)
            self.process = subprocess.Popen(command + ["--fd", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                                            stderr=self.log)
            theirs.close()
            self.greet(ours)

    def connect(self):
        end = time.monotonic() + 10 * SLOW
        while True:
            try:
                sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                sock.connect(self.listen)
                break
            except OSError:
                assert time.monotonic() < end, "dunningd-send does not listen"
                assert self.process.poll() is None, "dunningd-send ended"
                time.sleep(0.01)
        self.greet(sock)

    def greet(self, sock, protocol=1):
        self.socket, self.in_hand, self.list_closed = sock, [], False
        self.send(pack_frame("hello", token=77, name="test", protocol=protocol))

    def disconnect(self):
        self.socket.close()
        self.socket = None

    def send(self, data, fd=None):
        if fd is None:
            self.socket.sendall(data)
        else:
            socket.send_fds(self.socket, [data], [fd])
            os.close(fd)

    def provider(self, name, kind, **keys):
        self.send(pack_frame("provider", generation=self.generation, name=name),
                  sealed(pack_provider(name, kind, **keys)))

    def submit(self, provider, request, generation=None):
        self.attempt += 1
        token = 1000 + self.attempt
        self.send(pack_frame("submit", attempt=self.attempt, token=token, name=provider,
                             generation=generation or self.generation), sealed(request))
        return self.attempt

    def reply(self, frame, word, reason=""):
        self.send(pack_frame(word, attempt=frame["attempt"], token=frame["token"], reason=reason))

    def step(self, timeout):
        """Handles one frame; None if none came in time."""
        ready, _, _ = select.select([self.socket], [], [], timeout)
        if not ready:
            return None
        data = self.socket.recv(8192)
        if not data:
            raise EOFError("dunningd-send closed the connection")
        frame = unpack_frame(data)
        if frame["type"] == "in_hand":
            self.list_closed = self.list_closed or frame["attempt"] == 0
            if frame["attempt"]:
                self.in_hand.append(frame)
        if frame["type"] == "ask":
            self.asked.append(frame["attempt"])
            answer = self.answer(frame)
            if isinstance(answer, tuple):
                self.reply(frame, *answer)
            elif answer:
                self.reply(frame, answer)
        if frame["type"] == "outcome":
            self.outcomes.setdefault(frame["attempt"], []).append(frame)
            self.reply(frame, "ack")
        return frame

    def run_until(self, condition, timeout=30, what="what was awaited"):
        end = time.monotonic() + timeout * SLOW
        while not condition():
            left = end - time.monotonic()
            assert left > 0, what + " did not happen"
            self.step(min(left, 0.05))

    def wait(self, *attempts, timeout=30):
        """The outcomes of these attempts, one each."""
        self.run_until(lambda: all(attempt in self.outcomes for attempt in attempts), timeout, "an outcome")
        outcomes = [self.outcomes[attempt] for attempt in attempts]
        assert all(len(each) == 1 for each in outcomes), "an outcome came twice"
        return outcomes[0][0] if len(outcomes) == 1 else [each[0] for each in outcomes]

    def deliver(self, provider, request, timeout=30):
        return self.wait(self.submit(provider, request), timeout=timeout)

    def stop(self, expect=0):
        if self.socket:
            self.disconnect()
        if self.process.poll() is None and self.listen:
            self.process.terminate()
        try:
            status = self.process.wait(20 * SLOW)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("dunningd-send did not end")
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        shutil.rmtree(self.folder)
        assert status == expect, "dunningd-send ended with %d: %s" % (status, log)
        return log


def expect(outcome, class_, phase=None, code=None, text=None):
    """Fails with the whole outcome unless it is as expected."""
    good = outcome["class"] == class_
    good = good and (phase is None or outcome["phase"] == phase)
    good = good and (code is None or outcome["code"] == code)
    good = good and (text is None or text in outcome["text"])
    assert good, "expected %s, got %r" % ((class_, phase, code, text), outcome)


def mail(subject="Reminder", lines=40):
    """A mail in wire form, with lines that begin with dots."""
    text = ["From: accounts@example.com", "To: payer@example.com", "Subject: " + subject,
            "Message-ID: <%s@example.com>" % subject.replace(" ", "-"), "MIME-Version: 1.0", "",
            ".", "..two", "."] + ["line %d of the reminder" % i for i in range(lines)]
    return ("\r\n".join(text) + "\r\n").encode()


def smtp_request(to="payer@example.com", sender="accounts@example.com", body=None):
    return pack_request("smtp", sender=sender, to=to, body=mail() if body is None else body)


def main(tests):
    """Runs each test; stops at nothing and ends with 1 if one failed."""
    failed = 0
    only = sys.argv[1:]
    for test in tests:
        if only and test.__name__ not in only:
            continue
        started = time.monotonic()
        try:
            test()
            print("ok   %s (%.1f s)" % (test.__name__, time.monotonic() - started), flush=True)
        except Exception as error:
            failed += 1
            import traceback
            print("FAIL %s: %s" % (test.__name__, error), flush=True)
            traceback.print_exc()
    sys.exit(1 if failed else 0)
