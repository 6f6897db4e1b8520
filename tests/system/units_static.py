"""The unit files as they are: valid, as shut as they must be, the template pair like the plain one."""
import os
import re
import shutil
import subprocess
import tempfile

from lib_world import SOURCE, main

FOLDER = os.path.join(SOURCE, "systemd")
UNITS = sorted(name for name in os.listdir(FOLDER) if re.search(r"\.(service|socket|timer)$", name))
# Tenths of the score of systemd-analyze security that each may have at most.
SCORES = {"dunningd.service": 5, "dunningd@.service": 5, "dunningd-backup.service": 5, "dunningd-backup@.service": 5,
          "dunningd-send.service": 12, "dunningd-send@.service": 12}


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


class Tree:
    """A root with the units, and their programs as empty files."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="dunningd-units-")
        units = os.path.join(self.folder, "usr/lib/systemd/system")
        os.makedirs(units)
        for name in UNITS:
            shutil.copy(os.path.join(FOLDER, name), units)
        for name in re.findall(r"(?m)^Exec\w+=(/\S+)", "\n".join(read(name) for name in UNITS)):
            os.makedirs(self.folder + os.path.dirname(name), exist_ok=True)
            open(self.folder + name, "w", encoding="ascii").close()
            os.chmod(self.folder + name, 0o755)
        return self

    def __exit__(self, *why):
        shutil.rmtree(self.folder)

    def analyze(self, *words):
        return run("systemd-analyze", *words[:1], "--root=" + self.folder, *words[1:])


def instance(name):
    return name.replace("@.", "@one.")


def every_unit_is_valid():
    with Tree() as tree:
        for name in UNITS:
            done = tree.analyze("verify", "--man=no", "--recursive-errors=no", instance(name))
            assert done.returncode == 0 and not done.stderr, name + ": " + done.stderr


def every_service_is_as_shut_as_it_must_be():
    services = [name for name in UNITS if name.endswith(".service")]
    assert sorted(SCORES) == services, services
    with Tree() as tree:
        for name, most in SCORES.items():
            done = tree.analyze("security", "--offline=true", "--no-pager", "--threshold=%d" % most, instance(name))
            assert done.returncode == 0, name + ": " + done.stdout[-300:] + done.stderr


def a_hole_is_seen_in_the_score():
    with Tree() as tree:
        for name, line in (("dunningd.service", "PrivateNetwork=yes"), ("dunningd-send.service", "SystemCallFilter=@system-service")):
            path = os.path.join(tree.folder, "usr/lib/systemd/system", name)
            text = read(name)
            assert line in text
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(line, ""))
            done = tree.analyze("security", "--offline=true", "--no-pager", "--threshold=%d" % SCORES[name], name)
            assert done.returncode != 0, name + " without " + line


def plain(text):
    """An instance's unit retold as the plain one."""
    text = re.sub(r"(?m)^# Of the .* only this business's own .*\n|^TemporaryFileSystem=.*\n|^BindPaths=.*\n"
                  r"|^# Beside /run/dunningd .*\n", "", text)
    for pattern, by in ((" --config /etc/dunningd/%i/dunningd.conf", ""), (" -/etc/dunningd/%i/credentials", ""),
                        ("/run/dunningd-send/%i.sock", "/run/dunningd-send/sock"), (r"dunningd/%i-witness", "dunningd-witness"),
                        ("RuntimeDirectory=dunningd-%i", "RuntimeDirectory=dunningd"),
                        (r"/%i\b", ""), ("@%i", ""), (r" (the invoices|the messages|the sender|the state) of %i", r" \1")):
        text = re.sub(pattern, by, text)
    return text


def an_instance_is_like_the_plain_unit():
    for name in UNITS:
        if "@" not in name:
            continue
        ours, theirs = plain(read(name)).split("\n"), read(name.replace("@", "")).split("\n")
        skip = ("Description=", "ReadWritePaths=-/var/spool")
        ours = [line for line in ours if not line.startswith(skip)]
        theirs = [line for line in theirs if not line.startswith(skip)]
        assert ours == theirs, "%s: %r" % (name, set(ours) ^ set(theirs))


def what_a_unit_names_is_there():
    made = set(re.findall(r"(?m)^d (\S+)", read("dunningd.tmpfiles")))
    users = set(re.findall(r"(?m)^u (\S+)", read("dunningd.sysusers")))
    for name in UNITS:
        text = read(name)
        for user in re.findall(r"(?m)^(?:User|Group|SocketGroup)=(\S+)", text):
            assert user in users, name + ": " + user
        for path in re.findall(r"(?m)^ReadWritePaths=-?(\S+)", text):
            assert path in made, name + ": " + path
        assert re.search(r"(?m)^Documentation=man:", text), name
        for page, section in re.findall(r"man:([\w.-]+)\((\d)\)", text):
            assert os.path.exists(os.path.join(SOURCE, "man", "%s.%s" % (page, section))), name + ": " + page
    assert set(re.findall(r"(?m)^d \S+ +\d+ +(\S+)", read("dunningd.tmpfiles"))) <= users | {"root"}


def the_exit_statuses_that_no_restart_cures_are_those_of_the_program():
    with open(os.path.join(SOURCE, "daemon/base/err.h"), encoding="utf-8") as file:
        codes = dict(re.findall(r"(ERR_\w+) = (\d)", file.read()))
    wanted = {codes[name] for name in ("ERR_USAGE", "ERR_CONFIG", "ERR_REFUSED")}
    for name in ("dunningd.service", "dunningd@.service"):
        assert set(re.search(r"RestartPreventExitStatus=(.*)", read(name)).group(1).split()) == wanted, name


def users_and_folders_are_made():
    with tempfile.TemporaryDirectory(prefix="dunningd-users-") as root:
        os.makedirs(root + "/etc")
        done = run("systemd-sysusers", "--root=" + root, os.path.join(FOLDER, "dunningd.sysusers"))
        assert done.returncode == 0, done.stderr
        if os.geteuid() == 0:
            done = run("systemd-tmpfiles", "--create", "--root=" + root, os.path.join(FOLDER, "dunningd.tmpfiles"))
            assert done.returncode == 0, done.stderr
            assert os.stat(root + "/var/lib/dunningd").st_mode & 0o777 == 0o700


def the_timers_come_when_they_say():
    for name in UNITS:
        for spec in re.findall(r"(?m)^OnCalendar=(.+)", read(name)):
            done = run("systemd-analyze", "calendar", spec)
            assert done.returncode == 0, name + ": " + done.stderr


if __name__ == "__main__":
    main(every_unit_is_valid, every_service_is_as_shut_as_it_must_be, a_hole_is_seen_in_the_score,
         an_instance_is_like_the_plain_unit, what_a_unit_names_is_there,
         the_exit_statuses_that_no_restart_cures_are_those_of_the_program, users_and_folders_are_made,
         the_timers_come_when_they_say)
