"""The log of changes that power_recorder.c writes, and what others add to it: arrivals and facts."""
import json
import os
import struct

MAGIC = 0x52575044
HEAD = struct.Struct("<IIIIQqq")  # struct record of power_recorder.c
KINDS = ("", "open", "write", "truncate", "sync", "rename", "link", "unlink", "mkdir", "rmdir", "allocate",
         "arrived", "fact", "begun")


class Record:
    """at: where it stands in the log; data: the bytes written, or a path."""

    __slots__ = ("at", "kind", "pid", "inode", "offset", "began", "data")

    def __init__(self, at, head, data):
        _, _, kind, self.pid, self.inode, self.offset, self.began = head
        self.at, self.kind, self.data = at, KINDS[kind], data

    @classmethod
    def again(cls, *fields):
        record = cls.__new__(cls)
        for name, value in zip(cls.__slots__, fields):
            setattr(record, name, value)
        return record

    def paths(self):
        return self.data.decode().split("\0")

    def told(self):
        return json.loads(self.data)


class Log:
    """Appends what the programs cannot know: an arrival outside, a fact that somebody was told."""

    def __init__(self, path):
        self.path = path
        self.fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o666)
        os.fchmod(self.fd, 0o666)  # some programs give up root's rights

    def add(self, kind, value):
        data = json.dumps(value).encode()
        os.write(self.fd, HEAD.pack(MAGIC, len(data), KINDS.index(kind), os.getpid(), 0, 0, 0) + data)

    def close(self):
        os.close(self.fd)


def read_log(path):
    with open(path, "rb") as file:
        data = file.read()
    records, at = [], 0
    while at < len(data):
        head = HEAD.unpack_from(data, at)
        assert head[0] == MAGIC, "%s: no record at %d" % (path, at)
        end = at + HEAD.size + head[1]
        records.append(Record(at, head, data[at + HEAD.size:end]))
        at = end
    return records
