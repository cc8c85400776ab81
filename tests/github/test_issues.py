"""One issue per account: opened, renewed, told of, closed."""

import json
import unittest

from desk import EXAMPLE, SCRIPTS, Desk, planted

MARK = "<!-- roledrift: account 111122223333 -->\n"


class Issues(Desk):
    def settle(self, *folders, **environment):
        """Runs the step over reports; returns exit code and what it printed."""
        desk = self.folder / "reports"
        for old in desk.rglob("report.*"):
            old.unlink()
        for index, folder in enumerate(folders):
            target = desk / str(index)
            target.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                (target / file.name).write_bytes(file.read_bytes())
        url = "https://github.com/example/audits/actions/runs/9"
        code, printed, _ = self.run_step(
            SCRIPTS / "issues.py", desk, **{"RUN_URL": url, "GH_REPO": "example/audits", **environment}
        )
        return code, printed

    def edited(self, folder, change):
        """Changes a report in place; returns its folder."""
        file = folder / "report.json"
        report = json.loads(file.read_text(encoding="utf-8"))
        change(report)
        file.write_text(json.dumps(report), encoding="utf-8")
        return folder

    def cleaned(self, folder, complete):
        def change(report):
            report["findings"] = []
            report["summary"]["complete"] = complete

        return self.edited(folder, change)

    def test_follows_an_account_through_its_days(self):
        first = self.scan(EXAMPLE)
        code, printed = self.settle(first)
        self.assertEqual(code, 0, printed)
        [issue] = self.state["issues"]
        self.assertEqual(issue["title"], "Drift of service-linked roles in account 111122223333")
        self.assertTrue(issue["body"].startswith(MARK + "## Service-linked roles of account"))
        self.assertIn("/actions/runs/9)", issue["body"])
        self.assertEqual((issue["labels"], issue["comments"]), (["roledrift"], []))
        self.calls()

        # The same report again, though GitHub gives other line ends: nothing is written.
        self.assertIn("#1 is up to date", self.settle(first)[1])
        self.assertEqual([call[:2] for call in self.calls()], [["issue", "list"]])

        changed = self.folder / "changed.json"
        changed.write_text(planted(EXAMPLE.read_text(encoding="utf-8"), "03"), encoding="utf-8")
        second = self.scan(changed, "--previous", first / "report.json")
        self.assertIn("told what is new in #1", self.settle(second)[1])
        [issue] = self.state["issues"]
        [told] = issue["comments"]
        line = "- low `session-duration-edited` on `AWSServiceRoleForCloudTrail` ("
        self.assertTrue(told.startswith(f"1 new finding:\n\n{line}"), told)
        self.assertIn("session-duration-edited", issue["body"])

        third = self.scan(changed, "--previous", second / "report.json")
        self.assertIn("renewed #1", self.settle(third)[1])
        self.assertEqual(len(self.state["issues"][0]["comments"]), 1)

        gone = self.cleaned(third, complete=False)
        self.assertIn("stays open: not everything could be read", self.settle(gone)[1])
        self.assertTrue(self.state["issues"][0]["open"])

        self.assertIn("closed #1", self.settle(self.cleaned(third, complete=True))[1])
        [issue] = self.state["issues"]
        self.assertFalse(issue["open"])
        self.assertTrue(issue["comments"][-1].startswith("No finding is open"))
        self.assertIn("nothing to tell", self.settle(third)[1])

        # Compared with nothing, so all is new, and there is another issue.
        self.assertIn("issues/2", self.settle(first)[1])

    def close(self, at):
        [issue] = self.state["issues"]
        self.change(issues=[{**issue, "open": False, "closed": at}])

    def later(self, first):
        """Audits the account a day after, with a change, and compares."""
        changed = self.folder / "changed.json"
        changed.write_text(planted(EXAMPLE.read_text(encoding="utf-8"), "03"), encoding="utf-8")
        return self.scan(changed, "--previous", first / "report.json")

    def test_leaves_known_findings_alone_where_somebody_closed_the_issue(self):
        first = self.scan(EXAMPLE)
        self.settle(first)
        self.close("2026-11-02T09:00:00Z")
        again = self.scan(EXAMPLE, "--previous", first / "report.json")
        self.assertIn("nothing new, and no issue is open", self.settle(again)[1])
        self.assertEqual(len(self.state["issues"]), 1)
        self.assertIn("issues/2", self.settle(self.later(first))[1])

    def test_makes_up_for_a_run_whose_issues_failed(self):
        first = self.scan(EXAMPLE)
        self.change(broken=["issue create"])
        self.assertEqual(self.settle(first)[0], 1)
        self.change(broken=[])
        again = self.scan(EXAMPLE, "--previous", first / "report.json")
        self.assertIn("opened", self.settle(again)[1])

        second = self.later(first)
        self.change(broken=["issue comment"])
        self.assertEqual(self.settle(second)[0], 1)
        self.change(broken=[])
        changed = self.folder / "changed.json"
        third = self.scan(changed, "--previous", second / "report.json")
        self.assertIn("told what is new in #1", self.settle(third)[1])
        [comment] = self.state["issues"][0]["comments"]
        self.assertIn("session-duration-edited", comment)
        self.assertIn("#1 is up to date", self.settle(third)[1])

    def test_counts_neither_waived_findings_nor_slight_ones(self):
        def waive(report):
            for finding in report["findings"]:
                if finding["severity"] not in ("low", "info"):
                    finding["waiver"] = {}

        folder = self.edited(self.scan(EXAMPLE), waive)
        self.assertIn("nothing to tell", self.settle(folder, FAIL_ON="medium")[1])
        self.assertIn("opened", self.settle(folder)[1])

    def test_keeps_accounts_apart_and_goes_on_after_a_bad_report(self):
        def move(report):
            report["account"] = "444455556666"

        def spoil(report):
            report["account"] = "1 --> <script>"

        folders = [self.edited(self.scan(EXAMPLE), change) for change in (spoil, move)]
        code, printed = self.settle(*folders, self.scan(EXAMPLE))
        self.assertEqual(code, 1)
        self.assertIn("is about no account", printed)
        accounts = [issue["title"][-12:] for issue in self.state["issues"]]
        self.assertEqual(accounts, ["444455556666", "111122223333"])
        self.assertEqual(self.state["labels"], ["roledrift"])

    def test_tells_new_findings_without_markup_of_strangers(self):
        def spoil(report):
            report["findings"] = report["findings"][:1]
            hostile = "x`\n@everyone <img src=x> ![](https://example.com)"
            report["findings"][0].update(id="0123456789abcdef", role_name=hostile)

        self.settle(self.scan(EXAMPLE))
        self.settle(self.edited(self.scan(EXAMPLE), spoil))
        [told] = self.state["issues"][0]["comments"]
        self.assertIn("on `x??@everyone??img?src=x??????https???example.com?` (", told)

    def test_is_not_led_astray_by_marks_further_down_or_other_labels(self):
        other = {"title": "", "labels": ["roledrift"], "open": True, "comments": []}
        quoted = {**other, "number": 1, "body": f"see {MARK}"}
        foreign = {**other, "number": 2, "body": MARK, "labels": ["question"]}
        self.change(issues=[quoted, foreign], labels=["Roledrift", "roledrift"])
        self.assertIn("issues/3", self.settle(self.scan(EXAMPLE))[1])
        self.assertEqual([issue["body"] for issue in self.state["issues"][:2]], [f"see {MARK}", MARK])

    def test_cuts_what_github_would_refuse_between_lines(self):
        folder = self.scan(EXAMPLE)
        row = "| cell " * 100 + "|\n"
        markdown = folder / "report.md"
        markdown.write_text(markdown.read_text(encoding="utf-8") + row * 1000, encoding="utf-8")
        self.assertEqual(self.settle(folder)[0], 0)
        body = self.state["issues"][0]["body"]
        self.assertIn("**The rest is left out**", body)
        self.assertIn("/actions/runs/9)", body)
        self.assertEqual({len(line) for line in body.splitlines() if "cell" in line}, {len(row) - 1})

    def test_fails_where_github_does(self):
        self.change(broken=["issue list"])
        code, printed = self.settle(self.scan(EXAMPLE))
        self.assertEqual(code, 1)
        self.assertIn("`gh issue list` failed: gh: issue list: HTTP 502", printed)

    def test_fails_without_reports(self):
        code, printed = self.settle()
        self.assertEqual(code, 1)
        self.assertIn("no report.json", printed)


if __name__ == "__main__":
    unittest.main()
