#!/usr/bin/env python3
"""Fetches the last report that an earlier run kept as an artifact, for `roledrift scan --previous`.

Standard library and `gh` only. Looks at artifacts of the default branch of this very repository:
a run for a pull request of a fork can upload an artifact of any name. Where there is none, nothing
is compared; where GitHub does not answer, the step fails, because everything would look new.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from workflow import one, stop, tell

REPORT = "report.json"


def main():
    name = one("ARTIFACT")
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,100}", name):
        stop("`artifact` consists of letters, digits, `_`, `.` and `-`")
    repository = os.environ["GITHUB_REPOSITORY"]
    branch = json.loads(gh("api", f"repos/{repository}"))["default_branch"]
    runs = candidates(listed(repository, name), branch, os.environ["GITHUB_RUN_ID"])
    if not runs:
        print(f"no earlier artifact `{name}` on `{branch}`: nothing to compare with")
        tell(first="true")
        return
    folder = Path(tempfile.mkdtemp(prefix="roledrift-", dir=os.environ["RUNNER_TEMP"]))
    gh("run", "download", str(runs[0]), "--repo", repository, "--name", name, "--dir", str(folder))
    report = folder / REPORT
    if not report.is_file():
        stop(f"the artifact `{name}` of run {runs[0]} holds no {REPORT}")
    print(f"compared with the report of run {runs[0]}")
    tell(previous=report)


def listed(repository, name):
    """Returns what GitHub tells about the artifacts of that name."""
    path = f"repos/{repository}/actions/artifacts?per_page=100&name={name}"
    return json.loads(gh("api", path))["artifacts"]


def candidates(artifacts, branch, current):
    """Returns the runs of usable artifacts, the newest first."""
    usable = []
    for artifact in artifacts:
        run = artifact.get("workflow_run") or {}
        own = run.get("head_repository_id") == run.get("repository_id") is not None
        if own and run["head_branch"] == branch and not artifact["expired"]:
            if str(run["id"]) != current:
                usable.append((artifact["created_at"], run["id"]))
    return [run for _, run in sorted(usable, reverse=True)]


def gh(*arguments):
    done = subprocess.run(["gh", *arguments], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        stop(f"`gh {arguments[0]}` failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
