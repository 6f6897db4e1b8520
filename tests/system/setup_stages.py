#!/usr/bin/python3
"""dunningctl setup with a real mail server: the test message, the import and the simulation; as root, with root's rights."""
import datetime
import os
import pwd

from lib_servers import AioSmtp
from lib_setup import ANSWERS, PASSWORD, Fresh, read
from lib_world import main

TODAY = datetime.date.today()
CUSTOMERS = "customer_id,name,email,segment,country,language\nC-1,Anna Huber,anna@kunde.example,b2b,AT,de\n"
INVOICES = "invoice_id,customer_id,issued_on,due_on,currency,amount\n2026-0113,C-1,%s,%s,EUR,1190.00\n" % (
    TODAY - datetime.timedelta(50), TODAY - datetime.timedelta(20))
PAYMENTS = "payment_id,customer_id,paid_on,currency,amount\nB-1,C-1,%s,EUR,1.00\n" % TODAY


def as_installed(world):
    """State and outbox are the daemon's, the configuration is root's, and the credentials are for root alone."""
    owner = pwd.getpwnam("nobody")
    os.chmod(world.folder, 0o755)
    for folder in ("state", "outbox", "policies", "providers", "templates", "calendars", "elsewhere"):
        os.chmod(world.path(folder), 0o755)
    for folder, _, names in os.walk(world.folder):
        os.chmod(folder, 0o755)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)
    os.chmod(world.path("credentials"), 0o700)
    os.chown(world.path("state"), owner.pw_uid, owner.pw_gid)
    world.write("dunningd.conf", read(world.config).replace('"ledger.db"', '"state/ledger.db"').replace(
        'credentials = "credentials"; };', "};").replace('"status.log"', '""'))
    return owner


def offices(**keys):
    world = Fresh()
    server = AioSmtp(user="meier", password=PASSWORD, **keys)
    for name, text in (("customers", CUSTOMERS), ("invoices", INVOICES), ("payments", PAYMENTS)):
        world.write("elsewhere/%s.csv" % name, text)
    return world, server


def test_all_stages():
    world, server = offices()
    owner = as_installed(world) if os.geteuid() == 0 else None
    said = world.set_up(relay="127.0.0.1:%d" % server.port, test="me@meier.example",
                        customers=world.path("elsewhere/customers.csv"), invoices=world.path("elsewhere/invoices.csv"),
                        payments=world.path("elsewhere/payments.csv"))
    assert [mail["to"] for mail in server.messages] == [["me@meier.example"]], server.messages
    assert server.logins[-1][1], server.logins
    assert "outcome   accepted" in said or "accepted" in said, said
    part = said[said.index("The next 30 days"):]
    assert "standard-b2b" in part and "reminder" in part, part
    assert not world.outbox() and "not enabled" in said
    assert "C-1" in world.ctl("list", "accounts"), world.ctl("list", "accounts")
    if owner:
        assert os.stat(world.path("state/ledger.db")).st_uid == owner.pw_uid
        assert os.stat(world.path("credentials/smarthost")).st_uid == 0 and os.listdir(world.path("credentials")) == ["smarthost"]
    said = world.undo()
    assert said.count("stays in the ledger") == 3 and "stays sent" in said, said
    server.stop()
    world.remove()


def test_failures_are_told():
    """The files stay, so that what failed can be mended; the exit status is that of the first failure."""
    world, server = offices()
    server.stop()
    world.write("elsewhere/invoices.csv", INVOICES.replace("1190.00", "a lot"))
    said = world.setup(status=4, **{**ANSWERS, "password_file": world.path("elsewhere/password"), "test": "me@meier.example",
                                    "relay": "127.0.0.1:%d" % server.port, "customers": world.path("elsewhere/customers.csv"),
                                    "invoices": world.path("elsewhere/invoices.csv")})
    assert "invoices.csv:2" in said and "this failed: import" in said and "setup --undo" in said, said
    assert "provider smarthost:" in said, said
    assert "C-1" in world.ctl("show", "C-1")
    world.remove()


def test_send_test_borrows_the_password():
    """dunningctl send-test as root, where only root may read the credential; nothing of it stays anywhere."""
    if os.geteuid() != 0:
        return
    world, server = offices()
    as_installed(world)
    world.set_up(relay="127.0.0.1:%d" % server.port)
    world.ctl("send-test", "smarthost", "me@meier.example")
    assert len(server.messages) == 1 and server.logins[-1][1]
    # A template names one, too: that is there, and another is not.
    for name, missing in (("smarthost", False), ("nothing", True)):
        world.provider("gateway", 'kind = "http"; method = "GET"; url = "http://127.0.0.1:%d/"; encoding = "query"; '
                       'fields = ( { name = "key"; value = "{{credential.%s}}"; } )' % (server.port, name))
        said = world.ctl("send-test", "gateway", "+4915112345678", status=1)
        assert ("the credential" in said) == missing, said
    assert world.mode("credentials/smarthost") == 0o600 and world.mode("credentials") == 0o700
    with open("/proc/mounts", encoding="utf-8") as file:
        assert world.folder not in file.read()
    server.stop()
    world.remove()


main(test_all_stages, test_failures_are_told, test_send_test_borrows_the_password)
