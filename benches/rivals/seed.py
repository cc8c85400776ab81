#!/usr/bin/env python3
"""Seeds a moto server for `benches/rivals.py` and prints what it made, as JSON.

    PYTHON benches/rivals/seed.py plain|drifted ROLES LINKED

The server and the credentials come from the environment; PYTHON has boto3. The accounts are those of
tests/e2e: equal on every run, and the two differ only in the planted drift.

    {"roles": 1001, "linked": [ARN of each linked role],
     "drifted": [{"role": NAME, "arn": ARN, "rules": [roledrift's rules for it]}, ...]}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests" / "e2e"))

import accounts  # noqa: E402
import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402


def main() -> None:
    kind, roles, linked = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    iam = boto3.client("iam", config=Config(proxies={}, retries={"max_attempts": 1}))
    account = {"plain": accounts.plain, "drifted": accounts.drifted}[kind](iam, roles, linked)

    arns = {
        role["RoleName"]: role["Arn"]
        for page in iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000})
        for role in page["Roles"]
    }
    rules: dict[str, list[str]] = {}
    for planted in account.planted:
        if planted.drifts and planted.role in account.linked:
            rules.setdefault(planted.role, []).append(planted.rule)
    drifted = [{"role": name, "arn": arns[name], "rules": sorted(rules[name])} for name in sorted(rules)]
    linked_arns = [arns[name] for name in account.linked]
    print(json.dumps({"roles": len(arns), "linked": linked_arns, "drifted": drifted}))


if __name__ == "__main__":
    main()
