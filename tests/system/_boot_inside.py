"""Pid 1 of a Machine's namespace (lib_boot.py): lays the layers, and starts the guest when told.

_boot_inside.py WAY FOLDER ROOT VAR_MIB.  "boot" on standard input starts the guest; its end is said on standard
output.  The end of standard input is the end of everything.
"""
import os
import subprocess
import sys
import threading

REBOOT = {"nspawn": 133, "unshare": 129}
CGROUPS = "/sys/fs/cgroup"


def mount(kind, target, options="", source=None, flags=()):
    words = ["mount", *flags] + (["-t", kind] if kind else []) + (["-o", options] if options else [])
    subprocess.run(words + [source or kind, target], check=True)


def own_cgroup(name):
    """A pure second version of the cgroups, in this mount namespace only, and a group at its top for the guest."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", CGROUPS], capture_output=True, text=True, check=True).stdout.strip()
    if kind != "cgroup2fs":
        mount("cgroup2", CGROUPS)
    group = os.path.join(CGROUPS, name)
    os.makedirs(group, exist_ok=True)
    with open(os.path.join(group, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write("0")


def lay(folder, root, var_mib):
    """The root under a layer in memory; /var has one of its own, so that it alone can be full."""
    layers, system = os.path.join(folder, "layers"), os.path.join(folder, "system")
    os.mkdir(system)
    for name, lower, size in (("all", root, 512), ("var", root + "/var", var_mib)):
        space = os.path.join(layers, name)
        os.makedirs(space)
        mount("tmpfs", space, "mode=755,size=%dm" % size)
        for part in ("up", "work"):
            os.mkdir(os.path.join(space, part))
        target = system if name == "all" else system + "/var"
        mount("overlay", target, "lowerdir=%s,upperdir=%s/up,workdir=%s/work" % (lower, space, space))
    with open(system + "/etc/machine-id", "w", encoding="ascii") as file:
        file.write(os.urandom(16).hex() + "\n")
    return system


def nspawn(system):
    # Without the capabilities and calls IPAddressDeny= would be accepted and not enforced.
    return ["systemd-nspawn", "--quiet", "--directory=" + system, "--machine=dunningd-guest", "--boot", "--register=no",
            "--keep-unit", "--console=pipe", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
            "--hostname=guest", "--capability=CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN", "--system-call-filter=bpf @keyring",
            "--", "systemd.log_target=journal"]


def by_unshare(system):
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--cgroup", "--uts", "--ipc", "bash",
            os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib_boot_pid1.sh"), system]


def run_guest(way, system):
    command = nspawn(system) if way == "nspawn" else by_unshare(system)
    status = REBOOT[way]
    while status == REBOOT[way]:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    print("ended", status, flush=True)


def main():
    way, folder, root, var_mib = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    own_cgroup(os.path.basename(folder))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    system = lay(folder, root, var_mib)
    for line in sys.stdin:
        if line.strip() == "boot":
            threading.Thread(target=run_guest, args=(way, system), daemon=True).start()
    os._exit(0)


main()
