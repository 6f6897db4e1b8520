"""Two businesses beside the first on one machine: dunningd@NAME.service and what belongs to it."""
import os

from lib_boot_office import Office, POLICY, install, package, steps

offices = {}


def same(what, found, wanted):
    assert found == wanted, "%s: %r, not %r" % (what, found, wanted)


def the_package_is_there(machine, office, servers):
    install(machine, package())
    office.configure()
    machine.sh("systemctl restart dunningd-send.service dunningd.service")


def two_instances_are_set_up(machine, office, servers):
    for name in ("north", "south"):
        offices[name] = Office(machine, servers, name)
        machine.sh("install -d -m 0700 /etc/dunningd/%s/credentials" % name)
        offices[name].configure()
        machine.sh("install -d -o dunningd -g dunningd -m 0700 /var/lib/dunningd/%s" % name)
        machine.put("/root/none.csv", "customer_id,name\n")
        offices[name].ctl("import customers /root/none.csv")
        machine.sh("systemctl enable --now dunningd@%s.service" % name)
        same(name, machine.show("dunningd@%s.service" % name, "SubState"), "running")
        same(name + "'s socket", machine.show("dunningd-send@%s.socket" % name, "UnitFileState"), "enabled")


def each_sends_its_own(machine, office, servers):
    addresses = set()
    for each in (office, *offices.values()):
        addresses |= set(each.owe(2))
    for each in (office, *offices.values()):
        same("uncertain", each.settled(), 0)
        same("in its log", len(each.log("accepted")), 2)
    same("mails", dict(servers.mails()), dict.fromkeys(addresses, 1))


def one_reloads_alone(machine, office, servers):
    machine.put("/etc/dunningd/north/policies/test.conf", POLICY % ("7d", '"email"'))
    machine.put("/etc/dunningd/south/policies/test.conf", "half an edit")
    machine.sh("systemctl reload dunningd@north.service")
    machine.sh("systemctl reload dunningd@south.service", status=1)
    same("reloads", [len(each.log("reloaded")) for each in (office, offices["north"], offices["south"])], [0, 1, 0])


def none_sees_the_others(machine, office, servers):
    for unit, folder, own in (("dunningd@north", "/var/lib/dunningd", {"north", "north-witness"}),
                              ("dunningd@north", "/var/log/dunningd", {"north"}),
                              ("dunningd-send@north", "/var/spool/dunningd", set())):
        view = "/proc/%d/root" % machine.pid_of(unit + ".service")
        same("%s sees in %s" % (unit, folder), set(os.listdir(view + folder)), own)


def the_log_of_each_is_rotated(machine, office, servers):
    machine.sh("logrotate -f /etc/logrotate.d/dunningd")
    for each in (office, *offices.values()):
        assert machine.exists(each.log_folder + "/status.log.1"), each.log_folder
    machine.put("/etc/dunningd/south/policies/test.conf", POLICY % ("5d", '"email"'))
    for each in (office, *offices.values()):
        each.owe(1)
        same("uncertain", each.settled(), 0)
        machine.wait("its new log", lambda each=each: len(each.log("accepted")) == 1)


def a_backup_of_one(machine, office, servers):
    machine.sh("systemctl start dunningd-backup@north.service")
    same("backups", machine.sh("ls /var/backups/dunningd/north | wc -l").strip(), "1")


def one_stops_alone(machine, office, servers):
    machine.sh("systemctl stop dunningd@south.service dunningd-send@south.service")
    for unit, state in (("dunningd@north", "active"), ("dunningd", "active"), ("dunningd@south", "inactive")):
        same(unit, machine.show(unit + ".service", "ActiveState"), state)


def all_come_back_at_boot(machine, office, servers):
    machine.reboot()
    for unit in ("dunningd", "dunningd@north", "dunningd@south"):
        same(unit, machine.show(unit + ".service", "ActiveState"), "active")


if __name__ == "__main__":
    steps(the_package_is_there, two_instances_are_set_up, each_sends_its_own, one_reloads_alone, none_sees_the_others,
          the_log_of_each_is_rotated, a_backup_of_one, one_stops_alone, all_come_back_at_boot)
