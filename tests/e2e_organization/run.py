#!/usr/bin/env python3
"""Audits an emulated organization with the deployed engine, and compares with one machine.

Run by scripts/e2e-organization, which installs what this needs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import accounts
import events
import stack
from emulator import ENGINE, Emulator
from expect import expect

# What differs between two runs of one organization: their ids, and when each account was read.
OF_THE_RUN = {"run", "collected_at"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="roledrift, with the SDK")
    parser.add_argument("--lambda", dest="program", type=Path, required=True, help="the Lambda program")
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--shards", type=int, default=20)
    parser.add_argument("--show-log", action="store_true", help="print the emulator's log at the end")
    arguments = parser.parse_args()
    with Emulator() as emulator:
        try:
            check(emulator, arguments)
        except BaseException:
            print(emulator.log()[-6000:], file=sys.stderr)
            raise
        if arguments.show_log:
            print(emulator.log())
    print("e2e-organization: ok")
    return 0


def check(emulator: Emulator, arguments: argparse.Namespace) -> None:
    clock = Clock()
    active = accounts.found(emulator, arguments.accounts)
    clock.told(f"an organization of {arguments.accounts} accounts")
    outputs = stack.deploy(
        emulator,
        arguments.program,
        AccountsPerShard=-(-arguments.accounts // arguments.shards),
        MaxConcurrency=4,
        AccountsAtOnce=8,
    )
    told = stack.listen(emulator, outputs["Topic"])
    clock.told("deploy/engine.yaml and deploy/iam-events.yaml, deployed")

    answer = execute(emulator, outputs["OrganizationAudit"], {})
    clock.told(f"Step Functions: {answer['subject']}")
    shards(emulator, outputs["OrganizationAudit"], arguments.shards)
    expect(answer["accounts"], arguments.accounts, "accounts of the run")
    unreadable = accounts.unreadable(active)
    expect(answer["complete"], len(active) - len(unreadable), "accounts that were audited")
    expect(answer["failed"], len(unreadable), "accounts that nobody understands")
    expect(answer["skipped"], accounts.SUSPENDED, "suspended accounts")
    expect(answer["clean"], False, "a run with findings is clean")
    expect([message["Subject"] for message in told()], [answer["subject"]], "what was told")

    one_machine = scan(emulator, arguments.binary)
    clock.told("the same on one machine")
    compare(report(emulator, answer, "json"), one_machine)
    findings = sum(one_machine["summary"]["findings"].values())
    expect(findings > len(active), True, "more findings than accounts")
    print(f"   equal: {len(one_machine['accounts'])} outcomes, {findings} findings")

    retried(emulator, answer["run"])
    print("   a shard that is tried again asks no account again")
    events.judge(emulator)
    event = events.burst(emulator)
    answer = execute(emulator, stack.physical(emulator, "AccountAudit"), event)
    expect((answer["accounts"], answer["complete"]), (1, 1), "accounts of the second audit")
    (found,) = report(emulator, answer, "json")["accounts"]
    expect(found["account"], ENGINE, "the account that changed")
    expect("`Later`" in json.dumps(found["lines"]), True, "a finding about the new policy")
    expect([message["Subject"] for message in told()], [answer["subject"]], "what was told of the change")
    clock.told("an account that changed is audited again, once")

    execute(emulator, stack.physical(emulator, "AccountAudit"), event)
    expect(told(), [], "what was told of an account with nothing new")
    aborted(emulator, outputs["OrganizationAudit"])
    expect(["ended with ABORTED" in message["Message"] for message in told(1)], [True], "what was told of an abort")
    clock.told("nothing new is not told, an audit that was ended is")


class Clock:
    def __init__(self):
        self._last = time.monotonic()

    def told(self, what: str) -> None:
        now = time.monotonic()
        print(f"-- {what} ({now - self._last:.1f} s)", flush=True)
        self._last = now


def execute(emulator: Emulator, machine: str, event) -> dict:
    """Runs a state machine to its end, and returns its output."""
    states = emulator.client("stepfunctions")
    started = states.start_execution(stateMachineArn=machine, input=json.dumps(event))
    return ended(states, started["executionArn"])


def ended(states, execution: str) -> dict:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        found = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            expect(found["status"], "SUCCEEDED", f"{execution} ({found.get('error')}: {found.get('cause')})")
            return json.loads(found["output"])
        time.sleep(0.2)
    raise SystemExit(f"e2e-organization: {execution} does not end")


def aborted(emulator: Emulator, machine: str) -> None:
    """Starts a state machine, and ends it."""
    states = emulator.client("stepfunctions")
    started = states.start_execution(stateMachineArn=machine, input="{}")
    states.stop_execution(executionArn=started["executionArn"])


def shards(emulator: Emulator, machine: str, number: int) -> None:
    """Looks at the Map Run: a child per shard, a small input for each, and no output."""
    states = emulator.client("stepfunctions")
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    (run,) = states.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    found = states.describe_map_run(mapRunArn=run["mapRunArn"])
    expect(found["itemCounts"]["succeeded"], number, "shards that succeeded")
    expect(found["maxConcurrency"], 4, "shards at once")
    children = states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    inputs = []
    for child in children:
        described = states.describe_execution(executionArn=child["executionArn"])
        expect(described["output"], "{}", "what a shard answers")
        inputs.append(json.loads(described["input"]))
    expect(sorted(event["shard"] for event in inputs), list(range(1, number + 1)), "shards that were asked for")
    expect({tuple(sorted(event)) for event in inputs}, {("do", "run", "shard")}, "what a shard is told")


def report(emulator: Emulator, answer: dict, kind: str) -> dict:
    """Fetches a report that the run's answer names."""
    (place,) = [place for place in answer["reports"] if place.endswith(f"report.{kind}")]
    bucket, _, key = place.removeprefix("s3://").partition("/")
    return json.loads(emulator.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def scan(emulator: Emulator, binary: Path) -> dict:
    """Audits the organization with `roledrift scan --org`."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [binary, "scan", "--org", "--skip-owners", "--format", "json"],
            cwd=folder,
            env=emulator.environment(),
            capture_output=True,
            text=True,
        )
    expect(done.returncode, 1, f"exit code of the scan ({done.stderr})")
    return json.loads(done.stdout)


def compare(engine: dict, one_machine: dict) -> None:
    """Fails where the reports differ in more than what belongs to a run."""

    def timeless(value):
        if isinstance(value, dict):
            return {key: timeless(inner) for key, inner in value.items() if key not in OF_THE_RUN}
        return [timeless(inner) for inner in value] if isinstance(value, list) else value

    found, expected = timeless(engine), timeless(one_machine)
    by_account = {account["account"]: account for account in found["accounts"]}
    for account in expected["accounts"]:
        expect(by_account.get(account["account"]), account, f"account {account['account']}")
    expect(found, expected, "the report")


def retried(emulator: Emulator, run: str) -> None:
    """Invokes the function for a shard that is done."""
    event = json.dumps({"do": "shard", "run": run, "shard": 1})
    done = emulator.client("lambda").invoke(FunctionName=stack.physical(emulator, "AuditFunction"), Payload=event)
    answer = json.loads(done["Payload"].read())
    expect(answer.get("asked"), 0, f"accounts that were asked again: {answer}")


if __name__ == "__main__":
    sys.exit(main())
