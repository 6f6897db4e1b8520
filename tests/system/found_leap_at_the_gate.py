"""A message that a false clock stopped at the commit point goes out as soon as the clock is right again."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_servers import ScriptedSmtp
from lib_time import HOUR, ShiftedWorld
from lib_world import main


def the_wait_is_not_counted_from_the_false_time():
    world = ShiftedWorld(email="smtp")
    stepped = []

    def at_rcpt(sock):
        if not stepped:
            stepped.append(True)
            world.set_shift(60 * HOUR)
        sock.sendall(b"250 2.1.5 ok\r\n")

    server = ScriptedSmtp({"RCPT": at_rcpt})
    world.provider("smtp", 'kind = "smtp"; url = "smtp://127.0.0.1:%d"; tls = "none"; connections = 1;' % server.port)
    world.overdue(1)
    world.start()
    world.wait(lambda: world.log("stopped_at_commit"), "the gate says no")
    assert server.complete == 0, server.messages
    world.set_shift(0)
    world.wait(lambda: not world.blocked(), "the clock is believed again")
    world.set_shift(6 * HOUR)  # any wait of minutes is over, one counted from the false time is not
    world.wait(lambda: world.sent(1) == 1, "it is sent")
    assert server.complete == 1, server.messages
    server.stop()
    world.remove()


main(the_wait_is_not_counted_from_the_false_time)
