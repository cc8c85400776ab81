#!/usr/bin/env python3
"""Times `roledrift scan` side by side with a plain boto3 loop over the same facts, on one moto server.

    python benches/moto_versus_boto3.py --binary target/release/roledrift

The two alternate, so that noise of the machine meets both; ratios are taken pair by pair.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))

import accounts  # noqa: E402
import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from moto_server import REGION, Server  # noqa: E402


def measure(command: list[str], server: Server) -> dict:
    """Runs one child to its end and returns its wall and CPU seconds, its requests and its output."""
    server.counts()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    server_before = server_cpu(server)
    begun = time.perf_counter()
    child = subprocess.run(command, env=server.environment(), capture_output=True, timeout=300, check=False)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}: {child.stderr.decode(errors='replace')[-2000:]}")
    return {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "server": server_cpu(server) - server_before,
        "requests": server.counts(),
        "output": child.stdout,
    }


def server_cpu(server: Server) -> float:
    """Returns the CPU seconds of the server so far; 0 where the system has no /proc."""
    try:
        fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="a release build of roledrift")
    parser.add_argument("--runs", type=int, default=9, help="measured pairs, at least 7 (default: 9)")
    parser.add_argument("--roles", type=int, default=1000)
    parser.add_argument("--linked", type=int, default=40)
    arguments = parser.parse_args()
    if arguments.runs < 7:
        parser.error("fewer than 7 pairs say little")
    if not arguments.binary.is_file():
        parser.error(f"no binary at `{arguments.binary}`")
    ours = [str(arguments.binary.resolve()), "scan", "--format", "json"]
    theirs = [sys.executable, str(HERE / "boto3_loop.py")]

    with Server() as server:
        environment = server.environment()
        iam = boto3.client(
            "iam",
            endpoint_url=server.url,
            region_name=REGION,
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}),
        )
        print(f"seeding {arguments.roles} roles, {arguments.linked} of them service-linked ...", flush=True)
        accounts.plain(iam, arguments.roles, arguments.linked)
        # One unmeasured pair: file caches and the server's own first times.
        for command in (ours, theirs):
            measure(command, server)
        pairs = [(measure(ours, server), measure(theirs, server)) for _ in range(arguments.runs)]

    # The loop's own clock leaves the start of Python out, which flatters the loop.
    loops = [json.loads(theirs_run["output"]) for _, theirs_run in pairs]
    rows = [
        ("roledrift", [p[0]["wall"] for p in pairs], [p[0]["cpu"] for p in pairs]),
        ("boto3 loop, whole process", [p[1]["wall"] for p in pairs], [p[1]["cpu"] for p in pairs]),
        ("boto3 loop, after imports", [loop["wall"] for loop in loops], [loop["cpu"] for loop in loops]),
    ]
    print(f"\n{len(pairs)} pairs, medians (seconds)          wall    CPU")
    for name, wall, cpu in rows:
        print(f"  {name:<32} {statistics.median(wall):7.3f} {statistics.median(cpu):7.3f}")
    print("\nroledrift / boto3 loop, pair by pair       median    lowest   highest")
    for name, wall, cpu in rows[1:]:
        for what, own, other in (("wall", rows[0][1], wall), ("CPU", rows[0][2], cpu)):
            ratios = [a / b for a, b in zip(own, other)]
            print(
                f"  {name.removeprefix('boto3 loop, '):<16} {what:<18}"
                f" {statistics.median(ratios):10.2f} {min(ratios):9.2f} {max(ratios):9.2f}"
            )
    print("\nrequests of one run, and the server's own CPU seconds (median) to answer them")
    for name, side in (("roledrift", 0), ("boto3 loop", 1)):
        requests = pairs[-1][side]["requests"]
        cost = statistics.median(pair[side]["server"] for pair in pairs)
        print(f"  {name}: {sum(requests.values())}, {cost:.2f} s")
        for operation, count in requests.items():
            print(f"    {count:5} {operation}")


if __name__ == "__main__":
    main()
