"""dunningd-send's comings and goings: the engine leaves and returns, stops, reloads, nonsense on the socket."""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_send import SLOW, Engine, build_path, expect, main, pack_frame, pack_provider, pack_request, sealed, smtp_request
from lib_servers import ScriptedSmtp


def listening(folder, **keys):
    return Engine(listen=os.path.join(folder, "sock"), **keys)


def mail_provider(engine, server, name="mail", **keys):
    engine.provider(name, "smtp", url="smtp://127.0.0.1:%d/test" % server.port, **keys)


def until(condition, what):
    end = time.monotonic() + 20 * SLOW
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def the_engines_end_stops_what_has_no_yes():
    server = ScriptedSmtp()
    engine = Engine(answer=lambda frame: None)
    mail_provider(engine, server, connections=2)
    engine.submit("mail", smtp_request())
    engine.submit("mail", smtp_request())
    engine.run_until(lambda: len(engine.asked) == 2)
    started = time.monotonic()
    engine.stop()
    assert time.monotonic() - started < 4 * SLOW, "it waited for answers that could not come"
    assert server.complete == 0
    server.stop()


def what_has_its_yes_runs_to_its_end():
    server = ScriptedSmtp({"DOT": "hang"})
    engine = Engine()
    mail_provider(engine, server)
    engine.submit("mail", smtp_request())
    until_asked(engine, server)
    engine.disconnect()
    time.sleep(0.3)
    assert engine.process.poll() is None, "it left before the last reply"
    server.release.set()
    engine.stop()
    assert server.complete == 1
    server.stop()


def until_asked(engine, server, count=1):
    engine.run_until(lambda: server.complete == count)


def outcomes_wait_for_the_engine_to_return():
    with tempfile.TemporaryDirectory() as folder:
        server = ScriptedSmtp({"DOT": ["hang"], "MAIL": [None, "450 later"]})
        engine = listening(folder)
        mail_provider(engine, server, connections=3)
        hanging = engine.submit("mail", smtp_request())
        until_asked(engine, server)
        engine.answer = lambda frame: None
        unanswered = engine.submit("mail", smtp_request())
        engine.run_until(lambda: unanswered in engine.outcomes or unanswered in engine.asked)
        waiting = engine.submit("mail", smtp_request())
        engine.run_until(lambda: waiting in engine.asked)
        engine.disconnect()
        time.sleep(0.2)
        server.release.set()
        time.sleep(0.2)

        engine.connect()
        engine.run_until(lambda: engine.list_closed)
        in_hand = {frame["attempt"]: frame["phase"] for frame in engine.in_hand}
        assert in_hand.get(hanging) in ("sent", "done"), in_hand
        assert waiting in in_hand and in_hand[waiting] != "committed"
        expect(engine.wait(hanging), "accepted", "done")
        expect(engine.wait(waiting), "refused_for_now", "asked")
        assert server.complete == 1

        engine.answer = lambda frame: "yes"
        mail_provider(engine, server)
        expect(engine.deliver("mail", smtp_request()), "accepted")
        assert server.complete == 2
        engine.stop()
        server.stop()


def an_unacknowledged_outcome_is_told_again():
    with tempfile.TemporaryDirectory() as folder:
        engine = listening(folder)
        engine.provider("box", "drop", directory=folder)
        attempt = engine.submit("box", pack_request("drop", file="a.txt", body=b"x"))
        told = []
        original = engine.reply
        engine.reply = lambda frame, word, reason="": original(frame, word, reason) if word != "ack" else told.append(1)
        expect(engine.wait(attempt), "accepted")
        for _ in range(2):
            engine.disconnect()
            engine.outcomes.clear()
            engine.connect()
            expect(engine.wait(attempt), "accepted", "done", 201)
            assert [(frame["attempt"], frame["phase"]) for frame in engine.in_hand] == [(attempt, "done")]
        engine.reply = original
        engine.disconnect()
        engine.outcomes.clear()
        engine.connect()
        engine.wait(attempt)
        engine.disconnect()
        engine.outcomes.clear()
        engine.connect()
        engine.run_until(lambda: engine.list_closed)
        assert engine.in_hand == []
        engine.stop()


def a_stop_lets_the_last_replies_come():
    with tempfile.TemporaryDirectory() as folder:
        server = ScriptedSmtp({"DOT": "hang"})
        engine = listening(folder)
        mail_provider(engine, server, connections=2)
        committed = engine.submit("mail", smtp_request())
        until_asked(engine, server)
        engine.answer = lambda frame: None
        unanswered = engine.submit("mail", smtp_request())
        engine.run_until(lambda: unanswered in engine.asked)
        engine.process.send_signal(signal.SIGTERM)
        expect(engine.wait(unanswered), "refused_for_now")
        late = engine.submit("mail", smtp_request())
        expect(engine.wait(late), "refused_for_now", "queued", text="stopping")
        assert engine.process.poll() is None
        server.release.set()
        expect(engine.wait(committed), "accepted")
        assert engine.process.wait(20 * SLOW) == 0
        assert not os.path.exists(os.path.join(folder, "sock"))
        engine.stop()
        server.stop()


def a_new_generation_takes_over():
    first, second = ScriptedSmtp({"DOT": "hang"}), ScriptedSmtp()
    engine = Engine()
    mail_provider(engine, first)
    slow = engine.submit("mail", smtp_request())
    until_asked(engine, first)
    engine.generation = 2
    mail_provider(engine, second)
    expect(engine.deliver("mail", smtp_request()), "accepted")
    expect(engine.wait(engine.submit("mail", smtp_request(), generation=1)), "refused_for_now", text="generation")
    first.release.set()
    expect(engine.wait(slow), "accepted")
    assert (first.complete, second.complete) == (1, 1)
    engine.stop()
    first.stop()
    second.stop()


def nonsense_drops_the_connection():
    with tempfile.TemporaryDirectory() as folder:
        engine = listening(folder)
        for data in (b"nonsense", b"\0" * 40, pack_frame("ask", attempt=1, token=1),
                     pack_frame("outcome", attempt=1, token=1), pack_frame("submit", attempt=1, token=1, name="x"),
                     pack_frame("yes"), pack_frame("yes", attempt=1, token=1) + b"x", b"\xff" * 8000):
            engine.send(data)
            try:
                engine.run_until(lambda: False, timeout=5)
                raise AssertionError("the connection stayed")
            except (EOFError, ConnectionResetError):
                pass
            engine.disconnect()
            engine.connect()
        engine.provider("box", "drop", directory=folder)
        expect(engine.deliver("box", pack_request("drop", file="a.txt", body=b"x")), "accepted")
        engine.stop()


def unsealed_requests_are_not_carried():
    with tempfile.TemporaryDirectory() as folder:
        engine = listening(folder)
        engine.provider("box", "drop", directory=folder)
        fd = os.memfd_create("test", os.MFD_ALLOW_SEALING)
        os.write(fd, pack_request("drop", file="a.txt", body=b"x"))
        engine.attempt = 1
        engine.send(pack_frame("submit", attempt=1, token=1001, name="box", generation=1), fd)
        expect(engine.wait(1), "refused_for_now", "queued", text="seals")
        expect(engine.deliver("box", b"DUNNINGD nonsense"), "refused_for_now", text="damaged")
        fd = os.memfd_create("test", os.MFD_ALLOW_SEALING)
        os.write(fd, pack_provider("open", "drop", directory=folder))
        engine.send(pack_frame("provider", generation=1, name="open"), fd)
        expect(engine.deliver("open", pack_request("drop", file="b.txt", body=b"x")), "refused_for_now",
               text="generation")
        expect(engine.deliver("box", smtp_request()), "refused", text="another kind")
        assert os.listdir(folder) == ["sock"]
        engine.stop()


def another_protocol_is_not_served():
    with tempfile.TemporaryDirectory() as folder:
        engine = listening(folder)
        engine.disconnect()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sock.connect(engine.listen)
        engine.greet(sock, protocol=2)
        engine.provider("box", "drop", directory=folder)
        engine.submit("box", pack_request("drop", file="a.txt", body=b"x"))
        hello = engine.step(5 * SLOW)
        assert hello["type"] == "hello" and hello["protocol"] == 1
        time.sleep(0.2)
        assert os.listdir(folder) == ["sock"]
        log = engine.stop()
        assert "another protocol; restart dunningd-send" in log


def one_engine_at_a_time():
    with tempfile.TemporaryDirectory() as folder:
        engine = listening(folder)
        engine.run_until(lambda: engine.list_closed)
        second = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        second.settimeout(10)
        second.connect(engine.listen)
        assert second.recv(100) == b""
        second.close()
        engine.provider("box", "drop", directory=folder)
        expect(engine.deliver("box", pack_request("drop", file="a.txt", body=b"x")), "accepted")
        engine.stop()


def a_dead_socket_is_replaced_a_living_one_is_not():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sock")
        dead = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        dead.bind(path)
        dead.close()
        engine = listening(folder)
        assert os.stat(path).st_mode & 0o777 == 0o600
        other = subprocess.run([build_path("dunningd-send"), "--listen", path], capture_output=True, text=True,
                               timeout=30)
        assert other.returncode == 1 and "cannot listen" in other.stderr, other
        engine.stop()


def systemd_passes_the_socket():
    with tempfile.TemporaryDirectory() as folder:
        path, notify_path = os.path.join(folder, "sock"), os.path.join(folder, "notify")
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(notify_path)
        notify.settimeout(20 * SLOW)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(path)
        listener.listen(4)
        script = 'exec 3<&%d; export LISTEN_PID=$$ LISTEN_FDS=1 NOTIFY_SOCKET=%s WATCHDOG_USEC=400000; exec %s' % (
            listener.fileno(), notify_path, build_path("dunningd-send"))
        process = subprocess.Popen(["/bin/bash", "-c", script], pass_fds=[listener.fileno()])
        assert notify.recv(100) == b"READY=1"
        assert notify.recv(100) == b"WATCHDOG=1"
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.connect(path)
        client.settimeout(20 * SLOW)
        assert client.recv(8192)[0] == 0, "a hello"
        process.terminate()
        words = set()
        while b"STOPPING=1" not in words:
            words.add(notify.recv(100))
        assert process.wait(20 * SLOW) == 0
        for sock in (notify, listener, client):
            sock.close()


def wrong_usage_says_so():
    cases = [(["--nonsense"], 2, "--help"), (["--fd", "x"], 2, "--fd takes"), (["--fd", "2"], 2, "--fd takes"),
             (["--fd", "9"], 2, "no connected"), (["--answer-wait", "0"], 2, "1 to 600"), (["word"], 2, "no arguments"),
             ([], 2, "--listen PATH"), (["--fd", "3", "--listen", "/x"], 2, "not both"),
             (["--listen", "/" + "x" * 200], 2, "too long"), (["--listen", "/nonexistent/sock"], 1, "cannot listen"),
             (["--fd"], 2, "argument is missing")]
    for arguments, status, words in cases:
        done = subprocess.run([build_path("dunningd-send")] + arguments, capture_output=True, text=True, timeout=30)
        assert done.returncode == status and words in done.stderr, (arguments, done)
        assert done.stderr.count("\n") == 1
    for argument in ("--help", "--version"):
        done = subprocess.run([build_path("dunningd-send"), argument], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and "dunningd-send" in done.stdout and not done.stderr


def the_manual_lists_the_options():
    shown = subprocess.run([build_path("dunningd-send"), "--help"], capture_output=True, text=True, timeout=30).stdout
    page = os.path.join(os.environ.get("DUNNINGD_SOURCE", "."), "man/dunningd-send.8")
    with open(page) as file:
        written = re.findall(r"(?m)^\.It Fl -(\S+)", file.read())
    assert sorted(re.findall(r"(?m)^  --(\S+)", shown)) == sorted(written), written


def secrets_stay_in_the_process():
    server = ScriptedSmtp({"DOT": "hang"}, features=["AUTH PLAIN"])
    engine = Engine(credentials={"secret": "canary-4711\n"})
    mail_provider(engine, server, user="user", credential="secret")
    attempt = engine.submit("mail", smtp_request())
    until_asked(engine, server)
    proc = "/proc/%d/" % engine.process.pid
    with open(proc + "limits") as limits:
        assert [line.split()[4] for line in limits if line.startswith("Max core file size")] == ["0"]
    with open(proc + "cmdline", "rb") as cmdline, open(proc + "environ", "rb") as environ:
        assert b"canary" not in cmdline.read() + environ.read()
    server.release.set()
    outcome = engine.wait(attempt)
    expect(outcome, "accepted")
    assert "canary" not in str(outcome)
    assert "canary" not in engine.stop()
    server.stop()


TESTS = [the_engines_end_stops_what_has_no_yes, what_has_its_yes_runs_to_its_end,
         outcomes_wait_for_the_engine_to_return, an_unacknowledged_outcome_is_told_again,
         a_stop_lets_the_last_replies_come, a_new_generation_takes_over, nonsense_drops_the_connection,
         unsealed_requests_are_not_carried, another_protocol_is_not_served, one_engine_at_a_time,
         a_dead_socket_is_replaced_a_living_one_is_not, systemd_passes_the_socket, wrong_usage_says_so, the_manual_lists_the_options,
         secrets_stay_in_the_process]

if __name__ == "__main__":
    main(TESTS)
