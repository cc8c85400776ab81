"""Has each report format judged on the example, a hostile account and an empty one.

    scripts/check-formats            installs the judges and runs this

Each judge is then given a broken report, and must refuse it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import accounts  # noqa: E402
import organization  # noqa: E402
from judges import Judges, OfMany, Refused  # noqa: E402

FORMATS = ["json", "ndjson", "sarif", "ocsf", "asff", "junit", "csv", "markdown", "github", "html"]


WAIVERS = """\
[[waiver]]
rule = "trust-widened"
resource = "arn:aws:iam::*"
reason = "=cmd()|<b>[x](y) ::error::\\u001b[2J"
owner = "platform"
expires = 9999-12-31

[[waiver]]
rule = "trust-narrowed"
resource = "*"
reason = "old"
owner = "platform"
expires = 2020-01-01
"""


def scan(binary, snapshot, folder, *more):
    """Writes all reports of a snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    targets = [f"--format={name}={folder / name}" for name in FORMATS] + list(more)
    done = subprocess.run(
        [binary, "scan", "--snapshot", str(snapshot), *targets], check=False, env={}
    )
    if done.returncode not in (0, 1, 3):
        sys.exit(f"check-formats: scan ended with {done.returncode}")


def judged(judges, folder):
    """Has all reports judged; each must hold as many findings as the JSON report."""
    expected = judges.json(folder / "json")
    for name in FORMATS:
        try:
            found = getattr(judges, name)(folder / name)
        except Refused as reason:
            yield f"{folder.name}: {name}: {reason}"
            continue
        if found not in (None, expected):
            yield f"{folder.name}: {name}: {found} of {expected} findings"
        print(f"{folder.name:<10} {name:<9} ok ({expected} findings)")


def change(path, edit):
    """Changes a report that is JSON."""
    value = json.loads(path.read_text())
    edit(value)
    path.write_text(json.dumps(value))


def replace(path, old, new):
    """Changes a report that is text, once."""
    text = path.read_bytes().decode()
    if old not in text:
        sys.exit(f"check-formats: no {old!r} to break in {path}")
    path.write_bytes(text.replace(old, new, 1).encode())


BREAKS = [
    ("json", lambda path: change(path, lambda report: report.pop("account"))),
    ("ndjson", lambda path: replace(path, '"severity":', '"severe":')),
    ("ndjson", lambda path: replace(path, '"kind":"summary"', '"kind":"sum"')),
    ("sarif", lambda path: change(path, lambda log: log["runs"][0]["results"][0].pop("message"))),
    ("sarif", lambda path: change(path, lambda log: log["runs"][0]["tool"]["driver"]["rules"][0].pop("help"))),
    ("ocsf", lambda path: change(path, lambda events: events[0].update(surprise=1))),
    ("ocsf", lambda path: change(path, lambda events: events[0]["finding_info"].pop("title"))),
    ("asff", lambda path: change(path, lambda list: list["Findings"][0].pop("Title"))),
    ("asff", lambda path: change(path, lambda list: list["Findings"][0].update(RecordState="OPEN"))),
    ("asff", lambda path: change(path, lambda list: list["Findings"][0].update(Title="x" * 257))),
    ("junit", lambda path: replace(path, "<failure message", "<failure severity")),
    ("junit", lambda path: replace(path, "<failure ", "<trouble ")),
    ("csv", lambda path: replace(path, '"finding"', '"=finding"')),
    ("csv", lambda path: replace(path, '"finding",', "")),
    ("markdown", lambda path: replace(path, "| account |", "| <img src=x> |")),
    ("markdown", lambda path: replace(path, "| account |", "| a | b |")),
    ("markdown", lambda path: replace(path, "| account |", "| www.evil.example |")),
    ("github", lambda path: replace(path, "::error ", "::set-env name=x::y\n::error ")),
    ("github", lambda path: replace(path, "::error ", "::error title=x::y\n" * 10 + "::error ")),
    ("html", lambda path: replace(path, "</main>", "")),
    ("html", lambda path: replace(path, "</main>", "<img src=x alt=x></main>")),
    ("html", lambda path: replace(path, "</main>", "<p onclick='x()'>x</p></main>")),
    ("html", lambda path: replace(path, '<article class="finding', '<div class="finding')),
]


BREAKS_OF_MANY = [
    ("json", lambda path: change(path, lambda report: report["summary"].pop("accounts"))),
    *BREAKS[1:],
]


def unnoticed(judges, folder, breaks):
    """Breaks each format, and names the judges that do not notice."""
    for name, damage in breaks:
        path = folder / "broken"
        path.write_bytes((folder / name).read_bytes())
        damage(path)
        try:
            before = getattr(judges, name)(folder / name)
            after = getattr(judges, name)(path)
        except (Refused, json.JSONDecodeError):
            continue
        except Exception as error:  # a parser's own way to refuse
            print(f"{name}: broken report: {type(error).__name__}")
            continue
        if before == after:
            yield f"the judge of {name} takes a broken report"


def main():
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--tools", type=Path, required=True)
    arguments = parser.parse_args()
    work = Path("target/formats")
    judges = Judges(arguments.tools, work)
    problems = []
    snapshots = {"example": Path("examples/contact-center.json")}
    for name in ("hostile", "empty"):
        snapshots[name] = work / f"{name}.json"
        snapshots[name].write_text(getattr(accounts, name)())
    for name, snapshot in snapshots.items():
        folder = work / name
        scan(arguments.binary.resolve(), snapshot, folder)
        problems += judged(judges, folder)
    # Waived findings, one about the user's file, and what is new since a report without them.
    waivers = work / "waivers.toml"
    waivers.write_text(WAIVERS)
    previous = work / "example" / "json"
    marks = [f"--config={waivers}", f"--previous={previous}", "--show-waived"]
    scan(arguments.binary.resolve(), snapshots["example"], work / "marked", *marks)
    problems += judged(judges, work / "marked")
    problems += unnoticed(judges, work / "example", BREAKS)
    many = OfMany(arguments.tools, work)
    for name, accounts_of in organization.runs(snapshots).items():
        folder = work / name
        organization.merge(arguments.binary.resolve(), folder, accounts_of, waivers, FORMATS)
        problems += judged(many, folder)
    problems += unnoticed(many, work / "organization", BREAKS_OF_MANY)
    for problem in problems:
        print(f"check-formats: {problem}", file=sys.stderr)
    reports, broken = (len(snapshots) + 3) * len(FORMATS), len(BREAKS) + len(BREAKS_OF_MANY)
    print(f"{reports} reports, {broken} broken ones, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
