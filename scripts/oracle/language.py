"""Texts of the policy language: documents, templates, and typed values. Knows neither z3 nor roledrift."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction

ANY_RUN = object()
ANY_ONE = object()
ARN_COLONS = 5


class Beyond(Exception):
    """Says that something cannot be put to z3."""


@dataclass(frozen=True)
class Variable:
    """`${key}` or `${key, 'default'}`; the key in lowercase."""

    key: str
    default: str | None


def as_list(value):
    return value if isinstance(value, list) else [value]


def as_text(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


VARIABLE = re.compile(r"\$\{([^}]+)\}")
DEFAULT = re.compile(r"([^,]+),\s*'(.*)'\s*")


def template(text: str, wildcards: bool, variables: bool) -> list:
    """Reads a text into characters, wildcards and variables."""
    pieces, place = [], 0
    while place < len(text):
        found = VARIABLE.match(text, place) if variables else None
        piece = found and variable(found.group(1))
        if piece:
            pieces.append(piece)
            place = found.end()
            continue
        character = text[place]
        pieces.append({"*": ANY_RUN, "?": ANY_ONE}.get(character, character) if wildcards else character)
        place += 1
    return pieces


def variable(inside: str):
    if inside in ("*", "?", "$"):
        return inside
    if "," not in inside:
        return Variable(inside.strip().lower(), None)
    found = DEFAULT.fullmatch(inside)
    return Variable(found.group(1).strip().lower(), found.group(2)) if found else None


OPERATOR = re.compile(r"(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?")
ORDERS = {
    "equals": "==",
    "notequals": "!=",
    "lessthan": "<",
    "lessthanequals": "<=",
    "greaterthan": ">",
    "greaterthanequals": ">=",
}


@dataclass(frozen=True)
class Operator:
    quantifier: str | None
    family: str
    order: str
    negated: bool
    if_exists: bool


def operator(name: str) -> Operator:
    quantifier, base, ending = OPERATOR.fullmatch(name.lower()).groups()
    order, negated = "==", False
    for family in ("numeric", "date"):
        if base.startswith(family):
            order = ORDERS[base.removeprefix(family)]
            order, negated = ("==", True) if order == "!=" else (order, False)
            base = family
    if "not" in base:
        base, negated = base.replace("not", ""), True
    base = {"arnequals": "arn", "arnlike": "arn", "ipaddress": "ip", "binaryequals": "binary"}.get(base, base)
    return Operator(quantifier, base, order, negated, ending is not None)


def number(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text, re.ASCII) else None


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


def instant(text: str) -> int | None:
    """Returns nanoseconds since 1970; refuses forms with a fraction."""
    if re.fullmatch(r"-?[0-9]+", text) and len(text) != 4:
        return int(text) * 10**9
    if "T" in text and "." in text:
        raise Beyond("a date with a fraction")
    found = DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        when = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=timezone.utc
        )
    except ValueError:
        return None
    if zone and zone != "Z":
        sign = 1 if zone[0] == "+" else -1
        when -= sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    return round((when - EPOCH).total_seconds()) * 10**9


def address(text: str):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def network(text: str):
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def principals(value) -> list[tuple[str, str]]:
    """Returns pairs of type and value; `("AWS", "*")` for everyone."""
    if value == "*":
        return [("AWS", "*")]
    return [(kind, text) for kind, texts in value.items() for text in as_list(texts)]
