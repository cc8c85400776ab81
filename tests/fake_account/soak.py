#!/usr/bin/env python3
"""Soaks one scan in very many accounts with random faults: memory, files and threads flat, no outcome missing.

    tests/fake_account/soak.py [--requests 55000] [--latency 90] [--binary FILE] [--server FILE]

It takes two minutes; 2,050,000 requests with --concurrency 64 --latency 170 take an hour. Memory of the last
quarter must be within 5 % of that of the second. So must open files, but for the connections that happen to be
idle: at most one for each account that is read at the same time, where a file lost per account would be
thousands. Threads are few whole numbers: each sample must be within what the program allows itself.
Python 3.10 or newer, and nothing else; Linux (/proc). Loopback only, no TLS.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REQUESTS_PER_ACCOUNT = 4
# One thread asks, one draws the progress, and as many wait for files and judge as there are processors and two.
MOST_THREADS = len(os.sched_getaffinity(0)) + 4
# The fleet's account ids.
FIRST, STEP = 200_000_000_007, 7_919
# The last two digits of an account's id say what it suffers, and what must become of it.
SUFFERS = {
    "11": ("sts:AssumeRole", {"fault": "deny"}, "failed"),
    "22": ("iam:*", {"fault": "deny"}, "failed"),
    "33": ("iam:GetAccountAuthorizationDetails", {"fault": "internal", "every": 3}, None),
    "44": ("iam:*", {"fault": "throttle", "every": 4}, None),
    "55": ("iam:*", {"fault": "reset", "every": 5}, None),
    "66": ("iam:*", {"fault": {"body": {"text": "<html>"}}}, "failed"),
    "77": ("iam:ListPolicies", {"fault": "truncated_body", "every": 2}, None),
    "88": ("iam:*", {"fault": {"slow_body": {"pieces": 4, "pause_ms": 40}}}, "complete"),
    "99": ("iam:ListRoles", {"fault": "deny"}, None),
}


def control(latency: int) -> dict:
    rules = [
        {"operation": operation, "account": f"*{digits}", **fault}
        for digits, (operation, fault, _) in SUFFERS.items()
    ]
    delay = {"fault": {"delay": {"ms": latency, "spread_ms": latency}}}
    return {"enforce_rates": False, "rules": [*rules, delay]}


def sample(pid: int) -> dict[str, int] | None:
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        return {
            "memory": int(fields["VmRSS"].split()[0]) // 1024,
            "files": len(os.listdir(f"/proc/{pid}/fd")),
            "threads": int(fields["Threads"]),
        }
    except (FileNotFoundError, KeyError, PermissionError):
        return None


def outcomes(report: pathlib.Path) -> dict[str, str]:
    with report.open() as lines:
        accounts = (json.loads(line) for line in lines if '"kind":"account"' in line)
        return {line["account"]: line["outcome"] for line in accounts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    parser.add_argument("--binary", type=pathlib.Path, default=target / "roledrift")
    parser.add_argument("--server", type=pathlib.Path, default=target / "examples" / "fake_account")
    parser.add_argument("--requests", type=int, default=55_000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--latency", type=int, default=90, help="milliseconds per call, and as much again at random")
    arguments = parser.parse_args()
    accounts = arguments.requests // REQUESTS_PER_ACCOUNT
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "control.json").write_text(json.dumps(control(arguments.latency)))
        fleet = json.loads((HERE / "accounts" / "fleet.json").read_text())
        fleet["fleet"]["suspended_every"] = 0
        (folder / "fleet.json").write_text(json.dumps(fleet))
        (folder / "ids").write_text("\n".join(str(FIRST + place * STEP) for place in range(accounts)))
        server = subprocess.Popen(
            [
                arguments.server.resolve(),
                folder / "fleet.json",
                "--accounts",
                str(accounts),
                "--control",
                folder / "control.json",
            ],
            stdout=subprocess.PIPE,
        )
        try:
            ready = json.loads(server.stdout.readline())
            environment = {
                "PATH": os.environ["PATH"],
                "AWS_ENDPOINT_URL": ready["url"],
                "AWS_ACCESS_KEY_ID": ready["access_key"],
                "AWS_SECRET_ACCESS_KEY": ready["secret_key"],
                "AWS_REGION": "us-east-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            }
            command = [arguments.binary.resolve(), "scan", "--skip-owners", "--store", folder / "runs"]
            command += ["--accounts", folder / "ids"]
            command += ["--concurrency", str(arguments.concurrency), "--format", f"ndjson={folder / 'report'}"]
            begun = time.monotonic()
            errors = (folder / "errors").open("w+")
            scan = subprocess.Popen([str(word) for word in command], env=environment, stderr=errors)
            samples, kept, next_listing = [], 0, 0.0
            while scan.poll() is None:
                found = sample(scan.pid)
                # The report is made after the last account; only the soak itself counts.
                if found and kept < accounts * 0.98:
                    if kept > accounts * 0.02:
                        samples.append(found)
                    # Listing what is kept is work too: at most a fiftieth of the time.
                    listed = time.monotonic()
                    if listed >= next_listing:
                        days = folder / "runs"
                        kept = sum(len(os.listdir(run)) for run in days.glob("dt=*/run=*"))
                        next_listing = listed + 50 * (time.monotonic() - listed)
                time.sleep(0.5)
            wall = time.monotonic() - begun
            with urllib.request.urlopen(f"{ready['url']}/__log") as answer:
                requests = json.load(answer)["requests"]
        finally:
            server.kill()
            server.wait()
        if scan.returncode not in (1, 3):
            errors.seek(0)
            print(f"FAIL: exit code {scan.returncode}: {errors.read()[-2000:]}")
            return 1
        found = outcomes(folder / "report")
    if len(found) != accounts:
        problems.append(f"{len(found)} outcomes of {accounts} accounts")
    wrong = {
        account: outcome
        for account, outcome in found.items()
        if (expected := SUFFERS.get(account[-2:], (None, None, "complete"))[2])
        and outcome != expected
    }
    if wrong:
        problems.append(f"{len(wrong)} wrong outcomes: {dict(list(wrong.items())[:5])}")
    quarter = max(1, len(samples) // 4)
    idle = arguments.concurrency
    for what, most, more in (("memory", 1.05, 0), ("files", 1.05, idle), ("threads", None, 0)):
        second = statistics.mean(one[what] for one in samples[quarter : 2 * quarter] or samples)
        last = statistics.mean(one[what] for one in samples[-quarter:])
        peak = max(one[what] for one in samples)
        print(f"{what:8} second quarter {second:7.1f}, last quarter {last:7.1f} ({last / second:.3f}), peak {peak}")
        if most and last > second * most + more:
            problems.append(f"{what} grew from {second:.1f} to {last:.1f}")
        if not most and peak > MOST_THREADS:
            problems.append(f"{peak} threads, of which {MOST_THREADS} are allowed")
    counts = {outcome: list(found.values()).count(outcome) for outcome in sorted(set(found.values()))}
    print(f"{requests} requests of {accounts} accounts in {wall:.0f} s; {counts}")
    for problem in problems:
        print(f"FAIL: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
