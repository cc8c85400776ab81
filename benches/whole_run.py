"""Runs a command to its end and prints its wall seconds, CPU seconds and peak megabytes.

A process of its own: Linux counts the memory of the process that starts a command as the command's, so that must be small.
"""

import json
import os
import subprocess
import sys
import time

begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
_, _, usage = os.wait4(child.pid, 0)
wall = time.perf_counter() - begun
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps({"seconds": wall, "cpu": cpu, "megabytes": usage.ru_maxrss / 1024}), file=sys.stderr)
