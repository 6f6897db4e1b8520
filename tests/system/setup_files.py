#!/usr/bin/python3
"""dunningctl setup without a terminal: what it writes and what it leaves, wrong answers, setup again, and the way back."""
import fcntl
import os
import re
import shutil
import subprocess

from lib_setup import ANSWERS, PASSWORD, SHIPPED, Fresh, read
from lib_world import main, program

WRONG = (
    ("business", "two\nlines", "plain text on one line"),
    ("email", "office", "name@domain"),
    ("email", "Office <office@meier.example>", "name@domain"),
    ("relay", "http://mail.meier.example", "smtp://"),
    ("relay", "smtp://mail.meier.example:587/inbox", "a host, perhaps a port"),
    ("relay", "mail meier", "a host, perhaps a port"),
    ("tls", "none", "only for a server on this machine"),
    ("tls", "implicit", "smtp:// is starttls or none"),
    ("tls", "ssl", "starttls|implicit|none"),
    ("timezone", "Europe/Viena", "no such time zone"),
    ("timezone", "../etc/passwd", "no such time zone"),
    ("country", "AUT", "two letters"),
    ("language", "fi", "there are de, en, es, fr"),
    ("policy", "standard", "standard-b2b"),
    ("customers", "/nowhere.csv", "cannot be read"),
    ("invoices", "/", "no file"),
    ("test", "me", "name@domain"),
    ("password_file", "/nowhere", "cannot be opened"),
    ("password_file", "/dev/null", "first line is empty"),
)


def test_what_is_written():
    world = Fresh()
    said = world.set_up()
    text = read(world.config)
    assert text.startswith("# By hand: this line stays.\n"), text
    for line in (r'name = "Meier \"& Söhne\" \\ GmbH"', 'email = "office@meier.example"', 'timezone = "Europe/Vienna"',
                 'language = "de"; country = "DE"', 'channels = { email = ["smarthost"]; sms = ["box"]; agency = ["box"]; }'):
        assert line in text, (line, text)
    provider = read(world.path("providers/smarthost.conf"))
    for line in ('url = "smtp://mail.meier.example:587"', 'user = "meier"', 'credential = "smarthost"'):
        assert line in provider and "tls" not in provider and PASSWORD not in provider, provider
    assert read(world.path("credentials/smarthost")) == PASSWORD + "\n"
    assert world.mode("credentials/smarthost") == 0o600 and world.mode("providers/smarthost.conf") == 0o644
    assert "standard-b2b: not enabled" in world.check()
    assert "policy enable standard-b2b" in said and "restart dunningd-send" in said and "setup --undo" in said, said
    record = read(world.path(world.records()[0]))
    assert world.mode(world.records()[0]) == 0o644 and not re.search("new [0-9a-f]+ .*credentials/", record), record
    world.remove()


def test_what_is_taken_without_answer():
    world = Fresh()
    world.write("dunningd.conf", read(world.config).replace('country = "DE";', ""))
    world.setup(business="A", email="a@a.example", relay="smtps://mail.a.example", timezone="Europe/Vienna")
    text, provider = read(world.config), read(world.path("providers/smarthost.conf"))
    assert 'country = "AT";' in text and 'language = "de";' in text, text
    assert 'url = "smtps://mail.a.example:465"' in provider and "user" not in provider, provider
    assert not os.path.exists(world.path("credentials/smarthost"))
    world.remove()


def test_a_server_on_this_machine():
    world = Fresh()
    world.setup(business="A", email="a@a.example", relay="localhost:25")
    assert 'tls = "none";' in read(world.path("providers/smarthost.conf"))
    world.setup(business="A", email="a@a.example", relay="mail.a.example")
    assert "tls" not in read(world.path("providers/smarthost.conf"))
    world.remove()


def test_a_policy_of_the_package():
    world = Fresh()
    world.set_up(policy="gentle-b2c", country="at")
    text = read(os.path.join(SHIPPED, "30-gentle-b2c.conf"))
    assert read(world.path("policies/30-gentle-b2c.conf")) == text.replace("enabled = true", "enabled = false")
    assert 'country = "AT";' in read(world.config)
    world.remove()


def test_a_rehearsal():
    world = Fresh()
    before = world.snapshot()
    said = world.setup("--dry-run", **ANSWERS, password_file=world.path("elsewhere/password"))
    assert world.snapshot() == before and 'credential = "smarthost"' in said and "(new, not shown)" in said, said
    world.remove()


def test_missing_answers():
    world = Fresh()
    before = world.snapshot()
    assert "--business --email --relay;" in world.setup(status=2)
    assert "missing: --email;" in world.setup(status=2, business="A", relay="m.example")
    few = {"business": "A", "email": "a@a.example", "relay": "m.example"}
    assert "missing: --password-file;" in world.setup(status=2, user="u", **few)
    assert "missing: --user;" in world.setup(status=2, password_file=world.path("elsewhere/password"), **few)
    assert "--undo goes with" in world.setup("--undo", status=2)
    assert world.snapshot() == before
    world.remove()


def test_wrong_answers():
    world = Fresh()
    before = world.snapshot()
    for name, value, sentence in WRONG:
        said = world.setup(status=2, **{**ANSWERS, "password_file": world.path("elsewhere/password"), name: value})
        assert sentence in said and "--" + name.replace("_", "-") in said, (name, value, said)
    assert world.snapshot() == before
    for name in os.listdir(world.path("policies")):
        os.unlink(world.path("policies", name))
    password = world.path("elsewhere/password")
    said = world.setup(status=2, shipped=world.path("elsewhere"), policy="any", password_file=password, **ANSWERS)
    assert "there is no policy in %s, and none in %s" % (world.path("policies"), world.path("elsewhere")) in said, said
    world.remove()


def test_again():
    """What is there is the preset: only what is answered otherwise changes, and what was added by hand stays."""
    world = Fresh()
    world.set_up()
    provider = world.path("providers/smarthost.conf")
    world.write("providers/smarthost.conf", read(provider).replace("};", '  envelope_from = "back@meier.example"; # ours\n};'))
    before = world.snapshot()
    assert "so already" in world.setup() and world.snapshot() == before
    world.setup(relay="other.meier.example", timezone="Europe/Berlin")
    assert "other.meier.example:587" in read(provider) and "# ours" in read(provider) and 'user = "meier"' in read(provider)
    changed = [name for name, what in world.snapshot().items() if before.get(name) != what]
    assert sorted(re.sub(r"\d{8}-\d{6}", "T", name) for name in changed) == [
        "dunningd.conf", "dunningd.conf.before-setup-T", "providers/smarthost.conf",
        "providers/smarthost.conf.before-setup-T", "setup-T.undo"], changed
    world.setup(user="")
    assert "user" not in read(provider) and "credential" not in read(provider) and "# ours" in read(provider)
    world.check()
    world.remove()


def test_other_servers_stay():
    world = Fresh()
    world.provider("backup", 'kind = "smtp"; url = "smtp://backup.example:587"')
    world.write("dunningd.conf", read(world.config).replace('email = ["box"]', 'email = ["box", "backup"]'))
    world.set_up()
    assert 'email = ["smarthost", "backup"]' in read(world.config)
    world.remove()


def test_undo():
    world = Fresh()
    first = world.snapshot()
    world.set_up()
    second = world.snapshot()
    world.setup(relay="other.meier.example", policy="small-amounts")
    assert len(world.records()) == 2
    said = world.undo()
    assert "20-small-amounts.conf: is removed" in said and "smarthost.conf: is as it was" in said, said
    assert world.snapshot() == second
    world.undo()
    assert world.snapshot() == first
    assert "no setup has written anything here" in world.undo(status=3)
    world.remove()


def test_undo_after_changes_by_hand():
    world = Fresh()
    first = world.snapshot()
    world.set_up()
    provider = world.path("providers/smarthost.conf")
    for name in (provider, world.config):
        with open(name, "a", encoding="utf-8") as file:
            file.write("# changed by hand\n")
    assert world.undo().count("was changed since") == 2
    after = world.snapshot()
    assert {name: what for name, what in after.items() if ".before-undo-" not in name} == first
    for name in (world.config, provider):
        kept = [other for other in after if other.startswith(os.path.relpath(name, world.folder) + ".before-undo-")]
        assert len(kept) == 1 and "changed by hand" in read(world.path(kept[0])), after
    world.remove()


def test_what_does_not_fit_is_taken_back():
    """A file of the administrator has the provider's name already: the new files and the old one contradict each other."""
    world = Fresh()
    world.write("providers/first.conf", 'provider = { name = "smarthost"; kind = "drop"; directory = "outbox"; };\n')
    before = world.snapshot()
    said = world.setup(status=4, **ANSWERS, password_file=world.path("elsewhere/password"))
    assert "all are as they were" in said and "smarthost.conf:" in said, said
    assert world.snapshot() == before
    world.write("dunningd.conf", read(world.config).replace("timezone", "tymezone"))
    assert "mend" in world.setup(status=4)
    world.remove()


def test_a_write_that_fails_is_taken_back():
    """The policy is written first; then there is no folder for the credential."""
    world = Fresh()
    os.rmdir(world.path("credentials"))
    world.write("credentials", "a file\n")
    before = world.snapshot()
    said = world.setup(status=1, **ANSWERS, policy="gentle-b2c", password_file=world.path("elsewhere/password"))
    assert "credentials/smarthost: cannot be written: Not a directory" in said, said
    assert world.snapshot() == before
    world.remove()


def test_one_at_a_time():
    world = Fresh()
    folder = os.open(world.folder, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    said = world.setup(status=1, **ANSWERS, password_file=world.path("elsewhere/password"))
    assert "another setup is writing here" in said, said
    os.close(folder)
    world.set_up()
    world.remove()


def test_links_lead_to_the_file():
    world = Fresh()
    os.rename(world.config, world.path("elsewhere/main.conf"))
    os.symlink("elsewhere/main.conf", world.config)
    world.set_up()
    assert os.path.islink(world.config) and "office@meier.example" in read(world.path("elsewhere/main.conf"))
    world.undo()
    assert os.path.islink(world.config) and "accounts@example.invalid" in read(world.path("elsewhere/main.conf"))
    world.remove()


def test_another_user():
    if os.geteuid() != 0:
        return
    world = Fresh()
    for folder, _, _ in os.walk(world.folder):
        os.chmod(folder, 0o755)
    for name in world.snapshot():
        os.chmod(world.path(name), 0o644)
    done = subprocess.run([program("dunningctl"), "setup", "--config", world.config, "--policies", SHIPPED], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, user=65534, group=65534, extra_groups=[])
    assert done.returncode == 1 and "sudo dunningctl setup" in done.stderr, done
    world.remove()


def test_policies_are_switched():
    world = Fresh()
    path = world.path("policies/40-standard-b2b.conf")
    before = read(path)
    assert "policy standard-b2b is enabled; dunningctl reload" in world.ctl("policy", "enable", "standard-b2b")
    assert read(path) == before.replace("enabled = false", "enabled = true")
    assert "was enabled before" in world.ctl("policy", "enable", "standard-b2b")
    world.ctl("policy", "disable", "standard-b2b")
    assert read(path) == before and not [name for name in os.listdir(world.path("policies")) if name.startswith(".")]
    world.ctl("policy", "enable", "other", status=3)
    shutil.copy(path, world.path("policies/50-more.conf"))
    world.write("policies/50-more.conf", before.replace("policy = {", "policies = ( {").replace("standard-b2b", "more")[:-3] + "} );\n")
    world.ctl("policy", "enable", "more", status=5)
    world.remove()


main(test_what_is_written, test_what_is_taken_without_answer, test_a_server_on_this_machine, test_a_policy_of_the_package,
     test_a_rehearsal, test_missing_answers, test_wrong_answers, test_again, test_other_servers_stay, test_undo,
     test_undo_after_changes_by_hand, test_what_does_not_fit_is_taken_back, test_a_write_that_fails_is_taken_back,
     test_one_at_a_time, test_links_lead_to_the_file, test_another_user, test_policies_are_switched)
