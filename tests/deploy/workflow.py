"""The GitHub workflow that users copy."""

from __future__ import annotations

import re
import subprocess

PIN = re.compile(r"uses: (\S+@\S+ # \S+)")


def judge(site) -> list[str]:
    """Runs zizmor, and compares the pins with those of the repository's own workflows."""
    problems = []
    known = {pin for path in (site.root / ".github").rglob("*.yml") for pin in PIN.findall(path.read_text())}
    for path in sorted((site.deploy / "github").glob("*.yml")):
        text = path.read_text()
        pins = PIN.findall(text)
        if len(pins) != text.count("uses: "):
            problems.append(f"{path.name}: not every action is pinned by commit and version")
        problems += [f"{path.name}: no workflow of the repository uses {pin}" for pin in sorted(set(pins) - known)]
        done = subprocess.run(
            [site.tools / "bin/zizmor", "--offline", "--persona=pedantic", "--format=plain", path],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            problems += (done.stdout + done.stderr).splitlines()
    return problems
