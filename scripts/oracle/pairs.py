"""Pairs of policies to compare: made up from a seed, and the versions of the bundled policies."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

from language import as_list

ACTIONS = ["*", "s3:*", "s3:Get*", "S3:?et", "s3:Put", "s3:get", "s3:*t*", "*:Get", "iam:*Role", "iam:PassRole", "?3:P*"]
RESOURCES = [
    "*",
    "*",
    "arn:aws:x:*:*:a*",
    "arn:aws:x:r:1:ab",
    "arn:aws:x:*:1:b",
    "arn:aws:x:r:1:?b",
    "arn:aws:x:r*:1:a:b",
    "arn:*:x:r:1:*b",
    "arn:aws:x:r:1:${v}",
    "arn:aws:x:r:1:a/${V}/*",
    "arn:aws:x:*:1:${v}",
    "arn:aws:x:r:1:${k}${v}",
    "arn:aws:x:r:1:${v, 'ab'}",
]
PRINCIPALS = [
    "*",
    {"AWS": "*"},
    {"AWS": "111122223333"},
    {"AWS": "arn:aws:iam::111122223333:root"},
    {"AWS": ["arn:aws:iam::111122223333:role/p/R", "arn:aws:iam::444455556666:role/R"]},
    {"AWS": "arn:aws:iam::111122223333:user/u"},
    {"AWS": "arn:aws:sts::111122223333:assumed-role/R/s", "Service": "x.amazonaws.com"},
    {"Service": ["x.amazonaws.com", "y.amazonaws.com"]},
    {"Service": "*"},
    {"Federated": "f.example"},
    {"Federated": "*", "CanonicalUser": "79a5"},
]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
# Operators of one type, the values they are given, and the keys they look at.
FAMILIES = [
    (
        ["StringEquals", "StringNotEquals"],
        ["a", "A", "ab", "b", "${v}", "${w, 'a'}", "a*", ""],
        ["k", "v", "w"],
    ),
    (["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], ["a", "B", "ab"], ["k", "v"]),
    (["StringLike", "StringNotLike"], ["a", "a*", "*b", "?", "*", "${v}*", "${v}", "a${*}", "?*"], ["k", "v", "w"]),
    ([f"Numeric{order}" for order in ORDERS], ["5", "5.0", "-2.5", "7", "x"], ["n"]),
    ([f"Date{order}" for order in ORDERS], ["2026-05-27", "2026-05-27T00:00:00Z", "2027", "0", "soon"], ["d"]),
    (["Bool"], ["true", "FALSE", "maybe"], ["b", "k"]),
    (["BinaryEquals"], ["YQ==", "a"], ["b"]),
    (["IpAddress", "NotIpAddress"], ["10.0.0.0/8", "10.1.1.1", "10.1.0.0/16", "2001:db8::/32", "::1"], ["i"]),
    (
        ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        ["arn:aws:x:r:1:a", "arn:aws:x:*:1:a*", "arn:aws:x:?:*:*b", "arn:aws:x:r:1:${v}", "a*"],
        ["a"],
    ),
    (["Null"], ["true", "false"], ["k", "v", "n", "d", "i", "a", "b"]),
]
KINDS = ["identity"] * 3 + ["trust", "resource"]


def several(dice: random.Random, values: list, most: int = 3) -> list:
    return dice.sample(values, dice.randint(1, min(most, len(values))))


def condition(dice: random.Random) -> tuple[str, str, list]:
    operators, values, keys = dice.choice(FAMILIES)
    name = dice.choice(operators)
    if name != "Null":
        name = dice.choice(["", "", "", "", "ForAllValues:", "ForAnyValue:"]) + name + dice.choice(["", "", "IfExists"])
    return name, dice.choice(keys), several(dice, values)


def statement(dice: random.Random, kind: str) -> dict:
    def name(element: str) -> str:
        return element if dice.random() < 0.85 else f"Not{element}"

    own = {"Effect": dice.choice(["Allow", "Allow", "Deny"]), name("Action"): several(dice, ACTIONS)}
    if kind != "trust":
        own[name("Resource")] = several(dice, RESOURCES)
    if kind != "identity":
        own[name("Principal")] = dice.choice(PRINCIPALS)
    conditions: dict = {}
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        operator, key, values = condition(dice)
        conditions.setdefault(operator, {})[key] = values
    return own | {"Condition": conditions}


def policy(dice: random.Random, kind: str) -> dict:
    version = dice.choice(["2012-10-17"] * 5 + ["2008-10-17"])
    return {"Version": version, "Statement": [statement(dice, kind) for _ in range(dice.randint(1, 3))]}


def edited(dice: random.Random, own: dict, kind: str) -> dict:
    """Changes one or two places: near policies ask harder questions than strangers."""
    own = copy.deepcopy(own)
    for _ in range(dice.randint(1, 2)):
        statements = own["Statement"]
        place = dice.randrange(len(statements))
        other = statement(dice, kind)
        way = dice.randrange(5)
        if way == 0:
            statements.append(other)
        elif way == 1 and len(statements) > 1:
            statements.pop(place)
        elif way == 2:
            statements[place]["Condition"] = other["Condition"]
        elif way == 3:
            lists = [values for values in statements[place].values() if isinstance(values, list) and len(values) > 1]
            for keys in statements[place]["Condition"].values():
                lists += [values for values in keys.values() if len(values) > 1]
            if lists:
                dice.choice(lists).pop()
        else:
            statements[place]["Effect"] = other["Effect"]
    return own


def generated(count: int, seed: int) -> Iterator[dict]:
    dice = random.Random(seed)
    for number in range(count):
        kind = dice.choice(KINDS)
        reference = policy(dice, kind)
        candidate = edited(dice, reference, kind) if dice.random() < 0.7 else policy(dice, kind)
        yield {"id": f"generated {seed}/{number}", "reference": reference, "candidate": candidate}


def bundled(root: Path) -> list[dict]:
    """Returns every unordered pair of versions of one policy, each version with itself too."""
    pairs = []
    for family in sorted((root / "baselines").iterdir()):
        versions = sorted((family / "policies").glob("v*.json"), key=lambda path: int(path.stem[1:]))
        documents = [(f"{family.name} {path.stem}", json.loads(path.read_text())) for path in versions]
        for (one, reference), (other, candidate) in itertools.combinations_with_replacement(documents, 2):
            pairs.append({"id": f"{one} -> {other}", "reference": reference, "candidate": candidate})
    return pairs
