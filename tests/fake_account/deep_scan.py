#!/usr/bin/env python3
"""Scans the recorded contact centre through the real SDK: findings, pace, requests, refusals.

    tests/fake_account/deep_scan.py [--binary FILE] [--server FILE] [--json FILE]

One line per check. The time of a deep scan is compared with the floor that AWS's published rates impose on its
requests; it counts only where nothing else keeps the machine busy, and is a failure only beyond --most times the floor.
Needs Python 3.10 or newer, and nothing else. Loopback only, no TLS.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ACCOUNTS = HERE / "accounts"

# Requests per second and burst, per account, Region and operation.
CONNECT = (2, 5)
RATES = {
    "connect:ListIntegrationAssociations": (25, 50),
    "profile:ListDomains": (5, 5),
    "profile:GetDomain": (5, 5),
    "profile:ListAccountIntegrations": (100, 100),
}
BOTS_A_PAGE = 25


class Server:
    """Runs the fake account and talks to its controls."""

    def __init__(self, program: pathlib.Path, recording: pathlib.Path):
        self.process = subprocess.Popen([program, recording], stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
        return kept | {
            "AWS_ENDPOINT_URL": self.ready["url"],
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.ready["access_key"],
            "AWS_SECRET_ACCESS_KEY": self.ready["secret_key"],
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def control(self, **what) -> None:
        data = json.dumps(what).encode()
        urllib.request.urlopen(self.ready["url"] + "/__control", data=data).read()

    def log(self) -> dict:
        return json.load(urllib.request.urlopen(self.ready["url"] + "/__log"))


class Run:
    """One run of the binary."""

    def __init__(self, binary: pathlib.Path, environment: dict[str, str], *arguments: str):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            ended = subprocess.run(
                [binary, *arguments], env=environment, cwd=folder, capture_output=True, timeout=900, check=False
            )
            self.seconds = time.monotonic() - begun
        self.status = ended.returncode
        self.stdout = ended.stdout
        self.stderr = ended.stderr.decode("utf-8", "replace")

    @property
    def report(self) -> dict:
        if not self.stdout:
            raise SystemExit(f"no report, exit {self.status}: {self.stderr[-2000:]}")
        return json.loads(self.stdout)


class Checks:
    """What was expected, and whether it was so."""

    def __init__(self):
        self.failed = 0
        self.figures: dict[str, object] = {}

    def expect(self, holds: bool, what: str, otherwise: object = "") -> None:
        print(f"{'ok    ' if holds else 'FAILED'} {what}" + ("" if holds else f": {otherwise}"), flush=True)
        self.failed += not holds


def floor(account: dict) -> tuple[float, str]:
    """Returns the least time that the published rates leave a deep scan, and the operation that needs it."""
    longest = (0.0, "")
    for region in account["regions"].values():
        calls: collections.Counter[str] = collections.Counter({"connect:ListInstances": 1, "profile:ListDomains": 1})
        calls["profile:GetDomain"] += len(region["domains"])
        for instance in region["instances"]:
            v2 = sum("v2" in bot for bot in instance["bots"])
            calls["connect:ListInstanceStorageConfigs"] += 13
            calls["connect:ListBots"] += 1 + max(1, -(-v2 // BOTS_A_PAGE))
            calls["connect:DescribeInstanceAttribute"] += 2
            calls["connect:ListIntegrationAssociations"] += 1
            calls["profile:ListAccountIntegrations"] += 1
            calls["connect-campaigns:GetConnectInstanceConfig"] += 1
        for operation, count in calls.items():
            per_second, burst = RATES.get(operation, CONNECT)
            longest = max(longest, (max(0, count - burst) / per_second, operation))
    return longest


def found(report: dict) -> set[tuple[str, str]]:
    return {(finding["rule"], finding["resource"]) for finding in report["findings"]}


def above_info(report: dict) -> set[tuple[str, str]]:
    return {
        (finding["rule"], finding["resource"]) for finding in report["findings"] if finding["severity"] != "info"
    }


def permitted(binary: pathlib.Path, environment: dict[str, str]) -> set[str]:
    policy = json.loads(Run(binary, environment, "permissions", "--deep").stdout)
    actions: set[str] = set()
    for statement in policy["Statement"]:
        listed = statement["Action"]
        actions.update([listed] if isinstance(listed, str) else listed)
    return actions


def recording(name: str) -> pathlib.Path:
    return ACCOUNTS / f"contact-center.{name}.json"


def drifted(program: pathlib.Path, binary: pathlib.Path, most: float, checks: Checks) -> None:
    account = json.loads(recording("drifted").read_text())
    planted = {(own["rule"], own["resource"]) for own in json.loads((ACCOUNTS / "planted.json").read_text())}
    least, operation = floor(account)
    with Server(program, recording("drifted")) as server:
        run = Run(binary, server.environment(), "scan", "--format", "json")
        log = server.log()
        allowed = permitted(binary, server.environment())
    missing = planted - found(run.report)
    checks.expect(not missing, f"all {len(planted)} planted cases are found", sorted(missing))
    beyond = above_info(run.report) - planted
    checks.expect(not beyond, "nothing above info is found that was not planted", sorted(beyond))
    checks.expect(run.status == 1, "findings are exit code 1", (run.status, run.stderr[-2000:]))
    checks.expect(log["throttled"] == 0, "no request is throttled", log["throttled"])
    checks.expect(log["unsigned"] == 0, "every request is signed", log["unsigned"])
    called = {name.replace("connect-campaigns-v2:", "connect-campaigns:") for name in log["ever"]}
    # GetCallerIdentity needs no permission.
    unlisted = called - allowed - {"sts:GetCallerIdentity"}
    checks.expect(not unlisted, "`roledrift permissions --deep` lists every operation that was called", sorted(unlisted))
    ratio = run.seconds / least
    checks.figures |= {
        "requests": log["requests"],
        "instances": sum(len(region["instances"]) for region in account["regions"].values()),
        "seconds": round(run.seconds, 2),
        "floor_seconds": round(least, 2),
        "floor_operation": operation,
        "ratio": round(ratio, 3),
    }
    print(f"       {log['requests']} requests in {run.seconds:.1f} s; floor {least:.1f} s ({operation}): {ratio:.2f}")
    checks.expect(ratio <= most, f"the scan takes at most {most} times the floor", f"{ratio:.2f}")


def clean(program: pathlib.Path, binary: pathlib.Path, _most: float, checks: Checks) -> None:
    with Server(program, recording("clean")) as server, tempfile.TemporaryDirectory() as folder:
        kept = os.path.join(folder, "account.json")
        run = Run(binary, server.environment(), "scan", "--format", "json", "--save-snapshot", kept)
        again = Run(binary, server.environment(), "scan", "--format", "json", "--snapshot", kept)
    checks.expect(not above_info(run.report), "the clean twin has nothing above info", sorted(above_info(run.report)))
    undecided = [role["name"] for role in run.report["roles"] if role["undecided"]]
    checks.expect(run.report["summary"]["complete"], "everything is read and decided", undecided)
    checks.expect(run.status == 0, "a clean account is exit code 0", (run.status, run.stderr[-2000:]))
    checks.expect(run.stdout == again.stdout, "its snapshot gives the same report")


def refused(program: pathlib.Path, binary: pathlib.Path, _most: float, checks: Checks) -> None:
    with Server(program, recording("drifted")) as server:
        server.control(
            rules=[{"operation": "connect:ListInstances", "region": "eu-west-2", "fault": "deny"}],
            enforce_rates=False,
        )
        run = Run(binary, server.environment(), "scan", "--format", "json")
    orphans = [finding for finding in run.report["findings"] if finding["rule"] == "orphaned-role"]
    connect = [own for own in orphans if "/connect.amazonaws.com/" in own["resource"]]
    checks.expect(not connect, "no Connect role is called an orphan while a Region is not read", connect)
    unread = [own for own in run.report["unread"] if own["operation"] == "connect:ListInstances"]
    checks.expect(len(unread) == 1 and unread[0]["reason"] == "denied", "the Region is listed as denied", unread)
    checks.expect(not run.report["summary"]["complete"], "the report is not complete")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--binary", type=pathlib.Path, default=target / "debug/roledrift")
    parser.add_argument("--server", type=pathlib.Path, default=target / "debug/examples/fake_account")
    parser.add_argument("--most", type=float, default=1.2, help="times the floor that a scan may take")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures to this file")
    arguments = parser.parse_args()
    checks = Checks()
    binary, program = arguments.binary.resolve(), arguments.server.resolve()
    # Side by side: they wait for rates, not for the machine.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        scenes = [pool.submit(scene, program, binary, arguments.most, checks) for scene in (drifted, clean, refused)]
        for scene in scenes:
            scene.result()
    if arguments.json:
        arguments.json.write_text(json.dumps(checks.figures, indent=2) + "\n")
    print(f"{checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
