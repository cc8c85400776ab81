#!/usr/bin/env python3
"""Judges deploy/, and then broken copies of it, of which each must be refused.

Run by scripts/check-deploy, which installs what this needs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import policies
import templates
import terraform
import workflow

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """What is judged, and with what."""

    root: Path
    """Holds `deploy` and `.github`."""
    binary: Path
    tools: Path

    @property
    def deploy(self) -> Path:
        return self.root / "deploy"


# Each returns a line per problem.
CHECKS = {
    "cfn-lint": templates.lint,
    "SAM translator": templates.translate,
    "state machines": templates.machines,
    "the audit role's policy": policies.audit_role,
    "Terraform's form": terraform.form,
    "Terraform's names": terraform.names,
    "Terraform against the templates": policies.parity,
    "the workflow": workflow.judge,
}

# (check, file, what is there, what a broken copy has instead)
BROKEN = [
    ("cfn-lint", "audit-role.yaml", "AssumeRolePolicyDocument:", "AssumeRolePolicy:"),
    ("cfn-lint", "engine.yaml", "RetentionInDays: !Ref LogDays", "RetentionInDays: !Ref LogDay"),
    ("cfn-lint", "iam-events.yaml", "RoleArn: !GetAtt ForwardingRole.Arn", "Role: !GetAtt ForwardingRole.Arn"),
    ("SAM translator", "engine.yaml", "DefinitionUri: account.asl.json", "DefinitionUrl: account.asl.json"),
    ("SAM translator", "engine.yaml", "Type: AWS::Serverless::Function", "Type: AWS::Serverless::Funktion"),
    ("state machines", "organization.asl.json", '"Next": "Merge"', '"Next": "Merged"'),
    ("state machines", "organization.asl.json", '"OutputPath": null,', ""),
    ("state machines", "organization.asl.json", '"do": "shard",', '"do": "shard", "accounts.$": "$$.Map.Item.Value.accounts",'),
    ("state machines", "account.asl.json", '"TimeoutSeconds": 60', '"TimeoutSeconds": "60"'),
    ("state machines", "engine.yaml", "Notify: !Ref Notify", "Notified: !Ref Notify"),
    ("state machines", "terraform/engine/organization.tf", "Notify                     = var.notify", "Notified = var.notify"),
    ("the audit role's policy", "audit-role.yaml", "- iam:ListRoles\n", "- iam:ListRoles\n                  - iam:ListUsers\n"),
    ("the audit role's policy", "audit-role.yaml", "                  - ds:DescribeDirectories\n", ""),
    ("the audit role's policy", "terraform/audit-role/main.tf", '"iam:GetRole",', '"iam:*",'),
    ("Terraform's form", "terraform/audit-role/main.tf", 'resources = ["*"]', 'resources = ["*"'),
    ("Terraform's names", "terraform/engine/events.tf", "batch_size = 1", "size_of_batch = 1"),
    ("Terraform's names", "terraform/engine/events.tf", "  target      = aws_sfn_state_machine.account.arn\n", ""),
    ("Terraform's names", "terraform/engine/outputs.tf", "local.store", "local.bucket"),
    ("Terraform's names", "terraform/example/main.tf", "program         =", "programm ="),
    ("Terraform against the templates", "terraform/engine/functions.tf", '"s3:PutObject"', '"s3:PutObject", "s3:DeleteObject"'),
    ("Terraform against the templates", "terraform/engine/variables.tf", "default     = 300", "default     = 900"),
    ("Terraform against the templates", "terraform/iam-events/main.tf", '            "TagRole",\n', ""),
    ("the workflow", "github/organization-audit.yml", "permissions: {}\n\nconcurrency", "permissions: write-all\n\nconcurrency"),
    ("the workflow", "github/organization-audit.yml", "@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "@143fb46d1a93c77aae656e7c1c64a875d1fc6a0a"),
]


def breakage(site: Site, file: str, old: str, new: str, target: Path) -> Site:
    """Copies what is judged, with one change."""
    shutil.copytree(site.deploy, target / "deploy")
    shutil.copytree(site.root / ".github", target / ".github")
    path = target / "deploy" / file
    text = path.read_text()
    if old not in text:
        raise SystemExit(f"check-deploy: {file} has no `{old.strip()}` to break")
    path.write_text(text.replace(old, new, 1))
    return Site(target, site.binary, site.tools)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--tools", type=Path, required=True)
    arguments = parser.parse_args()
    site = Site(ROOT, arguments.binary.resolve(), arguments.tools.resolve())

    failed = False
    for name, check in CHECKS.items():
        problems = check(site)
        failed |= bool(problems)
        print(f"-- {name}: {'refused' if problems else 'ok'}")
        for problem in problems:
            print(f"   {problem}")
        # What follows reads the same files.
        if problems and name == "Terraform's form":
            return 1
    if failed:
        return 1

    unbroken = set(CHECKS) - {check for check, *_ in BROKEN}
    if unbroken:
        raise SystemExit(f"check-deploy: nothing shows that these can fail: {sorted(unbroken)}")
    for check, file, old, new in BROKEN:
        with tempfile.TemporaryDirectory() as target:
            problems = CHECKS[check](breakage(site, file, old, new, Path(target)))
        if not problems:
            print(f"-- {check} accepts a broken {file}: `{old.strip()}` as `{new.strip()}`")
            failed = True
    print(f"-- broken copies: {'some were accepted' if failed else f'all {len(BROKEN)} refused'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
