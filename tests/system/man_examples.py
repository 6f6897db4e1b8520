#!/usr/bin/python3
"""What the manuals show works: each EXAMPLES section, and each file shown elsewhere, is loaded or run in a sandbox."""
import datetime
import glob
import os
import re
import shutil
import subprocess

from lib_world import SOURCE, World, main, program, stop

PROGRAMS = {"dunningd": '--config CONF "$@"', "dunningctl": '"$1" --config CONF "${@:2}"', "dunningd-send": '"$@"'}
TODAY = datetime.date.today()
NOW = """policy = { name = "now"; steps = (
  { name = "reminder"; action = "remind"; at = "due + 5d"; send = ["email"]; template = "reminder"; } ); };
"""
ESCAPES = ((r"\[ss]", "ß"), (r"\e", "\\"), (r"\(dq", '"'), (r"\(aq", "'"), (r"\&", ""))


def day(offset):
    return (TODAY + datetime.timedelta(offset)).isoformat()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Example:
    """A literal block: its words, the file that the words before it name, and where it stands."""

    def __init__(self, page, section, named, lines):
        self.where = "%s, %s" % (page, section)
        self.section, self.named = section, named
        self.text = "\n".join(lines) + "\n"
        for escape, plain in ESCAPES:
            self.text = self.text.replace(escape, plain)

    def commands(self):
        return [line[2:] for line in re.sub(r"\\\n\s*", "", self.text).splitlines() if line.startswith(("$ ", "# "))]


def examples_of(path):
    """In their order; a .Dl line is a block of one command."""
    found, section, named, block = [], "", "", None
    for line in read(path).splitlines():
        if line.startswith(".Ed"):
            if block is not None:  # what is not literal shows forms of commands, not examples
                found.append(Example(os.path.basename(path), section, named, block))
            block, named = None, ""
        elif block is not None:
            block.append(line)
        elif line.startswith(".Bd -literal"):
            block = []
        elif line.startswith(".Sh "):
            section, named = line[4:], ""
        elif line.startswith(".Pa "):
            named = line[4:].split()[0]
        elif line.startswith(".Dl "):
            found.append(Example(os.path.basename(path), section, "", ["$ " + line[4:].replace("$ ", "", 1)]))
    return found


def pages():
    return sorted(glob.glob(os.path.join(SOURCE, "man", "*.[1-8]")))


def small_world():
    """The shipped policies, templates, calendars and rates over the customers that the manuals speak of."""
    policies = {os.path.basename(path)[:-len(".conf")]: read(path)
                for path in glob.glob(os.path.join(SOURCE, "policies", "*.conf"))}
    world = World({**policies, "now": NOW}, email="smarthost", sms="gateway")
    for folder in ("templates", "calendars", "rates"):
        shutil.rmtree(world.path(folder), ignore_errors=True)
        shutil.copytree(os.path.join(SOURCE, "policies", folder), world.path(folder))
    for name in ("smarthost", "gateway", "relay", "backup"):
        world.provider(name, 'kind = "drop"; directory = "%s";' % world.path("outbox"))
        world.write("credentials/" + name, "secret")
    return fill(world)


def fill(world):
    customers = [{"customer_id": name, "name": "Customer " + name, "email": "%s@kunde.example" % name.lower(),
                  "segment": "b2b", "country": "DE", "language": "en", "policy": policy}
                 for name, policy in (("C-1042", ""), ("17", "now"), ("C-17", "now"))]
    invoices = [{"invoice_id": number, "customer_id": customer, "issued_on": day(-45), "due_on": day(-15),
                 "currency": "EUR", "amount": "1190.00"}
                for number, customer in (("2026-0113", "C-1042"), ("2026-0120", "C-1042"), ("2026-0200", "17"),
                                         ("2026-0201", "C-17"))]
    world.rows("customers", customers)
    world.rows("invoices", invoices)
    world.rows("payments", [{"payment_id": "P-1", "customer_id": "17", "invoice_id": "2026-0200", "paid_on": day(-1),
                             "currency": "EUR", "amount": "10.00"}])
    return world


def load_policy(world, example):
    shutil.rmtree(world.path("policies"))
    world.write("policies/example.conf", example.text)
    world.once_check()


def load_provider(world, example):
    name = re.search(r'name = "([^"]+)"', example.text).group(1)
    world.write("providers/%s.conf" % name, example.text)
    world.write("credentials/" + name, "secret")
    world.once_check()


def load_main(world, example):
    """The example comes first; what it leaves out stands in the sandbox instead of in /etc and /var."""
    given = set(re.findall(r"(?m)^(\w+) =", example.text))
    rest = read(world.config)
    keep = [group for group in re.findall(r"(?ms)^\w+ = .*?;\n", rest.replace("\n   ", " "))
            if group.split()[0] not in given]
    world.write("dunningd.conf", sandbox(world, example.text).replace("ledger = {", 'ledger = { path = "ledger.db";') + "\n".join(keep))
    for name in re.findall(r'"([a-z]+)"', "".join(re.findall(r"(?s)channels = \{.*?\};", example.text))):
        if not os.path.exists(world.path("providers", name + ".conf")):
            world.provider(name, 'kind = "drop"; directory = "%s";' % world.path("outbox"))
    world.once_check()


def load_calendar(world, example):
    world.write("calendars/de.txt", example.text)
    world.once_check()


def load_rates(world, example):
    """Rules and tables of a page belong together, so all of them are loaded beside what is shipped."""
    for number, other in enumerate(examples_of(os.path.join(SOURCE, "man", example.where.split(",")[0]))):
        if kind_of(other) is load_rates:
            world.write("rates/" + (other.named or "example%d.conf" % number), other.text)
    world.ctl("check")


def load_ics(world, example):
    world.write("calendars/office.ics", example.text)
    world.once_check()


def load_template(world, example):
    world.write("templates/" + example.named, example.text)
    world.once_check()
    shown = world.ctl("preview", "2026-0200", "--step", "reminder")
    assert "{{" not in shown, shown


def sandbox(world, text):
    for folder in ("/etc/dunningd", "/run/dunningd-send", "/var/lib/dunningd", "/var/log/dunningd", "/run/dunningd",
                   "/var/lib/prometheus/node-exporter"):
        text = text.replace(folder, world.folder)
    return re.sub(r"--until \d{4}-\d\d-\d\d", "--until " + day(40), text)


def run_commands(world, example):
    """As typed, with the sandbox in the place of /etc and /run, and an editor that changes nothing."""
    world.once()
    assert world.log("accepted"), "the first pass sent nothing"
    for name, arguments in PROGRAMS.items():
        write_program(world, name, 'case "$*" in *--config*) set -- "$@";; *) set -- %s;; esac\nexec %s "$@"'
                      % (arguments.replace("CONF", world.config), program(name)))
    write_rehearsal(world)
    write_program(world, "vi", "true")
    os.makedirs(world.path("desk"), exist_ok=True)
    for name in ("customers", "invoices", "payments"):
        shutil.copy(world.path("import-%s.csv" % name), world.path("desk", name + ".csv"))
    world.write("desk/contacts.csv", "contact_id,customer_id,role,email\nK-1,17,billing,k@kunde.example\n")
    for command in example.commands():
        run_command(world, sandbox(world, command))


def write_rehearsal(world):
    """The same business with a state of its own, as the manual of dunningd has it."""
    text = re.sub(r'"(ledger\.db|policies|providers|templates|calendars|credentials)"',
                  lambda name: '"%s"' % world.path(name.group(1)), read(world.config))
    world.write("desk/rehearsal.conf", text.replace('"status.log"', '"rehearsal.log"'))


def write_program(world, name, text):
    world.write("bin/" + name, "#!/bin/bash\n%s\n" % text)
    os.chmod(world.path("bin", name), 0o755)


def run_command(world, command):
    env = {**os.environ, "PATH": world.path("bin") + ":" + os.environ["PATH"]}
    if "--listen" in command:
        serve(command, world.path("sock"), env, world.path("desk"))
        return
    done = subprocess.run(["bash", "-c", command], env=env, cwd=world.path("desk"), capture_output=True, text=True,
                          check=False, timeout=60)
    assert done.returncode == 0, "%s -> %d\n%s%s" % (command, done.returncode, done.stdout[-1500:], done.stderr[-1500:])


def serve(command, socket, env, folder):
    """A program that waits: it is there when its socket is, and ends when told."""
    os.makedirs(os.path.dirname(socket), exist_ok=True)
    process = subprocess.Popen(["bash", "-c", "exec " + command], env=env, cwd=folder, stderr=subprocess.PIPE)
    try:
        while not os.path.exists(socket):
            assert process.poll() is None, process.stderr.read()
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
    finally:
        assert stop(process) == 0
        process.stderr.close()


def import_csv(world, example):
    """A file, and the command that reads it."""
    data, command = example.text.split("\n\n", 1)
    world.write("desk/export.csv", data + "\n")
    words = command.removeprefix("$ ").replace("\\\n", " ").split()
    assert words[:2] == ["dunningctl", "import"], words
    os.chdir(world.path("desk"))
    world.ctl(*words[1:])
    os.chdir(SOURCE)


def run_sql(world, example):
    world.sql("INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) "
              "VALUES('2026-0113b', '17', '%s', '%s', 'EUR', 119000)" % (day(-40), day(-10)))
    world.sql(*example.text.replace("'2026-0113'", "'2026-0113b'").split(";\n"))


def read_log(world, example):
    """Lines of the status log: the daemon writes such events, with these fields in this order."""
    world.once()
    fields = {line["event"]: list(line) for line in world.log()}
    for line in example.text.replace("\\\n", "").splitlines():
        shown = World.parse(line)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", shown["at"]), line
        written = fields.get(shown["event"])
        if written is not None:
            assert list(shown)[:3] == written[:3], (line, written)


KINDS = (
    (r"(policy|policies) = ", load_policy),
    (r"provider = ", load_provider),
    (r"(?m)^(business|channels|entities|sender) = ", load_main),
    (r"(?m)^weekend = ", load_calendar),
    (r"BEGIN:VCALENDAR", load_ics),
    (r"(regimes|series) = ", load_rates),
    (r"(?m)^valid_from,", load_rates),
    (r"INSERT|SELECT|DELETE", run_sql),
    (r"(?m)^[\w;]+;[\w;]+\n", import_csv),
    (r"[$#] ", run_commands),
    (r"\d{4}-\d\d-\d\dT", read_log),
)


def kind_of(example):
    if re.fullmatch(r"[a-z-]+/\w+\.(txt|html|subject|sms)", example.named):
        return load_template
    for pattern, action in KINDS:
        if re.match(pattern, example.text) or (pattern.startswith("(?m)") and re.search(pattern, example.text)):
            return action
    return None


def try_example(example):
    action = kind_of(example)
    if action is None:
        assert example.section != "EXAMPLES", "an example of no known kind"
        return False
    world = small_world()
    world.once_check = lambda: world.run(program("dunningd"), "--config", world.config, "--check")
    try:
        action(world, example)
    finally:
        world.remove()
    return True


def every_example_works():
    tried, wrong = 0, []
    for path in pages():
        for example in examples_of(path):
            try:
                tried += try_example(example)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                wrong.append("%s: %s\n%s" % (example.where, str(error)[-800:], example.text))
    assert not wrong, "\n".join(wrong)
    assert tried >= 12, tried


def every_manual_has_examples():
    without = [os.path.basename(path) for path in pages()
               if not any(example.section == "EXAMPLES" for example in examples_of(path))]
    assert not without, without


def references(path):
    """Ours that a page names anywhere, and those under SEE ALSO in their order."""
    text = read(path)
    ours = r"(?m)^\.Xr (dunning[\w.-]*) (\d)"
    see_also = re.search(r"(?ms)^\.Sh SEE ALSO\n(.*?)(?=^\.Sh|\Z)", text)
    assert see_also, path + ": no SEE ALSO"
    return set(re.findall(ours, text)), [tuple(found) for found in re.findall(r"(?m)^\.Xr (\S+) (\d)", see_also[1])]


def see_also_is_in_order():
    """By section, then name; whatever a page names, it also lists; no page lists itself."""
    wrong = []
    for path in pages():
        name, section = os.path.basename(path).rsplit(".", 1)
        named, listed = references(path)
        listed_all = [(page, number) for page, number in listed]
        if listed_all != sorted(listed_all, key=lambda page: (page[1], page[0])):
            wrong.append("%s.%s: SEE ALSO is not in the order of section and name" % (name, section))
        if (name, section) in listed:
            wrong.append("%s.%s lists itself" % (name, section))
        for page in sorted(named - set(listed) - {(name, section)}):
            wrong.append("%s.%s names %s.%s, but not under SEE ALSO" % (name, section, *page))
    assert not wrong, "\n".join(wrong)


def a_broken_example_is_seen():
    """The check can fail: a policy with an unknown key, and a command that is refused."""
    for text in (["policy = { name = \"x\"; stepz = (); };"], ["$ dunningctl explain nobody"]):
        try:
            try_example(Example("planted.5", "EXAMPLES", "", text))
        except AssertionError:
            continue
        raise AssertionError("not seen: " + text[0])


if __name__ == "__main__":
    os.chdir(SOURCE)
    main(a_broken_example_is_seen, every_manual_has_examples, see_also_is_in_order, every_example_works)
