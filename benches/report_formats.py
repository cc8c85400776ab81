"""Times every report format on a recorded account with 10,000 findings. Standard library only.

    cargo build --release --no-default-features
    python3 benches/report_formats.py --binary target/release/roledrift

Each figure is a whole `roledrift scan`: reading the snapshot, the audit, and the one report.
The limits are the process's own: CPU time, which others on the machine do not lengthen, and the
highest resident set. Linux and macOS.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "formats"))

import accounts  # noqa: E402

FORMATS = [
    "terminal", "json", "ndjson", "sarif", "ocsf", "asff", "junit", "csv", "markdown", "github",
    "html",
]
SECONDS = 2.0
MEBIBYTES = 300
# `ru_maxrss` is in KiB on Linux, in bytes on macOS.
UNIT = 1024 if sys.platform != "darwin" else 1


def measure(binary, snapshot, target):
    """Runs one scan; returns wall seconds, CPU seconds and the peak in MiB."""
    start = time.monotonic()
    command = [str(binary), "scan", "--snapshot", str(snapshot), "--format", target]
    child = subprocess.Popen(command, env={})
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 1:
        sys.exit(f"report_formats: {target}: exit code {child.returncode}, not 1 (findings)")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * UNIT / 2**20


def main():
    """Prints a line per format; ends with 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="CPU time that a report may take")
    parser.add_argument("--runs", type=int, default=3, help="runs per format; the best counts")
    arguments = parser.parse_args()
    folder = ROOT / "target" / "formats" / "large"
    folder.mkdir(parents=True, exist_ok=True)
    snapshot = folder / "snapshot"
    # Ten findings a role.
    snapshot.write_text(accounts.large(1_000))
    broken = 0
    print(f"{'format':<10}{'wall s':>8}{'CPU s':>8}{'peak MiB':>10}{'size MiB':>10}")
    for name in FORMATS:
        report = folder / name
        runs = [
            measure(arguments.binary.resolve(), snapshot, f"{name}={report}")
            for _ in range(arguments.runs)
        ]
        wall, cpu, peak = (min(run[index] for run in runs) for index in range(3))
        size = report.stat().st_size / 2**20
        mark = "" if cpu < arguments.seconds and peak < MEBIBYTES else "  over the limit"
        broken += bool(mark)
        print(f"{name:<10}{wall:>8.2f}{cpu:>8.2f}{peak:>10.0f}{size:>10.1f}{mark}")
    findings = sum(b'"kind":"finding"' in line for line in (folder / "ndjson").open("rb"))
    print(f"{findings} findings; limits: {arguments.seconds:g} s of CPU time, {MEBIBYTES} MiB")
    sys.exit(1 if broken or findings < 10_000 else 0)


if __name__ == "__main__":
    main()
