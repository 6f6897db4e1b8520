"""What becomes of a running service, of edited files and of the books when the package is upgraded, removed, installed
again and purged."""
import os
import re
import shutil
import tempfile

from lib_boot import run
from lib_boot_office import APT, install, package, steps

EDIT = "\n# edited by the administrator\n"
BOOKS = "/var/lib/dunningd/state.db /var/lib/dunningd/ledger.db /var/lib/dunningd-witness/send.log"


def same(what, found, wanted):
    assert found == wanted, "%s: %r, not %r" % (what, found, wanted)


def newer(folder, suffix):
    """The same package with a higher version, and a conffile that its maintainer has changed."""
    deb, tree = package(), os.path.join(folder, "tree")
    run("dpkg-deb", "--raw-extract", deb, tree)
    control = os.path.join(tree, "DEBIAN/control")
    with open(control, encoding="utf-8") as file:
        text = file.read()
    version = re.search(r"(?m)^Version: (.*)$", text).group(1) + suffix
    with open(control, "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^Version: .*$", "Version: " + version, text))
    with open(os.path.join(tree, "etc/dunningd/dunningd.conf"), "a", encoding="utf-8") as file:
        file.write("\n# of version %s\n" % version)
    out = os.path.join(folder, "dunningd_%s.deb" % version)
    run("dpkg-deb", "-Znone", "--root-owner-group", "--build", tree, out)
    shutil.rmtree(tree)
    return out, version


def upgrade(machine, suffix):
    with tempfile.TemporaryDirectory(prefix="dunningd-newer-") as folder:
        deb, version = newer(folder, suffix)
        out = install(machine, deb)
    same("version", machine.sh("dpkg-query -W -f '${Version} ${db:Status-Status}' dunningd"), version + " installed")
    return out


def each_once(office, servers):
    counts = servers.mails()
    assert len(counts) == office.customers and set(counts.values()) == {1}, counts


def it_is_upgraded_while_it_sends(machine, office, servers):
    install(machine, package())
    office.configure()
    machine.put("/etc/dunningd/dunningd.conf", machine.get("/etc/dunningd/dunningd.conf") + EDIT)
    machine.sh("systemctl restart dunningd-send.service dunningd.service")
    servers.delay(1)
    office.owe(8)
    machine.wait("mails under way", lambda: len(servers.mails()) > 1)
    before = machine.show("dunningd.service", "MainPID")
    upgrade(machine, "+1")
    servers.delay(0)
    assert machine.show("dunningd.service", "MainPID") not in (before, "0"), "the old engine goes on"
    for unit in ("dunningd.service", "dunningd-send.socket"):
        same(unit, (machine.show(unit, "ActiveState"), machine.show(unit, "UnitFileState")), ("active", "enabled"))
    assert EDIT in machine.get("/etc/dunningd/dunningd.conf"), "the edit is gone"
    assert "# of version" in machine.get("/etc/dunningd/dunningd.conf.dpkg-dist")
    starts = machine.sh("journalctl -u dunningd.service -o cat --no-pager | grep -c '^started '").strip()
    same("starts: installed, configured, upgraded", starts, "3")
    same("uncertain", office.settled(90), 0)
    each_once(office, servers)


def what_is_disabled_stays_disabled(machine, office, servers):
    machine.sh("systemctl disable --now dunningd.service dunningd-backup.timer")
    upgrade(machine, "+2")
    for unit in ("dunningd.service", "dunningd-backup.timer"):
        same(unit, (machine.show(unit, "ActiveState"), machine.show(unit, "UnitFileState")), ("inactive", "disabled"))
    machine.sh("systemctl enable --now dunningd.service dunningd-backup.timer")


def removal_keeps_the_books(machine, office, servers):
    machine.sh("systemctl start dunningd-backup.service; sha256sum %s | sort >/root/before" % BOOKS)
    out = machine.sh(APT + "remove dunningd")
    same("programs", machine.sh("ls /usr/sbin/dunningd /usr/bin/dunningctl /lib/systemd/system/dunningd.service 2>/dev/null",
                                None), "")
    same("processes", machine.sh("pgrep -x 'dunningd|dunningd-send'", None), "")
    same("units", machine.sh("systemctl list-units --plain --no-legend 'dunningd*'").strip(), "")
    machine.sh("test -s /var/lib/dunningd/state.db && test -s /var/lib/dunningd/ledger.db && test -d /var/backups/dunningd")
    assert EDIT in machine.get("/etc/dunningd/dunningd.conf")
    return out


def it_goes_on_when_installed_again(machine, office, servers):
    with tempfile.TemporaryDirectory(prefix="dunningd-newer-") as folder:
        install(machine, newer(folder, "+3")[0])
    same("state", machine.show("dunningd.service", "ActiveState"), "active")
    assert EDIT in machine.get("/etc/dunningd/dunningd.conf")
    office.owe(2)
    same("uncertain", office.settled(), 0)
    each_once(office, servers)


def purging_says_what_it_removes_and_leaves_nothing(machine, office, servers):
    out = machine.sh(APT + "purge dunningd", timeout=60)
    for folder in ("/var/lib/dunningd", "/var/lib/dunningd-witness", "/var/log/dunningd", "/var/spool/dunningd",
                   "/var/backups/dunningd", "/etc/dunningd"):
        assert not machine.exists(folder), folder + " is still there"
    for folder in ("/var/lib/dunningd", "/var/log/dunningd"):
        assert folder in out, "purge does not say that it removed " + folder
    left = machine.sh(r"find / -xdev \( -path /proc -o -path /sys -o -path /root -o -path /run/host \) -prune -o "
                      "-name '*dunning*' -print; find /var -xdev -name '*dunning*'", None).split()
    same("left behind", [name for name in left if "/systemd-private-" not in name], [])
    same("known to systemd", machine.sh("systemctl list-unit-files --no-legend 'dunning*'", None).strip(), "")
    same("failed", machine.sh("systemctl --failed --plain --no-legend").strip(), "")


def it_can_be_installed_after_a_purge(machine, office, servers):
    install(machine, package())
    same("state", machine.show("dunningd.service", "ActiveState"), "active")
    before = sum(servers.mails().values())
    machine.sh("dunningctl status")
    same("mails", sum(servers.mails().values()), before)


if __name__ == "__main__":
    steps(it_is_upgraded_while_it_sends, what_is_disabled_stays_disabled, removal_keeps_the_books,
          it_goes_on_when_installed_again, purging_says_what_it_removes_and_leaves_nothing,
          it_can_be_installed_after_a_purge)
