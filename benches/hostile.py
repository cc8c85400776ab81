"""Pairs of policies that are made to be expensive."""

from __future__ import annotations

from collections.abc import Iterator


def allow(actions, resources="*", condition=None) -> dict:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources, "Condition": condition or {}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def words(count: int, start: int) -> list[str]:
    letter = lambda number: chr(ord("a") + number % 26)  # noqa: E731
    return [letter(7 * n + start) + letter(3 * n) + letter(n + start) for n in range(count)]


def each(policies: list[dict]) -> dict:
    return {"Version": "2012-10-17", "Statement": [statement for own in policies for statement in own["Statement"]]}


def pairs() -> Iterator[tuple[str, dict, dict]]:
    """Yields names, references and candidates."""
    for count in (12, 16, 20):
        one, other = ([f"s3:*{word}*" for word in words(count, start)] for start in (0, 5))
        yield f"{count} overlapping globs", allow(one), allow(other)
        yield f"{count} globs, a statement each", each([allow(own) for own in one]), each([allow(own) for own in other])
        resources = [[f"*{word}*" for word in words(count, start)] for start in (0, 5)]
        yield f"{count} overlapping resources", *(allow("s3:Get", own) for own in resources)
    run = "?" * 14
    yield "`?` fourteen times behind `*`", allow("s3:Get", [f"*a{run}", f"*xa{run}"]), allow("s3:Get", [f"*b{run}", f"*xb{run}"])
    yield "the same in actions", allow([f"s3:*a{run}"]), allow([f"s3:*b{run}"])
    literals = [[f"service{n % 90}:Describe{n}{ending}" for n in range(4000)] for ending in ("", "X")]
    yield "4,000 actions, 4,000 others", *map(allow, literals)
    values = {
        "accounts": ("StringEquals", [f"{n:012}" for n in range(207)]),
        "patterns": ("StringLike", [f"*v{n}*" for n in range(207)]),
        "dates": ("DateGreaterThan", [f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z" for n in range(207)]),
        "addresses": ("IpAddress", [f"10.0.{n}.0/24" for n in range(207)]),
        "numbers": ("NumericLessThan", [str(n) for n in range(207)]),
    }
    for name, (operator, own) in values.items():
        sides = (allow("s3:Get", "*", {operator: {"k": part}}) for part in (own[:200], own[7:]))
        yield f"200 {name}", *sides
