"""A Debian system that is really booted, in a container, to install the package into.

root() makes the files of a minimal system once; a Machine boots them under a throw-away layer in memory, so nothing
that happens inside lasts.  Three processes make one:

    keeper   `unshare`: a mount, pid and network namespace of its own, in which _boot_inside.py is pid 1; when the
             test ends, however it ends, the kernel takes everything in it away
    inside   _boot_inside.py: mounts the layers and starts the guest, again after each reboot or power cut
    guest    systemd as pid 1, started by systemd-nspawn, or by unshare where there is no systemd-nspawn

The guest's network is that of the keeper, a loopback with no way out: servers that a test starts in it by
Machine.beside() outlive power cuts of the guest, as other machines would.  Where nothing can be booted, doctor() says
why; in CI that is a failure, elsewhere a skip.
"""
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("DUNNINGD_BUILD", "build/dev"))
CACHE = os.environ.get("DUNNINGD_BOOT_CACHE", os.path.join(os.path.dirname(BUILD), "boot-cache"))
HERE = os.path.dirname(os.path.abspath(__file__))
SUITE = "bookworm"
SYSTEM = ["systemd", "systemd-sysv", "dbus", "logrotate", "procps", "tzdata", "ca-certificates", "adduser", "libnss-systemd"]
LIBRARIES = ["libc6", "libconfig9", "libcurl4", "libglib2.0-0", "libicu72", "libjansson4", "libsqlite3-0", "libssl3",
             "libsystemd0"]
BOOT_S = 60
# What a plain server has and a test only waits for.
NOISE = ["apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
         "e2scrub_reap.service", "systemd-timesyncd.service", "getty.target", "console-getty.service"]


class Unbootable(Exception):
    """Why this machine cannot boot a system, in one sentence."""


# ---- the files of the system ----

def run(*words, **keys):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **keys)
    if done.returncode != 0:
        raise AssertionError("%s -> %d\n%s%s" % (shlex.join(words), done.returncode, done.stdout[-2000:],
                                                done.stderr[-2000:]))
    return done.stdout


def sources():
    """Lines of sources.list: this machine's own mirrors, retold for the suite."""
    found = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages").split("\n")
    debian = sorted({line.split()[0] for line in found if re.match(r"\S+ %s$" % SUITE, line)})
    safe = sorted({line.split()[0] for line in found if re.match(r"\S+ %s-security$" % SUITE, line)})
    if not debian:
        raise Unbootable("apt knows no mirror of Debian %s from which a system could be made" % SUITE)
    return (["deb %s %s main" % (debian[0], SUITE), "deb %s %s-updates main" % (debian[0], SUITE)] +
            ["deb %s %s-security main" % (uri, SUITE) for uri in safe[:1]])


def needs_of(packages):
    """Names of what .deb files depend on."""
    names = []
    for package in packages:
        fields = run("dpkg-deb", "-f", package, "Pre-Depends", "Depends")
        for word in re.sub(r"(?m)^[\w-]+:", "", fields).replace("\n", ",").split(","):
            name = re.sub(r"\s*[\[(|].*|:\w+", "", word).strip()
            names += [name] if name else []
    return names


def finish(root):
    for name in ("etc/machine-id", "var/lib/dbus/machine-id", "etc/resolv.conf"):
        if os.path.lexists(os.path.join(root, name)):
            os.remove(os.path.join(root, name))
    for folder in ("var/lib/apt/lists", "var/cache/apt"):
        shutil.rmtree(os.path.join(root, folder), ignore_errors=True)
    for folder in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log/journal", "old", "share",
                   "etc/systemd/journald.conf.d"):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    texts = {"etc/hostname": "guest\n", "etc/hosts": "127.0.0.1 localhost guest\n::1 localhost\n",
             "etc/systemd/journald.conf.d/test.conf": "[Journal]\nStorage=persistent\nSystemMaxUse=64M\n"}
    for name, text in texts.items():
        with open(os.path.join(root, name), "w", encoding="utf-8") as file:
            file.write(text)
    for unit in NOISE:
        os.symlink("/dev/null", os.path.join(root, "etc/systemd/system", unit))


def root(packages=()):
    """The folder of a system that has what these .deb files need; made once, then kept."""
    names = sorted(set(SYSTEM + LIBRARIES + needs_of(packages)))
    lines = sources()
    key = hashlib.sha256(json.dumps(["3", names, lines, NOISE]).encode()).hexdigest()[:16]
    folder = os.path.join(CACHE, "root-" + key)
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(folder + ".made"):
            return folder
        if not shutil.which("mmdebstrap"):
            raise Unbootable("there is no mmdebstrap to make a system with")
        shutil.rmtree(folder, ignore_errors=True)
        began = time.monotonic()
        run("mmdebstrap", "--variant=minbase", "--include=" + ",".join(names), "--aptopt=Acquire::Retries \"3\"",
            SUITE, folder, *lines, env=dict(os.environ, TMPDIR=CACHE))
        finish(folder)
        open(folder + ".made", "w", encoding="utf-8").close()
        print("made %s in %.0f s" % (folder, time.monotonic() - began), flush=True)
    return folder


# ---- one booted system ----

class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return "status %d\n%s\n%s" % (self.status, self.out[-3000:], self.err[-3000:])


def children(pid):
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as file:
                for child in file.read().split():
                    yield int(child)
                    yield from children(int(child))
    except OSError:
        return


def inner_pids(pid):
    """The numbers of a process in its pid namespaces, ours first."""
    try:
        with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as file:
            return [int(word) for line in file if line.startswith("NSpid:") for word in line.split()[1:]]
    except OSError:
        return []


def remove_cgroups(name):
    """What the guest's units had; the kernel frees them some moments after the last process."""
    with open("/proc/mounts", encoding="utf-8") as table:
        places = [line.split()[1] for line in table if line.split()[2] == "cgroup2"]
    end = time.monotonic() + 2
    for top in (os.path.join(place, name) for place in places):
        while os.path.isdir(top) and time.monotonic() < end:
            for folder, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    time.sleep(0.01)


class Machine:
    """with Machine(root) as machine: ...; var_mib bounds what /var holds beyond the root's own files."""

    def __init__(self, folder, way=None, var_mib=160):
        self.way = way or ("nspawn" if shutil.which("systemd-nspawn") else "unshare")
        self.folder = tempfile.mkdtemp(prefix="dunningd-boot-")
        self.leader, self.helpers = 0, []
        command = ["unshare", "--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child=KILL",
                   "--mount-proc", sys.executable, os.path.join(HERE, "_boot_inside.py"), self.way, self.folder, folder,
                   str(var_mib)]
        self.console = open(self.path_of("console"), "ab")
        self.keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.console,
                                       text=True, start_new_session=True)
        self.boot()

    def path_of(self, name):
        return os.path.join(self.folder, name)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.end()

    # -- up and down --

    def tell(self, word):
        try:
            self.keeper.stdin.write(word + "\n")
            self.keeper.stdin.flush()
        except OSError:
            raise Unbootable("the container ended: " + self.last_words()) from None

    def last_words(self):
        with open(self.path_of("console"), encoding="utf-8", errors="replace") as file:
            return " / ".join(line.strip() for line in file.read().strip().split("\n")[-4:])

    def find_leader(self):
        for pid in children(self.keeper.pid):
            numbers = inner_pids(pid)
            if len(numbers) == 3 and numbers[2] == 1 and os.path.exists("/proc/%d/root/run/systemd/private" % pid):
                return pid
        return 0

    def wait_up(self, before=0):
        end = time.monotonic() + BOOT_S
        while time.monotonic() < end and self.keeper.poll() is None:
            pid = self.find_leader()
            if pid and pid != before:
                self.leader = pid
                state = self.run("systemctl", "is-system-running", "--wait").out.strip()
                if state in ("running", "degraded"):
                    return state
            time.sleep(0.02)
        raise Unbootable("the guest did not come up by %s: %s" % (self.way, self.last_words()))

    def boot(self):
        self.tell("boot")
        return self.wait_up()

    def reboot(self):
        before = self.leader
        self.run("systemctl", "reboot", "--no-block")
        return self.wait_up(before)

    def cut_power(self):
        """All processes of the guest end at once; nothing is told."""
        os.kill(self.leader, signal.SIGKILL)
        assert self.keeper.stdout.readline().startswith("ended"), self.last_words()
        self.leader = 0

    def end(self):
        for helper in self.helpers:
            if helper.poll() is None:
                helper.kill()
            helper.wait()
        if self.keeper.poll() is None:
            os.kill(self.keeper.pid, signal.SIGKILL)  # its child, the namespace's pid 1, goes with it
        self.keeper.wait()
        self.keeper.stdin.close()
        self.keeper.stdout.close()
        self.console.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        remove_cgroups(os.path.basename(self.folder))

    # -- in it --

    def enter(self):
        # A session of its own: a stray kill of group 0 in there does not reach the test.
        return ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
                "setsid", "--wait", "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root", "LANG=C.UTF-8", "SYSTEMD_PAGER=cat", "SYSTEMD_COLORS=0", "DEBIAN_FRONTEND=noninteractive"]

    def run(self, *words, timeout=90):
        done = subprocess.run(self.enter() + list(words), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", check=False, timeout=timeout)
        return Result(done.returncode, done.stdout, done.stderr)

    def sh(self, script, status=0, timeout=90):
        """Runs a script; fails unless it ends with this status (None: any)."""
        done = self.run("bash", "-o", "pipefail", "-c", script, timeout=timeout)
        if status is not None and done.status != status:
            raise AssertionError("%s -> %r" % (script, done))
        return done.out

    def beside(self, *words, **keys):
        """A process of this machine in the guest's network; it ends with the keeper and not with the guest."""
        inside = next(children(self.keeper.pid))
        helper = subprocess.Popen(["nsenter", "--target", str(inside), "--mount", "--net", "--pid", "--", *words], **keys)
        self.helpers.append(helper)
        return helper

    def path(self, name):
        """A file of the guest as one of ours."""
        return "/proc/%d/root%s" % (self.leader, name)

    def put(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(self.path(name), mode)

    def get(self, name):
        with open(self.path(name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def exists(self, name):
        return os.path.lexists(self.path(name))

    def show(self, unit, name):
        return self.sh("systemctl show -P %s %s" % (name, unit)).strip()

    def pid_of(self, unit):
        """The main process of a unit as a pid of ours, to be killed or stopped."""
        inner = int(self.show(unit, "MainPID"))
        assert inner > 1, unit + " does not run"
        for pid in children(self.keeper.pid):
            if inner_pids(pid)[2:] == [inner]:
                return pid
        raise AssertionError("no process of " + unit)

    def wait(self, what, condition, timeout=30):
        end = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            assert time.monotonic() < end, what + " did not come"
            time.sleep(0.05)

    def journal(self, *words):
        """Records as dicts."""
        out = self.sh("journalctl -o json --no-pager " + shlex.join(words), status=None)
        return [json.loads(line) for line in out.split("\n") if line.startswith("{")]


# ---- can it boot here? ----

def doctor(ways=("nspawn", "unshare")):
    """Boots and stops a system by the first way that works; its name, or Unbootable with the reason of each."""
    if os.geteuid() != 0:
        raise Unbootable("booting a system needs root")
    folder = root()
    reasons = []
    for way in ways:
        if way == "nspawn" and not shutil.which("systemd-nspawn"):
            reasons.append("there is no systemd-nspawn")
            continue
        try:
            with Machine(folder, way):
                return way
        except (Unbootable, OSError, AssertionError) as error:
            reasons.append(str(error))
    raise Unbootable("no system can be booted here: " + "; ".join(reasons))


def machine_or_end(packages=(), **keys):
    """A Machine.  Where none can be had: CI fails, elsewhere the test skips itself; both say why."""
    try:
        if os.geteuid() != 0:
            raise Unbootable("booting a system needs root")
        return Machine(root(packages), **keys)
    except Unbootable as why:
        print("cannot boot a system: %s" % why, flush=True)
        sys.exit(1 if os.environ.get("CI") == "true" else 77)


if __name__ == "__main__":
    for each in ("nspawn", "unshare"):
        try:
            print(each + ":", "boots" if doctor((each,)) else "")
        except Unbootable as unbootable:
            print(each + ":", unbootable)
