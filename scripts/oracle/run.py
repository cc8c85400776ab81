#!/usr/bin/env python3
"""Compares the answers of `roledrift policy diff --batch` with z3's, one direction at a time.

Each pair of policies is asked about in both directions.
z3's answer under the by-segment reading of `*` must be roledrift's; under the other one too, unless roledrift says that its answer depends on the reading.
Each of roledrift's requests must be one that z3's own encoding allows on one side and not on the other.
Answers that either side leaves open are counted apart. Ends with 1 after a disagreement, which is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True

import z3  # noqa: E402

import pairs  # noqa: E402
from encoding import Encoding  # noqa: E402
from language import Beyond  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def batch(binary: Path, asked: list[dict]) -> list[dict]:
    """Returns roledrift's answers, in order."""
    lines = "".join(json.dumps(pair) + "\n" for pair in asked)
    command = [str(binary), "policy", "diff", "--batch", "-"]
    run = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    bad = [answer for answer in answers if "error" in answer]
    if run.returncode or bad or len(answers) != len(asked):
        sys.exit(f"roledrift ended with {run.returncode}: {run.stderr[-2000:]} {bad[:1]}")
    return answers


def directions(asked: list[dict], answers: list[dict]):
    """Yields each direction: its name, reference, candidate, whether something is new, the witness, and the answer."""
    for pair, answer in zip(asked, answers):
        one, other = [pair["reference"]], [pair["candidate"]]
        yield f"{pair['id']}, gained", one, other, answer["new_access"], answer["witness"], answer
        yield f"{pair['id']}, lost", other, one, answer["lost_access"], answer["lost_witness"], answer


def solve(assertions: list, timeout: int) -> str:
    solver = z3.Solver()
    solver.set("timeout", timeout)
    solver.add(*assertions)
    try:
        return str(solver.check())
    except z3.Z3Exception:
        return "unknown"


class Tally:
    """Counts outcomes, and keeps the disagreements."""

    def __init__(self) -> None:
        self.counts: Counter = Counter()
        self.seconds: list[float] = []
        self.disagreements: list[str] = []

    def disagree(self, what: str, name: str, reference: list, candidate: list, detail) -> None:
        lines = [f"{what}: {name}", f"  reference {json.dumps(reference)}", f"  candidate {json.dumps(candidate)}"]
        self.disagreements.append("\n".join([*lines, f"  {json.dumps(detail)}"]))
        print(self.disagreements[-1], flush=True)

    def report(self) -> None:
        for name, count in sorted(self.counts.items()):
            print(f"  {count:6}  {name}")
        if self.seconds:
            ordered = sorted(self.seconds)
            print(f"  z3: median {ordered[len(ordered) // 2] * 1e3:.1f} ms, longest {ordered[-1]:.1f} s")


def judge(tally: Tally, timeout: int, name: str, reference: list, candidate: list, new, witness, answer) -> None:
    reason = answer.get("reason")
    depends_on_reading = reason is not None and ("crosses `:`" in reason or "by segment" in reason)
    is_told = not depends_on_reading and mentions_reading(reference + candidate)
    readings = [True, False] if is_told else [True]
    for by_segment in readings:
        begun = time.perf_counter()
        try:
            question = Encoding(reference + candidate, by_segment)
            found = solve(question.new_access(reference, candidate), timeout)
        except Beyond as beyond:
            tally.counts[f"beyond z3: {beyond}"] += 1
            return
        tally.seconds.append(time.perf_counter() - begun)
        if depends_on_reading:
            tally.counts["the answer depends on the reading of `*`"] += 1
        if new is None:
            why = re.sub(r"statement \d+ of document \d+", "a statement", reason)
            tally.counts[f"undecided by roledrift, {found} for z3: {why}"] += 1
            return
        if found == "unknown":
            tally.counts["not answered by z3 in time"] += 1
        elif (found == "sat") == new:
            tally.counts["agreed: a request" if new else "agreed: nothing new"] += 1
        else:
            tally.counts["DISAGREED"] += 1
            tally.disagree(f"z3 says {found}", name, reference, candidate, witness)
        if witness is not None:
            check_witness(tally, timeout, name, reference, candidate, witness, by_segment)


def check_witness(tally: Tally, timeout: int, name: str, reference, candidate, witness, by_segment: bool) -> None:
    try:
        question = Encoding(reference + candidate, by_segment, witness)
        assertions = question.new_access(reference, candidate)
        found = solve(assertions + question.is_request(witness), timeout)
    except Beyond as beyond:
        tally.counts[f"witness beyond z3: {beyond}"] += 1
        return
    tally.counts[{"sat": "witness confirmed", "unknown": "witness not checked in time"}.get(found, "WITNESS REFUSED")] += 1
    if found == "unsat":
        tally.disagree("z3 refuses the witness", name, reference, candidate, witness)


def mentions_reading(documents: list[dict]) -> bool:
    """Tells whether a resource has a wildcard before an ARN's last segment."""
    texts = []
    for document in documents:
        for statement in pairs.as_list(document["Statement"]):
            texts += pairs.as_list(statement.get("Resource", statement.get("NotResource", [])))
    return any(":" in text and any(c in text[: text.rfind(":")] for c in "*?$") for text in texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the roledrift to check")
    parser.add_argument("--pairs", type=int, default=500, help="how many pairs to make up (default: 500)")
    parser.add_argument("--seed", type=int, default=1, help="what they are made from (default: 1)")
    parser.add_argument("--bundled", type=int, default=20, help="how many pairs of bundled versions (default: 20)")
    parser.add_argument("--timeout-ms", type=int, default=2000, help="for each question to z3 (default: 2000)")
    arguments = parser.parse_args()

    sample = pairs.bundled(ROOT)
    random.Random(arguments.seed).shuffle(sample)
    made_up = list(pairs.generated(arguments.pairs, arguments.seed))
    is_wrong = False
    for title, asked in (("generated pairs", made_up), ("bundled versions", sample[: arguments.bundled])):
        if not asked:
            continue
        tally = Tally()
        for direction in directions(asked, batch(arguments.binary, asked)):
            judge(tally, arguments.timeout_ms, *direction)
        print(f"{title}: {len(asked)} pairs in both directions")
        tally.report()
        is_wrong |= bool(tally.disagreements)
    sys.exit(1 if is_wrong else 0)


if __name__ == "__main__":
    main()
