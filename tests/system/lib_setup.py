"""A business as the package leaves it, for setup: an example for a name, messages into files, one policy, switched off."""
import hashlib
import os
import pty
import select
import shutil
import stat
import subprocess
import termios
import time

from lib_world import SOURCE, World, program

SHIPPED = os.path.join(SOURCE, "policies")
ANSWERS = {"business": 'Meier "& Söhne" \\ GmbH', "email": "office@meier.example", "relay": "mail.meier.example",
           "user": "meier", "timezone": "Europe/Vienna"}
PASSWORD = "correct horse"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Fresh(World):
    def __init__(self, **conf):
        policy = read(os.path.join(SHIPPED, "40-standard-b2b.conf")).replace("enabled = true", "enabled = false")
        super().__init__({"40-standard-b2b": policy}, **conf)
        for folder in ("templates", "calendars"):
            shutil.rmtree(self.path(folder), ignore_errors=True)
            shutil.copytree(os.path.join(SHIPPED, folder), self.path(folder))
        self.write("dunningd.conf", "# By hand: this line stays.\n" + read(self.config))
        self.write("elsewhere/password", PASSWORD + "\nand more\n")

    def setup(self, *words, status=0, shipped=SHIPPED, **answers):
        """Without a terminal; standard output, or the sentence of the failure."""
        options = [part for name, value in answers.items() for part in ("--" + name.replace("_", "-"), value)]
        done = subprocess.run([program("dunningctl"), "setup", "--config", self.config, "--policies", shipped, *options, *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == status, (options, words, done)
        assert PASSWORD not in done.stdout + done.stderr, done
        return done.stdout if status == 0 else done.stderr

    def set_up(self, **answers):
        return self.setup(**{**ANSWERS, "password_file": self.path("elsewhere/password"), **answers})

    def undo(self, status=0):
        done = subprocess.run([program("dunningctl"), "setup", "--undo", "--config", self.config], capture_output=True,
                              text=True, check=False)
        assert done.returncode == status, done
        return done.stdout + done.stderr

    def check(self):
        return self.ctl("check")

    def snapshot(self):
        """Name -> (mode, digest) of all files of the configuration."""
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.folder)] = (stat.S_IMODE(os.stat(path).st_mode),
                                                                hashlib.sha256(file.read()).hexdigest())
        return found

    def mode(self, name):
        return stat.S_IMODE(os.stat(self.path(name)).st_mode)

    def records(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".undo"))

    def terminal(self, *words):
        return Terminal([program("dunningctl"), "setup", "--config", self.config, "--policies", SHIPPED, *words])


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        self.text, self.seen = "", 0

    def read(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            raise AssertionError("nothing came after: ..." + self.text[-400:])
        try:
            more = os.read(self.fd, 65536).decode()
        except OSError:  # the other end is closed
            more = ""
        self.text += more.replace("\r\n", "\n")
        return bool(more)

    def until(self, words):
        """Waits for these words behind what was waited for before; what came up to them."""
        while words not in self.text[self.seen:]:
            assert self.read(20), "ended without %r: ...%s" % (words, self.text[-600:])
        end = self.text.index(words, self.seen) + len(words)
        before, self.seen = self.text[self.seen:end], end
        return before

    def say(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def wait_for_echo(self, wanted):
        end = time.monotonic() + 10
        while self.echoes() != wanted:
            assert time.monotonic() < end, "echo is %r" % self.echoes()
            time.sleep(0.01)

    def end(self):
        """Reads to the end; the exit status."""
        while self.read(30):
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def answer(terminal, questions):
    for words, line in questions:
        terminal.until(words)
        if words.startswith("Password"):
            terminal.wait_for_echo(False)
        terminal.say(line)
