"""The outside world of the soak: a mail server and a text gateway that fail now and then, and remember what they took.

lib_soak_sink.py LOG SEED PERCENT: prints its two ports, then serves until its input ends.  A line of LOG
is "INVOICE SECONDS": this message was taken.  It stands there before any answer leaves.
"""
import asyncio
import random
import re
import sys
import time

NUMBER = re.compile(rb"R-\d+")


class Outside:
    def __init__(self, log, seed, percent):
        self.log = open(log, "ab", buffering=0)
        self.dice = random.Random(seed)
        self.percent = percent

    def fault(self, *kinds):
        """One of the kinds in `percent` of the calls, else None."""
        return self.dice.choice(kinds) if self.dice.uniform(0, 100) < self.percent else None

    def take(self, body):
        for number in sorted(set(NUMBER.findall(body))):
            self.log.write(b"%s %.3f\n" % (number, time.time()))

    async def mail(self, reader, writer):
        try:
            await self.speak_smtp(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def answer_data(self, reader, writer):
        """The mail itself; false ends the connection."""
        body = await reader.readuntil(b"\r\n.\r\n")
        fault = self.fault("refuse", "later", "lost", "lost before", "slow")
        if fault in ("refuse", "later", "lost before"):
            if fault != "lost before":
                writer.write(b"554 5.7.1 no\r\n" if fault == "refuse" else b"451 4.3.0 later\r\n")
            return fault != "lost before"
        self.take(body)
        if fault == "lost":
            return False
        if fault == "slow":
            await asyncio.sleep(1.5)
        writer.write(b"250 2.0.0 queued\r\n")
        return True

    async def speak_smtp(self, reader, writer):
        words = {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        writer.write(b"220 sink ESMTP\r\n")
        while True:
            line = await reader.readline()
            verb = line[:4].upper()
            if not line:
                return
            fault = self.fault("drop", "busy") if verb in (b"MAIL", b"RCPT") and self.dice.random() < 0.3 else None
            if fault == "drop":
                return
            writer.write(b"421 4.3.2 busy\r\n" if fault else words.get(verb, b"250 2.1.0 ok\r\n"))
            await writer.drain()
            if fault or verb == b"QUIT" or (verb == b"DATA" and not await self.answer_data(reader, writer)):
                await writer.drain()
                return

    async def text(self, reader, writer):
        try:
            while await self.speak_http(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def speak_http(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        body = await reader.readexactly(int(length.group(1)) if length else 0)
        fault = self.fault("drop", "500", "503", "429", "400")
        if fault in (None, "drop", "500"):
            self.take(body)
        if fault == "drop":
            return False
        status = {None: b"202 Accepted", "500": b"500 Oops", "503": b"503 Busy", "429": b"429 Slow down",
                  "400": b"400 No"}[fault]
        retry = b"Retry-After: 1\r\n" if fault in ("429", "503") else b""
        writer.write(b"HTTP/1.1 %s\r\n%sContent-Length: 2\r\n\r\nok" % (status, retry))
        await writer.drain()
        return True


async def serve(log, seed, percent):
    outside = Outside(log, seed, percent)
    servers = [await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 20) for talk in (outside.mail, outside.text)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
