"""Makes the HTML reports that `scripts/check-html` looks at. Standard library only."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "formats"))

import accounts  # noqa: E402
import organization  # noqa: E402
from check import WAIVERS  # noqa: E402

# Days on which the account of the trend is read, with a session duration of one role.
RUNS = [("2026-10-05", 3600), ("2026-10-12", 7200), ("2026-10-19", 7200), ("2026-11-02", 3600)]


def scan(binary, snapshot, report, *more):
    """Writes one report."""
    done = subprocess.run(
        [binary, "scan", "--snapshot", snapshot, f"--format=html={report}", *more],
        check=False, env={},
    )
    if done.returncode not in (0, 1, 3):
        sys.exit(f"check-html: scan ended with {done.returncode}")


def many(binary, folder, name, run, waivers, copied=None):
    """Writes the report of a run of many accounts."""
    work = folder / f"{name}-run"
    organization.merge(binary.resolve(), work, run, waivers, ["html"], copied)
    (work / "html").rename(folder / f"{name}.html")


def main():
    """Writes all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    folder = arguments.folder
    example = ROOT / "examples" / "contact-center.json"
    scan(arguments.binary, example, folder / "example.html")
    for name, text in (
        ("hostile", accounts.hostile()),
        ("empty", accounts.empty()),
        ("large", accounts.large(1_000)),
    ):
        snapshot = folder / f"{name}.json"
        snapshot.write_text(text)
        scan(arguments.binary, snapshot, folder / f"{name}.html")
    waivers = folder / "waivers.toml"
    waivers.write_text(WAIVERS)
    scan(arguments.binary, example, folder / "marked.html", f"--config={waivers}")
    snapshots = {"example": example} | {
        name: folder / f"{name}.json" for name in ("hostile", "empty")
    }
    run = organization.runs(snapshots)["organization"]
    many(arguments.binary, folder, "organization", run, waivers)
    many(arguments.binary, folder, "accounts", organization.large(10_000), waivers, snapshots["empty"])
    account = json.loads(example.read_text())
    for day, seconds in RUNS:
        account["collected_at"] = f"{day}T06:00:00Z"
        account["roles"][1]["max_session_seconds"] = {"read": seconds}
        snapshot = folder / "trend.json"
        snapshot.write_text(json.dumps(account))
        store = [f"--store={folder / 'store'}", "--previous=latest"]
        scan(arguments.binary, snapshot, folder / "trend.html", *store)


if __name__ == "__main__":
    main()
