"""Remains of a power cut that once went wrong, made on purpose."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_power_lives as lives
from lib_power_check import Aftermath, Past
from lib_power_life import use_memory_for_files
from lib_power_sink import Sink
from lib_world import main

LINE = rb"\d+ \d+ [0-9a-f]{16} [0-9a-f]{64} \d+ [0-9a-f]{8}\n"
GROUP = re.compile(LINE + LINE)


def gone_on_with(make, last_record, change):
    """Cut right after a record and with all of it on the disk, but for what change(remains) makes of that."""
    sink = Sink()
    life = make(sink)
    life.end()
    place = next(place for place, record in enumerate(life.records, 1) if last_record(record))
    past = Past(life.former)
    past.add(life, life.records[:place])
    life.place(change(life, dict(life.whole(place))))
    sink.follow()
    done = life.recover()
    aftermath = Aftermath(life, past, sink.seen, done)
    faults = aftermath.judge()
    life.remove()
    sink.stop()
    assert not faults, faults
    return aftermath


def half_a_handoff_is_completed():
    def without_the_table(_, remains):
        tables = [path for path in remains if path.endswith(".csv") and "outbox" in path]
        assert len(tables) == 1, tables
        del remains[tables[0]]
        return remains

    gone_on_with(lives.handoff, lambda record: record.kind == "rename" and record.data.endswith(b".json"),
                 without_the_table)


def is_group(record):
    """Lines of the send log, written together."""
    return record.kind == "write" and GROUP.match(record.data)


def a_hole_in_the_last_group_of_the_send_log_is_cut():
    def with_a_hole(life, remains):
        path = life.path("state-witness", "send.log")
        begin = next(record.offset for record in life.records if is_group(record))
        remains[path] = remains[path][:begin] + bytes(50) + remains[path][begin + 50:]
        return remains

    gone_on_with(lives.groups, is_group, with_a_hole)


if __name__ == "__main__":
    use_memory_for_files()
    main(half_a_handoff_is_completed, a_hole_in_the_last_group_of_the_send_log_is_cut)
