#!/usr/bin/python3
"""dunningctl setup at a terminal: every question, every kind of answer, and an interrupt at each of them."""
import fcntl
import os
import pty
import re
import signal
import termios

from lib_setup import PASSWORD, SHIPPED, Fresh, Terminal, answer, read
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


def test_all_questions():
    world = Fresh()
    terminal = world.terminal()
    answer(terminal, QUESTIONS)
    assert terminal.end() == 0, terminal.text
    assert PASSWORD not in terminal.text and "standard-b2b: not enabled" in terminal.text, terminal.text
    assert re.search(r"\n  gentle-b2c +Consumers: patient and polite\.\n", terminal.text), terminal.text
    text = read(world.config)
    assert 'name = "Meier GmbH"' in text and 'timezone = "Europe/Vienna"' in text and 'email = ["smarthost"]' in text
    assert read(world.path("credentials/smarthost")) == PASSWORD + "\n"
    world.remove()


def test_wrong_answers_are_asked_again():
    world = Fresh()
    terminal = world.terminal()
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
    terminal = world.terminal()
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
    first = world.terminal()
    answer(first, QUESTIONS)
    assert first.end() == 0
    before = world.snapshot()
    again = world.terminal()
    expected = ("[Meier GmbH]: ", "[office@meier.example]: ", "[smtp://mail.meier.example:587]: ", "[meier] (- for none): ",
                "[as it is]: ", "[Europe/Vienna]: ", "[DE] (- for none): ", "[de]: ", "[standard-b2b]: ", "customers: ",
                "invoices: ", "payments: ", "test message: ", "[yes]: ")
    answer(again, [(words, "") for words in expected])
    assert again.end() == 0 and "so already" in again.text, again.text
    assert world.snapshot() == before
    last = world.terminal()
    answer(last, [(words, "-" if words.startswith("[meier]") else "") for words in expected if words != "[as it is]: "])
    assert last.end() == 0, last.text
    assert not re.search("user|credential", read(world.path("providers/smarthost.conf")))
    world.remove()


main(test_all_questions, test_wrong_answers_are_asked_again, test_interrupt_at_each_question, test_other_ways_to_stop,
     test_echo_comes_back, test_presets_are_what_is_there)
