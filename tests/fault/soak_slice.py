"""Two minutes of the soak; tests/fault/soak --minutes 120 is the whole."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.exit(subprocess.run([sys.executable, os.path.join(HERE, "soak"), "--minutes", "2"], check=False).returncode)
