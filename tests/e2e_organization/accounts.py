"""An organization with service-linked roles, some of them drifted; nothing in it depends on chance but ids."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from emulator import ENGINE, Emulator

SERVICES = [
    "organizations.amazonaws.com",
    "autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "support.amazonaws.com",
    "trustedadvisor.amazonaws.com",
]
STRANGER = "444455556666"
SUSPENDED = 2


def unreadable(active: list[str]) -> list[str]:
    """Returns the accounts whose answers nobody understands."""
    return active[47::50]


def found(emulator: Emulator, accounts: int) -> list[str]:
    """Makes an organization of so many accounts, two of them suspended; returns the others' ids."""
    organizations = emulator.client("organizations")
    # The management account is there already.
    ids = [ENGINE]
    while len(ids) < accounts:
        name = f"account {len(ids)}"
        status = organizations.create_account(Email=f"{len(ids)}@example.com", AccountName=name)
        ids.append(status["CreateAccountStatus"]["AccountId"])
    for suspended in ids[-SUSPENDED:]:
        organizations.close_account(AccountId=suspended)
    active = ids[:-SUSPENDED]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: furnish(emulator, *place), enumerate(active)))
    return active


def furnish(emulator: Emulator, number: int, account: str) -> None:
    """Gives an account one to five service-linked roles, and every tenth a drift of its own kind."""
    iam = emulator.client("iam", account)
    roles = []
    for service in SERVICES[: 1 + number % len(SERVICES)]:
        created = iam.create_service_linked_role(AWSServiceName=service)
        roles.append(created["Role"]["RoleName"])
    role = roles[0]
    match number % 50:
        case 7:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust(STRANGER))
        case 17:
            iam.put_role_policy(RoleName=role, PolicyName="Extra", PolicyDocument=policy("s3:*"))
        case 27:
            iam.create_role(RoleName="AWSServiceRoleForNothing", AssumeRolePolicyDocument=trust(STRANGER))
        case 37:
            iam.update_role(RoleName=role, Description="edited by hand")
        case 47:
            # AWS refuses this; the emulator does not, and its answers are no XML from then on.
            iam.tag_role(RoleName=role, Tags=[{"Key": "owner", "Value": "\x1b[31mnobody"}])


def trust(account: str) -> str:
    return document({"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"})


def policy(action: str) -> str:
    return document({"Action": action, "Resource": "*"})


def document(statement: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})
