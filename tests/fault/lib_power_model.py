"""What may be on the disk after the power went: the model.

A file's bytes, its size and the entries of folders change in memory first.
What a sync covered when it began is on the disk once it has returned.  All
else is open, and dice decide for each change by itself, so that changes are
also seen out of order:

- each 512-byte sector of a file has the bytes of some moment since: so a write
  is there, is not there, or is torn, and a later one may be there without an
  earlier one, but not within one sector.
- a file is as long as its last byte that is there; what is missing before it
  reads as zeroes.  In the harsh kind it may have its new size without its new
  bytes, which then are zeroes or garbage.
- a cut to a shorter size is there or not; if not, neither is anything that was
  written later past that size, for it lies in blocks of the new size.
- the creation, renaming or removal of a name is there or not.

There are two kinds of disks.  An orderly one is ext4 with data=ordered: names
change in one journal, so a prefix of their changes is there, and a sync of any
file brings all earlier ones.  A harsh one promises what POSIX promises and no
more: names are safe only after a sync of their folder, each in any order.
"""
import os

SECTOR = 512


class Inode:
    def __init__(self, number, is_folder=False, data=b""):
        self.number, self.is_folder = number, is_folder
        self.data = data      # of a file: what is on the disk
        self.entries = {}     # of a folder: name -> inode number, on the disk
        self.changes = []     # of a file: (place in the log, kind, offset, bytes), not on the disk for certain


class Rename:
    """A change of names: entries that go and come together."""

    def __init__(self, at, gone, come):
        self.at, self.gone, self.come = at, gone, come
        self.open = {folder for folder, _ in gone} | {folder for folder, _, _ in come}


class Disk:
    """ignore(path): syncs of such files and folders are lies, for the tests of the checker."""

    def __init__(self, baseline, root, ignore=None):
        self.root, self.ignore = root, ignore or (lambda path: False)
        self.inodes, self.paths = {}, {}  # paths: as the programs see them now
        self.names = []                   # changes of names that are not on the disk for certain
        for path, inode, data in baseline:
            self.inodes[inode] = Inode(inode, data is None, data or b"")
            self.paths[path] = inode
            if path != root:
                folder, name = os.path.split(path)
                self.inodes[self.paths[folder]].entries[name] = inode

    def apply(self, record, harsh):
        act = getattr(self, "on_" + record.kind, None)
        if act:
            act(record, harsh)

    # what a file gets

    def on_write(self, record, harsh):
        self.change(record, "write", record.offset, record.data)

    def on_truncate(self, record, harsh):
        self.change(record, "truncate", record.offset, b"")

    def on_allocate(self, record, harsh):
        self.change(record, "allocate", record.offset, b"")

    def change(self, record, kind, offset, data):
        if record.inode in self.inodes:
            self.inodes[record.inode].changes.append((record.at, kind, offset, data))

    # names

    def place(self, path):
        folder, name = os.path.split(path)
        return self.paths[folder], name

    def rename(self, at, gone, come):
        self.names.append(Rename(at, gone, come))

    def on_open(self, record, harsh):
        path = record.data.decode()
        self.create(record, path, False)

    def on_mkdir(self, record, harsh):
        self.create(record, record.data.decode(), True)

    def create(self, record, path, is_folder):
        number = self.number_for(record.inode)
        self.inodes[number] = Inode(number, is_folder)
        self.paths[path] = number
        folder, name = self.place(path)
        self.rename(record.at, [], [(folder, name, number)])

    def number_for(self, number):
        """The kernel gives a number again once its file is gone; what was there keeps its bytes under another one."""
        old = self.inodes.pop(number, None)
        if old:
            spare = -len(self.inodes) - 1
            while spare in self.inodes:
                spare -= 1
            self.renumber(old, spare)
        return number

    def renumber(self, inode, number):
        former, inode.number = inode.number, number
        self.inodes[number] = inode
        for other in self.inodes.values():
            for name, target in other.entries.items():
                if target == former:
                    other.entries[name] = number
        for change in self.names:
            change.come = [(folder, name, number if target == former else target)
                           for folder, name, target in change.come]

    def on_rename(self, record, harsh):
        old, new = record.paths()
        inode = self.paths.pop(old)
        self.paths[new] = inode
        self.rename(record.at, [self.place(old)], [self.place(new) + (inode,)])

    def on_link(self, record, harsh):
        old, new = record.paths()
        self.paths[new] = self.paths[old]
        self.rename(record.at, [], [self.place(new) + (self.paths[old],)])

    def on_unlink(self, record, harsh):
        path = record.data.decode()
        if self.paths.pop(path, None) is not None:
            self.rename(record.at, [self.place(path)], [])

    on_rmdir = on_unlink

    # syncs

    def on_sync(self, record, harsh):
        inode = self.inodes.get(record.inode)
        if inode is None or any(self.ignore(path) for path, number in self.paths.items() if number == inode.number):
            return
        if inode.is_folder:
            self.settle_names(record.began, lambda change: change.open.discard(inode.number))
        else:
            covered = [change for change in inode.changes if change[0] < record.began]
            inode.changes = inode.changes[len(covered):]
            inode.data = apply_all(inode.data, covered)
        if not harsh:
            self.settle_names(record.began, lambda change: change.open.clear())

    def settle_names(self, before, settle):
        left = []
        for change in self.names:
            if change.at < before:
                settle(change)
            if change.open or left:  # what is certain behind something uncertain waits for it, to keep their order
                left.append(change)
            else:
                self.put_names(change)
        self.names = left

    def put_names(self, change):
        for folder, name in change.gone:
            self.inodes[folder].entries.pop(name, None)
        for folder, name, inode in change.come:
            self.inodes[folder].entries[name] = inode

    # the cut

    def after_cut(self, dice, harsh):
        """{path below the root: bytes, or None for a folder}: one of the possible remains."""
        greed = dice.choice((0.0, 0.25, 0.5, 0.75, 1.0))  # how much of what is open got there
        last = dice.randint(0, len(self.names))
        for place, change in enumerate(self.names):
            if not change.open or (dice.random() < greed if harsh else place < last):
                self.put_names(change)
        self.names = []
        return self.tree(lambda file: damaged(file, dice, harsh, greed))

    def now(self):
        """The same if everything got there."""
        for change in self.names:
            self.put_names(change)
        self.names = []
        return self.tree(lambda file: apply_all(file.data, file.changes))

    def tree(self, data_of):
        remains = {}
        stack = [(self.root, self.inodes[self.paths[self.root]])]
        while stack:
            path, inode = stack.pop()
            for name, number in inode.entries.items():
                child, below = self.inodes[number], os.path.join(path, name)
                remains[below] = None if child.is_folder else data_of(child)
                if child.is_folder:
                    stack.append((below, child))
        return remains


def apply_all(data, changes):
    data = bytearray(data)
    for _, kind, offset, piece in changes:
        if kind == "write":
            put(data, offset, piece)
        elif kind == "truncate":
            resize(data, offset)
        elif offset > len(data):
            resize(data, offset)
    return bytes(data)


def resize(data, size):
    if size < len(data):
        del data[size:]
    else:
        data.extend(bytes(size - len(data)))


def put(data, offset, piece):
    if offset > len(data):
        resize(data, offset)
    data[offset:offset + len(piece)] = piece


class Sectors:
    """Up to which change each sector of a file got: most up to the same one, some up to another."""

    def __init__(self, count, dice, greed):
        self.count, self.dice = count, dice
        self.common = dice.choice((0, count, dice.randint(0, count), round(greed * count)))
        self.loyal = dice.choice((1.0, 0.9, 0.5))
        self.ends = {}

    def has(self, change, sector):
        end = self.ends.get(sector)
        if end is None:
            end = self.common if self.dice.random() < self.loyal else self.dice.randint(0, self.count)
            self.ends[sector] = end
        return change < end


def damaged(inode, dice, harsh, greed):
    data, wall, size = bytearray(inode.data), None, len(inode.data)
    sectors = Sectors(len(inode.changes), dice, greed) if inode.changes else None
    for place, (_, kind, offset, piece) in enumerate(inode.changes):
        if kind == "write":
            if wall is not None:
                piece = piece[:max(0, wall - offset)]
            size = max(size, offset + len(piece))
            put_some(data, offset, piece, lambda sector, place=place: sectors.has(place, sector))
        elif kind == "truncate" and offset < len(data) and dice.random() >= greed:
            wall = offset if wall is None else min(wall, offset)
        elif wall is None and (kind == "truncate" or offset > len(data)):
            resize(data, offset)
            size = offset
    if harsh and size > len(data) and dice.random() < 0.3:
        data.extend(dice.randbytes(size - len(data)) if dice.random() < 0.3 else bytes(size - len(data)))
    return bytes(data)


def put_some(data, offset, piece, there):
    """Those sectors of a write that are there."""
    if not piece:
        return
    for sector in range(offset // SECTOR, (offset + len(piece) - 1) // SECTOR + 1):
        begin, end = max(offset, sector * SECTOR), min(offset + len(piece), (sector + 1) * SECTOR)
        if there(sector):
            put(data, begin, piece[begin - offset:end - offset])
