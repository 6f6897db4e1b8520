"""dunningd-send against real and misbehaving mail servers; arrivals are counted on the receiving side."""
import base64
import email.policy
import os
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_send import Engine, expect, mail, main, smtp_request
from lib_servers import AioSmtp, Certificate, ScriptedSmtp, SmtpSink

CERTIFICATE = Certificate()
AUTH = ["STARTTLS", "AUTH PLAIN LOGIN"]


def plain(server, **keys):
    """An engine with one provider for the server, without TLS."""
    engine = Engine(credentials={"secret": "pass\n"}, **{key: keys.pop(key) for key in ("answer", "answer_wait")
                                                           if key in keys})
    engine.provider("mail", "smtp", url="smtp://127.0.0.1:%d/test" % server.port, **keys)
    return engine


def finish(engine, server):
    engine.stop()
    server.stop()


def starttls_and_login_deliver():
    server = AioSmtp(CERTIFICATE, user="user", password="pass")
    engine = Engine(credentials={"secret": "pass\n"})
    engine.provider("mail", "smtp", url="smtp://localhost:%d" % server.port, tls="starttls", user="user",
                    credential="secret", ca_file=CERTIFICATE.ca, connections=2)
    attempts = [engine.submit("mail", smtp_request(body=mail("Reminder %d" % i))) for i in range(4)]
    for outcome in engine.wait(*attempts):
        expect(outcome, "accepted", "done", 250, "queued as M")
        assert outcome["provider_id"].startswith("250 2.0.0 queued as M")
    assert len(server.messages) == 4 and all(message["tls"] for message in server.messages)
    assert all(good for _, good in server.logins) and len(server.logins) <= 2, "one login for each connection"
    got = sorted(message["data"] for message in server.messages)
    assert got == sorted(mail("Reminder %d" % i) for i in range(4)), "the bytes are those of the request"
    for data in got:
        parsed = email.message_from_bytes(data, policy=email.policy.default)
        assert not parsed.defects
    finish(engine, server)


def implicit_tls_delivers():
    server = AioSmtp(CERTIFICATE, implicit=True, user="user", password="inline")
    engine = Engine()
    engine.provider("mail", "smtp", url="smtps://localhost:%d" % server.port, tls="implicit", user="user",
                    password="inline", ca_file=CERTIFICATE.ca)
    expect(engine.deliver("mail", smtp_request()), "accepted", "done", 250)
    assert len(server.messages) == 1
    finish(engine, server)


def letters_beyond_ascii_need_smtputf8():
    """RFC 6531: such an address goes only where the server says that it takes it."""
    address = "jürgen@xn--mller-kva.example"
    server = ScriptedSmtp(features=["8BITMIME", "SMTPUTF8"])
    engine = plain(server)
    expect(engine.deliver("mail", smtp_request(to=address)), "accepted", "done", 250)
    seen = [line.encode("latin-1").decode() for line in server.seen]
    assert any(line.startswith("MAIL FROM") and line.endswith(" SMTPUTF8") for line in seen), seen
    assert "RCPT TO:<%s>" % address in seen, seen
    expect(engine.deliver("mail", smtp_request()), "accepted", "done", 250)
    finish(engine, server)
    server = ScriptedSmtp(features=["8BITMIME"])
    engine = plain(server)
    expect(engine.deliver("mail", smtp_request(to=address)), "refused")
    assert not any(line.startswith(("MAIL", "RCPT")) for line in server.seen), server.seen
    expect(engine.deliver("mail", smtp_request()), "accepted", "done", 250)
    finish(engine, server)


def misconfigurations_send_nothing():
    server = AioSmtp(CERTIFICATE, user="user", password="pass")
    good = {"url": "smtp://localhost:%d" % server.port, "tls": "starttls", "user": "user", "credential": "secret",
            "ca_file": CERTIFICATE.ca}
    engine = Engine(credentials={"secret": "pass", "wrong": "no", "empty": "\n"})
    cases = {
        "wrong password": ({"credential": "wrong"}, "535"),
        "no such credential": ({"credential": "absent"}, "credential absent cannot be read"),
        "empty credential": ({"credential": "empty"}, "credential empty is empty"),
        "credential out of the folder": ({"credential": "../secret"}, "characters"),
        "unknown CA": ({"ca_file": ""}, "certificate"),
        "no such CA file": ({"ca_file": "/nonexistent"}, "CA"),
        "another host": ({"url": "smtp://127.0.0.2:%d" % server.port}, ""),
    }
    for number, (name, (keys, text)) in enumerate(cases.items()):
        engine.provider("mail%d" % number, "smtp", **{**good, **keys})
        outcome = engine.deliver("mail%d" % number, smtp_request())
        wanted = "refused_for_now" if name == "another host" else "misconfigured"
        expect(outcome, wanted, text=text)
        assert "pass" not in outcome["text"].replace("password", ""), name
    assert not server.messages and not engine.asked
    finish(engine, server)


def a_missing_login_is_seen_before_mail():
    server = ScriptedSmtp(features=["SIZE 1000000"])
    engine = plain(server, user="user", credential="secret")
    expect(engine.deliver("mail", smtp_request()), "misconfigured", text="does not offer a login")
    assert not any(line.startswith("MAIL") for line in server.seen), server.seen
    assert not engine.asked
    finish(engine, server)


def login_offered_only_before_tls_does_not_count():
    server = ScriptedSmtp(features=AUTH, certificate=CERTIFICATE)
    original = server.ehlo
    server.ehlo = lambda: original() if not any("STARTTLS" in line for line in server.seen) else "250 test"
    engine = Engine(credentials={"secret": "pass"})
    engine.provider("mail", "smtp", url="smtp://localhost:%d" % server.port, tls="starttls", user="user",
                    credential="secret", ca_file=CERTIFICATE.ca)
    expect(engine.deliver("mail", smtp_request()), "misconfigured", text="does not offer a login")
    finish(engine, server)


def stripped_starttls_is_seen():
    for faults, features, wanted in (({}, [], "misconfigured"),
                                     ({"STARTTLS": "454 4.7.0 not now"}, AUTH, "refused_for_now"),
                                     ({"STARTTLS": "502 5.5.1 no"}, AUTH, "misconfigured")):
        server = ScriptedSmtp(faults, features)
        engine = plain(server, user="user", credential="secret", **{"tls": "starttls"})
        expect(engine.deliver("mail", smtp_request()), wanted)
        assert not any(line.startswith(("AUTH", "MAIL")) for line in server.seen), server.seen
        finish(engine, server)


def replies_decide_at_every_command():
    cases = [
        ("CONNECT", "421 4.3.2 closing", "refused_for_now", False),
        ("CONNECT", "554 5.7.1 go away", "refused_for_now", False),
        ("MAIL", "451 4.3.0 later", "refused_for_now", False),
        ("MAIL", "530 5.7.0 login first", "misconfigured", False),
        ("MAIL", "552 5.3.4 too big", "refused", False),
        ("RCPT", "450 4.7.1 greylisted", "refused_for_now", False),
        ("RCPT", "421 4.7.0 too many", "refused_for_now", False),
        ("RCPT", "550 5.1.1 unknown user", "refused", False),
        ("DATA", "451 4.3.0 later", "refused_for_now", False),
        ("DATA", "554 5.5.1 no", "refused", False),
        ("DOT", "452 4.2.2 mailbox full", "refused_for_now", True),
        ("DOT", "421 4.3.2 closing", "refused_for_now", True),
        ("DOT", "554 5.6.0 refused", "refused", True),
        ("DOT", "550-first line\r\n550 5.7.1 second line", "refused", True),
        ("DOT", "nonsense\r\nmore", "uncertain", True),
        ("DOT", "250-queued\r\n550 5.7.1 no", "uncertain", True),
        ("CONNECT", "drop", "refused_for_now", False),
        ("EHLO", "reset", "refused_for_now", False),
        ("RCPT", "drop", "refused_for_now", False),
        ("DATA", "drop", "refused_for_now", False),
        ("DOT", "drop", "uncertain", True),
        ("DOT", "reset", "uncertain", True),
    ]
    for command, fault, wanted, asked in cases:
        server = ScriptedSmtp({command: fault})
        engine = plain(server, reply_timeout=2)
        outcome = engine.deliver("mail", smtp_request())
        try:
            expect(outcome, wanted)
            if fault[0] in "45":
                expect(outcome, wanted, code=int(fault[:3]), text=fault.split("\r\n")[-1])
            assert bool(engine.asked) == asked
            assert server.complete == (1 if asked else 0)
        except AssertionError as error:
            raise AssertionError("%s %s: %s" % (command, fault, error)) from None
        finish(engine, server)


def a_reply_that_never_comes_is_uncertain():
    server = ScriptedSmtp({"DOT": "hang"})
    engine = plain(server, reply_timeout=2)
    expect(engine.deliver("mail", smtp_request()), "uncertain", "sent", 354)
    server.release.set()
    finish(engine, server)


def a_no_leaves_no_message():
    for size in (10, 5000):
        server = ScriptedSmtp()
        engine = plain(server, answer=lambda frame: ("no", "settled"))
        outcome = engine.deliver("mail", smtp_request(body=mail(lines=size)))
        expect(outcome, "gate_no", "asked")
        assert outcome["reason"] == "settled"
        assert server.complete == 0
        finish(engine, server)


def a_late_answer_is_no_answer():
    server = ScriptedSmtp()
    late = []
    engine = plain(server, answer=lambda frame: late.append(frame), answer_wait=1)
    outcome = engine.deliver("mail", smtp_request())
    expect(outcome, "refused_for_now", "asked")
    engine.reply(late[0], "yes")
    assert server.complete == 0
    engine.answer = lambda frame: "yes"
    expect(engine.deliver("mail", smtp_request()), "accepted")
    assert server.complete == 1
    finish(engine, server)


def a_hang_up_during_the_question_hands_nothing_over():
    for what in ("shutdown", "421 4.4.2 timeout"):
        server = ScriptedSmtp()

        def answer(frame):
            with server.lock:
                (sock,) = server.open
            if what == "shutdown":
                sock.shutdown(2)
            else:
                sock.sendall(what.encode() + b"\r\n")
            time.sleep(0.05)
            return "yes"

        engine = plain(server, answer=answer)
        expect(engine.deliver("mail", smtp_request()), "not_handed_over", "committed")
        assert server.complete == 0
        finish(engine, server)


def a_hang_up_behind_tls_is_seen_too():
    server = ScriptedSmtp(features=["STARTTLS"], certificate=CERTIFICATE)

    def answer(frame):
        server.latest.shutdown(2)
        time.sleep(0.05)
        return "yes"

    engine = Engine(answer=answer)
    engine.provider("mail", "smtp", url="smtp://localhost:%d" % server.port, tls="starttls", ca_file=CERTIFICATE.ca)
    expect(engine.deliver("mail", smtp_request()), "not_handed_over", "committed")
    assert server.complete == 0
    finish(engine, server)


def silence_before_the_question_is_no_doubt():
    for command in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA"):
        server = ScriptedSmtp({command: "hang"})
        engine = plain(server, reply_timeout=1, connect_timeout=1)
        expect(engine.deliver("mail", smtp_request()), "refused_for_now")
        assert not engine.asked
        server.release.set()
        finish(engine, server)


def a_bearer_token_logs_in():
    server = ScriptedSmtp(features=["AUTH XOAUTH2 OAUTHBEARER", "SIZE 1000000"])
    engine = Engine(credentials={"token": "ya29.token\n"})
    engine.provider("mail", "smtp", url="smtp://127.0.0.1:%d/test" % server.port, user="user@example.com",
                    oauth="token")
    outcome = engine.deliver("mail", smtp_request())
    expect(outcome, "accepted")
    assert any(b"ya29.token" in base64.b64decode(line) for line in server.logins), server.logins
    finish(engine, server)


def a_stuck_server_delays_nobody_else():
    stuck, good = ScriptedSmtp({"DOT": "hang"}), ScriptedSmtp()
    engine = plain(stuck)
    engine.provider("good", "smtp", url="smtp://127.0.0.1:%d/test" % good.port)
    slow = engine.submit("mail", smtp_request())
    for _ in range(5):
        expect(engine.deliver("good", smtp_request()), "accepted")
    assert slow not in engine.outcomes
    stuck.release.set()
    expect(engine.wait(slow), "accepted")
    stuck.stop()
    finish(engine, good)


def the_connection_is_kept():
    server = ScriptedSmtp()
    engine = plain(server)
    for i in range(5):
        expect(engine.deliver("mail", smtp_request(body=mail("n%d" % i))), "accepted")
    assert server.connections == 1 and server.complete == 5
    assert [data for _, data in server.messages] == [mail("n%d" % i) for i in range(5)]
    assert sum(line.startswith("EHLO") for line in server.seen) == 1
    finish(engine, server)


def a_dead_kept_connection_is_replaced():
    server = ScriptedSmtp()
    engine = plain(server)
    expect(engine.deliver("mail", smtp_request()), "accepted")
    with server.lock:
        for sock in list(server.open):
            sock.shutdown(2)
    time.sleep(0.05)
    outcome = engine.deliver("mail", smtp_request())
    if outcome["class"] == "refused_for_now":  # the death was noticed only at MAIL
        outcome = engine.deliver("mail", smtp_request())
    expect(outcome, "accepted")
    assert server.complete == 2
    finish(engine, server)


def unfit_requests_touch_no_server():
    server = ScriptedSmtp()
    engine = plain(server)
    bad_addresses = ["b@x.example>\r\nRCPT TO:<evil@y.example", "no-at", "a@b@c.example", "Foo <a@x.example>", "a @x.example",
                     "a@x.example\n", "", "@", "a@" + "x" * 300]
    for address in bad_addresses:
        expect(engine.deliver("mail", smtp_request(to=address)), "refused")
        expect(engine.deliver("mail", smtp_request(sender=address)), "refused")
    for body in (b"Subject: x\n\nbare\n", b"Subject: x\r\n\r\na\r\n.\n", b"a\rb\r\n", b"no end", b"",
                 b"x" * 999 + b"\r\n", b"a\0b\r\n"):
        expect(engine.deliver("mail", smtp_request(body=body)), "refused")
    assert server.connections == 0
    finish(engine, server)


def a_large_mail_arrives_whole():
    server = ScriptedSmtp()
    engine = plain(server)
    body = mail(lines=200000)
    assert len(body) > 4000000
    expect(engine.deliver("mail", smtp_request(body=body), timeout=60), "accepted")
    assert server.messages == [("whole", body)]
    finish(engine, server)


def every_message_arrives_once_at_smtp_sink():
    with tempfile.TemporaryDirectory() as folder:
        server = SmtpSink(folder)
        engine = plain(server, connections=8)
        total, submitted, attempts = 200, 0, []
        while submitted < total or any(attempt not in engine.outcomes for attempt in attempts):
            open_now = sum(attempt not in engine.outcomes for attempt in attempts)
            if submitted < total and open_now < 16:
                attempts.append(engine.submit("mail", smtp_request(body=mail("number %d" % submitted))))
                submitted += 1
            else:
                engine.step(20)
        for attempt in attempts:
            expect(engine.outcomes[attempt][0], "accepted")
        texts = []
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                texts.append(file.read())
        for number in range(total):
            assert sum(b"Subject: number %d\n" % number in text.replace(b"\r", b"") for text in texts) == 1
        finish(engine, server)


def too_many_attempts_are_refused_for_now():
    server = ScriptedSmtp({"DOT": "hang"})
    engine = plain(server, connections=1)
    attempts = [engine.submit("mail", smtp_request()) for _ in range(3)]
    expect(engine.wait(attempts[2]), "refused_for_now", "queued", text="twice")
    wrong = engine.submit("mail", smtp_request(), generation=99)
    expect(engine.wait(wrong), "refused_for_now", "queued", text="generation")
    server.release.set()
    for outcome in engine.wait(*attempts[:2]):
        expect(outcome, "accepted")
    finish(engine, server)


TESTS = [starttls_and_login_deliver, letters_beyond_ascii_need_smtputf8, implicit_tls_delivers, misconfigurations_send_nothing,
         a_missing_login_is_seen_before_mail, login_offered_only_before_tls_does_not_count, stripped_starttls_is_seen,
         replies_decide_at_every_command, a_reply_that_never_comes_is_uncertain, a_no_leaves_no_message,
         a_late_answer_is_no_answer, a_hang_up_during_the_question_hands_nothing_over,
         a_hang_up_behind_tls_is_seen_too, silence_before_the_question_is_no_doubt, a_bearer_token_logs_in,
         a_stuck_server_delays_nobody_else, the_connection_is_kept, a_dead_kept_connection_is_replaced,
         unfit_requests_touch_no_server, a_large_mail_arrives_whole, every_message_arrives_once_at_smtp_sink,
         too_many_attempts_are_refused_for_now]

if __name__ == "__main__":
    try:
        main(TESTS)
    finally:
        CERTIFICATE.remove()
