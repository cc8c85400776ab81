"""Requests near what policies speak of: some are allowed, some miss by little."""

from __future__ import annotations

import random

SAMPLES = {"region": "us-east-1", "word": "example"}


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def filled(dice: random.Random, pattern: str, account: str) -> str:
    """Puts something plausible where a wildcard stands."""
    parts = pattern.split(":", 5)
    if len(parts) == 6:
        for place, sample in ((3, SAMPLES["region"]), (4, account)):
            parts[place] = sample if "*" in parts[place] else parts[place]
    text = ":".join(parts).replace("*", dice.choice(["", SAMPLES["word"]])).replace("?", "x")
    return text or f"arn:aws:s3:::{SAMPLES['word']}"


def request(dice: random.Random, statements: list[dict], account: str) -> dict:
    """Makes a request of one statement, with its resource or context taken from another one now and then."""
    own = dice.choice(statements)
    other = own if dice.random() < 0.7 else dice.choice(statements)
    pattern = dice.choice(as_list(own.get("Action", "ec2:StopInstances")))
    action = pattern.replace("*", dice.choice(["Thing", "User"]))
    context = {}
    for keys in other.get("Condition", {}).values():
        for key, values in keys.items():
            value = str(dice.choice(as_list(values)))
            value = account if value.startswith("${") else value.replace("*", SAMPLES["word"])
            if dice.random() < 0.85:
                context[key] = value
            elif dice.random() < 0.5:
                context[key] = "other"
    if any("${aws:PrincipalAccount}" in str(statement.get("Condition")) for statement in statements):
        context["aws:PrincipalAccount"] = account
    resource = filled(dice, dice.choice(as_list(other.get("Resource", "*"))), account)
    return {"action": action if ":" in action else f"s3:{action}", "resource": resource, "context": context}


def cases(policies: list[dict], count: int, account: str) -> list[dict]:
    """Returns `count` requests for each policy, the same at every call."""
    dice = random.Random(1)
    return [
        {"policy": policy, "requests": [request(dice, as_list(policy["Statement"]), account) for _ in range(count)]}
        for policy in policies
    ]
