"""A business as the package leaves it, for setup: an example for a name, messages into files, one policy, switched off."""
import hashlib
import os
import shutil
import stat
import subprocess

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

    def setup(self, *words, status=0, **answers):
        """Without a terminal; standard output, or the sentence of the failure."""
        options = [part for name, value in answers.items() for part in ("--" + name.replace("_", "-"), value)]
        done = subprocess.run([program("dunningctl"), "setup", "--config", self.config, "--policies", SHIPPED, *options, *words],
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
