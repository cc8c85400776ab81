#!/usr/bin/env python3
"""Seeds a moto server for `benches/rivals.py` and prints what it made, as JSON.

    PYTHON benches/rivals/seed.py plain|drifted ROLES LINKED

The server and the credentials come from the environment; PYTHON has boto3. The accounts are those of
tests/e2e: equal on every run, and the two differ only in the planted drift.

    {"roles": 1001, "linked": [ARN of each linked role],
     "drifted": [{"role": NAME, "rules": [roledrift's rules for it],
                  "subjects": [ARN of the role, and of each customer policy that was put on it]}]}
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
    drifted = [
        {"role": name, "rules": sorted(rules[name]), "subjects": [arns[name], *customer_policies(iam, name)]}
        for name in sorted(rules)
    ]
    linked_arns = [arns[name] for name in account.linked]
    print(json.dumps({"roles": len(arns), "linked": linked_arns, "drifted": drifted}))


def customer_policies(iam, role: str) -> list[str]:
    """Returns the customer policies that a role carries, attached or as its boundary."""
    arns = [policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]
    boundary = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary")
    if boundary:
        arns.append(boundary["PermissionsBoundaryArn"])
    return [arn for arn in arns if not arn.startswith("arn:aws:iam::aws:")]


if __name__ == "__main__":
    main()
