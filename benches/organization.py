#!/usr/bin/env python3
"""Measures a scan of many accounts against the fake account: wall, CPU, memory, and growth.

    cargo build --release --features fake-account --bin roledrift --example fake_account --example bare_loop
    python3 benches/organization.py [--accounts 100,1000,10000] [--latency 40] [--concurrency 64]

Standard library only, loopback only, no TLS. Each account has twenty service-linked roles. The bare
loop is an SDK program that makes the same calls and looks at nothing (benches/organization/).
With --faults 1 % of the accounts each hang, refuse, throttle for 30 s or answer nonsense.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from rivals import page

ROOT = Path(__file__).resolve().parent.parent
FLEET = ROOT / "tests" / "fake_account" / "accounts" / "fleet.json"
ROLES = 20


def world() -> dict:
    """Returns the fleet with one template: twenty service-linked roles, and no others."""
    fleet = json.loads(FLEET.read_text())
    account = fleet["fleet"]["templates"][0]["account"]
    linked = [role for role in account["roles"] if role["name"].startswith("AWSServiceRoleFor")]
    catalog = json.loads((ROOT / "baselines" / "catalog.json").read_text())["roles"]
    taken = {role["name"] for role in linked}
    for entry in catalog:
        if len(linked) == ROLES:
            break
        name, principal = entry["name"], entry.get("principal")
        if name in taken or not principal or "*" in name or "{" in name or "_" in name:
            continue
        linked.append(
            {
                "name": name,
                "path": f"/aws-service-role/{principal}/",
                "created": "2021-09-09T09:09:09Z",
                "trust": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": principal},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
            }
        )
    account["roles"] = linked[:ROLES]
    fleet["fleet"]["templates"] = [{"weight": 1, "account": account}]
    fleet["fleet"]["suspended_every"] = 0
    return fleet


class Server:
    """The fake account with so many accounts, each call answered after so many milliseconds."""

    def __init__(self, binary: Path, folder: Path, accounts: int, rules: list) -> None:
        file, control = folder / "world.json", folder / "control.json"
        file.write_text(json.dumps(world()))
        control.write_text(json.dumps({"enforce_rates": False, "rules": rules}))
        command = [binary, file, "--accounts", str(accounts), "--control", control]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE)
        said = json.loads(self.child.stdout.readline())
        self.url = said["url"]
        self.environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": said["access_key"],
            "AWS_SECRET_ACCESS_KEY": said["secret_key"],
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def log(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/__log") as answer:
            return json.load(answer)

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.child.kill()
        self.child.wait()


def measure(command: list, server: Server) -> dict:
    """Runs a child to its end; returns wall and CPU seconds, peak memory in MiB and its calls."""
    calls, served = server.log()["requests"], server.cpu()
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [str(part) for part in command],
            env=server.environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 1, 3):
            errors.seek(0)
            sys.exit(f"{command[0]} ended with {code}: {errors.read().decode()[-2000:]}")
    return {
        "code": code,
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
        "calls": server.log()["requests"] - calls,
        "server_cpu": server.cpu() - served,
    }


def ids(count: int) -> list[str]:
    return [str(200_000_000_007 + place * 7_919) for place in range(count)]


def faults(count: int) -> tuple[list, dict]:
    """Returns the rules for 4 % of the accounts, and the outcome that each of them must have."""
    rules, expected = [], {}
    for place, account in enumerate(ids(count)):
        kind = place % 100
        if kind == 11:
            rules.append({"operation": "iam:*", "account": account, "fault": {"delay": {"ms": 3_600_000}}})
            expected[account] = "failed"
        elif kind == 33:
            rules.append({"operation": "sts:AssumeRole", "account": account, "fault": "deny"})
            expected[account] = "failed"
        elif kind == 55:
            # As many as half a minute of retries: three calls, each some ten times.
            rules.append({"operation": "iam:*", "account": account, "times": 30, "fault": "throttle"})
            expected[account] = "complete"
        elif kind == 77:
            rules.append({"operation": "iam:*", "account": account, "fault": {"body": {"text": "<html>"}}})
            expected[account] = "failed"
    return rules, expected


def outcomes(path: Path) -> dict:
    with path.open() as lines:
        found = (json.loads(line) for line in lines if '"kind":"account"' in line)
        return {line["account"]: line["outcome"] for line in found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", type=Path, default=ROOT / "target" / "release")
    parser.add_argument("--accounts", default="100,1000,10000")
    parser.add_argument("--latency", type=int, default=40, help="milliseconds per call")
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--org", action="store_true", help="list the organization too")
    parser.add_argument("--faults", action="store_true", help="check outcomes instead of measuring")
    parser.add_argument("--account-timeout", type=int, default=120, help="seconds, with --faults")
    parser.add_argument("--write", type=Path, help="the page whose section is replaced: docs/benchmarks.md")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    arguments = parser.parse_args()
    arguments.load = os.getloadavg()[0]
    binary, bare = arguments.target / "roledrift", arguments.target / "examples" / "bare_loop"
    fake = arguments.target / "examples" / "fake_account"
    delay = {"fault": {"delay": {"ms": arguments.latency}}}
    rows = []
    for count in map(int, arguments.accounts.split(",")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rules, expected = faults(count) if arguments.faults else ([], {})
            server = Server(fake, folder, count, [*rules, delay])
            try:
                report = folder / "report.ndjson"
                list_of_ids = folder / "ids"
                list_of_ids.write_text("\n".join(ids(count)))
                # As the bare loop: listing an organization is one call after the other, 20 accounts each.
                which = ["--org"] if arguments.org else ["--accounts", list_of_ids]
                scan = [binary, "scan", *which, "--skip-owners", "--concurrency", arguments.concurrency]
                scan += ["--format", f"ndjson={report}"]
                if arguments.faults:
                    scan += ["--account-timeout", arguments.account_timeout]
                row = {"accounts": count, "scan": measure(scan, server)}
                found = outcomes(report)
                wrong = {
                    account: found.get(account)
                    for account in ids(count)
                    if found.get(account) != expected.get(account, "complete")
                }
                row["wrong outcomes"] = wrong
                if not arguments.faults and bare.is_file():
                    row["bare"] = measure([bare, list_of_ids, arguments.concurrency], server)
                rows.append(row)
                show(row, arguments)
            finally:
                server.stop()
    if arguments.write:
        page.write(arguments.write, "organization", section(rows, arguments))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    if any(row["wrong outcomes"] for row in rows):
        sys.exit(1)


def section(rows: list, arguments: argparse.Namespace) -> str:
    """Returns the section of the page: where and when, and a row for each number of accounts."""
    today = datetime.datetime.now(datetime.timezone.utc)
    lines = [
        f"{today:%Y-%m-%d}, {page.machine()}; load before the first run {arguments.load:.1f}.",
        f"Each account has {ROLES} service-linked roles, two of them with inline policies; each call is answered",
        f"after {arguments.latency} ms by the fake account, which runs on the same machine, without TLS; "
        f"{arguments.concurrency} accounts at a time.",
        "The bare loop is an SDK program that makes the same calls of each account, one page of each, and looks at nothing.",
        "A further account is what one more costs, without start and first connections: the difference to the row above.",
        "",
        "| accounts | calls | wall s | of calls × latency ÷ concurrency | CPU ms an account | of a further one | of the bare loop's | peak MiB |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for before, row in zip([None, *rows], rows):
        taken, count = row["scan"], row["accounts"]
        floor = taken["calls"] * arguments.latency / 1000 / arguments.concurrency
        ratio = f"{taken['cpu'] / row['bare']['cpu']:.2f}" if "bare" in row else "–"
        further = "–"
        if before:
            more = taken["cpu"] - before["scan"]["cpu"]
            further = f"{more / (count - before['accounts']) * 1000:.2f}"
        lines.append(
            f"| {count:,} | {taken['calls']:,} | {taken['wall']:.1f} | {taken['wall'] / floor:.2f} "
            f"| {taken['cpu'] / count * 1000:.2f} | {further} | {ratio} | {taken['memory']:.0f} |"
        )
    return "\n".join(lines)


def show(row: dict, arguments: argparse.Namespace) -> None:
    count = row["accounts"]
    for name in ("scan", "bare"):
        if name not in row:
            continue
        taken = row[name]
        floor = taken["calls"] * arguments.latency / 1000 / arguments.concurrency
        print(
            f"{count:>6} accounts  {name}: wall {taken['wall']:7.1f} s ({taken['wall'] / floor:.2f} of calls × "
            f"latency ÷ concurrency), CPU {taken['cpu'] / count * 1000:.2f} ms an account, peak "
            f"{taken['memory']:.0f} MiB, {taken['calls']} calls, server CPU {taken['server_cpu']:.1f} s"
        )
    if "bare" in row:
        print(f"{count:>6} accounts  CPU {row['scan']['cpu'] / row['bare']['cpu']:.2f} times the bare loop's")
    wrong = row["wrong outcomes"]
    print(f"{count:>6} accounts  {len(wrong)} wrong outcomes {dict(list(wrong.items())[:5]) or ''}", flush=True)


if __name__ == "__main__":
    main()
