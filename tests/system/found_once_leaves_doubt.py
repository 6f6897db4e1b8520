"""A pass that finds an attempt after its `yes`, and nothing else to do, waits for the sender's word on it."""
import datetime
import json
import os
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import ScriptedSmtp
from lib_world import World, main, program

DUE = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()


def the_doubt_is_named():
    whole = threading.Event()

    def keep_silent(_):
        whole.set()
        server.release.wait(30)
        raise OSError("no answer")

    server = ScriptedSmtp({"DOT": keep_silent})
    world = World(email="smtp")
    world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
    world.rows("customers", [{"customer_id": "C-1", "name": "Somebody", "email": "c1@example.invalid"}])
    world.rows("invoices", [{"invoice_id": "R-1", "customer_id": "C-1", "issued_on": DUE, "due_on": DUE,
                             "currency": "EUR", "amount": "100.00"}])
    # A session of its own, so that the sender dies with the engine as in a power cut.
    engine = subprocess.Popen([program("dunningd"), "--config", world.config, "--once"], stderr=subprocess.DEVNULL,
                              start_new_session=True)
    assert whole.wait(30), "nothing was sent"
    os.killpg(engine.pid, signal.SIGKILL)
    engine.wait()
    server.release.set()
    world.once()
    messages = json.loads(world.ctl("list", "messages", "--json"))["messages"]
    assert [message["status"] for message in messages] == ["uncertain"], messages
    assert server.complete == 1, server.complete
    server.stop()
    world.remove()


main(the_doubt_is_named)
