"""Recorded accounts to report on: hostile, empty, and large. Standard library only."""

import json

ACCOUNT = "111122223333"
CONNECT_PATH = "/aws-service-role/connect.amazonaws.com/"
CAMPAIGNS_PATH = "/aws-service-role/connect-campaigns.amazonaws.com/"

# What means something to a terminal, HTML, a spreadsheet, Markdown, XML, SARIF or a workflow.
HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u001b[2J\u001b]0;x\u0007\u009b31m\u007f\u0000",
    "\u202egnp.exe\u2066\u200b\u2028\ufeff",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd",
    "'=1",
    'a","=1"\r\nb;=2',
    "](https://evil.example) ![x](https://evil.example/y.png) **b** `c` | d | ~~e~~ $x$ @octocat",
    "https://evil.example www.evil.example evil@evil.example",
    "</failure></testcase>]]><!-- & &amp; &#x1b; \ufffe\uffff <?x?>",
    "x\n::error file=a::pwned\n::stop-commands::z\r\n##[error]y %0A%25",
    "[link](1) {0} {{1}} \\[a\\]",
    "# heading\n| a | b |\n| - | - |\n```\n<!--",
    "\t=1\t",
    "long " + "é" * 100_000,
]


def read(value):
    """Writes a fact that was read."""
    return {"read": value}


def policy(*statements):
    """Writes a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(name, path, principal, **facts):
    """Writes a role that trusts a service, with some facts of its own."""
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    entry = {
        "arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
        "name": name,
        "path": path,
        "trust": read(policy(trust)),
        "attached": read([]),
        "inline": read([]),
        "description": read(None),
        "max_session_seconds": read(3600),
        "boundary": read(None),
        "tags": read({}),
        "last_use": read(None),
    }
    return entry | facts


def snapshot(roles, collected_at=None):
    """Writes an account; without a time where none is given."""
    account = {
        "format": "roledrift-snapshot",
        "version": 1,
        "account": ACCOUNT,
        "partition": "aws",
        "listing": read(None),
        "policy_listing": read(None),
        "roles": roles,
        "policies": [],
    }
    if collected_at:
        account["collected_at"] = collected_at
    return json.dumps(account, indent=2) + "\n"


def empty():
    """An account without service-linked roles."""
    return snapshot([], "2026-11-02T06:00:00Z")


def hostile():
    """An account that carries every hostile text wherever strangers can write it."""
    roles = []
    for index, text in enumerate(HOSTILE):
        service = {"Service": "ec2.amazonaws.com"}
        roles.append(role(f"AWSServiceRoleFor{text}", "/", service))
        statement = {"Sid": text, "Effect": "Allow", "Action": "s3:*", "Resource": f"arn:{text}"}
        failed = {"reason": "failed", "operation": "iam:GetRole", "message": text}
        roles.append(
            role(
                f"AWSServiceRoleForAmazonConnect_{index}",
                CONNECT_PATH,
                {"Service": "connect.amazonaws.com"},
                inline=read(
                    [
                        {"name": text, "document": read(policy(statement))},
                        {"name": f"broken {text}", "document": read(text)},
                    ]
                ),
                tags=read({text: text}),
                boundary={"not_read": failed},
            )
        )
        roles.append(
            role(
                f"AWSServiceRoleForConnectCampaigns_{index}",
                CAMPAIGNS_PATH,
                {"Service": "connect-campaigns.amazonaws.com"},
                description=read(text),
            )
        )
    return snapshot(roles)


def large(roles):
    """An account whose every role has ten findings."""
    entries = []
    for index in range(roles):
        grants = [
            {
                "name": f"Grant{number}",
                "document": read(
                    policy(
                        {
                            "Sid": f"Statement{number}",
                            "Effect": "Allow",
                            "Action": ["s3:GetObject", "s3:DeleteBucket"],
                            "Resource": f"arn:aws:s3:::bucket-{index}-{number}/*",
                        }
                    )
                ),
            }
            for number in range(4)
        ]
        entries.append(
            role(
                f"AWSServiceRoleForAmazonConnect_{index:06}",
                CONNECT_PATH,
                {"AWS": f"arn:aws:iam::{444455556666 + index}:root"},
                inline=read(grants),
                description=read(f"edited {index}"),
                max_session_seconds=read(7200),
                boundary=read(f"arn:aws:iam::{ACCOUNT}:policy/boundary"),
            )
        )
    return snapshot(entries, "2026-11-02T06:00:00Z")
