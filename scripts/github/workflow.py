"""What a step of a GitHub workflow reads and writes. Standard library only."""

import os
import sys


def stop(message):
    """Ends the step with exit code 2 and an annotation."""
    # A line break would end the workflow command; `%` is its escape.
    text = str(message).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::error::roledrift: {text}", flush=True)
    sys.exit(2)


def given(name, default=""):
    """Returns an input of the action, without blanks around it."""
    return os.environ.get(f"INPUT_{name}", default).strip()


def one(name, default=""):
    """Returns an input that is a single line."""
    value = given(name, default)
    if "\n" in value or "\r" in value:
        stop(f"`{name.lower().replace('_', '-')}` is one line")
    return value


def many(name):
    """Returns an input with a value per line."""
    return [line.strip() for line in given(name).splitlines() if line.strip()]


def flag(name, default="false"):
    """Returns an input that is `true` or `false`."""
    value = one(name) or default
    if value not in ("true", "false"):
        stop(f"`{name.lower().replace('_', '-')}` is `true` or `false`, not `{value}`")
    return value == "true"


def tell(**outputs):
    """Writes outputs of the step, each of one line."""
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as out:
        for name, value in outputs.items():
            text = str(value)
            # Else a value could write another output.
            if "\n" in text or "\r" in text:
                stop(f"the output `{name}` would have several lines")
            out.write(f"{name.replace('_', '-')}={text}\n")
