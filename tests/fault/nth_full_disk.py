"""A disk that fills up: claiming stops before recording does, the ballast serves the last records, and comes back."""
import os
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_kill_bench import Bench, helper
from lib_kill_scenarios import customers, invoices, policy
from lib_world import main

MIB = 1 << 20


class Disk:
    """Two customers with a mail due each, on a disk of so many free bytes."""

    def __init__(self, free):
        self.bench = Bench()
        world = self.bench.build({"p": policy()}, email="smtp")
        world.rows("customers", customers(2))
        world.rows("invoices", invoices(2))
        self.world, self.box = world, self.bench.box
        handle, self.path = tempfile.mkstemp(prefix="dunningd-disk-")
        os.close(handle)
        self.fill(free)

    def fill(self, free):
        with open(self.path, "r+b") as file:
            file.write(struct.pack("<q", free))

    def free(self):
        with open(self.path, "rb") as file:
            return struct.unpack("<q", file.read(8))[0]

    def once(self):
        self.bench.environment = dict(os.environ, LD_PRELOAD=helper("libnth_disk.so"), DUNNINGD_DISK_FREE=self.path,
                                      DUNNINGD_DISK_ROOT=self.world.folder)
        try:
            return self.bench.run(self.bench.engine("--once"))
        finally:
            self.bench.environment = None
            self.bench.settle()

    def states(self):
        return sorted(row[0] for row in self.bench.sql("state/state.db", "SELECT status FROM messages"))

    def ballast(self):
        return os.path.getsize(self.world.path("state", "ballast"))

    def blocked(self):
        return [line.get("reason") for line in self.world.log("blocked")]

    def remove(self):
        self.bench.remove()
        os.unlink(self.path)


def on(free, test):
    disk = Disk(free)
    try:
        test(disk)
    finally:
        disk.remove()


def nothing_is_claimed_below_the_floor():
    def test(disk):
        assert disk.once() == 0 and not disk.box.arrived, "a message left on a disk that is nearly full"
        assert disk.blocked() == ["no_room"], disk.blocked()
        disk.fill(50 * MIB)
        assert disk.once() == 0 and len(disk.box.arrived) == 2, "it does not go on when there is room"
        assert disk.ballast() == MIB, "the ballast was not taken"
        assert disk.states() == ["accepted", "accepted"], disk.states()
    on(5 * MIB, test)


def what_is_under_way_is_recorded():
    def test(disk):
        disk.box.clear(hook=lambda: disk.fill(100 << 10))
        assert disk.once() == 0, "it ended badly"
        assert len(disk.box.arrived) == 1, "%d arrived" % len(disk.box.arrived)
        assert disk.states() == ["accepted", "planned"], disk.states()
        assert disk.blocked() == ["no_room"] and disk.ballast() == 0, "the ballast was not given up"
        assert disk.free() < 100 * 1024 + MIB, "nothing was written to this disk"
        disk.fill(50 * MIB)
        disk.bench.sql("state/state.db", "UPDATE messages SET not_before = 1 WHERE not_before > 0")
        assert disk.once() == 0 and disk.states() == ["accepted", "accepted"], disk.states()
        assert disk.ballast() == MIB and len(disk.box.arrived) == 2, "it did not go on as before"
    on(50 * MIB, test)


def a_write_without_room_ends_it():
    """Even with no ballast: the message is not lost, nor sent twice."""
    def test(disk):
        disk.box.clear(hook=lambda: disk.fill(-MIB))
        status = disk.once()
        assert status == 1, "it ended with %d" % status
        disk.fill(50 * MIB)
        assert disk.once() == 0, "it does not start again"
        assert sorted(each[1] for each in disk.box.arrived) in (["c1@shop.invalid", "c2@shop.invalid"],
                                                                ["c1@shop.invalid"], ["c2@shop.invalid"])
        assert len(disk.states()) == 2, disk.states()
    on(50 * MIB, test)


if __name__ == "__main__":
    main(nothing_is_claimed_below_the_floor, what_is_under_way_is_recorded, a_write_without_room_ends_it)
