"""dunningd-send against Kannel with its fake message centre: the right text, in the right coding, exactly once."""
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_send import Engine, expect, main, pack_request
from lib_servers import Kannel

ANSWERS = [(202, 202, "", "", "accepted"), (403, 403, "", "Not routable", "refused"),
           (403, 403, "", "Authorization failed", "misconfigured"), (400, 400, "", "", "refused"),
           (503, 503, "", "", "refused_for_now")]


def start(**keys):
    server = Kannel()
    engine = Engine(credentials={"kannel": server.password + "\n"}, **keys)
    engine.provider("kannel", "http", url="http://127.0.0.1:%d/cgi-bin/sendsms" % server.port, answers=ANSWERS,
                    id="line", connections=4)
    return engine, server


def sms(server, text, coding=0, to="+4915112345678", credential="\x02form:kannel\x03"):
    quote = urllib.parse.quote
    query = "username=tester&password=%s&from=Acme&to=%s&charset=UTF-8&coding=%d&text=%s" % (
        credential, quote(to, ""), coding, quote(text, ""))
    return pack_request("http", method="GET", url="http://127.0.0.1:%d/cgi-bin/sendsms?%s" % (server.port, query))


def finish(engine, server):
    engine.stop()
    server.stop()


def texts_arrive_once_in_their_coding():
    engine, server = start()
    cases = [("Mahnung 1: 100,00 EUR", 0, "text", "Mahnung 1: 100,00 EUR"),
             ("Größe 5 € {x}", 0, "text", None),
             ("नमस्ते 漢字", 2, "ucs-2", "नमस्ते 漢字")]
    for text, coding, _, _ in cases:
        outcome = engine.deliver("kannel", sms(server, text, coding))
        expect(outcome, "accepted", "done", 202)
        assert outcome["provider_id"] == "0: Accepted for delivery", outcome
    arrived = server.wait_messages(3)
    assert len(arrived) == 3, arrived
    for (_, _, kind, wanted), (sender, receiver, got_kind, got) in zip(cases, arrived):
        assert (sender, receiver) == ("Acme", "+4915112345678")
        assert got_kind == kind, arrived
        if kind == "ucs-2":
            raw = urllib.parse.unquote_to_bytes(got.replace("+", " "))
            assert raw.decode("utf-16-be") == wanted, (got, wanted)
        elif wanted:
            assert urllib.parse.unquote_plus(got) == wanted, got
        else:
            assert "?" not in got and "%3F" not in got, got
    finish(engine, server)


def many_arrive_once_each():
    engine, server = start()
    attempts = []
    for number in range(60):
        attempts.append(engine.submit("kannel", sms(server, "message %03d" % number)))
        engine.run_until(lambda: sum(attempt not in engine.outcomes for attempt in attempts) < 8)
    for outcome in engine.wait(*attempts):
        expect(outcome, "accepted")
    arrived = sorted(urllib.parse.unquote_plus(message[3]) for message in server.wait_messages(60))
    assert arrived == ["message %03d" % number for number in range(60)], arrived
    finish(engine, server)


def a_no_lets_nothing_arrive():
    engine, server = start(answer=lambda frame: ("no", "settled") if frame["attempt"] == 1 else "yes")
    expect(engine.deliver("kannel", sms(server, "paid at the last moment")), "gate_no")
    expect(engine.deliver("kannel", sms(server, "still open")), "accepted")
    arrived = server.wait_messages(1)
    assert len(arrived) == 1 and "open" in arrived[0][3], arrived
    finish(engine, server)


def refusals_are_told_apart():
    engine, server = start()
    expect(engine.deliver("kannel", sms(server, "x", credential="wrong")), "misconfigured", code=403)
    expect(engine.deliver("kannel", sms(server, "x", to="+99123")), "refused", code=403)
    expect(engine.deliver("kannel", sms(server, "x", to="abc")), "refused", code=400)
    assert not server.messages()
    finish(engine, server)


if __name__ == "__main__":
    main([texts_arrive_once_in_their_coding, many_arrive_once_each, a_no_lets_nothing_arrive, refusals_are_told_apart])
