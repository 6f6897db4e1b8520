"""The first hour, as README has it: its own commands, typed in a booted system, to the first reminder and back."""
import datetime
import os
import re

from lib_boot_office import install, package, steps
from lib_setup import Terminal, answer
from lib_world import SOURCE

TODAY = datetime.date.today()
LOGIN = ("meier", "correct-horse")
CUSTOMER = "anna.huber@kunde.invalid"
FILES = {
    "customers": "customer_id,name,email,segment,country,language\nC-1042,Anna Huber,%s,b2b,AT,de\n" % CUSTOMER,
    "invoices": "invoice_id,customer_id,issued_on,due_on,currency,amount\n2026-0113,C-1042,%s,%s,EUR,1190.00\n" % (
        TODAY - datetime.timedelta(50), TODAY - datetime.timedelta(20)),
    "payments": "payment_id,customer_id,paid_on,currency,amount\nB-1,C-1042,%s,EUR,90.00\n" % TODAY,
}


def readme():
    """The commands of README's section on the first hour, in their order."""
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        section = re.search(r"(?ms)^## The first hour\n(.*?)^## ", file.read())[1]
    return [line.split("#")[0].strip() for line in re.findall(r"(?m)^    ((?:\w+ctl|apt|systemd/package).*)", section)]


COMMANDS = readme()
HERE = COMMANDS.index("dunningctl setup")


def the_package_is_installed(machine, office, servers):
    assert [re.sub(r" .*", "", command) for command in COMMANDS[:HERE]] == ["systemd/package", "apt"], COMMANDS
    install(machine, package())
    for name, text in FILES.items():
        machine.put("/root/%s.csv" % name, text)
    with open(servers.folder + "/login", "w", encoding="ascii") as file:
        file.write(" ".join(LOGIN))


def answers(servers):
    """As somebody types them who has read no manual."""
    return (("Name of your business: ", "Meier & Söhne GmbH"), ("Address that mail comes from: ", "office@meier.example"),
            ("Mail server: ", "127.0.0.1:%d" % servers.ports["smtp"]), ("Encryption [none]: ", ""),
            ("User at the mail server: ", LOGIN[0]), ("Password at the mail server: ", LOGIN[1]),
            ("Time zone [", "Europe/Vienna"), ("Country [AT] (- for none): ", ""), ("Language [de]: ", ""),
            ("Policy to begin with [standard-b2b]: ", ""), ("CSV file of customers: ", "/root/customers.csv"),
            ("CSV file of invoices: ", "/root/invoices.csv"), ("CSV file of payments: ", "/root/payments.csv"),
            ("Address for a test message: ", "me@meier.invalid"), ("Go on? [yes]: ", ""))


def setup_asks_and_tries(machine, office, servers):
    terminal = Terminal(machine.enter() + COMMANDS[HERE].split())
    answer(terminal, answers(servers))
    status = terminal.end()
    assert status == 0, terminal.text
    assert LOGIN[1] not in terminal.text, "the password is shown"
    for words in ("2 providers", "standard-b2b: not enabled", "The next 30 days", "reminder", "accepted",
                  "Nothing is sent to customers yet", "dunningctl policy enable standard-b2b"):
        assert words in terminal.text, (words, terminal.text)
    assert list(servers.mails()) == ["me@meier.invalid"], servers.mails()
    with open(servers.folder + "/logins", encoding="ascii") as file:
        assert file.read().split()[1::2] == ["good"]
    modes = machine.sh("stat -c '%U %a' /etc/dunningd/credentials /etc/dunningd/credentials/smarthost /var/lib/dunningd/ledger.db")
    assert modes.split("\n")[:3] == ["root 700", "root 600", "dunningd 640"], modes


def any_hour_will_do(machine, office, servers):
    """The policy of the package sends in office hours only, on business days; a test does not wait for Monday."""
    path = "/etc/dunningd/policies/40-standard-b2b.conf"
    machine.put("/root/as-installed.conf", machine.get(path))
    machine.put(path, re.sub(r'(?m)^  (window|calendar) = .*\n', "", machine.get(path)))


def the_commands_lead_to_the_first_reminder(machine, office, servers):
    for command in COMMANDS[HERE + 1:]:
        out = machine.sh(command)
        if command.startswith("dunningctl simulate"):
            assert "reminder" in out, out
        if command == "dunningctl reload":
            last = out
        if command.startswith("dunningctl policy"):
            assert not servers.mails()[CUSTOMER], "sent before it was enabled"
    assert "standard-b2b" in last, last
    machine.wait("the first reminder", lambda: servers.mails()[CUSTOMER] == 1)
    office.wait_status("its outcome", lambda status: status["planned"] == 0 and status["in_flight"] == 0)
    assert "accepted" in machine.sh("dunningctl explain 2026-0113") + machine.sh("dunningctl show 2026-0113")


def every_step_has_its_way_back(machine, office, servers):
    machine.sh("dunningctl policy disable standard-b2b")
    said = machine.sh("dunningctl setup --undo")
    assert "stays in the ledger" in said and "stays sent" in said, said
    machine.put("/etc/dunningd/policies/40-standard-b2b.conf", machine.get("/root/as-installed.conf"))
    machine.sh("systemctl restart dunningd-send && dunningctl reload")
    left = machine.sh("dpkg --verify dunningd; ls /etc/dunningd/credentials /etc/dunningd/providers; ls /etc/dunningd")
    assert left.split() == ("/etc/dunningd/credentials: /etc/dunningd/providers: outbox.conf calendars credentials "
                            "dunningd.conf policies providers rates templates").split(), left


def a_terminal_is_not_needed(machine, office, servers):
    """The same by options, the password from a file."""
    machine.put("/root/password", LOGIN[1] + "\n", 0o600)
    said = machine.sh("dunningctl setup --business 'Meier & Söhne' --email office@meier.example --user %s "
                      "--relay smtp://127.0.0.1:%d --password-file /root/password --timezone Europe/Vienna "
                      "--policy gentle-b2c --test me@meier.invalid" % (LOGIN[0], servers.ports["smtp"]))
    assert "gentle-b2c: not enabled" in said and servers.mails()["me@meier.invalid"] == 2, said
    assert "30-gentle-b2c.conf" in machine.sh("ls /etc/dunningd/policies")


if __name__ == "__main__":
    steps(the_package_is_installed, setup_asks_and_tries, any_hour_will_do, the_commands_lead_to_the_first_reminder,
          every_step_has_its_way_back, a_terminal_is_not_needed)
