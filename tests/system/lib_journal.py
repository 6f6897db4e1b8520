"""A real systemd-journald that serves only this test, without systemd as pid 1.

in_own_journal() starts the script again in a mount and a process namespace of its own; whatever is left there ends with
the script.  It needs root: without it, CI fails and anybody else skips.  Journal() is a journald in an empty /run.
"""
import json
import os
import subprocess
import sys
import time

JOURNALD = "/lib/systemd/systemd-journald"
INSIDE = "DUNNINGD_OWN_NAMESPACE"
# Audit= is empty so that this journald leaves the kernel's auditing as it is.
CONF = """[Journal]
Storage=volatile
RuntimeMaxUse=256M
ReadKMsg=no
Audit=
ForwardToSyslog=no
RateLimitIntervalSec=30s
RateLimitBurst=%d
"""
CATALOGS, COMPILED = "/usr/lib/systemd/catalog", "/var/lib/systemd/catalog"


def in_own_namespace(what):
    """Starts this script again where its mounts are its own; what: that needs them."""
    if INSIDE in os.environ:
        return
    if os.geteuid() != 0:
        print(what + " needs root")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
               sys.executable, *sys.argv]
    sys.exit(subprocess.run(command, env=dict(os.environ, **{INSIDE: "1"}), check=False).returncode)


def in_own_journal():
    if not os.path.exists("/etc/machine-id") or os.path.getsize("/etc/machine-id") == 0:
        print("a journald needs /etc/machine-id; systemd-machine-id-setup makes it")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    in_own_namespace("a journald of its own")


def start_as_service(world):
    """As systemd starts it: it is told that its standard error is the journal's."""
    with open(world.path("dunningd.err"), "ab") as file:
        stream = os.fstat(file.fileno())
    os.environ["JOURNAL_STREAM"] = "%d:%d" % (stream.st_dev, stream.st_ino)
    try:
        return world.start()
    finally:
        del os.environ["JOURNAL_STREAM"]


def mount(kind, place):
    subprocess.run(["mount", "-t", kind, kind, place], check=True)


class Journal:
    def __init__(self, burst=0, catalogs=()):
        mount("tmpfs", "/run")
        os.makedirs("/run/systemd/journald.conf.d")
        os.makedirs("/run/log")
        with open("/run/systemd/journald.conf.d/test.conf", "w", encoding="ascii") as file:
            file.write(CONF % burst)
        self.process = subprocess.Popen([JOURNALD], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not os.path.exists("/run/systemd/journal/socket"):
            assert time.monotonic() < end, "journald did not come"
            time.sleep(0.02)
        self.places = ["/run"]
        if catalogs:
            self.explain(catalogs)

    def explain(self, catalogs):
        for place in (CATALOGS, COMPILED):
            mount("tmpfs", place)
            self.places.append(place)
        for name in catalogs:
            subprocess.run(["cp", name, CATALOGS + "/"], check=True)
        subprocess.run(["journalctl", "--update-catalog"], check=True)

    @staticmethod
    def read(*words, form="json"):
        subprocess.run(["journalctl", "--sync"], check=False, capture_output=True)
        done = subprocess.run(["journalctl", "--no-pager", "-q", "-a", "-o", form, *words], capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace")

    def records(self, *words):
        return [json.loads(line) for line in self.read(*words).split("\n") if line.startswith("{")]

    def events(self, *words):
        return [record for record in self.records(*words) if "DUNNING_EVENT" in record]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        for place in reversed(self.places):
            subprocess.run(["umount", "--lazy", place], check=False, stderr=subprocess.DEVNULL)
