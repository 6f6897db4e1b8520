"""A bench: a small business whose files are put back as they were before each kill, and its servers."""
import ctypes
import glob
import os
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from lib_kill_sink import Mailbox
from lib_world import BUILD, World, program

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: a sender that outlives its engine becomes our child
LATE = 60
SMTP = 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;'
# A libcurl that has run out of memory may forget the body of a request, and wait for its answer; then these seconds end
# it, and the half minute that web services have beyond them.
SMS = """kind = "http"; url = "http://127.0.0.1:%d/send"; encoding = "form"; connections = 1; reply_timeout = "5s";
    fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } );
    answers = ( { status = "202"; outcome = "accepted"; } )"""
MORE = 'poll_interval = "1s"; witness = "witness/send.log";'
# What the programs write, and what a scenario may change.
KEPT = ("state", "witness", "outbox", "ledger.db", "ledger.db-wal", "ledger.db-shm", "status.log", "policies")


def helper(name):
    for folder in ("tests/fault", "tests", ""):
        path = os.path.join(BUILD, folder, name)
        if os.path.exists(path):
            return path
    sys.exit("not built: " + name)


def use_memory():
    """A folder of our own for temporary files, in memory where that is possible: SIGKILL loses nothing of either."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    tempfile.tempdir = tempfile.mkdtemp(prefix="dunningd-kill-", dir=memory)
    return tempfile.tempdir


def read_tree(path):
    """Bytes of a file, or a dict of a folder; None: not there."""
    if os.path.isdir(path):
        return {name: read_tree(os.path.join(path, name)) for name in os.listdir(path)}
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def write_tree(path, tree):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.unlink(path)
    if isinstance(tree, dict):
        os.mkdir(path, 0o700)
        for name, below in tree.items():
            write_tree(os.path.join(path, name), below)
    elif tree is not None:
        with open(path, "wb") as file:
            file.write(tree)


def own_children():
    """Of all threads: an orphan may become the child of any of them."""
    pids = []
    for path in glob.glob("/proc/self/task/*/children"):
        try:
            with open(path, encoding="ascii") as children:
                pids += [int(pid) for pid in children.read().split()]
        except OSError:
            pass  # that thread has ended
    return pids


class Unstartable(Exception):
    """A program did not come up, or not to its end, after a kill."""


class Bench:
    def __init__(self):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
        self.box = Mailbox()
        self.world = None
        self.killer = helper("killer")
        self.environment = None

    def build(self, policies, **conf):
        """An empty world with the bench's servers as providers `smtp`, `second` and `sms`."""
        more = MORE + conf.pop("more", "")
        if self.world:
            self.world.remove()
        self.world = World(policies, more=more, **conf)
        for name in ("smtp", "second"):
            self.world.provider(name, SMTP % self.box.mail.port)
        self.world.provider("sms", SMS % self.box.sms.port)
        return self.world

    def keep(self):
        return {name: read_tree(self.world.path(name)) for name in KEPT}

    def put_back(self, kept):
        for name, tree in kept.items():
            write_tree(self.world.path(name), tree)
        with open(self.world.path("err"), "w", encoding="utf-8"):
            pass
        self.box.clear()

    def sql(self, database, *statements):
        """The rows of the last statement; what was written is committed."""
        connection = sqlite3.connect(self.world.path(database), timeout=20, isolation_level=None)
        rows = []
        try:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
        finally:
            connection.close()
        return rows

    def spawn(self, *words):
        with open(self.world.path("err"), "ab") as err:
            return subprocess.Popen(words, stdout=err, stderr=err, cwd=self.world.folder, env=self.environment)

    def engine(self, *words):
        return [program("dunningd"), "--config", self.world.config, *words]

    def ctl(self, verb, *words):
        return [program("dunningctl"), verb, "--config", self.world.config, *words]

    def run(self, words, what="the program"):
        """Runs to the end; its exit status."""
        process = self.spawn(*words)
        try:
            return process.wait(LATE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Unstartable("%s does not end" % what) from None

    def kill_at(self, options, at, words):
        """One run under the killer: stops seen, killed?, exit status."""
        command = [self.killer, *options, "--limit", str(LATE), "--at", str(at), "--", *words]
        with open(self.world.path("err"), "ab") as err:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=err, cwd=self.world.folder, check=False,
                                  env=self.environment)
        # What the program printed comes before the killer's line.
        line = done.stdout.decode("utf-8", "replace").splitlines()[-1:] or [""]
        words = line[0].split()
        if len(words) != 6 or words[0] != "stops":
            raise RuntimeError("the killer says %r, see %s" % (line[0], self.world.path("err")))
        if words[5] == "late":
            raise Unstartable("it did not end within %d s" % LATE)
        return int(words[1]), words[3] == "1", int(words[5])

    def settle(self):
        """Waits until no process of ours is left: a sender ends by itself once its engine is gone."""
        end = time.monotonic() + LATE
        while True:
            pids = own_children()
            if not pids:
                return
            for pid in pids:
                self.await_end(pid, end)

    def await_end(self, pid, end):
        fd = os.pidfd_open(pid)
        waiting = select.poll()
        waiting.register(fd, select.POLLIN)
        ended = waiting.poll(max(0, (end - time.monotonic()) * 1000))
        os.close(fd)
        if not ended:
            os.kill(pid, 9)
        os.waitpid(pid, 0)
        if not ended:
            raise Unstartable("a process is still there after %d s" % LATE)

    def remove(self):
        self.box.stop()
        if self.world:
            self.world.remove()
