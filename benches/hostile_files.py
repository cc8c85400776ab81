"""Times files of 100 MB of every kind, refused or read. Standard library only.

    cargo build --release --no-default-features
    python3 benches/hostile_files.py --binary target/release/roledrift

What is longer than such a file may be is refused; the rest is read whole. The limits are the
process's own CPU time and its highest resident set. Linux and macOS.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SIZE = 100_000_000
# `ru_maxrss` is in KiB on Linux, in bytes on macOS.
UNIT = 1024 if sys.platform != "darwin" else 1
ACCOUNT = "111122223333"
SERVICE = "cloudtrail.amazonaws.com"


def trust(principal=SERVICE):
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name, inline=()):
    path = f"/aws-service-role/{SERVICE}/"
    documents = [{"name": f"p{n}", "document": {"read": document}} for n, document in enumerate(inline)]
    return {
        "arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", "name": name, "path": path,
        "trust": {"read": trust()}, "attached": {"read": []}, "inline": {"read": documents},
        "description": {"read": None}, "max_session_seconds": {"read": 3600},
        "boundary": {"read": None}, "tags": {"read": {}}, "last_use": {"read": None},
    }


def snapshot(roles):
    read = {"read": None}
    return {
        "format": "roledrift-snapshot", "version": 1, "account": ACCOUNT, "partition": "aws",
        "collected_at": "2026-11-02T06:00:00Z", "listing": read, "policy_listing": read,
        "roles": roles, "policies": [],
    }


def detail(name, path="/", tags=()):
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", "RoleName": name, "Path": path,
        "AssumeRolePolicyDocument": trust("ec2.amazonaws.com"), "RolePolicyList": [],
        "AttachedManagedPolicies": [], "Tags": list(tags),
    }


def many(one, *arguments):
    """Returns as many things as make up a file of 100 MB."""
    count = SIZE // (len(json.dumps(one(0, *arguments))) + 2)
    return [one(n, *arguments) for n in range(count)]


def padding(n, length):
    return f"{n:09}".ljust(length, "x")


def files(folder):
    """Yields name, arguments, exit codes, CPU seconds and MiB of each file."""

    def put(name, content):
        path = folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    long = "x" * SIZE
    allow = {"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}
    wide = {"Statement": {"Effect": "Allow", "Action": [f"s:A{n}" for n in range(600)], "Resource": "*"}}
    small = put("small.json", snapshot([role("AWSServiceRoleForCloudTrail")]))
    scan = ["scan", "--format", "ndjson=/dev/null"]

    deep = "[" * (SIZE // 2) + "]" * (SIZE // 2)
    # A real account has 5,000 roles at most: memory is held to some kilobytes for each of these.
    roles = many(lambda n: role(f"AWSServiceRoleForThing{n}", [wide]))
    yield "snapshot of roles", [*scan, "--snapshot", put("a.json", snapshot(roles))], {1, 3}, 60, 2500
    described = role("AWSServiceRoleForCloudTrail")
    described["description"] = {"read": long}
    yield "snapshot, a long description", [*scan, "--snapshot", put("a.json", snapshot([described]))], {0, 1, 3}, 10, 900
    text = json.dumps(snapshot([described])).replace(long, deep)
    yield "snapshot, a deep value", [*scan, "--snapshot", put("a.json", text.replace(f'"{deep}"', deep))], {2}, 10, 400
    policy = role("AWSServiceRoleForCloudTrail", ["DEEP"])
    text = json.dumps(snapshot([policy])).replace('"DEEP"', deep)
    yield "snapshot, a deep document", [*scan, "--snapshot", put("a.json", text)], {1, 3}, 10, 900

    users = many(lambda n: {"UserName": f"u{n}"})
    dump = {"RoleDetailList": [detail("AWSServiceRoleForMine")], "UserDetailList": users}
    yield "GAAD of users", [*scan, "--gaad", put("a.json", dump)], {1, 3}, 20, 1200
    dump = {"RoleDetailList": many(lambda n: detail(f"r{n}"))}
    yield "GAAD of roles", [*scan, "--gaad", put("a.json", dump)], {0, 3}, 20, 900
    tags = many(lambda n: {"Key": f"{n}", "Value": ""})
    dump = {"RoleDetailList": [detail("AWSServiceRoleForMine", tags=tags)]}
    yield "GAAD of tags", [*scan, "--gaad", put("a.json", dump)], {1, 3}, 20, 1500
    yield "GAAD, cut off", [*scan, "--gaad", put("a.json", json.dumps({"RoleDetailList": roles})[:SIZE])], {2}, 10, 400

    pairs = many(lambda n: {"id": n, "reference": wide, "candidate": allow})
    yield "batch", ["policy", "diff", "--batch", put("a.json", "\n".join(map(json.dumps, pairs)))], {0}, 60, 60
    yield "batch of one line", ["policy", "diff", "--batch", put("a.json", deep)], {2}, 5, 80

    report = {"schema": 1, "account": ACCOUNT, "partition": "aws", "collected_at": None}
    report["selection"] = {"rules": [], "owners_skipped": False}
    report["findings"] = many(lambda n: {
        "id": f"{n}", "rule": "r", "severity": "high", "role": None,
        "resource": f"arn:aws:iam::{ACCOUNT}:role/r", "summary": "s",
    })
    yield "earlier report", [*scan, "--snapshot", small, "--previous", put("a.json", report)], {0, 1, 3}, 20, 1200

    for name, arguments in {
        "policy document": ["policy", "diff", "a.json", "a.json"],
        "lock file": [*scan, "--snapshot", small, "--lock", "a.json"],
        "configuration": [*scan, "--snapshot", small, "--config", "a.json"],
        "list of accounts": ["plan", "--accounts", "a.json"],
        "file of shards": ["scan", "--shard-file", "a.json", "--shard", "1", "--store", str(folder / "store")],
    }.items():
        put("a.json", long)
        yield name, [str(folder / word) if word == "a.json" else word for word in arguments], {2}, 1, 120


# The highest resident set of a process counts that of whoever started it: here somebody small.
STARTER = """
import json, os, subprocess, sys
quiet = subprocess.DEVNULL
child = subprocess.Popen(sys.argv[1:], env={}, stdout=quiet, stderr=quiet)
_, status, usage = os.wait4(child.pid, 0)
json.dump([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss], sys.stdout)
"""


def measure(binary, arguments):
    """Runs the program; returns exit code, CPU seconds and the peak in MiB."""
    command = [sys.executable, "-c", STARTER, binary, *map(str, arguments)]
    code, cpu, peak = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return code, cpu, peak * UNIT / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=Path("target/release/roledrift"))
    binary = str(parser.parse_args().binary.resolve())
    bad = 0
    print("| file of 100 MB | exit code | CPU s | peak MiB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, codes, seconds, mebibytes in files(Path(folder)):
            code, cpu, peak = measure(binary, arguments)
            fits = code in codes and cpu <= seconds and peak <= mebibytes
            bad += not fits
            mark = "" if fits else f" beyond {sorted(codes)}, {seconds} s, {mebibytes} MiB"
            print(f"| {name} | {code} | {cpu:.2f} | {peak:.0f} |{mark}", flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
