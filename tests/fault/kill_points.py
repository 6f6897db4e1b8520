#!/usr/bin/python3
"""SIGKILL at stops of engine, sender and dunningctl, in every scenario; a bounded part of what tests/fault/kill does.

The stops are spread evenly over all that there are, and DUNNINGD_SEED moves them.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_kill_main import run

sys.exit(run(argparse.Namespace(points=2400, doubles=160, seed=int(os.environ.get("DUNNINGD_SEED", "1")), workers=4,
                                minutes=None)))
