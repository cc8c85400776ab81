#!/usr/bin/env python3
"""Measures `roledrift scan` side by side with other tools on one moto account of 1,000 roles.

    cargo build --release
    python3 benches/rivals.py --binary target/release/roledrift --write docs/benchmarks.md

Linux only; the standard library, plus what it installs from PyPI, pinned, into target/rivals-venv (about
5 GB, removed afterwards with --clean). Everything runs on loopback.

There are two servers with the same account, one of them with planted drift. Each tool runs on the one
without drift first, unmeasured: that warms file caches, and what the tool reports there anyway is no sign
that it saw the drift. Then the tools take turns on the other one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.path.insert(0, str(ROOT / "benches" / "rivals"))

import measure  # noqa: E402
import page  # noqa: E402
import tools  # noqa: E402
from moto_server import Server  # noqa: E402

ENVIRONMENTS = ROOT / "target" / "rivals-venv"
STEP_LIMIT_SECONDS = 900
# moto answers these with 500, which clients try again and again; a denial they take at once.
NOT_IN_MOTO = (
    "GenerateServiceLastAccessedDetails",
    "ListOrganizationsFeatures",
    "ListServiceSpecificCredentials",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="a release build of roledrift with the SDK")
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each tool (default: 3)")
    parser.add_argument("--roles", type=int, default=1000)
    parser.add_argument("--linked", type=int, default=40)
    parser.add_argument("--only", default="", metavar="NAMES", help="only these tools, by comma; writes no page")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="replace this bench's section of the page")
    parser.add_argument("--clean", action="store_true", help="remove the installed tools at the end")
    arguments = parser.parse_args()
    if arguments.only and arguments.write:
        parser.error("a page with some of the tools would mislead; leave out --only or --write")
    if arguments.runs < 1:
        parser.error("at least one run is needed")
    if not arguments.binary.is_file():
        parser.error(f"no binary at `{arguments.binary}`")

    chosen = tools.every(arguments.binary.resolve(), ENVIRONMENTS)
    if arguments.only:
        names = arguments.only.split(",")
        unknown = set(names) - {tool.name for tool in chosen}
        if unknown:
            known = ", ".join(tool.name for tool in chosen)
            parser.error(f"no tool is called {', '.join(sorted(unknown))}; there are {known}")
        chosen = [tool for tool in chosen if tool.name in names]
    for name in dict.fromkeys([tools.SHARED, *(tool.environment for tool in chosen)]):
        install(name, tools.REQUIREMENTS[name])

    load = os.getloadavg()[0]
    python = str(ENVIRONMENTS / tools.SHARED / "bin" / "python")
    with Server(python) as plain, Server(python) as drifted:
        seed(python, plain, "plain", arguments)
        account = seed(python, drifted, "drifted", arguments)
        for server in (plain, drifted):
            server.deny(*NOT_IN_MOTO)
        rows = compare(chosen, arguments.runs, plain, drifted, account)

    for row, tool in zip(rows, chosen):
        row["version"] = version(tool, arguments.binary)
    section = page.rivals(rows, account, f"moto {installed(tools.SHARED, 'moto')}", NOT_IN_MOTO, load)
    print("\n" + section)
    if arguments.write:
        page.write(arguments.write, "rivals", section)
    if arguments.clean:
        shutil.rmtree(ENVIRONMENTS)


def compare(chosen: list[tools.Tool], runs: int, plain: Server, drifted: Server, account: dict) -> list[dict]:
    """Runs all tools and returns a row of the page for each."""
    before = {tool.name: run(tool, plain, None)[1] for tool in chosen}
    measured: dict[str, list[dict]] = {tool.name: [] for tool in chosen}
    after: dict[str, tools.Findings] = {tool.name: set() for tool in chosen}
    for turn in range(runs):
        # Another one begins each time, so that none always follows the same one.
        first = turn % len(chosen)
        for tool in chosen[first:] + chosen[:first]:
            cost, found = run(tool, drifted, account["roles"])
            measured[tool.name].append(cost)
            # What a tool says in any of its runs counts for it.
            after[tool.name] |= found
    rows = []
    for tool in chosen:
        row = {"tool": tool.name, "shown": tool.shown, "runs": measured[tool.name]}
        row |= {"findings": None, "on_linked": None, "said": None}
        if tool.findings:
            new = after[tool.name] - before[tool.name]
            said = {
                drift["role"]: sorted({name for name, subject in new if subject == drift["arn"]})
                for drift in account["drifted"]
            }
            row["said"] = {role: names for role, names in said.items() if names}
            row["findings"] = len(after[tool.name])
            row["on_linked"] = sum(subject in account["linked"] for _, subject in before[tool.name])
        rows.append(row)
    return rows


def run(tool: tools.Tool, server: Server, roles: int | None) -> tuple[dict, tools.Findings]:
    """Runs one tool in a folder of its own; returns its cost and its findings. Any failure ends the bench."""
    cost = {"requests": 0, "cpu": 0.0, "memory_mib": 0.0, "wall": 0.0}
    with tempfile.TemporaryDirectory(prefix="roledrift-rivals-") as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        environment = server.environment() | {"HOME": str(home)}
        server.counts()
        for step in tool.steps:
            if step.prepare:
                step.prepare(folder)
            errors = folder / "stderr"
            ended = measure.run(
                step.command, environment, folder, folder / step.stdout, errors, STEP_LIMIT_SECONDS
            )
            if ended.status not in step.statuses:
                told = errors.read_text(errors="replace")[-2000:]
                sys.exit(f"{tool.name}: `{' '.join(step.command)}` ended with {ended.status}:\n{told}")
            cost["cpu"] += ended.cpu
            cost["wall"] += ended.wall
            cost["memory_mib"] = max(cost["memory_mib"], ended.memory_mib)
        requests = server.counts()
        cost["requests"] = sum(requests.values())
        if not requests:
            sys.exit(f"{tool.name} has asked the server nothing")
        if roles and tool.roles_read and tool.roles_read(folder) != roles:
            sys.exit(f"{tool.name} has read {tool.roles_read(folder)} roles of {roles}")
        found = tool.findings(folder) if tool.findings else set()
    print(
        f"{tool.name:16} {'drifted' if roles else 'plain':8} {cost['requests']:6} requests {cost['cpu']:8.2f} s CPU"
        f" {cost['memory_mib']:6.0f} MiB {cost['wall']:8.2f} s wall {len(found):6} findings",
    )
    most = sorted(requests.items(), key=lambda item: -item[1])[:8]
    print(" " * 16, ", ".join(f"{operation} {count}" for operation, count in most), flush=True)
    return cost, found


def seed(python: str, server: Server, kind: str, arguments: argparse.Namespace) -> dict:
    print(f"seeding {arguments.roles} roles, {kind} ...", flush=True)
    script = str(ROOT / "benches" / "rivals" / "seed.py")
    command = [python, script, kind, str(arguments.roles), str(arguments.linked)]
    seeded = subprocess.run(command, env=server.environment(), stdout=subprocess.PIPE, check=True)
    return json.loads(seeded.stdout)


def install(name: str, requirements: list[str]) -> None:
    """Makes one virtual environment, unless it is there with just these requirements."""
    environment = ENVIRONMENTS / name
    stamp = environment / ".installed"
    wanted = "\n".join(requirements)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print(f"installing {' '.join(requirements)} ...", flush=True)
    begun = time.monotonic()
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    subprocess.run([*command, "--disable-pip-version-check", *requirements], check=True)
    # Last, so that an interrupted installation is never taken for a finished one.
    stamp.write_text(wanted)
    print(f"  {time.monotonic() - begun:.0f} s", flush=True)


def version(tool: tools.Tool, binary: Path) -> str:
    if tool.distribution:
        return installed(tool.environment, tool.distribution)
    return subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def installed(environment: str, distribution: str) -> str:
    question = f"import importlib.metadata as m; print(m.version({distribution!r}))"
    python = ENVIRONMENTS / environment / "bin" / "python"
    return subprocess.run([python, "-c", question], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
