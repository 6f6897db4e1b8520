"""A daemon that is reloaded for years keeps no descriptor of it."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_world import World, main, stop


def a_reload_leaves_no_descriptor():
    world = World()
    world.rows("customers", [{"customer_id": "C-1", "name": "N"}])
    engine = world.start()
    end = time.monotonic() + 60
    while not world.log("pass") and time.monotonic() < end:
        time.sleep(0.02)
    counts = []
    for _ in range(8):
        world.ctl("reload")
        counts.append(len(os.listdir("/proc/%d/fd" % engine.pid)))
    stop(engine)
    assert counts[-1] == counts[0], counts
    world.remove()


main(a_reload_leaves_no_descriptor)
