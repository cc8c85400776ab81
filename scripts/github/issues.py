#!/usr/bin/env python3
"""Keeps one GitHub issue per account with open findings, from reports of `roledrift scan`.

    scripts/github/issues.py FOLDER

Python 3.11 or newer, standard library and `gh` only. FOLDER holds, at any depth, pairs of report.json
(`--format json`) and report.md (`--format markdown`). For each account:

- findings that no issue told yet: the issue is opened, or a comment tells them and its text is
  renewed;
- findings, but all told: the text of an open issue is renewed, silently; a closed one stays closed;
- no findings and everything could be read: the issue is closed with a comment;
- no findings, but not everything could be read: the text says so, and the issue stays open.

Told is what the text of the open issue holds; without one, what was first seen before the last issue
was closed. So a run whose issues failed is made up for by the next, though nothing is new then.
Waived findings and those below FAIL_ON (default: low) do not count, as in `scan --fail-on`. The issue
is found by its label and a mark in its text, so that its title may be edited.

    ISSUE_LABEL   the label [default: roledrift]; it is created where it is missing
    FAIL_ON       the lowest severity that counts
    RUN_URL       where the full report lies
    GH_REPO, GH_TOKEN   what `gh` works on, and with: `issues: write` is enough
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

SEVERITIES = ("info", "low", "medium", "high", "critical")
# GitHub takes 65,536 characters; the rest is for the mark and what is told about the cut.
MOST_OF_A_BODY = 60_000
MOST_OF_A_LIST = 50
CUT = "**The rest is left out**"


class Problem(Exception):
    """Something that the user has to look at."""


def main(arguments):
    if len(arguments) != 1:
        sys.exit("usage: scripts/github/issues.py FOLDER")
    reports = sorted(Path(arguments[0]).rglob("report.json"))
    if not reports:
        sys.exit(f"::error::no report.json below {arguments[0]}")
    failed = False
    tracker = Tracker(os.environ.get("ISSUE_LABEL") or "roledrift")
    for path in reports:
        try:
            report = Report(path, os.environ.get("FAIL_ON") or "low")
            print(f"account {report.account}: {settle(tracker, report)}")
        except (Problem, OSError, ValueError, KeyError) as problem:
            # The other accounts are still worth their issues.
            failed = True
            shown = str(problem).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
            print(f"::error::{type(problem).__name__}: {shown}")
    sys.exit(1 if failed else 0)


def settle(tracker, report):
    """Brings the account's issue up to date; returns what was done, for the log."""
    issue, closed = tracker.find(report.mark)
    if report.open:
        if issue is None:
            if not report.since(closed):
                return "nothing new, and no issue is open"
            number = tracker.create(report.title, report.body)
            return f"opened {number}"
        fresh = report.missing_in(issue["body"])
        if fresh:
            # First, so that a failure in between tells it twice rather than never.
            tracker.comment(issue, report.news(fresh))
        renewed = tracker.renew(issue, report.body)
        if fresh:
            return f"told what is new in #{issue['number']}"
        return f"renewed #{issue['number']}" if renewed else f"#{issue['number']} is up to date"
    if issue is None:
        return "nothing to tell"
    if not report.complete:
        tracker.renew(issue, report.body)
        return f"#{issue['number']} stays open: not everything could be read"
    tracker.renew(issue, report.body)
    tracker.close(issue, report.farewell())
    return f"closed #{issue['number']}"


class Report:
    """One account's report, as far as an issue needs it."""

    def __init__(self, path, fail_on):
        if fail_on not in SEVERITIES:
            raise Problem(f"FAIL_ON is one of {', '.join(SEVERITIES)}")
        told = json.loads(path.read_text(encoding="utf-8"))
        # It goes into titles and marks.
        if not re.fullmatch(r"[0-9]{12}", told["account"]):
            raise Problem(f"{path} is about no account")
        self.account = told["account"]
        self.complete = told["summary"]["complete"]
        counting = SEVERITIES[SEVERITIES.index(fail_on) :]
        self.open = [
            finding
            for finding in told["findings"]
            if finding["severity"] in counting and finding["waiver"] is None
        ]
        self.mark = f"<!-- roledrift: account {self.account} -->"
        self.title = f"Drift of service-linked roles in account {self.account}"
        self.body = self.written(path.with_name("report.md").read_text(encoding="utf-8"))

    def written(self, markdown):
        """Returns the issue's text: the report, cut between lines where it is too long."""
        url = os.environ.get("RUN_URL", "")
        full = f"\n\n[Run with the full report]({url})\n" if url else "\n"
        kept, length = [], 0
        for line in markdown.splitlines():
            length += len(line) + 1
            if length > MOST_OF_A_BODY:
                kept.append(f"\n{CUT} to keep this text under GitHub's limit.")
                break
            kept.append(line)
        return f"{self.mark}\n" + "\n".join(kept) + full

    def since(self, closed):
        """Returns the findings first seen after a time, or all where there is none (RFC 3339)."""
        if closed is None:
            return self.open
        moment = datetime.fromisoformat(closed)
        seen = [(finding, finding["since"]) for finding in self.open]
        return [finding for finding, at in seen if at is None or datetime.fromisoformat(at) > moment]

    def missing_in(self, body):
        """Returns the findings that a text does not hold; where it was cut, those that are new."""
        if CUT in body:
            return [finding for finding in self.open if finding["standing"] == "new"]
        return [finding for finding in self.open if finding["id"] not in body]

    def news(self, fresh):
        """Returns the comment about new findings."""
        count = len(fresh)
        text = f"{count} new finding{'s' if count > 1 else ''}:\n\n"
        text += "".join(f"- {self.line(finding)}\n" for finding in fresh[:MOST_OF_A_LIST])
        if count > MOST_OF_A_LIST:
            text += f"- and {count - MOST_OF_A_LIST} more\n"
        return text + self.link()

    def farewell(self):
        """Returns the comment that closes the issue."""
        return "No finding is open, and everything could be read.\n" + self.link()

    @staticmethod
    def link():
        url = os.environ.get("RUN_URL", "")
        return f"\n[Run]({url})\n" if url else ""

    @staticmethod
    def line(finding):
        """Tells a finding by names that cannot hold Markdown; the text above has the rest."""
        parts = [finding["severity"], f"`{plain(finding['rule'])}`"]
        if finding["role_name"]:
            parts.append(f"on `{plain(finding['role_name'])}`")
        return " ".join([*parts, f"({plain(finding['id'])})"])


def plain(name):
    """Returns a name whose characters mean nothing in code marks, with others replaced."""
    return re.sub(r"[^0-9A-Za-z_+=,.@-]", "?", name)


class Tracker:
    """The repository's issues with one label, through `gh`."""

    def __init__(self, label):
        self.label = label
        self.issues = None

    def find(self, mark):
        """Returns the oldest open issue with that mark, and when the last one was closed."""
        if self.issues is None:
            listed = gh("issue", "list", "--label", self.label, "--state", "all",
                        "--limit", "1000", "--json", "number,body,state,closedAt")
            self.issues = sorted(json.loads(listed), key=lambda issue: issue["number"])
        # At the start only: text from an account stands further down.
        marked = [issue for issue in self.issues if issue["body"].startswith(mark)]
        closed = [issue["closedAt"] for issue in marked if issue["state"] == "CLOSED"]
        opened = (issue for issue in marked if issue["state"] == "OPEN")
        return next(opened, None), max(closed, default=None)

    def create(self, title, body):
        known = json.loads(gh("label", "list", "--limit", "1000", "--json", "name"))
        # GitHub does not tell labels apart by case.
        if self.label.lower() not in [label["name"].lower() for label in known]:
            gh("label", "create", self.label, "--color", "B60205",
               "--description", "Drift of service-linked roles")
        created = gh("issue", "create", "--title", title, "--label", self.label,
                     "--body-file", "-", text=body)
        return created.strip()

    def renew(self, issue, body):
        """Replaces the text where it changed; returns whether it did."""
        # GitHub gives line ends of its own.
        if issue["body"].replace("\r\n", "\n").strip() == body.strip():
            return False
        gh("issue", "edit", str(issue["number"]), "--body-file", "-", text=body)
        return True

    @staticmethod
    def comment(issue, text):
        gh("issue", "comment", str(issue["number"]), "--body-file", "-", text=text)

    @staticmethod
    def close(issue, text):
        Tracker.comment(issue, text)
        gh("issue", "close", str(issue["number"]), "--reason", "completed")


def gh(*arguments, text=None):
    done = subprocess.run(["gh", *arguments], input=text, check=False,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"`gh {' '.join(arguments[:2])}` failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main(sys.argv[1:])
