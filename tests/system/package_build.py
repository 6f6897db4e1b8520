"""The Debian package: it builds, lintian finds nothing, the same tree gives the same bytes, and all is in it."""
import glob
import hashlib
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_world import BUILD, SOURCE, main, program

OUT = os.path.join(os.path.abspath(BUILD), "package")
# Path, mode, conffile; a star stands for one name.
CONTENT = """
-rwxr-xr-x /usr/sbin/dunningd
-rwxr-xr-x /usr/sbin/dunningd-send
-rwxr-xr-x /usr/bin/dunningctl
-rw-r--r-- /etc/dunningd/dunningd.conf conffile
-rw-r--r-- /etc/dunningd/policies/40-standard-b2b.conf conffile
-rw-r--r-- /etc/dunningd/providers/outbox.conf conffile
-rw-r--r-- /etc/dunningd/templates/en/reminder.txt conffile
-rw-r--r-- /etc/dunningd/calendars/de.txt conffile
-rw-r--r-- /etc/dunningd/rates/de.conf conffile
-rw-r--r-- /etc/dunningd/rates/DE_BASISZINS.csv conffile
-rw-r--r-- /etc/logrotate.d/dunningd conffile
-rw-r--r-- /lib/systemd/system/dunningd.service
-rw-r--r-- /lib/systemd/system/dunningd@.service
-rw-r--r-- /lib/systemd/system/dunningd-send.service
-rw-r--r-- /lib/systemd/system/dunningd-send.socket
-rw-r--r-- /lib/systemd/system/dunningd-send@.service
-rw-r--r-- /lib/systemd/system/dunningd-send@.socket
-rw-r--r-- /lib/systemd/system/dunningd-backup.service
-rw-r--r-- /lib/systemd/system/dunningd-backup.timer
-rw-r--r-- /usr/lib/sysusers.d/dunningd.conf
-rw-r--r-- /usr/lib/tmpfiles.d/dunningd.conf
-rw-r--r-- /usr/share/bash-completion/completions/dunningctl
-rw-r--r-- /usr/share/zsh/vendor-completions/_dunningctl
-rw-r--r-- /usr/share/fish/vendor_completions.d/dunningctl.fish
-rw-r--r-- /usr/share/dunningd/policies/10-key-accounts.conf
-rw-r--r-- /usr/share/doc/dunningd/examples/dunningd.conf
-rw-r--r-- /usr/share/doc/dunningd/README.md.gz
-rw-r--r-- /usr/share/doc/dunningd/NEWS.Debian.gz
-rw-r--r-- /usr/share/doc/dunningd/copyright
-rw-r--r-- /usr/share/man/man8/dunningd.8.gz
-rw-r--r-- /usr/share/man/man1/dunningctl.1.gz
"""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, "%s -> %d\n%s%s" % (words, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout


def sums(folder):
    found = {}
    for name in glob.glob(os.path.join(folder, "*.deb")):
        with open(name, "rb") as file:
            found[os.path.basename(name)] = hashlib.sha256(file.read()).hexdigest()
    return found


def deb():
    (name,) = glob.glob(os.path.join(OUT, "dunningd_*.deb"))
    return name


def it_builds_and_lintian_is_content():
    said = run(os.path.join(SOURCE, "systemd/package"), "--out", OUT)
    assert not re.search(r"^[EW]: ", said, re.M), said
    assert len(sums(OUT)) == 2, sums(OUT)


def the_same_tree_gives_the_same_bytes():
    with tempfile.TemporaryDirectory() as other:
        run(os.path.join(SOURCE, "systemd/package"), "--no-lint", "--out", other)
        assert sums(other) == sums(OUT), (sums(other), sums(OUT))


def all_is_in_it():
    listed = {}
    for line in run("dpkg-deb", "-c", deb()).splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        assert owner == "root/root", line
        listed[path[1:]] = mode
    conffiles = run("dpkg-deb", "-I", deb(), "conffiles").split()
    for row in CONTENT.split("\n")[1:-1]:
        mode, path, *kind = row.split()
        assert listed.get(path) == mode, (path, listed.get(path))
        assert (path in conffiles) == (kind == ["conffile"]), path
    tracked = run("git", "-C", SOURCE, "ls-files", "man", "policies/templates", "systemd").splitlines()
    names = {os.path.basename(path).removesuffix(".gz") for path in listed}
    for path in tracked:
        if re.search(r"\.(\d|txt|html|subject|sms|service|socket|timer|catalog)$", path) and "CMake" not in path:
            assert os.path.basename(path) in names, path + " is not in the package"


def nothing_is_sent_unasked():
    with tempfile.TemporaryDirectory() as root:
        run("dpkg-deb", "-x", deb(), root)
        for path in glob.glob(root + "/etc/dunningd/policies/*"):
            with open(path, encoding="utf-8") as file:
                assert "enabled = false;" in file.read(), path
        for path in glob.glob(root + "/etc/dunningd/providers/*"):
            with open(path, encoding="utf-8") as file:
                assert 'kind = "drop"' in file.read(), path


# ---- completions ----

def bash_completes(*words):
    script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dunningctl; printf "%s\\n" "${COMPREPLY[@]}"')
    with tempfile.NamedTemporaryFile("w", suffix=".bash") as file:
        file.write(run(program("dunningctl"), "completion", "bash"))
        file.flush()
        return run("bash", "-c", script, file.name, "dunningctl", *words).split()


def bash_knows_verbs_options_and_words():
    verbs = bash_completes("")
    helped = re.findall(r"^  ([a-z-]+)", run(program("dunningctl"), "--help"), re.M)
    assert len(verbs) > 20 and set(verbs) <= set(helped), (verbs, helped)
    for words, expected in ((("st",), ["status", "step"]), (("task", ""), ["list", "done"]),
                            (("task", "done", "1", "--out"), ["--outcome"]),
                            (("task", "done", "1", "--outcome", "re"), ["reached", "refused"]),
                            (("import", "pay"), ["payments"]), (("record", "R-1", "--channel", ""), ["letter", "phone"]),
                            (("completion", ""), ["bash", "zsh", "fish"])):
        assert bash_completes(*words) == expected, (words, bash_completes(*words))


def zsh_and_fish_understand_theirs():
    for shell in ("zsh", "fish"):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(run(program("dunningctl"), "completion", shell))
            file.flush()
            run(shell, "-n", file.name)
    with tempfile.NamedTemporaryFile("w", suffix=".fish") as file:
        file.write(run(program("dunningctl"), "completion", "fish"))
        file.flush()
        said = run("fish", "--no-config", "-c", "source %s; complete -C 'dunningctl task done 1 --outcome re'" % file.name)
    assert [line.split("\t")[0] for line in said.splitlines()] == ["reached", "refused"], said


if __name__ == "__main__":
    main(it_builds_and_lintian_is_content, the_same_tree_gives_the_same_bytes, all_is_in_it, nothing_is_sent_unasked,
         bash_knows_verbs_options_and_words, zsh_and_fish_understand_theirs)
