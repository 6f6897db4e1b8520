"""The sandboxes of the installed units are real: a probe in place of each program tries what it must not do.

The probe runs in what the unit's file says, with only the program and what restarts it replaced; and once in no
sandbox at all, as root, where it must find the doors open, or it could not see them closed.
"""
import re

from lib_boot import HERE
from lib_boot_office import install, package, steps

OPEN, NONE = "allowed", "none"
# name: (engine, sender, in no sandbox as root); None: no matter
EXPECTED = {
    "socket inet": ("EAFNOSUPPORT", OPEN, OPEN),
    "socket inet6": ("EAFNOSUPPORT", OPEN, OPEN),
    "socket inet raw": ("EAFNOSUPPORT", "EPERM", None),
    "socket unix": (OPEN, OPEN, OPEN),
    "socket netlink": ("EAFNOSUPPORT", "EAFNOSUPPORT", OPEN),
    "socket packet": ("EAFNOSUPPORT", "EAFNOSUPPORT", None),
    "connect loopback": ("EAFNOSUPPORT", OPEN, OPEN),
    "connect sender": (OPEN, "EACCES", OPEN),
    "write /usr": ("EROFS", "EROFS", OPEN),
    "write /etc": ("EROFS", "EROFS", OPEN),
    "write /etc/dunningd": ("EROFS", "EROFS", OPEN),
    "write /var/lib": ("EROFS", "EROFS", OPEN),
    "write /var/lib/dunningd": (OPEN, "EACCES", OPEN),
    "write /var/lib/dunningd-witness": (OPEN, "EACCES", OPEN),
    "write /var/log/dunningd": (OPEN, "EACCES", OPEN),
    "write /var/spool/dunningd/outbox": ("EACCES", OPEN, OPEN),
    "write /var/backups/dunningd": ("EROFS", "EACCES", OPEN),
    "write /run": ("EROFS", "EROFS", OPEN),
    "write /tmp": (OPEN, OPEN, OPEN),
    "write /dev": ("EROFS", "EROFS", OPEN),
    "write /dev/shm": ("EACCES", "EACCES", OPEN),
    "list /var/lib/dunningd": (OPEN, "EACCES", OPEN),
    "list /var/lib/dunningd-witness": (OPEN, "EACCES", OPEN),
    "list /var/log/dunningd": (OPEN, "EACCES", OPEN),
    "list /etc/dunningd/policies": (OPEN, OPEN, OPEN),
    "list /etc/dunningd/credentials": ("EACCES", "EACCES", OPEN),
    "list /root": ("EACCES", "EACCES", OPEN),
    "list /home": ("EACCES", "EACCES", OPEN),
    "list /run/credentials/dunningd-send.service": ("EACCES", "ENOENT", None),
    "read /etc/dunningd/credentials/kannel": ("EACCES", "EACCES", OPEN),
    "read /var/lib/dunningd/ledger.db": (OPEN, "EACCES", OPEN),
    "read /etc/shadow": ("EACCES", "EACCES", OPEN),
    "read /proc/1/status": ("ENOENT", "ENOENT", OPEN),
    "read /tmp/outside": ("ENOENT", "ENOENT", OPEN),
    "read /dev/kmsg": ("ENOENT", "ENOENT", None),
    "execute /bin/sh": ("EACCES", "EACCES", OPEN),
    "execute /usr/bin/dunningctl": (OPEN, "EACCES", OPEN),
    "execute own in /var/lib/dunningd": ("EACCES", "EACCES", OPEN),
    "execute own in /var/log/dunningd": ("EACCES", "EACCES", OPEN),
    "execute own in /var/spool/dunningd/outbox": ("EACCES", "EACCES", OPEN),
    "execute own in /tmp": ("EACCES", "EACCES", OPEN),
    "execute own in /var/tmp": ("EACCES", "EACCES", OPEN),
    "make setuid": ("EPERM", "EPERM", OPEN),
    "make cgroup": ("EROFS", "EROFS", OPEN),
    "map writable code": ("EPERM", "EPERM", OPEN),
    "unshare user": ("EPERM", "EPERM", None),
    "mount": ("EPERM", "EPERM", OPEN),
    "ptrace": ("EPERM", "EPERM", OPEN),
    "personality": ("EPERM", "EPERM", OPEN),
    "set priority": ("EPERM", "EPERM", OPEN),
    "real time": ("EPERM", "EPERM", None),
    "set clock": ("EPERM", "EPERM", None),
    "become root": ("EPERM", "EPERM", OPEN),
    "change owner": ("EPERM", "EPERM", OPEN),
    "load bpf": ("EPERM", "EPERM", None),
    "get random": (OPEN, OPEN, OPEN),
    "core limit": (NONE, NONE, None),
    "credentials": (NONE, "given", NONE),
    "read own credential": ("EACCES", OPEN, "ENOENT"),
}
REPLACED = re.compile(r"^(Type|NotifyAccess|ExecStart|ExecReload|Restart\w*|StartLimit\w*|WatchdogSec|ExecPaths)=.*\n|^\[Install\][^\[]*", re.M)
BARE = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nStandardOutput=truncate:/run/probe.out\nStandardError=inherit\nExecStart=/usr/bin/perl /usr/bin/probe_sandbox\n"


def probe(machine, name, text):
    """What the probe prints as a unit of this text, as a dict."""
    machine.put("/run/systemd/system/%s.service" % name, text)
    machine.sh("systemctl daemon-reload; systemctl start %s.service || true" % name)
    out = machine.get("/run/probe.out")
    found = dict(line.split("\t") for line in out.split("\n") if "\t" in line)
    assert found, out
    return found


def in_the_sandbox_of(machine, unit, programs, without=None):
    text = REPLACED.sub("", machine.sh("cat $(systemctl show -P FragmentPath %s)" % unit))
    if without:
        text, count = re.subn(r"(?m)^%s=.*\n" % without, "", text)
        assert count, "%s has no %s=" % (unit, without)
    text = text.replace("dunningd-send.socket", "")  # or the probe would be handed the real socket
    return probe(machine, "probe-" + unit.split(".")[0], "%s\n%sExecPaths=/usr/bin/perl /usr/lib %s\n" % (text, BARE, programs))


def differences(found, column):
    wrong = ["%s: %s, not %s" % (name, found.get(name), row[column]) for name, row in EXPECTED.items()
             if row[column] is not None and found.get(name) != row[column]]
    return wrong + ["%s is not in the table" % name for name in found if name not in EXPECTED]


def it_is_installed(machine, office, servers):
    install(machine, package())
    office.configure()
    machine.sh("systemctl restart dunningd-send.service dunningd.service")
    office.owe(1)
    with open(HERE + "/probe_sandbox.pl", encoding="utf-8") as file:
        machine.put("/usr/bin/probe_sandbox", file.read(), 0o755)
    machine.sh("echo outside >/tmp/outside; mkdir -p /home")


def the_probe_sees_open_doors(machine, office, servers):
    wrong = differences(probe(machine, "probe-bare", BARE), 2)
    assert not wrong, "\n".join(wrong)


def the_engine_is_shut_in(machine, office, servers):
    found = in_the_sandbox_of(machine, "dunningd.service", "/usr/bin/dunningctl")
    wrong = differences(found, 0)
    assert not wrong, "\n".join(wrong)


def the_sender_is_shut_in(machine, office, servers):
    found = in_the_sandbox_of(machine, "dunningd-send.service", "")
    wrong = differences(found, 1)
    assert not wrong, "\n".join(wrong)


def the_backup_is_shut_in_like_the_engine(machine, office, servers):
    found = in_the_sandbox_of(machine, "dunningd-backup.service", "/usr/bin/dunningctl")
    # It may write the backups, and has no need of a log.
    changed = {"write /var/backups/dunningd": OPEN, "write /var/log/dunningd": "EROFS",
               "execute own in /var/log/dunningd": "EROFS"}
    wrong = ["%s: %s" % (name, value) for name, value in found.items() if name in EXPECTED and EXPECTED[name][0] is not None
             and value != changed.get(name, EXPECTED[name][0])]
    assert not wrong, "\n".join(wrong)


# What the probe finds where one line of the engine's unit is missing, or the table above would not hold that line.
HOLES = {
    "RestrictAddressFamilies": "socket inet: allowed",
    "ProtectSystem": "write /etc: EACCES",
    "NoExecPaths": "execute /bin/sh: allowed",
    "ProtectHome": "list /home: allowed",
    "PrivateTmp": "read /tmp/outside: allowed",
    "PrivateDevices": "write /dev: EACCES",
    "ProtectProc": "read /proc/1/status: allowed",
    "RestrictSUIDSGID": "make setuid: allowed",
    "MemoryDenyWriteExecute": "map writable code: allowed",
    "ProtectControlGroups": "make cgroup: EACCES",
    "InaccessiblePaths": "write /dev/shm: allowed",
    "LimitCORE": "core limit: some",
}


def a_missing_wall_is_seen(machine, office, servers):
    for directive, hole in HOLES.items():
        wrong = differences(in_the_sandbox_of(machine, "dunningd.service", "/usr/bin/dunningctl", directive), 0)
        assert any(line.startswith(hole) for line in wrong), "without %s: %s" % (directive, wrong)


if __name__ == "__main__":
    steps(it_is_installed, the_probe_sees_open_doors, the_engine_is_shut_in, the_sender_is_shut_in,
          the_backup_is_shut_in_like_the_engine, a_missing_wall_is_seen)
