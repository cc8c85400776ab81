#!/usr/bin/env python3
"""Checks the roledrift binary end to end against a moto server on loopback.

    python tests/e2e/run.py --binary target/debug/roledrift [--only TEXT]

One line per check, each on a server and an account of its own. The last line counts them; the exit status
is 1 when a check failed. `scripts/e2e-moto` prepares the Python environment and calls this file.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import difflib
import json
import re
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import accounts  # noqa: E402
import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from moto_server import REGION, Server  # noqa: E402

MOST_REQUESTS = 90
TIMESTAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
CHECKS = []


def check(function):
    """Registers a check. Its docstring's first line is what the report calls it."""
    CHECKS.append(function)
    return function


class Scene:
    """One server, one seeded account, the binary, and what was expected of it in vain."""

    def __init__(self, binary: Path, folder: Path, server: Server):
        self.binary = binary
        self.folder = folder
        self.server = server
        self.failures: list[str] = []
        self.notes: list[str] = []
        credentials = server.environment()
        self.iam = boto3.client(
            "iam",
            endpoint_url=server.url,
            region_name=REGION,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}, retries={"max_attempts": 1}),
        )

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.failures.append(otherwise)

    def expect_equal(self, actual, expected, what: str) -> None:
        self.expect(actual == expected, f"{what}: {actual!r} instead of {expected!r}")

    def expect_findings(self, run: Run, planted: list[accounts.Planted]) -> None:
        """Expects exactly the planted findings; others may be there for information only."""
        expected = collections.Counter((drift.role, drift.rule) for drift in planted)
        actual = collections.Counter(
            (finding.get("role_name"), finding["rule"])
            for finding in run.findings
            if finding["severity"] != "info" or (finding.get("role_name"), finding["rule"]) in expected
        )
        for (role, rule), count in sorted((expected - actual).items(), key=str):
            self.failures.append(f"not found: {rule} on {role or 'the account'} ({count})")
        for (role, rule), count in sorted((actual - expected).items(), key=str):
            self.failures.append(f"found without cause: {rule} on {role or 'the account'} ({count})")

    def expect_nothing_above_info(self, run: Run) -> None:
        self.expect_findings(run, [])

    def scan(self, *arguments: str, exit_status: int) -> Run:
        """Scans with a JSON report and expects this exit status."""
        return self.roledrift("scan", "--format", "json", *arguments, exit_status=exit_status)

    def roledrift(self, *arguments: str, exit_status: int) -> Run:
        self.server.counts()
        ended = subprocess.run(
            [str(self.binary), *arguments],
            env=self.server.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=180,
            check=False,
        )
        run = Run(
            ended.returncode, ended.stdout, ended.stderr.decode("utf-8", "replace"), self.server.counts()
        )
        shown = f"`roledrift {' '.join(arguments)}`"
        self.expect(
            run.status == exit_status,
            f"{shown}: exit {run.status} instead of {exit_status}; stderr: {run.stderr.strip()[-600:]!r}",
        )
        self.expect("panicked at" not in run.stderr, f"{shown} panicked: {run.stderr[-600:]!r}")
        return run


@dataclasses.dataclass
class Run:
    """What one run of the binary printed, and the requests that it made."""

    status: int
    stdout: bytes
    stderr: str
    requests: dict[str, int]

    @property
    def report(self) -> dict:
        return json.loads(self.stdout)

    @property
    def findings(self) -> list[dict]:
        return self.report["findings"]

    @property
    def statuses(self) -> dict[str, str]:
        return {role["name"]: role["status"] for role in self.report["roles"]}

    @property
    def unread(self) -> dict[str, list]:
        return {role["name"]: role["undecided"] for role in self.report["roles"] if role["undecided"]}

    @property
    def total(self) -> int:
        return sum(self.requests.values())


@check
def clean_account(scene: Scene) -> None:
    """a clean account of 1,000 roles has no drift, and few requests tell"""
    account = accounts.plain(scene.iam)
    run = scene.scan(exit_status=0)
    scene.expect_nothing_above_info(run)
    scene.expect_equal(run.statuses, dict.fromkeys(account.linked, "conforms"), "statuses")
    scene.notes.append(f"{run.total} requests: " + ", ".join(f"{o} {n}" for o, n in run.requests.items()))
    scene.expect(run.total <= MOST_REQUESTS, f"{run.total} requests, more than {MOST_REQUESTS}")


@check
def service_inline_policy(scene: Scene) -> None:
    """an inline policy that the service itself wrote is no drift"""
    accounts.plain(scene.iam, roles=60, campaigns_inline=True)
    for inventory in ("bulk", "targeted"):
        scene.expect_nothing_above_info(scene.scan("--inventory", inventory, exit_status=0))


@check
def drifted_account(scene: Scene) -> None:
    """a drifted account has exactly the planted findings"""
    account = accounts.drifted(scene.iam)
    run = scene.scan(exit_status=1)
    scene.expect_findings(run, account.planted)
    touched = {drift.role for drift in account.planted if drift.drifts}
    for name in account.linked:
        expected = "drifted" if name in touched else "conforms"
        scene.expect_equal(run.statuses.get(name), expected, f"status of {name}")


@check
def snapshot(scene: Scene) -> None:
    """a snapshot scans like the account, byte for byte and without requests"""
    account = accounts.drifted(scene.iam)
    live = scene.scan("--save-snapshot", "saved.json", exit_status=1)
    again = scene.scan("--snapshot", "saved.json", exit_status=1)
    scene.expect_findings(live, account.planted)
    scene.expect(live.stdout == again.stdout, f"reports differ: {difference(live.stdout, again.stdout)}")
    scene.expect_equal(again.requests, {}, "requests of a scan of a snapshot")

    scene.roledrift("snapshot", "--output", "recorded.json", exit_status=0)
    recorded = scene.scan("--snapshot", "recorded.json", exit_status=1)
    scene.expect(recorded.findings == live.findings, "findings of a recorded snapshot differ")


@check
def authorization_details_dump(scene: Scene) -> None:
    """a dump made by the AWS CLI shows the drift that it holds, and claims nothing about what it lacks"""
    account = accounts.drifted(scene.iam)
    dump = subprocess.run(
        [
            str(Path(sys.executable).parent / "aws"),
            "iam",
            "get-account-authorization-details",
            "--output",
            "json",
        ],
        env=scene.server.environment(),
        capture_output=True,
        timeout=180,
        check=True,
    )
    (scene.folder / "dump.json").write_bytes(dump.stdout)
    run = scene.scan("--gaad", "dump.json", exit_status=1)
    scene.expect_findings(run, [drift for drift in account.planted if drift.in_dump])
    scene.expect_equal(run.requests, {}, "requests of a scan of a dump")
    rules = {finding["rule"] for finding in run.findings}
    scene.expect_equal(
        rules & {"session-duration-edited", "description-edited"}, set(), "rules about metadata that is not read"
    )
    without = sorted(set(account.linked) - set(run.unread))
    scene.expect_equal(without, [], "linked roles whose metadata is not reported as unread")


@check
def denied_on_one_role(scene: Scene) -> None:
    """a denied ListRolePolicies leaves one role inconclusive and its inline policies unjudged"""
    account = accounts.plain(scene.iam, roles=60)
    # Drift that nobody can see without the denied call. Without the denial it must be found.
    hidden = account.family("Profile")
    scene.iam.put_role_policy(
        RoleName=hidden, PolicyName="temporary-debugging", PolicyDocument=accounts.allow(["s3:*"], ["*"])
    )
    scene.server.deny("ListRolePolicies", role=hidden)
    targeted = ("--inventory", "targeted")
    run = scene.scan(*targeted, exit_status=3)
    scene.expect_equal(run.requests.get("iam:GetAccountAuthorizationDetails"), None, "bulk requests")
    scene.expect_nothing_above_info(run)
    scene.expect_equal(
        run.statuses, dict.fromkeys(account.linked, "conforms") | {hidden: "inconclusive"}, "statuses"
    )
    scene.expect_equal(sorted(run.unread), [hidden], "roles with something unread")
    claims = {finding["rule"] for finding in run.findings if finding.get("role_name") == hidden}
    scene.expect(claims <= {"unread-input"}, f"claims about the unread role: {sorted(claims)}")
    scene.scan(*targeted, "--allow-incomplete", exit_status=0)

    scene.server.deny()
    run = scene.scan(*targeted, exit_status=1)
    scene.expect_findings(run, [accounts.Planted(hidden, "inline-grant-beyond-features")])


@check
def denied_bulk_call(scene: Scene) -> None:
    """a denied GetAccountAuthorizationDetails makes `auto` fall back to reading role by role"""
    account = accounts.drifted(scene.iam)
    bulk = scene.scan(exit_status=1)
    scene.expect_equal(bulk.requests.get("iam:GetAccountAuthorizationDetails"), 1, "bulk requests before")
    scene.server.deny("GetAccountAuthorizationDetails")
    fallback = scene.scan(exit_status=1)
    scene.expect_equal(fallback.requests.get("iam:GetAccountAuthorizationDetails"), 1, "bulk requests after")
    scene.expect(
        fallback.requests.get("iam:ListRolePolicies", 0) >= len(account.linked),
        f"not every linked role was read: {fallback.requests}",
    )
    scene.expect_findings(fallback, account.planted)
    scene.expect(fallback.findings == bulk.findings, "the fallback's findings differ")


@check
def denied_altogether(scene: Scene) -> None:
    """when everything is denied the scan fails with one clear error"""
    accounts.plain(scene.iam, roles=10, linked=4)
    # AWS answers GetCallerIdentity to everybody, so the second case is the usual one.
    for denial in ("*", "iam:*"):
        scene.server.deny(denial)
        run = scene.scan(exit_status=2)
        scene.expect_equal(run.stdout, b"", f"stdout with `{denial}` denied")
        errors = re.findall(r"(?m)^error\b.*", run.stderr)
        scene.expect_equal(len(errors), 1, f"errors on stderr ({run.stderr!r}) with `{denial}` denied")
        scene.expect(
            re.search(r"(?i)denied|not authorized", run.stderr) is not None,
            f"the reason is not on stderr: {run.stderr!r}",
        )


@check
def assumed_role(scene: Scene) -> None:
    """a scan assumes the role that it is told to, once"""
    accounts.plain(scene.iam, roles=10, linked=4)
    role = "arn:aws:iam::123456789012:role/audit"
    run = scene.scan("--role-arn", role, "--external-id", "shared-secret", exit_status=0)
    scene.expect_equal(run.requests.get("sts:AssumeRole"), 1, "roles assumed")
    scene.expect(b"shared-secret" not in run.stdout + run.stderr.encode(), "the external id is printed")


@check
def throttled(scene: Scene) -> None:
    """a few throttled requests change nothing but the number of requests"""
    account = accounts.drifted(scene.iam)
    calm = scene.scan(exit_status=1)
    operations = [operation.removeprefix("iam:") for operation in calm.requests if operation.startswith("iam:")]
    for operation in operations:
        scene.server.throttle(operation, 2)
    busy = scene.scan(exit_status=1)
    scene.expect_equal(busy.total, calm.total + 2 * len(operations), "requests with two throttled of each kind")
    scene.expect_findings(busy, account.planted)
    scene.expect(busy.findings == calm.findings, "the findings differ")


@check
def bulk_and_targeted(scene: Scene) -> None:
    """`--inventory bulk` and `--inventory targeted` agree"""
    account = accounts.drifted(scene.iam)
    bulk = scene.scan("--inventory", "bulk", exit_status=1)
    targeted = scene.scan("--inventory", "targeted", exit_status=1)
    scene.notes.append(f"{bulk.total} requests in bulk, {targeted.total} targeted")
    scene.expect_equal(targeted.requests.get("iam:GetAccountAuthorizationDetails"), None, "bulk requests")
    scene.expect_findings(bulk, account.planted)
    scene.expect_findings(targeted, account.planted)
    scene.expect(bulk.findings == targeted.findings, "the findings differ")


@check
def repeated_scan(scene: Scene) -> None:
    """a second scan of an unchanged account prints the same bytes but for its time"""
    account = accounts.drifted(scene.iam)
    first = scene.scan(exit_status=1)
    # Long enough that a time which leaks into the report shows, at whole seconds too.
    time.sleep(1.1)
    second = scene.scan(exit_status=1)
    scene.expect_findings(first, account.planted)
    same = TIMESTAMP.sub(b"TIME", first.stdout), TIMESTAMP.sub(b"TIME", second.stdout)
    scene.expect(same[0] == same[1], f"reports differ: {difference(*same)}")
    changed = {
        (before, after)
        for before, after in zip(TIMESTAMP.findall(first.stdout), TIMESTAMP.findall(second.stdout))
        if before != after
    }
    scene.expect(len(changed) <= 1, f"more than the time of the scan changed: {sorted(changed)}")


@check
def runs_in_a_bucket(scene: Scene) -> None:
    """Runs are kept in an S3 bucket in another Region, and compared there."""
    credentials = scene.server.environment()
    s3 = boto3.client(
        "s3",
        endpoint_url=scene.server.url,
        region_name="eu-central-1",
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        config=Config(proxies={}, retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    s3.create_bucket(Bucket="audit-runs", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    store = ["--store", "s3://audit-runs/linked/roles", "--fail-on-new"]
    accounts.plain(scene.iam, roles=30, linked=10)
    scene.scan(*store, exit_status=0)
    role = "AWSServiceRoleForAWSShield"
    scene.iam.put_role_policy(
        RoleName=role, PolicyName="own", PolicyDocument=accounts.allow(["iam:CreateUser"], ["*"])
    )
    changed = scene.scan(*store, exit_status=1)
    standings = {finding["rule"]: finding.get("standing") for finding in changed.findings}
    scene.notes.append(f"standings after the change: {standings}")
    scene.scan(*store, exit_status=0)
    history = scene.roledrift(
        "history", "--store", "s3://audit-runs/linked/roles", "--format", "json", exit_status=0
    )
    runs = json.loads(history.stdout)["accounts"][0]["runs"]
    scene.expect_equal([run["new"] > 0 for run in runs], [True, True, False], "runs with something new")
    listed = s3.list_objects_v2(Bucket="audit-runs")["Contents"]
    scene.expect_equal(len(listed), 12, "objects of three runs")
    scene.expect(
        all(entry["Key"].startswith("linked/roles/") for entry in listed), "an object outside the prefix"
    )
    ids = scene.folder / "ids"
    ids.write_text("123456789012\n")
    many = ["scan", "--accounts", str(ids), "--skip-owners", "--format", "ndjson"]
    scene.roledrift(*many, "--store", "s3://audit-runs/many", exit_status=1)
    first = scene.roledrift("merge", "s3://audit-runs/many", "--format", "ndjson", exit_status=1)
    again = scene.roledrift(
        "scan", "--resume", "latest", "--store", "s3://audit-runs/many", "--format", "ndjson", exit_status=1
    )
    scene.expect_equal(again.stdout, first.stdout, "the report of the resumed run")
    scene.roledrift("merge", "s3://no-such-bucket/x", exit_status=2)


@check
def changed_policies(scene: Scene) -> None:
    """what AWS changes in policies outside the four families shows against a lock"""
    account = accounts.plain(scene.iam, roles=60)
    backup, certificates = "AWSServiceRoleForBackup", "AWSServiceRoleForCertificateManager"
    backup_policy = "AWSBackupServiceLinkedRolePolicyForBackup"
    locking = scene.roledrift("baseline", "lock", exit_status=0)
    scene.notes.append(f"{locking.total} requests to lock; " + locking.stdout.decode().splitlines()[0])
    lock = scene.folder / "roledrift.lock"
    before = lock.read_text().splitlines()
    run = scene.scan(exit_status=0)
    scene.expect_equal(run.report["selection"]["locked"], True, "locked")
    scene.expect_equal(about_aws(run), set(), "rules about AWS's changes where all is as locked")
    scene.expect_nothing_above_info(run)

    accounts.change_policy(scene.iam, backup_policy, add="iam:CreateUser")
    accounts.change_policy(scene.iam, "CertificateManagerServiceRolePolicy", remove="acm-pca:GetCertificate")
    run = scene.scan(exit_status=1)
    planted = [
        accounts.Planted(backup, "aws-widened-policy"),
        accounts.Planted(certificates, "aws-narrowed-policy"),
    ]
    scene.expect_findings(run, planted)
    scene.expect_equal(
        witnesses(run),
        {
            "aws-widened-policy": ("gained", "iam:CreateUser"),
            "aws-narrowed-policy": ("lost", "acm-pca:GetCertificate"),
        },
        "witnesses",
    )

    scene.roledrift("baseline", "lock", exit_status=0)
    after = lock.read_text().splitlines()
    compared = difflib.unified_diff(before, after, lineterm="", n=0)
    changed = [line for line in compared if line[:2] not in ("--", "++", "@@")]
    scene.notes.append(f"{len(changed)} of {len(after)} lines of the lock changed")
    # Of each policy: the version, its line with the digest, the comma before that; and the permission.
    scene.expect(len(changed) <= 30, "too many lines of the lock changed:\n" + "\n".join(changed))
    run = scene.scan(exit_status=0)
    scene.expect_equal(about_aws(run), set(), "rules about AWS's changes where all is accepted")

    accounts.roll_back_policy(scene.iam, backup_policy)
    run = scene.scan(exit_status=1)
    scene.expect_findings(run, [accounts.Planted(backup, "aws-rolled-back-policy")])
    scene.expect_equal(
        witnesses(run), {"aws-rolled-back-policy": ("lost", "iam:CreateUser")}, "witness of the rollback"
    )
    drifted = {name for name, status in run.statuses.items() if status == "drifted"}
    scene.expect_equal(drifted, {backup}, "drifted roles")
    scene.expect(set(account.linked) == set(run.statuses), "not every linked role was judged")


def about_aws(run: Run) -> set[str]:
    """Returns the rules about AWS's own changes that found something."""
    rules = {finding["rule"] for finding in run.findings}
    return {rule for rule in rules if rule.startswith("aws-") or rule in ("unknown-policy-version", "unlocked-policy")}


def witnesses(run: Run) -> dict[str, tuple[str, str]]:
    """Returns direction and action of the witness of each finding, by rule."""
    found = [finding for finding in run.findings if finding["witness"]]
    return {
        finding["rule"]: (finding["witness"]["shows"], finding["witness"]["action"]) for finding in found
    }


def difference(left: bytes, right: bytes) -> str:
    """Shows the first lines that differ."""
    for number, pair in enumerate(zip(left.splitlines(), right.splitlines()), start=1):
        if pair[0] != pair[1]:
            return f"line {number}: {pair[0][:200]!r} and {pair[1][:200]!r}"
    return f"{len(left)} bytes and {len(right)} bytes"


@contextlib.contextmanager
def stage(binary: Path):
    with tempfile.TemporaryDirectory(prefix="roledrift-e2e-") as folder, Server() as server:
        yield Scene(binary, Path(folder), server)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="the roledrift binary to test")
    parser.add_argument("--only", default="", metavar="TEXT", help="run the checks whose name contains this")
    arguments = parser.parse_args()
    if not arguments.binary.is_file():
        parser.error(f"no binary at `{arguments.binary}`")
    chosen = [function for function in CHECKS if arguments.only in function.__name__]
    if not chosen:
        names = ", ".join(function.__name__ for function in CHECKS)
        parser.error(f"no check has `{arguments.only}` in its name; there are {names}")

    passed = failed = 0
    for function in chosen:
        begun = time.monotonic()
        failures, notes = [], []
        try:
            with stage(arguments.binary.resolve()) as scene:
                failures, notes = scene.failures, scene.notes
                function(scene)
        except Exception:
            failures.append(traceback.format_exc())
        title = function.__doc__.splitlines()[0]
        verdict = "FAIL" if failures else "ok"
        print(f"{verdict:4}  {function.__name__}: {title} ({time.monotonic() - begun:.1f} s)", flush=True)
        for line in notes + failures:
            print("      " + line.rstrip().replace("\n", "\n      "), flush=True)
        passed, failed = passed + (not failures), failed + bool(failures)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
