"""The installed service in a booted system, from the first start through everything that can happen to a server."""
import json
import os
import signal

from lib_boot_office import POLICY, install, package, steps

STRICT = "[Service]\nWatchdogSec=2s\nRestartSec=200ms\n[Unit]\nStartLimitBurst=50\n"


def same(what, found, wanted):
    assert found == wanted, "%s: %r, not %r" % (what, found, wanted)


def it_is_installed_and_runs(machine, office, servers):
    install(machine, package())
    for unit in ("dunningd.service", "dunningd-send.socket", "dunningd-backup.timer"):
        same(unit, (machine.show(unit, "ActiveState"), machine.show(unit, "UnitFileState")), ("active", "enabled"))
    same("state", machine.show("dunningd.service", "SubState"), "running")
    assert machine.show("dunningd.service", "StatusText"), "no status text"
    same("failed units", machine.sh("systemctl --failed --plain --no-legend").strip(), "")
    same("sent by an unedited configuration", sum(servers.mails().values()), 0)
    office.ctl("status")


def it_sends_mail_and_texts(machine, office, servers):
    office.configure(POLICY % ("5d", '"email", "sms"'))
    machine.sh("systemctl restart dunningd-send.service dunningd.service")
    addresses = office.owe(3, sms=True)
    machine.wait("three mails and texts", lambda: (sum(servers.mails().values()), servers.texts()) == (3, 3))
    same("uncertain", office.settled(), 0)
    same("to whom", set(servers.mails()), set(addresses))
    assert "accepted" in machine.show("dunningd.service", "StatusText") or machine.show("dunningd.service", "StatusText")


def a_reload_takes_a_good_edit(machine, office, servers):
    machine.put(office.etc + "/policies/test.conf", POLICY % ("6d", '"email"'))
    machine.sh("systemctl reload dunningd.service")
    same("reloads", len(office.log("reloaded")), 1)


def a_reload_refuses_a_bad_edit(machine, office, servers):
    before = machine.show("dunningd.service", "MainPID")
    machine.put(office.etc + "/policies/test.conf", (POLICY % ("6d", '"email"')).replace("template", "tenplate"))
    machine.sh("systemctl reload dunningd.service", status=1)
    same("it goes on", (machine.show("dunningd.service", "ActiveState"), machine.show("dunningd.service", "MainPID")),
         ("active", before))
    said = machine.sh("journalctl -u dunningd.service --no-pager -o cat")
    assert "test.conf:" in said and "tenplate" in said, said[-2000:]
    office.owe(1)
    same("the old policy goes on", office.settled(), 0)
    machine.put(office.etc + "/policies/test.conf", POLICY % ("6d", '"email"'))
    machine.sh("systemctl reload dunningd.service")


def a_start_with_a_bad_edit_is_not_repeated(machine, office, servers):
    """Restarting cures no configuration: it fails once, says why, and waits for a person."""
    good = machine.get(office.etc + "/dunningd.conf")
    machine.put(office.etc + "/dunningd.conf", good.replace("timezone", "tymezone"))
    machine.sh("systemctl restart dunningd.service", status=1)
    same("state", (machine.show("dunningd.service", "ActiveState"), machine.show("dunningd.service", "ExecMainStatus")),
         ("failed", "4"))
    same("restarts", machine.show("dunningd.service", "NRestarts"), "0")
    assert "tymezone" in machine.sh("journalctl -u dunningd.service -o cat --no-pager -n 20")
    machine.put(office.etc + "/dunningd.conf", good)
    machine.sh("systemctl start dunningd.service")


def neither_needs_the_other(machine, office, servers):
    machine.sh("systemctl stop dunningd-send.socket dunningd-send.service")
    office.owe(2)
    office.wait_status("the plan", lambda status: status["planned"] >= 2)
    same("the engine", machine.show("dunningd.service", "ActiveState"), "active")
    machine.sh("systemctl start dunningd-send.socket")
    same("uncertain", office.settled(), 0)
    each_once(office, servers)
    sender = machine.show("dunningd-send.service", "MainPID")
    machine.sh("systemctl restart dunningd.service")
    office.owe(1)
    same("uncertain", office.settled(), 0)
    same("the sender", machine.show("dunningd-send.service", "MainPID"), sender)


def each_once(office, servers):
    """Everybody of the office got one mail, whatever is known about it."""
    counts = servers.mails()
    assert len(counts) == office.customers and set(counts.values()) == {1}, counts


def settle_all(office):
    for message in json.loads(office.ctl("status --json"))["doubts"]:
        office.ctl("settle %s sent --reason 'seen at the server'" % message["message"])
    office.wait_status("the settling", lambda status: status["uncertain"] == 0)


def begin_sending(machine, office, servers, count, seconds):
    """Messages are on their way: some mails are at the server, which keeps its replies back."""
    servers.delay(seconds)
    before = sum(servers.mails().values())
    office.owe(count)
    machine.wait("mails under way", lambda: sum(servers.mails().values()) > before + 1)


def tighten(machine, office, servers):
    for unit in ("dunningd", "dunningd-send"):
        machine.put("/etc/systemd/system/%s.service.d/test.conf" % unit, STRICT)
    machine.sh("systemctl daemon-reload && systemctl restart dunningd-send.service dunningd.service")


def the_engine_is_killed_while_it_sends(machine, office, servers):
    begin_sending(machine, office, servers, 10, 1)
    os.kill(machine.pid_of("dunningd.service"), signal.SIGKILL)
    same("uncertain, since the sender lives", office.settled(), 0)
    each_once(office, servers)
    assert int(machine.show("dunningd.service", "NRestarts")) >= 1


def the_sender_is_killed_while_it_sends(machine, office, servers):
    begin_sending(machine, office, servers, 10, 1)
    os.kill(machine.pid_of("dunningd-send.service"), signal.SIGKILL)
    servers.delay(0)
    uncertain = office.settled()
    assert 1 <= uncertain <= 4, "%d uncertain by 4 connections" % uncertain
    each_once(office, servers)
    settle_all(office)


def a_frozen_program_is_restarted(machine, office, servers):
    for unit in ("dunningd.service", "dunningd-send.service"):
        restarts = int(machine.show(unit, "NRestarts"))
        os.kill(machine.pid_of(unit), signal.SIGSTOP)
        machine.wait("a restart of " + unit, lambda: int(machine.show(unit, "NRestarts")) > restarts)
        assert "watchdog" in machine.sh("journalctl -u %s -o cat --no-pager -n 30" % unit).lower()
    office.owe(1)
    same("uncertain", office.settled(), 0)
    each_once(office, servers)


def the_disk_is_full_for_a_while(machine, office, servers):
    begin_sending(machine, office, servers, 4, 1)
    machine.sh("dd if=/dev/zero of=/var/fill bs=64k 2>/dev/null; dd if=/dev/zero of=/var/fill2 bs=512 2>/dev/null; true")
    office.wait_status("the block", lambda status: status["blocked_reason"] == "no_room")
    machine.put("/run/more.csv", "customer_id,name\n" + "".join("L-%d,%s\n" % (i, "x" * 500) for i in range(4000)))
    refused = machine.run("dunningctl", "import", "customers", "/run/more.csv")
    assert refused.status == 1 and "disk" in refused.err.lower(), refused
    machine.run("systemctl", "restart", "--no-block", "dunningd.service")
    machine.wait("the new start", lambda: machine.show("dunningd.service", "ActiveState") != "deactivating", 30)
    machine.sh("rm /var/fill /var/fill2")
    machine.wait("its recovery", lambda: machine.show("dunningd.service", "SubState") == "running")
    servers.delay(0)
    office.owe(3)
    same("uncertain", office.settled(), 0)
    each_once(office, servers)


def the_power_fails_while_it_sends(machine, office, servers):
    begin_sending(machine, office, servers, 10, 1)
    machine.cut_power()
    servers.delay(0)
    machine.boot()
    for unit in ("dunningd.service", "dunningd-send.socket"):
        same(unit, machine.show(unit, "ActiveState"), "active")
    uncertain = office.settled()
    assert 1 <= uncertain <= 4, "%d uncertain by 4 connections" % uncertain
    each_once(office, servers)
    settle_all(office)


def it_stops_in_order(machine, office, servers):
    begin_sending(machine, office, servers, 4, 1)
    machine.wait("all at the server", lambda: len(servers.mails()) == office.customers)
    machine.sh("systemctl stop dunningd.service")
    same("left to systemd", machine.show("dunningd.service", "Result"), "success")
    machine.sh("systemctl start dunningd.service")
    same("uncertain", office.settled(), 0)
    begin_sending(machine, office, servers, 4, 1)
    machine.wait("all at the server", lambda: len(servers.mails()) == office.customers)
    machine.sh("systemctl stop dunningd-send.service")
    same("left to systemd", machine.show("dunningd-send.service", "Result"), "success")
    same("uncertain", office.settled(), 0)
    each_once(office, servers)
    servers.delay(0)


def the_log_is_rotated(machine, office, servers):
    reloads = machine.sh("dunningctl log --event reloaded --limit 1000 --json")
    machine.sh("logrotate -f /etc/logrotate.d/dunningd")
    assert machine.exists("/var/log/dunningd/status.log.1")
    office.owe(1)
    same("uncertain", office.settled(), 0)
    machine.wait("the new file", lambda: office.log("accepted"))
    same("mode", machine.sh("stat -c '%U %G %a' /var/log/dunningd/status.log").strip(), "dunningd dunningd 640")
    same("reloads by it", machine.sh("dunningctl log --event reloaded --limit 1000 --json"), reloads)


def the_journal_is_not_waited_for(machine, office, servers):
    """Records reach it from within the sandbox; while it is frozen the engine goes on, and tells afterwards."""
    restarts = machine.show("dunningd.service", "NRestarts")
    machine.sh("systemctl kill --signal=STOP --kill-whom=main systemd-journald.service")
    for _ in range(3):
        office.owe(300)
        same("uncertain", office.settled(), 0)
    machine.sh("systemctl kill --signal=CONT --kill-whom=main systemd-journald.service")
    same("restarts", machine.show("dunningd.service", "NRestarts"), restarts)
    in_state = len(machine.sh("dunningctl log --event accepted --limit 100000").splitlines())
    machine.wait("all in the journal", lambda: told(machine, "accepted") == in_state)


def told(machine, event):
    return len(machine.sh("journalctl _SYSTEMD_UNIT=dunningd.service DUNNING_EVENT=%s -o cat --no-pager" % event).splitlines())


def the_backup_comes_by_its_timer(machine, office, servers):
    machine.put("/etc/systemd/system/dunningd-backup.timer.d/test.conf",
                "[Timer]\nOnCalendar=\nOnActiveSec=1s\nAccuracySec=10ms\nRandomizedDelaySec=0\n")
    machine.sh("systemctl daemon-reload && systemctl restart dunningd-backup.timer")
    name = machine.wait("a backup", lambda: machine.sh("ls /var/backups/dunningd | grep '[.]db$' || true").strip())
    machine.wait("its end", lambda: machine.show("dunningd-backup.service", "ActiveState") == "inactive")
    same("result", machine.show("dunningd-backup.service", "Result"), "success")
    same("mode", machine.sh("stat -c '%U %a' /var/backups/dunningd/" + name).strip(), "dunningd 600")


if __name__ == "__main__":
    steps(it_is_installed_and_runs, it_sends_mail_and_texts, a_reload_takes_a_good_edit, a_reload_refuses_a_bad_edit,
          a_start_with_a_bad_edit_is_not_repeated, neither_needs_the_other, tighten, the_engine_is_killed_while_it_sends, the_sender_is_killed_while_it_sends,
          a_frozen_program_is_restarted, the_disk_is_full_for_a_while, the_power_fails_while_it_sends, it_stops_in_order,
          the_log_is_rotated, the_journal_is_not_waited_for, the_backup_comes_by_its_timer)
