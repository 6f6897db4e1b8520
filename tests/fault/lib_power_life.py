"""A business whose programs run under the recorder, and what is left of it after a cut."""
import atexit
import os
import pickle
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
from lib_power_log import Log, Record, read_log
from lib_power_model import Disk
from lib_world import BUILD, World, program, stop

# What people write and the programs only read: it stands in every world after a cut.
STATIC = ("dunningd.conf", "policies", "providers", "templates", "calendars", "credentials")
LATER_S = 3 * 3600  # by then every waiting time of a retry is over
TIME_LIMIT_S = 60
ROOM = 48 << 20
POLICY = """policy = { name = "p"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email", "sms"]; fallback = ["task"];
    template = "t"; } ); };
"""
SMS = """kind = "http"; url = "http://127.0.0.1:%d/"; encoding = "json"; connections = %d;
  fields = ( { name = "to"; value = "{{to}}"; }, { name = "text"; value = "{{text}}"; } );
  answers = ( { status = "202"; outcome = "accepted"; }, { status = "503"; outcome = "refused_for_now"; } );
"""


def use_memory_for_files():
    """Where there is room: the disk under test is a model anyway.  The folder goes at the end, unless something is kept."""
    try:
        space = os.statvfs("/dev/shm")
        roomy = space.f_bavail * space.f_frsize > ROOM and os.access("/dev/shm", os.W_OK)
    except OSError:
        roomy = False
    tempfile.tempdir = tempfile.mkdtemp(prefix="dunningd-power-", dir="/dev/shm" if roomy else None)
    os.chmod(tempfile.tempdir, 0o711)  # for programs that give up root's rights
    atexit.register(remove_if_empty, tempfile.tempdir)


def remove_if_empty(folder):
    try:
        os.rmdir(folder)
    except OSError:
        print("kept: " + folder)


def recorder():
    for folder in ("tests/fault", "."):
        path = os.path.join(BUILD, folder, "libpower_recorder.so")
        if os.path.exists(path):
            return os.path.abspath(path)
    sys.exit("not built: libpower_recorder.so")


class Life(World):
    """One recorded life.  drop: sends into a folder, else to the sink."""

    def __init__(self, sink, name, drop=False, connections=2):
        way = ("box", "box") if drop else ("mail", "sms")
        super().__init__({"p": POLICY}, email=way[0], sms=way[1], more='poll_interval = "1s";')
        self.sink, self.name, self.drop = sink, name, drop
        self.provider("mail", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = %d;'
                      % (sink.mail.port, connections))
        self.provider("sms", SMS % (sink.sms.port, connections))
        self.log_path = self.folder + ".log"
        self.book, self.records, self.baseline, self.either, self.again = None, [], [], [], []
        self.clock, self.kill = 0, None  # for the programs that are run next
        self.former, self.audits = [], False
        self.wanted = []  # sent at the end, whatever happens
        sink.follow()

    # ---- recording

    def begin(self, script=(), together=0):
        """What is there now is on the disk; what follows is recorded."""
        self.baseline, self.former = scan(self.folder), list(self.sink.seen)
        self.book = Log(self.log_path)
        self.sink.follow(self.book, script, together)

    def end(self):
        self.sink.follow()
        self.book.close()
        self.book = None
        self.records = read_log(self.log_path)
        os.unlink(self.log_path)

    def environment(self):
        env = dict(os.environ, LD_PRELOAD=recorder(), DUNNINGD_POWER_CLOCK=str(self.clock))
        if self.book:
            env.update(DUNNINGD_POWER_LOG=self.log_path, DUNNINGD_POWER_ROOT=self.folder)
        if self.kill:
            env["DUNNINGD_POWER_KILL"] = self.kill
        return env

    def run(self, *words, status=0):
        """Runs a program to its end; status None: any."""
        try:
            done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=TIME_LIMIT_S,
                                  env=self.environment())
        except subprocess.TimeoutExpired:
            raise AssertionError("%s did not end" % " ".join(words)) from None
        if status is not None and done.returncode != status:
            raise AssertionError("%s -> %d: %s" % (" ".join(words), done.returncode, done.stderr[-2000:]))
        return done

    def start(self, *words):
        return subprocess.Popen([program("dunningd"), "--config", self.config, *words], env=self.environment(),
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_and_stop(self):
        """The daemon until it is ready."""
        path = self.folder + ".notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ears:
            ears.bind(path)
            ears.settimeout(TIME_LIMIT_S)
            process = subprocess.Popen([program("dunningd"), "--config", self.config], stdout=subprocess.DEVNULL,
                                       env=dict(self.environment(), NOTIFY_SOCKET=path), stderr=subprocess.PIPE)
            try:
                while process.poll() is None and b"READY=1" not in ears.recv(4096):
                    pass
            except TimeoutError:
                process.kill()
            os.unlink(path)
            stop(process)
        return subprocess.CompletedProcess(process.args, process.returncode, "", process.stderr.read().decode())

    def fact(self, says, **what):
        """Somebody was told so.  db, sql, least: a count that must not be lower; quiet: gets nothing any more."""
        self.book.add("fact", dict(what, says=says))

    def recover(self):
        """A plain start after the cut, much later; before it people do again what they were not told was done."""
        self.clock = LATER_S
        for what, *rows in self.again:
            getattr(self, what)(*rows)
        return self.run(program("dunningd"), "--config", self.config, "--once", status=None)

    # ---- the remains

    def place(self, remains):
        """Puts what was left after a cut into the folder."""
        folder = self.folder
        for name in os.listdir(folder):
            if name not in STATIC:
                path = os.path.join(folder, name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        for path in sorted(remains):
            if remains[path] is None:
                os.mkdir(path, 0o700)
            else:
                with open(path, "wb") as file:
                    file.write(remains[path])

    def cut(self, place, seed, ignore=None):
        """(what is left, records before the cut)."""
        dice = random.Random(seed)
        harsh = dice.random() < 0.5
        disk = Disk(self.baseline, self.folder, ignore)
        for record in self.records[:place]:
            disk.apply(record, harsh)
        return disk.after_cut(dice, harsh), self.records[:place]

    def whole(self, place):
        """All that was written before a place, as if each change had been synced."""
        disk = Disk(self.baseline, self.folder)
        for record in self.records[:place]:
            disk.apply(record, False)
        return disk.now()

    def remove(self):
        super().remove()
        if os.path.exists(self.log_path):
            os.unlink(self.log_path)

    # ---- keeping one for later

    def keep(self, about):
        """The recording, for a replay; the folder stays as well."""
        path = self.folder + ".life"
        records = [tuple(getattr(record, name) for name in Record.__slots__) for record in self.records]
        with open(path, "wb") as file:
            pickle.dump({"about": about, "records": records, "ports": (self.sink.mail.port, self.sink.sms.port),
                         "life": {name: getattr(self, name) for name in KEPT}}, file)
        return path


KEPT = ("name", "drop", "folder", "config", "log_path", "baseline", "former", "either", "again", "wanted")


def kept_life(path, make_sink):
    """(life, about) of a file that keep() wrote."""
    with open(path, "rb") as file:
        kept = pickle.load(file)
    life = Life.__new__(Life)
    life.__dict__.update(kept["life"], sink=make_sink(*kept["ports"]), book=None, clock=0, kill=None)
    life.records = [Record.again(*fields) for fields in kept["records"]]
    return life, kept["about"]


def scan(folder):
    """[(path, inode, bytes, or None for a folder)], folders first."""
    found = [(folder, os.stat(folder).st_ino, None)]
    for base, folders, files in os.walk(folder):
        if base == folder:
            folders[:] = [name for name in folders if name not in STATIC]
            files = [name for name in files if name not in STATIC]
        for name in sorted(folders):
            path = os.path.join(base, name)
            found.append((path, os.stat(path).st_ino, None))
        for name in sorted(files):
            path = os.path.join(base, name)
            if not name.endswith("-shm"):
                with open(path, "rb") as file:
                    found.append((path, os.stat(path).st_ino, file.read()))
    return found


def ask(path, sql, *values):
    """Rows of a database that no program has open."""
    database = sqlite3.connect(path, timeout=10)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()
