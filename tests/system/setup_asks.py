#!/usr/bin/python3
"""dunningctl setup at a terminal: every question, every kind of answer, and an interrupt at each of them."""
import fcntl
import os
import pty
import re
import select
import signal
import termios
import time

from lib_setup import PASSWORD, SHIPPED, Fresh, read
from lib_world import main, program

# What each question ends with, in their order, and an answer.
QUESTIONS = (
    ("Name of your business: ", "Meier GmbH"), ("Address that mail comes from: ", "office@meier.example"),
    ("Mail server: ", "mail.meier.example"), ("User at the mail server: ", "meier"),
    ("Password at the mail server: ", PASSWORD), ("Time zone [", "Europe/Vienna"), ("Country [DE] (- for none): ", ""),
    ("Language [de]: ", ""), ("Policy to begin with [standard-b2b]: ", ""), ("CSV file of customers: ", ""),
    ("CSV file of invoices: ", ""), ("CSV file of payments: ", ""), ("Address for a test message: ", ""),
    ("Go on? [yes]: ", ""),
)


class Terminal:
    """setup at a terminal of its own."""

    def __init__(self, world, *words):
        command = [program("dunningctl"), "setup", "--config", world.config, "--policies", SHIPPED, *words]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(command[0], command)
        self.text, self.seen = "", 0

    def read(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            raise AssertionError("nothing came after: ..." + self.text[-400:])
        try:
            more = os.read(self.fd, 65536).decode()
        except OSError:  # the other end is closed
            more = ""
        self.text += more.replace("\r\n", "\n")
        return bool(more)

    def until(self, words):
        """Waits for these words behind what was waited for before; what came up to them."""
        while words not in self.text[self.seen:]:
            assert self.read(20), "ended without %r: ...%s" % (words, self.text[-600:])
        end = self.text.index(words, self.seen) + len(words)
        before, self.seen = self.text[self.seen:end], end
        return before

    def say(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def wait_for_echo(self, wanted):
        end = time.monotonic() + 10
        while self.echoes() != wanted:
            assert time.monotonic() < end, "echo is %r" % self.echoes()
            time.sleep(0.01)

    def end(self):
        """Reads to the end; the exit status."""
        while self.read(30):
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def answer(terminal, questions):
    for words, line in questions:
        terminal.until(words)
        if words.startswith("Password"):
            terminal.wait_for_echo(False)
        terminal.say(line)


def test_all_questions():
    world = Fresh()
    terminal = Terminal(world)
    answer(terminal, QUESTIONS)
    assert terminal.end() == 0, terminal.text
    assert PASSWORD not in terminal.text and "standard-b2b: not enabled" in terminal.text, terminal.text
    text = read(world.config)
    assert 'name = "Meier GmbH"' in text and 'timezone = "Europe/Vienna"' in text and 'email = ["smarthost"]' in text
    assert read(world.path("credentials/smarthost")) == PASSWORD + "\n"
    world.remove()


def test_wrong_answers_are_asked_again():
    world = Fresh()
    terminal = Terminal(world)
    rounds = (
        ("Name of your business: ", "", "this is needed"), ("Name of your business: ", "Meier", ""),
        ("mail comes from: ", "office", "name@domain"), ("mail comes from: ", "office@meier.example", ""),
        ("Mail server: ", "smtp://a b", "a host"), ("Mail server: ", "localhost:25", ""),
        ("Encryption [none]: ", "ssl", "starttls"), ("Encryption [none]: ", "starttls", ""),
        ("User at the mail server: ", "meier", ""),
        ("Password at the mail server: ", "", "this is needed"), ("Password at the mail server: ", PASSWORD, ""),
        ("Time zone [", "Vienna", "no such time zone"), ("Time zone [", "Europe/Vienna", ""),
        ("Country [DE]", "Austria", "two letters"), ("Country [DE]", "at", ""),
        ("Language [de]: ", "fi", "de, en, es, fr"), ("Language [de]: ", "de-AT", ""),
        ("Policy to begin with", "hard", "standard-b2b"), ("Policy to begin with", "gentle-b2c", ""),
        ("CSV file of customers: ", "/nowhere", "cannot be read"), ("CSV file of customers: ", "", ""),
        ("CSV file of invoices: ", "", ""), ("CSV file of payments: ", "", ""),
        ("Address for a test message: ", "x", "name@domain"), ("Address for a test message: ", "", ""), ("Go on? ", "y", ""),
    )
    for words, line, sentence in rounds:
        terminal.until(words)
        if words.startswith("Password"):
            terminal.wait_for_echo(False)
        terminal.say(line)
        if sentence:
            terminal.until(sentence)
    assert terminal.end() == 0, terminal.text
    assert 'country = "AT"' in read(world.config) and 'language = "de-AT"' in read(world.config)
    assert "tls" not in read(world.path("providers/smarthost.conf")), "starttls needs no key"
    assert os.path.exists(world.path("policies/30-gentle-b2c.conf"))
    world.remove()


def stop_at(number, how):
    """Stops setup at a question; nothing is changed, and the terminal is as it was."""
    world = Fresh()
    before = world.snapshot()
    terminal = Terminal(world)
    answer(terminal, QUESTIONS[:number])
    terminal.until(QUESTIONS[number][0])
    if number == 4:
        terminal.wait_for_echo(False)
    how(terminal)
    status = terminal.end()
    assert status == 1 and "stopped; nothing was changed" in terminal.text, (number, status, terminal.text)
    assert world.snapshot() == before, number
    world.remove()


def test_interrupt_at_each_question():
    for number in range(len(QUESTIONS)):
        stop_at(number, lambda terminal: os.write(terminal.fd, b"\x03"))


def test_other_ways_to_stop():
    for how in (lambda terminal: os.kill(terminal.pid, signal.SIGTERM), lambda terminal: os.write(terminal.fd, b"\x04")):
        stop_at(0, how)
        stop_at(4, how)
    stop_at(len(QUESTIONS) - 1, lambda terminal: terminal.say("no"))


def test_echo_comes_back():
    """After an interrupt at the password the terminal shows again what is typed."""
    world = Fresh()
    master, slave = pty.openpty()
    pid = os.fork()
    if pid == 0:
        login(slave)
        os.execv(program("dunningctl"), ["dunningctl", "setup", "--config", world.config, "--policies", SHIPPED,
                                         "--business", "A", "--email", "a@a.example", "--user", "u"])
    terminal = Terminal.__new__(Terminal)
    terminal.pid, terminal.fd, terminal.text, terminal.seen = pid, master, "", 0
    answer(terminal, [("Mail server: ", "m.example")])
    terminal.until("Password at the mail server: ")
    terminal.wait_for_echo(False)
    os.write(master, b"\x03")
    os.waitpid(pid, 0)
    assert termios.tcgetattr(slave)[3] & termios.ECHO, "the terminal stays silent"
    os.close(master)
    os.close(slave)
    world.remove()


def login(slave):
    """The child's own terminal, as login_tty(3) makes it."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(slave, number)


def test_presets_are_what_is_there():
    """Run again: the same values in brackets, a kept password, and - for none."""
    world = Fresh()
    first = Terminal(world)
    answer(first, QUESTIONS)
    assert first.end() == 0
    before = world.snapshot()
    again = Terminal(world)
    expected = ("[Meier GmbH]: ", "[office@meier.example]: ", "[smtp://mail.meier.example:587]: ", "[meier] (- for none): ",
                "[as it is]: ", "[Europe/Vienna]: ", "[DE] (- for none): ", "[de]: ", "[standard-b2b]: ", "customers: ",
                "invoices: ", "payments: ", "test message: ", "[yes]: ")
    answer(again, [(words, "") for words in expected])
    assert again.end() == 0 and "so already" in again.text, again.text
    assert world.snapshot() == before
    last = Terminal(world)
    answer(last, [(words, "-" if words.startswith("[meier]") else "") for words in expected if words != "[as it is]: "])
    assert last.end() == 0, last.text
    assert not re.search("user|credential", read(world.path("providers/smarthost.conf")))
    world.remove()


main(test_all_questions, test_wrong_answers_are_asked_again, test_interrupt_at_each_question, test_other_ways_to_stop,
     test_echo_comes_back, test_presets_are_what_is_there)
