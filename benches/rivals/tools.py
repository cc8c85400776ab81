"""The tools that `benches/rivals.py` measures: what is installed, what is run, and how their reports are read.

Knows nothing of what was planted. A finding is a pair (what the tool calls it, ARN of what it is about), and
holds only what the tool itself reports as failed, flagged or matched.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent

# The environment of the emulator tests holds the server, boto3 and the AWS CLI.
SHARED = "e2e"
REQUIREMENTS = {
    SHARED: [line for line in (ROOT / "tests/e2e/requirements.txt").read_text().splitlines() if line[:1] != "#"],
    "cloudsplaining": ["cloudsplaining==0.9.1"],
    "custodian": ["c7n==0.9.53"],
    "scoutsuite": ["ScoutSuite==5.14.0"],
    "prowler": ["prowler==5.46.0"],
}

Findings = set[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Step:
    """One process. Its stdout is kept in `stdout` of the folder of the run."""

    command: list[str]
    stdout: str = "stdout"
    statuses: tuple[int, ...] = (0,)
    # Done before the step, outside of what is measured.
    prepare: Callable[[Path], None] | None = None


@dataclasses.dataclass(frozen=True)
class Tool:
    name: str
    # What the table says was run.
    shown: str
    # Distribution in the environment, for the version; None for roledrift itself.
    distribution: str | None
    environment: str
    steps: list[Step]
    # Reads the folder of a run. None: the tool only fetches.
    findings: Callable[[Path], Findings] | None
    # Returns how many roles of the account the run has read, as far as its output tells.
    roles_read: Callable[[Path], int] | None = None


def every(binary: Path, environments: Path) -> list[Tool]:
    """Returns all tools, cheapest first."""

    def program(environment: str, name: str) -> str:
        return str(environments / environment / "bin" / name)

    custodian_policy = str(BENCHES / "rivals" / "custodian.yml")
    cloudsplaining = program("cloudsplaining", "cloudsplaining")
    return [
        Tool(
            "roledrift",
            # moto knows too little of what the roles serve.
            "`roledrift scan --skip-owners`",
            None,
            SHARED,
            [Step([str(binary), "scan", "--skip-owners", "--format", "json"], statuses=(0, 1))],
            roledrift_findings,
        ),
        Tool(
            "boto3 loop",
            "`benches/boto3_loop.py`",
            "boto3",
            SHARED,
            [Step([program(SHARED, "python"), str(BENCHES / "boto3_loop.py")])],
            None,
        ),
        Tool(
            "AWS CLI",
            "`aws iam get-account-authorization-details`",
            "awscli",
            SHARED,
            [
                Step(
                    [program(SHARED, "aws"), "iam", "get-account-authorization-details", "--output", "json"],
                    stdout="default.json",
                )
            ],
            None,
            roles_in_dump,
        ),
        Tool(
            "cloudsplaining",
            "`download`, then `scan --flag-trust-policies`",
            "cloudsplaining",
            "cloudsplaining",
            [
                Step([cloudsplaining, "download", "--output", "."]),
                Step(
                    [
                        cloudsplaining,
                        "scan",
                        "--flag-trust-policies",
                        "--skip-open-report",
                        "--input-file",
                        "default.json",
                        "--output",
                        ".",
                    ],
                    prepare=name_policies,
                ),
            ],
            cloudsplaining_findings,
            roles_in_dump,
        ),
        Tool(
            "Cloud Custodian",
            "`custodian run` with `benches/rivals/custodian.yml`",
            "c7n",
            "custodian",
            [
                Step(
                    [
                        program("custodian", "custodian"),
                        "run",
                        "--cache-period",
                        "0",
                        "--output-dir",
                        "out",
                        custodian_policy,
                    ]
                )
            ],
            custodian_findings,
        ),
        Tool(
            "ScoutSuite",
            "`scout aws --services iam`",
            "ScoutSuite",
            "scoutsuite",
            [
                Step(
                    [
                        program("scoutsuite", "scout"),
                        "aws",
                        "--services",
                        "iam",
                        "--no-browser",
                        "--force",
                        "--report-dir",
                        "out",
                    ],
                    # 200: done, but with errors in its log, here about a date that moto does not give.
                    statuses=(0, 200),
                )
            ],
            scoutsuite_findings,
            lambda folder: len(scoutsuite_report(folder)["roles"]),
        ),
        Tool(
            "prowler",
            "`prowler aws --services iam`",
            "prowler",
            "prowler",
            [
                Step(
                    [
                        program("prowler", "prowler"),
                        "aws",
                        "--services",
                        "iam",
                        "--output-formats",
                        "json-ocsf",
                        "--output-directory",
                        "out",
                        "--output-filename",
                        "report",
                        "--no-banner",
                    ],
                    # 3: some checks failed.
                    statuses=(0, 3),
                )
            ],
            prowler_findings,
        ),
    ]


def roledrift_findings(folder: Path) -> Findings:
    """Findings of every severity but `info`."""
    report = json.loads((folder / "stdout").read_text())
    return {(found["rule"], found["role"]) for found in report["findings"] if found["severity"] != "info"}


def roles_in_dump(folder: Path) -> int:
    return len(json.loads((folder / "default.json").read_text())["RoleDetailList"])


def name_policies(folder: Path) -> None:
    """Adds to the dump what AWS gives and moto leaves out, and what cloudsplaining needs to read it."""
    dump = json.loads((folder / "default.json").read_text())
    for policy in dump["Policies"]:
        policy["PolicyName"] = policy["Arn"].rpartition("/")[2]
        policy["PolicyId"] = "ANPA" + hashlib.sha256(policy["Arn"].encode()).hexdigest()[:17].upper()
    (folder / "default.json").write_text(json.dumps(dump))


def cloudsplaining_findings(folder: Path) -> Findings:
    """Each risk with something in it, of roles and of policies; an inline policy's counts for its roles."""
    results = json.loads((folder / "iam-results-default.json").read_text())
    arns = {role["name"]: role["arn"] for role in results["roles"].values()}
    found: Findings = set()
    for role in results["roles"].values():
        found.update((risk, role["arn"]) for risk in risks(role))
    for kind in ("aws_managed_policies", "customer_managed_policies"):
        for policy in results[kind].values():
            found.update((risk, policy["Arn"]) for risk in risks(policy))
    for policy in results["inline_policies"].values():
        for role in policy["AttachedTo"]["roles"]:
            found.update((risk, arns[role]) for risk in risks(policy))
    return found


def risks(entry: dict) -> list[str]:
    if entry.get("is_excluded"):
        return []
    return [name for name, value in entry.items() if isinstance(value, dict) and value.get("findings")]


def custodian_findings(folder: Path) -> Findings:
    """The roles that the policy's filters matched."""
    found: Findings = set()
    for resources in sorted((folder / "out").glob("*/resources.json")):
        found.update((resources.parent.name, role["Arn"]) for role in json.loads(resources.read_text()))
    return found


def scoutsuite_report(folder: Path) -> dict:
    (path,) = (folder / "out" / "scoutsuite-results").glob("scoutsuite_results*.js")
    text = path.read_text()
    return json.loads(text[text.index("{") :])["services"]["iam"]


def scoutsuite_findings(folder: Path) -> Findings:
    """Flagged items. One is a path through the report; the identifier in it tells what it is about."""
    report = scoutsuite_report(folder)
    arns = {
        identifier: entry["arn"]
        for kind in ("roles", "policies", "users", "groups")
        for identifier, entry in report[kind].items()
        if "arn" in entry
    }
    found: Findings = set()
    for rule, finding in report["findings"].items():
        for item in finding["items"]:
            subjects = [arns[part] for part in item.split(".") if part in arns] or [item]
            found.update((rule, subject) for subject in subjects)
    return found


def prowler_findings(folder: Path) -> Findings:
    """Checks with the status FAIL, by resource."""
    found: Findings = set()
    for check in json.loads((folder / "out" / "report.ocsf.json").read_text()):
        if check["status_code"] == "FAIL":
            found.update((check["metadata"]["event_code"], resource["uid"]) for resource in check["resources"])
    return found
