"""dunningd-send against a scripted HTTP server; requests are counted where they arrive."""
import base64
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_send import Engine, expect, main, pack_request
from lib_servers import Certificate, ScriptedHttp, http_reply

CERTIFICATE = Certificate()
BODY = b"to=%2B4915112345678&text=Reminder"


def start(script, **keys):
    server = ScriptedHttp(script, certificate=keys.pop("certificate", None))
    engine = Engine(credentials=keys.pop("credentials", {}),
                    **{key: keys.pop(key) for key in ("answer", "answer_wait") if key in keys})
    scheme = "https://localhost" if server.certificate else "http://127.0.0.1"
    engine.url = "%s:%d" % (scheme, server.port)
    engine.provider("sms", "http", url=engine.url, reply_timeout=keys.pop("reply_timeout", 3), **keys)
    return engine, server


def post(engine, path="/send", body=BODY, headers=("Content-Type: application/x-www-form-urlencoded",),
         method="POST"):
    return pack_request("http", method=method, url=engine.url + path, headers=headers, body=body)


def finish(engine, server):
    server.release.set()
    engine.stop()
    server.stop()


def a_request_arrives_as_it_is():
    engine, server = start(lambda request, number: http_reply("202 Accepted", "0: Accepted for delivery\n"), id="line")
    outcome = engine.deliver("sms", post(engine, "/send?a=b%20c", headers=["X-One: 1", "Content-Type: text/plain"]))
    expect(outcome, "accepted", "done", 202, "0: Accepted for delivery")
    assert outcome["provider_id"] == "0: Accepted for delivery"
    (request,) = server.requests
    assert request["line"] == "POST /send?a=b%20c HTTP/1.1"
    assert request["body"] == BODY
    headers = request["headers"]
    assert headers["x-one"] == "1" and headers["content-type"] == "text/plain"
    assert headers["content-length"] == str(len(BODY)) and "expect" not in headers and "transfer-encoding" not in headers
    finish(engine, server)


def methods_without_a_body():
    engine, server = start(lambda request, number: http_reply("202 Accepted"))
    for method in ("GET", "POST", "PUT"):
        expect(engine.deliver("sms", post(engine, "/" + method, body=b"", method=method, headers=[])), "accepted")
    expect(engine.deliver("sms", post(engine, "/p", method="PUT")), "accepted")
    assert [request["line"].split()[0] for request in server.requests] == ["GET", "POST", "PUT", "PUT"]
    assert [len(request["body"]) for request in server.requests] == [0, 0, 0, len(BODY)]
    assert len(engine.asked) == 4
    finish(engine, server)


def credentials_are_filled_in_for_their_place():
    secrets = {"key": "p&ss \"wörd\"\n", "plain": "abc"}
    engine, server = start(lambda request, number: http_reply("200 OK"), credentials=secrets)
    body = b'{"key":"\x02json:key\x03","text":"x"}'
    headers = ["Authorization: Basic \x02base64:key\x03", "X-Key: \x02none:plain\x03"]
    expect(engine.deliver("sms", post(engine, "/?key=\x02url:key\x03&b=\x02form:plain\x03", body, headers)), "accepted")
    (request,) = server.requests
    assert request["line"] == "POST /?key=p%26ss%20%22w%C3%B6rd%22&b=abc HTTP/1.1", request["line"]
    assert request["body"].decode() == '{"key":"p&ss \\"wörd\\"","text":"x"}'
    assert base64.b64decode(request["headers"]["authorization"][6:]).decode() == 'p&ss "wörd"'
    assert request["headers"]["x-key"] == "abc"
    for bad in ("\x02url:absent\x03", "\x02rot13:key\x03", "\x02url:key", "\x02\x03", "\x02url:../key\x03"):
        outcome = engine.deliver("sms", post(engine, "/?key=" + bad))
        expect(outcome, "misconfigured")
        assert "wörd" not in outcome["text"]
    assert len(server.requests) == 1
    finish(engine, server)


def a_credential_cannot_add_a_header():
    engine, server = start(lambda request, number: http_reply("200 OK"), credentials={"key": "a\r\nX-Evil: 1"})
    expect(engine.deliver("sms", post(engine, headers=["X-Key: \x02none:key\x03"])), "misconfigured")
    assert not server.requests
    finish(engine, server)


def basic_login_of_the_provider():
    engine, server = start(lambda request, number: http_reply("200 OK"), user="AC1", credential="token",
                           credentials={"token": "secret"})
    expect(engine.deliver("sms", post(engine)), "accepted")
    assert base64.b64decode(server.requests[0]["headers"]["authorization"][6:]) == b"AC1:secret"
    finish(engine, server)


def tls_is_verified():
    engine, server = start(lambda request, number: http_reply("200 OK"), certificate=CERTIFICATE)
    expect(engine.deliver("sms", post(engine)), "misconfigured", text="certificate")
    engine.provider("good", "http", ca_file=CERTIFICATE.ca)
    expect(engine.deliver("good", post(engine)), "accepted")
    expect(engine.deliver("good", post(engine)), "accepted")
    assert len(server.requests) == 2
    finish(engine, server)


def statuses_decide():
    cases = [("200 OK", "accepted"), ("201 Created", "accepted"), ("204 No Content", "accepted"),
             ("301 Moved", "misconfigured"), ("302 Found", "uncertain"), ("307 Moved", "misconfigured"),
             ("400 Bad", "refused"), ("401 Who", "misconfigured"), ("403 No", "misconfigured"), ("404 Not", "refused"),
             ("408 Timeout", "uncertain"), ("409 Conflict", "uncertain"), ("413 Large", "refused"),
             ("422 Unfit", "refused"), ("429 Slow", "refused_for_now"), ("500 Oops", "uncertain"),
             ("502 Gate", "uncertain"), ("503 Busy", "uncertain"), ("504 Gone", "uncertain")]
    engine, server = start(lambda request, number: http_reply(cases[number - 1][0], "words",
                                                              ["Location: /elsewhere"]))
    for status, wanted in cases:
        outcome = engine.deliver("sms", post(engine))
        expect(outcome, wanted, code=int(status[:3]), text="" if status[:3] == "204" else "words")
    assert len(server.requests) == len(cases), "no redirect was followed, nothing was sent twice"
    finish(engine, server)


def the_table_of_answers_decides():
    answers = [(200, 200, "/messages/0/status", "0", "accepted"), (200, 200, "/messages/0/status", "1", "refused_for_now"),
               (403, 403, "", "Not routable", "refused"), (503, 503, "", "", "refused_for_now")]
    cases = [("200 OK", '{"messages":[{"status":"0","message-id":"A~/1"}]}', "accepted"),
             ("200 OK", '{"messages":[{"status":"1"}]}', "refused_for_now"),
             ("200 OK", '{"messages":[{"status":"9"}]}', "uncertain"),
             ("200 OK", '{"messages":[{"status":0}]}', "accepted"),
             ("200 OK", "<html>garbage", "uncertain"),
             ("200 OK", '{"messages":[{"status":"0"}]} trailing', "uncertain"),
             ("200 OK", '{"messages":[{"status":"0","status":"1"}]}', "uncertain"),
             ("403 Forbidden", "Not routable. Do not try again.", "refused"),
             ("403 Forbidden", "Authorization failed", "misconfigured"),
             ("503 Busy", "", "refused_for_now")]
    engine, server = start(lambda request, number: http_reply(*cases[number - 1][:2]), answers=answers,
                           id="/messages/0/message-id")
    for number, (_, _, wanted) in enumerate(cases):
        outcome = engine.deliver("sms", post(engine))
        expect(outcome, wanted)
        assert outcome["provider_id"] == ("A~/1" if number == 0 else "")
    finish(engine, server)


def ids_from_a_header():
    engine, server = start(lambda request, number: http_reply("202 OK", "", ["x-message-id:  abc-1 "]),
                           id="header:X-Message-Id")
    assert engine.deliver("sms", post(engine))["provider_id"] == "abc-1"
    finish(engine, server)


def retry_after_is_clamped():
    cases = [("120", 120), ("999999", 3600), ("0", 0), ("-5", 0), ("soon", 0),
             ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("Fri, 31 Dec 2150 23:59:59 GMT", 3600)]
    engine, server = start(lambda request, number: http_reply("429 Slow down", "",
                                                              ["Retry-After: " + cases[number - 1][0]]))
    for value, wanted in cases:
        outcome = engine.deliver("sms", post(engine))
        expect(outcome, "refused_for_now", code=429)
        assert outcome["retry_after"] == wanted, (value, outcome["retry_after"])
    finish(engine, server)


def a_lost_reply_is_uncertain():
    for fault in ("drop", "reset", "hang"):
        engine, server = start(lambda request, number: fault, reply_timeout=1 if fault == "hang" else 3)
        started = time.monotonic()
        attempt = engine.submit("sms", post(engine))
        if fault == "hang":  # its deadline is the reply's time and a grace; do not wait for that
            engine.run_until(lambda: server.requests)
            server.release.set()
        expect(engine.wait(attempt), "uncertain", "sent", 0)
        assert len(server.requests) == 1 and time.monotonic() - started < 20
        finish(engine, server)


def a_dying_kept_connection_sends_once():
    """The server takes the second request of a kept connection and dies without a byte: libcurl would send it again."""
    for method, body in (("POST", BODY), ("POST", b""), ("GET", b"")):
        for fault in ("drop", "reset"):
            engine, server = start(lambda request, number: http_reply("202 OK") if number == 1 else fault)
            expect(engine.deliver("sms", post(engine, method=method, body=body)), "accepted")
            outcome = engine.deliver("sms", post(engine, "/second", method=method, body=body))
            expect(outcome, "uncertain")
            seconds = [request for request in server.requests if "/second" in request["line"]]
            assert len(seconds) == 1, "the request arrived %d times" % len(seconds)
            assert len(engine.asked) == 2
            expect(engine.deliver("sms", post(engine, "/third")), "uncertain")
            finish(engine, server)


def a_connection_that_died_before_is_not_used():
    engine, server = start(lambda request, number: (http_reply("202 OK"), "close"))
    for _ in range(3):
        expect(engine.deliver("sms", post(engine)), "accepted")
        time.sleep(0.02)
    assert len(server.requests) == 3 and server.connections == 3
    finish(engine, server)


def a_hang_up_during_the_question_hands_nothing_over():
    engine, server = start(lambda request, number: http_reply("202 OK"))

    def answer(frame):
        while not server.open:
            time.sleep(0.01)
        with server.lock:
            for sock in server.open:
                sock.shutdown(2)
        time.sleep(0.05)
        return "yes"

    engine.answer = answer
    expect(engine.deliver("sms", post(engine)), "not_handed_over", "committed")
    assert not server.requests
    finish(engine, server)


def a_no_sends_no_byte():
    engine, server = start(lambda request, number: http_reply("202 OK"), answer=lambda frame: ("no", "settled"))
    for method, body in (("POST", BODY), ("GET", b"")):
        outcome = engine.deliver("sms", post(engine, method=method, body=body))
        expect(outcome, "gate_no", "asked")
        assert outcome["reason"] == "settled"
    assert not server.requests
    finish(engine, server)


def replies_without_end_are_cut():
    big = b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n"

    def endless(request, number):
        return big + (b"10000\r\n" + b"y" * 65536 + b"\r\n") * 200

    engine, server = start(endless)
    outcome = engine.deliver("sms", post(engine))
    expect(outcome, "accepted", code=202)
    assert len(outcome["text"]) <= 2000
    finish(engine, server)


def broken_replies():
    cases = [(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "accepted"),
             (b"garbage without meaning\r\n\r\n", "uncertain"),
             (b"\x00\x01\x02\r\n\r\n", "uncertain"),
             (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "uncertain"),
             (b"HTTP/1.1 100 Continue\r\n\r\n", "uncertain"),
             (b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\n", "uncertain")]
    for raw, wanted in cases:
        engine, server = start(lambda request, number: (raw, "close"))
        expect(engine.deliver("sms", post(engine)), wanted)
        assert len(server.requests) == 1
        finish(engine, server)
    answers = [(200, 200, "/ok", "true", "accepted")]
    engine, server = start(lambda request, number: (cases[0][0], "close"), answers=answers)
    expect(engine.deliver("sms", post(engine)), "uncertain", text="")
    finish(engine, server)


def unreachable_servers_ask_nothing():
    engine, server = start(lambda request, number: http_reply("200 OK"))
    server.stop()
    time.sleep(0.05)
    expect(engine.deliver("sms", post(engine)), "refused_for_now", "connect", 0)
    for url, wanted in (("http://no.such.host.invalid/", "refused_for_now"), ("ftp://127.0.0.1/", "misconfigured"),
                        ("http://user:pass@127.0.0.1/", "misconfigured"), ("http://[", "misconfigured")):
        outcome = engine.deliver("sms", pack_request("http", method="POST", url=url, body=BODY), timeout=60)
        if wanted == "misconfigured" and outcome["class"] != wanted:
            raise AssertionError("%s: %r" % (url, outcome))
    assert not engine.asked
    engine.stop()


def per_second_is_kept():
    engine, server = start(lambda request, number: http_reply("202 OK"), per_second=10, connections=4)
    started = time.monotonic()
    for outcome in engine.wait(*[engine.submit("sms", post(engine)) for _ in range(6)]):
        expect(outcome, "accepted")
    assert time.monotonic() - started >= 0.45
    finish(engine, server)


TESTS = [a_request_arrives_as_it_is, methods_without_a_body, credentials_are_filled_in_for_their_place,
         a_credential_cannot_add_a_header, basic_login_of_the_provider, tls_is_verified, statuses_decide,
         the_table_of_answers_decides, ids_from_a_header, retry_after_is_clamped, a_lost_reply_is_uncertain,
         a_dying_kept_connection_sends_once, a_connection_that_died_before_is_not_used,
         a_hang_up_during_the_question_hands_nothing_over, a_no_sends_no_byte, replies_without_end_are_cut,
         broken_replies, unreachable_servers_ask_nothing, per_second_is_kept]

if __name__ == "__main__":
    try:
        main(TESTS)
    finally:
        CERTIFICATE.remove()
