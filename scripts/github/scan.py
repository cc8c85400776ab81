#!/usr/bin/env python3
"""Runs `roledrift scan` for a step of a GitHub workflow: job summary, reports, outputs with counts.

Standard library only. Inputs of the action come as INPUT_…, never as part of a command line. The
exit code is an output: the action ends with it after the reports are uploaded. Only code 2 (nothing
was audited) ends this step.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from workflow import flag, given, many, one, stop, tell

SEVERITIES = ("critical", "high", "medium", "low", "info")
# Inputs with one value, and with a value per line, that are flags of `scan` by the same name.
SINGLE = (
    "snapshot",
    "gaad",
    "save-snapshot",
    "profile",
    "role-arn",
    "external-id",
    "config",
    "fail-on",
    "store",
    "previous",
)
LISTS = ("role", "rule", "skip-rule", "region", "baseline-dir")
SWITCHES = ("skip-owners", "fail-on-new", "allow-incomplete", "show-waived")


def main():
    # The action's own temporary folder: a path of one line that no input can choose.
    folder = Path(tempfile.mkdtemp(prefix="roledrift-", dir=os.environ["RUNNER_TEMP"]))
    report, markdown = folder / "report.json", folder / "report.md"
    sarif = Path(one("SARIF") or folder / "report.sarif")
    command = [given("BINARY"), "scan", *arguments()]
    command += ["--format=terminal", f"--format=json={report}", f"--format=markdown={markdown}"]
    command.append(f"--format=sarif={sarif}")
    if flag("FIRST") and not one("STORE"):
        # Compared with an empty store everything is new, which it is.
        command.append(f"--store={folder / 'store'}")
    # The runner looks for workflow commands (`::…`, and `##[…` within lines) in whatever a step
    # prints, and what roledrift prints holds text of strangers.
    mark = secrets.token_hex(16)
    print(f"::stop-commands::{mark}", flush=True)
    code = subprocess.run(command, check=False).returncode
    print(f"::{mark}::", flush=True)
    if code not in (0, 1, 3):
        tell(exit_code=2)
        stop(f"the account was not audited (exit code {code})")
    tell(exit_code=code, report=report, markdown=markdown, sarif=sarif)
    tell(**counts(json.loads(report.read_text(encoding="utf-8"))))
    if flag("SUMMARY", "true"):
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
            summary.write(markdown.read_text(encoding="utf-8"))


def arguments():
    """Returns the flags that the inputs ask for; a value is never taken for a flag."""
    found = []
    for name in SINGLE:
        value = one(name.upper().replace("-", "_"))
        if value:
            found.append(f"--{name}={value}")
    for name in LISTS:
        found += [f"--{name}={value}" for value in many(name.upper().replace("-", "_"))]
    for value in many("FORMAT"):
        if "=" not in value:
            stop(f"`format` is `FORMAT=FILE`, not `{value}`: the log has stdout")
        found.append(f"--format={value}")
    for name in SWITCHES:
        if flag(name.upper().replace("-", "_")):
            found.append(f"--{name}")
    return found


def counts(report):
    """Returns the action's outputs about one report."""
    summary, comparison = report["summary"], report["comparison"]
    severities = {severity: summary["findings"].get(severity, 0) for severity in SEVERITIES}
    compared = {"new": "", "resolved": ""}
    if comparison:
        compared = {"new": comparison["new"], "resolved": len(comparison["resolved"])}
    return {
        "account": report["account"],
        "complete": str(summary["complete"]).lower(),
        "roles": summary["roles"],
        "findings": sum(severities.values()),
        "waived": summary["waived"],
        **severities,
        **compared,
    }


if __name__ == "__main__":
    sys.exit(main())
