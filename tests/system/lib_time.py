"""Real programs whose wall clock is somewhere else, or steps while they run; the count since the machine's start is not touched."""
import atexit
import datetime
import os
import sqlite3
import struct
import subprocess
import time

from lib_servers import SLOW
from lib_world import BUILD, World, program, stop

MINUTE, HOUR, DAY = 60, 3600, 86400
# The preloaded wall clock.  Not libfaketime: that one moves the timers of an event loop along.
SHIM = os.path.join(BUILD, "tests", "fault", "libsoak_clock.so")


class ShiftedWorld(World):
    """Its programs read a clock that is `shift` seconds ahead of the machine's."""

    def __init__(self, *words, **conf):
        conf["more"] = 'poll_interval = "1s"; ' + conf.get("more", "")
        super().__init__(*words, **conf)
        self.set_shift(0)
        assert os.path.exists(SHIM), "not built: " + SHIM
        self.environment = {
            **os.environ, "LD_PRELOAD": SHIM, "SOAK_CLOCK": self.path("clock"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.daemon = None
        atexit.register(self.stop)  # a test that fails keeps its folder, but nothing that runs

    def set_shift(self, shift):
        """Steps the clock of all that runs, by one write of eight bytes."""
        self.shift = shift
        fd = os.open(self.path("clock"), os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(fd, struct.pack("=q", shift), 0)
        os.close(fd)

    def set_time(self, text):
        """An absolute time, "2026-10-30T10:00"."""
        self.set_shift(int(datetime.datetime.fromisoformat(text).timestamp() - time.time()))

    def today(self):
        return datetime.datetime.fromtimestamp(time.time() + self.shift).date()

    def run(self, *words, status=0):
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=self.environment)
        assert done.returncode == status, "%s -> %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr)
        return done.stdout

    def start(self, *words):
        with open(self.path("dunningd.err"), "ab") as errors:
            self.daemon = subprocess.Popen([program("dunningd"), "--config", self.config, *words], env=self.environment,
                                           stdout=subprocess.DEVNULL, stderr=errors)
        self.wait(self.engine_runs, "the engine runs")

    def engine_runs(self):
        """It has taken a request, so all of its start is done."""
        done = subprocess.run([program("dunningctl"), "reload", "--config", self.config], capture_output=True, text=True,
                              check=False, env=self.environment)
        assert "no answer" not in done.stderr, done.stderr
        return done.returncode == 0

    def stop(self):
        if self.daemon is not None:
            stop(self.daemon)
        self.daemon = None

    def wait(self, condition, what, timeout=60):
        end = time.monotonic() + timeout * SLOW
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("it never came that %s; %s is kept" % (what, self.folder))
            if self.daemon is not None and self.daemon.poll() is not None:
                raise AssertionError("dunningd ended before %s" % what)
            time.sleep(0.02)

    def overdue(self, number):
        """Customer number n, who owes since long ago by any clock."""
        far = datetime.date.today() - datetime.timedelta(days=400)
        self.rows("customers", [{"customer_id": "C-%d" % number, "name": "Somebody", "email": "c%d@shop.invalid" % number}])
        self.rows("invoices", [{"invoice_id": "R-%d" % number, "customer_id": "C-%d" % number, "issued_on": far,
                                "due_on": far, "currency": "EUR", "amount": "10.00"}])

    def sent(self, number=None):
        """Accepted messages, or those to one customer."""
        return len([line for line in self.log("accepted") if number is None or line["customer"] == "C-%d" % number])

    def blocked(self):
        """Does the last word say that the clock keeps everything back?"""
        words = [line for line in self.log() if line["event"] in ("blocked", "unblocked") and line.get("reason") == "clock"]
        return bool(words) and words[-1]["event"] == "blocked"

    def remove(self):
        self.stop()
        super().remove()


def other_boot(world):
    """As after a restart of the machine: the pair of readings in the state is of another one."""
    state = sqlite3.connect(world.path("state", "state.db"), timeout=20)
    (pair,) = state.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()
    state.execute("UPDATE meta SET value = ? WHERE key = 'clock'", ("00000000-other-boot" + pair[pair.index(" "):],))
    state.commit()
    state.close()
