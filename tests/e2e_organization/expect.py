"""The one assertion."""

from __future__ import annotations


def expect(found, expected, what: str) -> None:
    """Ends the program where something is not as expected."""
    if found != expected:
        raise SystemExit(f"e2e-organization: {what}: {found!r}, not {expected!r}")
