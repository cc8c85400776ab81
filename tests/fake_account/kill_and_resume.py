#!/usr/bin/env python3
"""Kills a scan of many accounts at random moments, goes on with it, and compares with an unbroken one.

    tests/fake_account/kill_and_resume.py [--binary FILE] [--server FILE] [--times 10] [--seed N]

Each time: `kill -9`, what is kept then, `--resume latest`; the report must be that of the unbroken run, and
nobody may be asked of whom a result was kept. Python 3.10 or newer, and nothing else. Loopback only, no TLS.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ACCOUNTS = 300
CONTROL = {
    "enforce_rates": False,
    "rules": [
        {"operation": "sts:AssumeRole", "account": "*3", "fault": "deny"},
        {"fault": {"delay": {"ms": 15, "spread_ms": 10}}},
    ],
}
SCAN = ["scan", "--skip-owners", "--concurrency", "8", "--format", "ndjson"]


class Server:
    """Runs the fake account with a fleet, and talks to its controls."""

    def __init__(self, program: pathlib.Path, folder: pathlib.Path):
        control = folder / "control.json"
        control.write_text(json.dumps(CONTROL))
        fleet = HERE / "accounts" / "fleet.json"
        command = [program, fleet, "--accounts", str(ACCOUNTS), "--control", control]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": self.ready["url"],
            "AWS_ACCESS_KEY_ID": self.ready["access_key"],
            "AWS_SECRET_ACCESS_KEY": self.ready["secret_key"],
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def reset(self) -> None:
        request = urllib.request.Request(f"{self.ready['url']}/__reset", method="POST", data=b"")
        urllib.request.urlopen(request).close()

    def asked(self) -> set[str]:
        """Returns the accounts that IAM was asked about."""
        with urllib.request.urlopen(f"{self.ready['url']}/__log?accounts") as answer:
            accounts = json.load(answer)["accounts"]
        return {
            account
            for account, operations in accounts.items()
            if any(operation.startswith("iam:") for operation in operations)
        }

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def report(text: bytes) -> list[dict]:
    """Returns the lines of a report without what differs from run to run."""
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        line.pop("run", None)
        line.pop("collected_at", None)
    return lines


def kept(store: pathlib.Path) -> set[str]:
    return {path.name[8:20] for path in store.glob("dt=*/run=*/account=*.ndjson.gz")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
    parser.add_argument("--binary", type=pathlib.Path, default=target / "roledrift")
    parser.add_argument("--server", type=pathlib.Path, default=target / "examples" / "fake_account")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    binary = arguments.binary.resolve()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server = Server(arguments.server.resolve(), folder)
        try:
            environment = server.environment()

            def run(*command: str) -> subprocess.CompletedProcess:
                words = [binary, *command]
                return subprocess.run(words, env=environment, cwd=folder, capture_output=True, check=False)

            begun = time.monotonic()
            unbroken = run(*SCAN, "--org")
            wall = time.monotonic() - begun
            expected = report(unbroken.stdout)
            print(f"unbroken: {wall:.1f} s, exit {unbroken.returncode}, {len(expected)} lines; seed {arguments.seed}")
            number = tries = 0
            while number < arguments.times:
                tries += 1
                store = folder / f"runs-{tries}"
                killed = subprocess.Popen(
                    [binary, *SCAN, "--org", "--store", store],
                    env=environment,
                    cwd=folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                moment = chance.uniform(0.1, 0.98) * wall
                time.sleep(moment)
                killed.send_signal(signal.SIGKILL)
                killed.wait()
                before = kept(store)
                if not list(store.glob("dt=*/run=*/plan.json")):
                    # Nothing to go on with; another moment counts instead.
                    continue
                number += 1
                server.reset()
                resumed = run(*SCAN, "--resume", "latest", "--store", str(store))
                again = server.asked() & before
                same = report(resumed.stdout) == expected and resumed.returncode == unbroken.returncode
                verdict = "ok" if same and not again else "FAIL"
                wrong += verdict == "FAIL"
                print(
                    f"{number:2}: killed after {moment:.2f} s with {len(before)} accounts kept: {verdict}; report "
                    f"{'the same' if same else 'ANOTHER'}, {len(again)} kept accounts asked again",
                    flush=True,
                )
        finally:
            server.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
