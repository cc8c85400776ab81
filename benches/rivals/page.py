"""Writes the section of `benches/rivals.py` into docs/benchmarks.md, and leaves the rest of the page alone.

Knows nothing of processes or servers.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from pathlib import Path

# Each bench owns what is between its two comments.
SECTIONS = {
    "rivals": "Side by side with other tools",
    "organization": "Many accounts",
}
FRAME_HEAD = (
    "# Benchmarks\n\n"
    "What roledrift costs, measured by the scripts in `benches/`; `benches/README.md` tells how to run them.\n"
    "Each section is the output of one script, on the day and the machine that it names.\n"
)


def write(page: Path, section: str, text: str) -> None:
    """Replaces one section of the page; makes the page with all sections where there is none."""
    current = page.read_text() if page.exists() else frame()
    begin, end = marks(section)
    if current.count(begin) != 1 or current.count(end) != 1 or current.index(end) < current.index(begin):
        raise ValueError(f"`{page}` does not have exactly one `{begin}` before one `{end}`")
    before, _, rest = current.partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}")


def frame() -> str:
    parts = [FRAME_HEAD]
    for section, title in SECTIONS.items():
        begin, end = marks(section)
        parts.append(f"\n## {title}\n\n{begin}\n{end}\n")
    return "".join(parts)


def marks(section: str) -> tuple[str, str]:
    return f"<!-- {section}: begin -->", f"<!-- {section}: end -->"


def rivals(rows: list[dict], account: dict, server: str, denied: tuple[str, ...], load: float) -> str:
    """Returns the section: where and when, the costs, what was flagged, and what to make of it.

    A row is {"tool", "shown", "version", "runs": [{"requests", "cpu", "memory_mib", "wall"}], "findings",
    "on_linked", "said": {role: [names of findings]}}; the last three are None for a tool that only fetches.
    """
    drifted = account["drifted"]
    linked = len(account["linked"])
    lines = [
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {machine()}; load before the first run {load:.1f}.",
        f"One account of {account['roles']:,} roles on {server}, {linked} of them service-linked, "
        f"{len(drifted)} of these with planted drift.",
        f"Medians of {spelled(len(rows[0]['runs']))}, the tools taking turns; "
        "lowest and highest in parentheses where they differ by more than a tenth.",
        "",
        "| tool | what was run | requests | CPU s | peak MiB | wall s | drifted roles flagged |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        values = [
            median([run["requests"] for run in row["runs"]], "{:,.0f}"),
            median([run["cpu"] for run in row["runs"]], "{:.2f}"),
            median([run["memory_mib"] for run in row["runs"]], "{:.0f}"),
            median([run["wall"] for run in row["runs"]], "{:.1f}"),
            "only fetches" if row["said"] is None else f"{len(row['said'])} of {len(drifted)}",
        ]
        lines.append(f"| {row['tool']} {row['version']} | {row['shown']} | {' | '.join(values)} |")
    lines += ["", *costs_explained(denied), "", *flags(rows, drifted), "", *differences()]
    return "\n".join(lines)


def costs_explained(denied: tuple[str, ...]) -> list[str]:
    return [
        "Requests are counted by the server, whatever it answers.",
        "moto gives GetAccountAuthorizationDetails in one page, and AWS in several: there, roledrift (which picks "
        "between that and reading role by role), the AWS CLI and cloudsplaining make some more requests.",
        f"Denied is what moto does not know: {', '.join(denied)}; prowler would make more requests with them.",
        "CPU is user plus system time of the tool's whole tree of processes, start and imports included.",
        "Memory is the peak of the resident memory of that tree.",
        "Wall time also holds the server's own work on the same machine; "
        "against AWS each request waits some tens of milliseconds more.",
    ]


def flags(rows: list[dict], drifted: list[dict]) -> list[str]:
    """Returns the table of what each tool that judges said about each drifted role."""
    judges = [row for row in rows if row["said"] is not None]
    lines = [
        "What each tool said about the drifted roles:",
        "",
        "| role | planted, as roledrift's rules name it | " + " | ".join(row["tool"] for row in judges) + " |",
        "|---|---|" + "---|" * len(judges),
    ]
    for drift in drifted:
        cells = [code(drift["rules"])]
        cells += [code(row["said"].get(drift["role"], [])) or "–" for row in judges]
        lines.append(f"| `{drift['role']}` | {' | '.join(cells)} |")
    lines += [
        "",
        "A role counts as flagged where the tool's report fails, flags or matches the role itself, and did not do so "
        "in the same account before the drift was planted; what it says of policies is not counted.",
        "Findings in all, and how many of them are on linked roles before anything was planted: "
        + "; ".join(f"{row['tool']} {row['findings']:,} and {row['on_linked']:,}" for row in judges)
        + ".",
    ]
    return lines


def differences() -> list[str]:
    return [
        "The tools do different things, so the table does not say which is better.",
        "prowler and ScoutSuite audit a whole account against hundreds of checks, of which IAM is one service; "
        "cloudsplaining looks for risky permissions in the policies of customers, and leaves service-linked roles "
        "out on purpose; Cloud Custodian runs, and enforces, whatever policy it is given, and finds what the policy's "
        "author thought of: this one was written by people who knew what was planted.",
        "ScoutSuite flags every inline policy, and so also those that AWS's services put on their roles themselves.",
        "The drift is that of roledrift's own end-to-end tests: it shows what the others were not made to see, not how "
        "good roledrift is at finding what nobody planted.",
        "The boto3 loop and the AWS CLI fetch and judge nothing; roledrift looks at service-linked roles alone, and "
        "says nothing of users, groups and ordinary roles.",
    ]


def code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def median(values: list[float], form: str) -> str:
    middle = form.format(statistics.median(values))
    low, high = min(values), max(values)
    if high > low * 1.1:
        return f"{middle} ({form.format(low)}–{form.format(high)})"
    return middle


def spelled(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def machine() -> str:
    """Describes this machine: cores, CPU model, memory, system."""
    model = platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    cores = os.cpu_count()
    return f"{cores} core{'s' * (cores != 1)} ({model}), {memory:.0f} GiB, {platform.system()} {platform.release()}"
