"""Runs of many accounts, kept as a scan keeps them and merged by the command. Standard library only.

A build without the SDK asks no account, so each is a recorded one under an id of its own: what is kept
of it is its NDJSON report behind a line of its outcome.
"""

import gzip
import json
import subprocess
import sys

from accounts import ACCOUNT, HOSTILE

RUN = "20261103T060000Z-019a42c8d9b0-5f3c9a21"
SUMMARY = {"schema": 1, "tool_version": "0.1.0", "kind": "account"}


def runs(snapshots):
    """Names the runs: one with every outcome and hostile names, one that is complete and clean.

    An account is its id, its name, its outcome, and its snapshot or the reason of its outcome.
    """
    many = [
        ("100000000001", "payments", "audited", snapshots["example"]),
        ("100000000002", "", "audited", snapshots["empty"]),
        ("100000000003", HOSTILE[9], "audited", snapshots["hostile"]),
        ("100000000004", "", "missing", ""),
    ]
    for index, text in enumerate(HOSTILE):
        many.append((f"20000000{index:04}", text[:200], "failed", text[:2000]))
        many.append((f"30000000{index:04}", text[:200], "skipped", "suspended"))
    clean = [("100000000002", "quiet", "clean", snapshots["empty"])]
    return {"organization": many, "quiet": clean}


def large(count):
    """Names many accounts that are alike; one in a hundred failed."""
    return [
        (f"4{index:011}", f"team-{index}", "failed" if index % 100 == 7 else "copied", "no answer")
        for index in range(count)
    ]


def merge(binary, folder, accounts, waivers, formats, copied=None):
    """Keeps a run, and writes its reports; `copied` is a snapshot for the accounts that have one alike."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = f"--config={waivers}"
    template = copied and audited(binary, folder, ACCOUNT, "", copied, marks)
    results = folder / "store" / "dt=2026-11-03" / f"run={RUN}"
    results.mkdir(parents=True, exist_ok=True)
    planned = []
    for account, name, outcome, what in sorted(accounts):
        named = {"name": name} if name else {}
        skip = {"skip": "suspended"} if outcome == "skipped" else {}
        planned.append({"id": account} | named | skip)
        if outcome == "missing":
            continue
        if outcome == "copied":
            text = template.replace(ACCOUNT, account)
        elif outcome == "audited":
            text = audited(binary, folder, account, name, what, marks)
        elif outcome == "clean":
            text = audited(binary, folder, account, name, what, "--skip-owners")
        else:
            text = line(account, name, outcome, [what]) + "\n"
        kept = results / f"account={account}.ndjson.gz"
        kept.write_bytes(gzip.compress(text.encode(), 1))
    plan = {"format": "roledrift-plan", "version": 1, "run": RUN, "shards": 1, "accounts": planned}
    (results / "plan.json").write_text(json.dumps(plan))
    targets = [f"--format={name}={folder / name}" for name in formats]
    done = subprocess.run(
        [binary, "merge", folder / "store", "--show-waived", *targets], check=False, env={}
    )
    if done.returncode not in (0, 1, 3):
        sys.exit(f"check-formats: merge ended with {done.returncode}")


def audited(binary, folder, account, name, snapshot, *more):
    """Returns what is kept of an account that was audited."""
    recorded = folder / "account.json"
    recorded.write_text(snapshot.read_text().replace(ACCOUNT, account))
    done = subprocess.run(
        [binary, "scan", "--snapshot", recorded, "--format=ndjson", *more],
        check=False, env={}, capture_output=True, text=True,
    )
    if done.returncode not in (0, 1, 3):
        sys.exit(f"check-formats: scan ended with {done.returncode}: {done.stderr}")
    lines = [json.loads(text) for text in done.stdout.split("\n") if text]
    findings, unwaived = {}, {}
    for finding in (one for one in lines if one["kind"] == "finding"):
        severity = finding["severity"]
        findings[severity] = findings.get(severity, 0) + 1
        if not finding["waiver"]:
            unwaived[severity] = unwaived.get(severity, 0) + 1
    reasons = [one["problem"] for one in lines if one["kind"] == "undecided"][:10]
    outcome = "complete" if lines[-1]["complete"] else "incomplete"
    roles = {status: count for status, count in lines[-1]["roles"].items() if count}
    first = line(account, name, outcome, reasons, roles, findings, unwaived)
    return f"{first}\n{done.stdout}"


def line(account, name, outcome, reasons, roles=None, findings=None, unwaived=None):
    """Returns the line of an outcome."""
    return json.dumps(
        SUMMARY
        | {
            "account": account,
            "name": name or None,
            "outcome": outcome,
            "reasons": reasons,
            "roles": roles or {},
            "findings": findings or {},
            "unwaived": unwaived or {},
            "new": None,
        }
    )
