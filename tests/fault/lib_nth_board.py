"""The board between a test and nth_shim: what to let fail, and what was seen."""
import errno
import mmap
import os
import struct

MAGIC = 0x4854414e
PROGRAMS = ["dunningd", "dunningd-send", "dunningctl"]
KINDS = ["mem", "open", "read", "write", "sync", "size", "name", "map", "lock", "socket", "send", "recv", "wait",
         "random", "memfd"]
TRICKS = {"SHORT": 1001, "LIE": 1002, "LIE_AND_DIE": 1003, "DIE": 1004}
HEAD = struct.Struct("<IIIIQIIII")  # magic to signal_program
SEEN = struct.Struct("<%dQ" % (len(PROGRAMS) * len(KINDS)))
TEXTS = ((64, "call"), (128, "caller"), (256, "path"), (128, "crash"))
SIZE = HEAD.size + SEEN.size + sum(size for size, _ in TEXTS)
# How a call of a kind can fail in earnest.
WAYS = {"mem": ["ENOMEM"], "open": ["EIO", "EMFILE", "ENOSPC"], "read": ["EIO", "EINTR"],
        "write": ["EIO", "ENOSPC", "EDQUOT", "EINTR", "SHORT"], "sync": ["EIO", "ENOSPC"], "size": ["EIO", "ENOSPC"],
        "name": ["EIO", "ENOSPC"], "map": ["ENOMEM", "EIO"], "lock": ["EIO", "EAGAIN", "ENOLCK"],
        "socket": ["EMFILE", "ENOBUFS", "ECONNREFUSED"], "send": ["ECONNRESET", "EPIPE", "EAGAIN", "ENOBUFS", "EINTR"],
        "recv": ["ECONNRESET", "EAGAIN", "ENOBUFS", "EINTR"], "wait": ["EINTR", "ENOMEM"],
        "random": ["EINTR", "EIO"], "memfd": ["EMFILE", "ENOMEM", "ENOSPC"]}


# What happens now and then, never from then on: a caller may try again for ever.
PASSING = ("EINTR", "EAGAIN", "ENOBUFS", "ENOLCK", "SHORT")


def way_number(way):
    return TRICKS.get(way) or getattr(errno, way)


class Board:
    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(SIZE))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), SIZE)
        self.order(None)

    def order(self, fault):
        """fault: None to count only."""
        self.memory[:] = bytes(SIZE)
        if fault:
            HEAD.pack_into(self.memory, 0, MAGIC, PROGRAMS.index(fault.program), KINDS.index(fault.kind),
                           fault.forever, fault.at, way_number(fault.way), 0, 0, 0)
        else:
            HEAD.pack_into(self.memory, 0, MAGIC, 0, 0, 0, 0, 0, 0, 0, 0)

    def environment(self, shim, root):
        return dict(os.environ, LD_PRELOAD=shim, DUNNINGD_NTH_BOARD=self.path, DUNNINGD_NTH_ROOT=root)

    def read(self):
        """fired, signal and program that died of it, counters by (program, kind), and the first call that failed."""
        head = HEAD.unpack_from(self.memory, 0)
        counts = SEEN.unpack_from(self.memory, HEAD.size)
        seen = {(program, kind): counts[i * len(KINDS) + k]
                for i, program in enumerate(PROGRAMS) for k, kind in enumerate(KINDS)}
        at, texts = HEAD.size + SEEN.size, {}
        for size, name in TEXTS:
            texts[name] = self.memory[at:at + size].split(b"\0")[0].decode("utf-8", "replace")
            at += size
        died = (head[7], PROGRAMS[head[8]]) if head[7] else None
        return {"fired": head[6], "died": died, "seen": seen, **texts}

    def close(self):
        self.memory.close()
        os.unlink(self.path)


class Fault:
    def __init__(self, scenario, program, kind, at, way, forever=False):
        self.scenario, self.program, self.kind = scenario, program, kind
        self.at, self.way, self.forever = at, way, forever

    def __str__(self):
        return "%s:%s:%s:%d:%s%s" % (self.scenario, self.program, self.kind, self.at, self.way,
                                     "+" if self.forever else "")

    @staticmethod
    def parse(text):
        scenario, program, kind, at, way = text.split(":")
        return Fault(scenario, program, kind, int(at), way.rstrip("+"), way.endswith("+"))
