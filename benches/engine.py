#!/usr/bin/env python3
"""Measures the policy engine on the bundled policies, side by side with z3 and with iam-simulate.

    scripts/oracle-z3 --pairs 0 --bundled 0        (makes target/oracle-venv)
    target/oracle-venv/bin/python benches/engine.py [--json FILE]

- `directed`: one direction of every ordered pair of versions, in-process, parsing left out; z3 on a sample of the
  same questions, its encoding left out, timeouts counted as the timeout.
- `evaluate`: one request, in a warm loop, against npm @cloud-copilot/iam-simulate (AGPL: installed under target/,
  run as a process of its own); answers are compared too.
- `batch` and `hostile`: whole runs of `roledrift policy diff`, wall time and peak memory of the process.

Ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "scripts" / "oracle"), str(HERE)]

import z3  # noqa: E402
from encoding import Encoding  # noqa: E402

import hostile  # noqa: E402
import requests_near  # noqa: E402

ACCOUNT = "111122223333"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def run(command: list, **options) -> str:
    """Returns what a command prints; ends the bench where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT, check=False, **options)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def lines(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def build() -> tuple[Path, Path]:
    """Builds the command and the in-process bench, and returns where they are."""
    cargo = ["cargo", "build", "--release", "--locked", "--no-default-features", "-j1"]
    run([*cargo, "--bin", "roledrift"])
    messages = lines(run([*cargo, "--bench", "engine", "--message-format=json"]))
    benches = [own["executable"] for own in messages if own.get("target", {}).get("name") == "engine" and own.get("executable")]
    return TARGET / "release" / "roledrift", Path(benches[-1])


def quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return {"count": len(ordered), "total": sum(ordered), "p50": at(0.5), "p99": at(0.99), "max": ordered[-1]}


def directed(bench: Path, sample: int, timeout: int) -> dict:
    rows = lines(run([bench, "directed", ROOT / "baselines"]))
    chosen = random.Random(1).sample(rows, min(sample, len(rows)))
    theirs, unanswered, wrong = [], 0, []
    for row in chosen:
        reference, candidate = ([json.loads(Path(row[side]).read_text())] for side in ("reference", "candidate"))
        assertions = Encoding(reference + candidate, True).new_access(reference, candidate)
        solver = z3.Solver()
        solver.set("timeout", timeout)
        begun = time.perf_counter()
        solver.add(*assertions)
        found = str(solver.check())
        took = time.perf_counter() - begun
        unanswered += found == "unknown"
        theirs.append(timeout / 1e3 if found == "unknown" else took)
        wrong += [row] if {"sat": "nothing", "unsat": "witness"}.get(found) == row["answer"] else []
    ours = [row["nanos"] / 1e9 for row in chosen]
    ratios = [their / our for their, our in zip(theirs, ours)]
    return {
        "roledrift": quantiles([row["nanos"] / 1e9 for row in rows]),
        "undecided": sum(row["answer"].startswith("undecided") for row in rows),
        "z3": quantiles(theirs) | {"timeouts": unanswered, "timeout": timeout / 1e3},
        "ratio_of_medians": statistics.median(theirs) / statistics.median(ours),
        "ratio_pair_by_pair": {"median": statistics.median(ratios), "lowest": min(ratios)},
        "contradictions": wrong,
    }


def evaluate(bench: Path, count: int) -> dict:
    installed = TARGET / "iam-simulate"
    installed.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "iam-simulate" / "package.json").read_text()
    if not (installed / "node_modules").is_dir() or (installed / "package.json").read_text() != wanted:
        (installed / "package.json").write_text(wanted)
        run(["npm", "install", "--prefix", installed, "--silent", "--no-audit", "--no-fund"])
    policies = sorted((ROOT / "baselines").glob("*/policies/*.json"))
    cases = requests_near.cases([json.loads(path.read_text()) for path in policies], count, ACCOUNT)
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)
        file.flush()
        ours = lines(run([bench, "evaluate", file.name]))
        theirs = lines(run(["node", HERE / "iam-simulate" / "loop.mjs", installed.resolve(), file.name, ACCOUNT]))
    asked = sum(len(case["requests"]) for case in cases)
    seconds = [sum(answer["nanos"] for answer in side) / 1e9 / asked for side in (ours, theirs)]
    parsing = sum(answer["parsing"] for answer in ours) / 1e9 / len(cases)
    pairs = [
        (request, our, their)
        for case, own, other in zip(cases, ours, theirs)
        for request, our, their in zip(case["requests"], own["allowed"], other["allowed"])
    ]
    return {
        "requests": asked,
        "allowed": sum(our for _, our, _ in pairs),
        "seconds_per_request": {"roledrift": seconds[0], "iam_simulate": seconds[1], "parsing_a_document": parsing},
        "ratio": seconds[1] / seconds[0],
        "ratio_parsing_each_time": seconds[1] / (seconds[0] + parsing),
        "disagreements": [{"request": request, "roledrift": our, "iam_simulate": their} for request, our, their in pairs if our != their],
    }


def whole_run(command: list, stdin: str) -> dict:
    """Runs a process three times: the best wall and CPU seconds, the peak megabytes, the output."""
    command = [sys.executable, "-S", HERE / "whole_run.py", *command]
    runs = []
    for _ in range(3):
        done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True, cwd=ROOT, check=True)
        runs.append(json.loads(done.stderr) | {"output": done.stdout})
    best = {what: min(run[what] for run in runs) for what in ("seconds", "cpu")}
    return runs[0] | best | {"megabytes": max(run["megabytes"] for run in runs)}


def batch(binary: Path) -> dict:
    questions = []
    for family in sorted((ROOT / "baselines").glob("*/policies")):
        documents = [json.loads(path.read_text()) for path in sorted(family.glob("*.json"))]
        questions += [{"reference": a, "candidate": b} for a, b in itertools.product(documents, repeat=2)]
    measured = whole_run([binary, "policy", "diff", "--batch", "-"], "".join(json.dumps(own) + "\n" for own in questions))
    verdicts = [answer["verdict"] for answer in lines(measured.pop("output"))]
    return measured | {"pairs": len(questions), "undecided": verdicts.count("undecided")}


def hostile_set(binary: Path) -> list[dict]:
    rows = []
    for name, reference, candidate in hostile.pairs():
        question = json.dumps({"reference": reference, "candidate": candidate}) + "\n"
        measured = whole_run([binary, "policy", "diff", "--batch", "-"], question)
        answer = json.loads(measured.pop("output"))
        rows.append({"name": name} | measured | {"verdict": answer["verdict"], "reason": answer["reason"]})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=60, help="questions put to z3 (default: 60)")
    parser.add_argument("--timeout-ms", type=int, default=10_000, help="for each of them (default: 10000)")
    parser.add_argument("--requests", type=int, default=40, help="requests for each policy (default: 40)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything that was measured")
    arguments = parser.parse_args()

    binary, bench = build()
    result = {
        "directed": directed(bench, arguments.sample, arguments.timeout_ms),
        "evaluate": evaluate(bench, arguments.requests),
        "batch": batch(binary),
        "hostile": hostile_set(binary),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    one, point, whole = result["directed"], result["evaluate"], result["batch"]
    own, z3s, per = one["roledrift"], one["z3"], point["seconds_per_request"]
    slowest = max(row["cpu"] for row in result["hostile"])
    largest = max(row["megabytes"] for row in result["hostile"])
    goals = [
        ("directed: median", f"{own['p50'] * 1e6:.1f} us", "under 100 us", own["p50"] < 100e-6),
        ("directed: 99th percentile", f"{own['p99'] * 1e3:.2f} ms", "under 20 ms", own["p99"] < 20e-3),
        ("directed: z3 / roledrift, medians", f"{one['ratio_of_medians']:.0f}", "at least 500", one["ratio_of_medians"] >= 500),
        ("directed: contradictions with z3", f"{len(one['contradictions'])}", "none", not one["contradictions"]),
        ("evaluate: iam-simulate / roledrift", f"{point['ratio']:.0f}", "at least 50", point["ratio"] >= 50),
        ("evaluate: different answers", f"{len(point['disagreements'])}", "none", not point["disagreements"]),
        ("batch: all ordered pairs", f"{whole['seconds']:.2f} s", "under 3 s", whole["seconds"] < 3),
        ("batch: peak memory", f"{whole['megabytes']:.0f} MB", "under 150 MB", whole["megabytes"] < 150),
        ("hostile: most CPU time", f"{slowest * 1e3:.0f} ms", "under 100 ms", slowest < 0.1),
        ("hostile: peak memory", f"{largest:.0f} MB", "under 200 MB", largest < 200),
    ]
    print(f"{'':<38} {'measured':>12}  goal")
    for name, measured, goal, met in goals:
        print(f"{name:<38} {measured:>12}  {goal}{'' if met else '   MISSED'}")
    print(f"\ndirected comparisons: {own['count']} in {own['total']:.2f} s, longest {own['max'] * 1e3:.1f} ms, {one['undecided']} undecided")
    print(f"z3 on {z3s['count']} of them: median {z3s['p50'] * 1e3:.0f} ms, {z3s['timeouts']} timeouts of {z3s['timeout']:.0f} s")
    print(f"pair by pair, z3 takes {one['ratio_pair_by_pair']['median']:.0f} times as long (lowest {one['ratio_pair_by_pair']['lowest']:.1f})")
    print(f"requests: {point['requests']}, {point['allowed']} allowed; one takes {per['roledrift'] * 1e6:.2f} us,"
          f" iam-simulate {per['iam_simulate'] * 1e6:.0f} us")
    print(f"parsing a document takes {per['parsing_a_document'] * 1e6:.0f} us; parsing it for every request,"
          f" the ratio is {point['ratio_parsing_each_time']:.1f}")
    print("\nhostile pairs, both directions, whole process, best of three runs")
    for row in result["hostile"]:
        print(f"  {row['name']:<30} {row['seconds'] * 1e3:5.0f} ms, CPU {row['cpu'] * 1e3:4.0f} ms {row['megabytes']:5.0f} MB"
              f"  {row['verdict']} {row['reason'] or ''}")
    for other in point["disagreements"][:5]:
        print(f"different: {json.dumps(other)}")
    sys.exit(0 if all(met for *_, met in goals) else 1)


if __name__ == "__main__":
    main()
