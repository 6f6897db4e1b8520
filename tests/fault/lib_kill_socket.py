"""The two programs as two services over a socket: each dies while the other lives."""
import os
import subprocess
import time

from lib_kill_bench import LATE, Unstartable
from lib_kill_scenarios import Scenario, customers, invoices, mail, policy
from lib_world import program


class Socket(Scenario):
    """The engine is killed and the sender stays: what it has in hand is asked for, and is seldom in doubt."""

    def prepare(self):
        world = self.bench.build({"p": policy()}, email="smtp", more='sender = { socket = "sock"; };')
        self.start_sender()
        world.rows("customers", customers(2))
        world.once()
        world.rows("invoices", invoices(2))
        self.stop_sender()
        self.expected = [mail(1), mail(2)]

    def start_sender(self):
        """Plainly; returns once it listens."""
        path = self.bench.world.path("sock")
        if os.path.exists(path):
            os.unlink(path)
        self.sender = self.bench.spawn(program("dunningd-send"), "--listen", path)
        self.await_socket(self.sender)

    def await_socket(self, process):
        end = time.monotonic() + LATE
        while not os.path.exists(self.bench.world.path("sock")) and process.poll() is None:
            if time.monotonic() > end:
                raise Unstartable("the sender does not listen")
            time.sleep(0.001)

    def stop_sender(self):
        self.sender.terminate()
        try:
            self.sender.wait(LATE)
        except subprocess.TimeoutExpired:
            self.sender.kill()
            self.sender.wait()
            raise Unstartable("the sender does not end") from None

    def begin(self):
        self.start_sender()

    def finish(self):
        try:
            super().finish()
        finally:
            self.stop_sender()


class SocketSender(Socket):
    """The sender is killed and comes back; the engine, which waits for the outcomes, stays."""

    def begin(self):
        if os.path.exists(self.bench.world.path("sock")):
            os.unlink(self.bench.world.path("sock"))

    def first(self, at):
        command = [self.bench.killer, "--limit", str(LATE), "--at", str(at), "--", program("dunningd-send"), "--listen",
                   self.bench.world.path("sock")]
        with open(self.bench.world.path("err"), "ab") as err:
            killer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, cwd=self.bench.world.folder,
                                      env=self.bench.environment)
        self.await_socket(killer)
        engine = self.bench.spawn(*self.bench.engine("--once"))
        result = self.until_dead(killer, engine) if at else self.until_done(killer, engine)
        engine.wait(LATE * 2)
        return result

    def until_dead(self, killer, engine):
        """The killer's word; or the engine is done before, and the sender is ended like any other."""
        while killer.poll() is None and engine.poll() is None:
            time.sleep(0.001)
        if killer.poll() is None:
            return self.until_done(killer, engine)
        result = self.word(killer)
        self.start_sender()
        return result

    def until_done(self, killer, engine):
        engine.wait(LATE)
        for pid in children_of(killer.pid):
            os.kill(pid, 15)
        result = self.word(killer)
        self.start_sender()
        return result

    @staticmethod
    def word(killer):
        words = killer.communicate()[0].split()
        return int(words[1]), words[3] == b"1", 0


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as children:
        return [int(child) for child in children.read().split()]
