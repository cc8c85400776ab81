"""The action's audit: flags, job summary, outputs, and the report of the run before."""

import json
import shutil
import unittest
from collections import Counter

from desk import EXAMPLE, SCRIPTS, Desk, planted

FORK = 77


def artifact(run, **members):
    """Describes an artifact as GitHub does."""
    ran = {"id": run, "head_branch": "main", "repository_id": 1, "head_repository_id": 1}
    ran.update({name: members.pop(name) for name in list(members) if name in ran})
    created = f"2026-11-{run:02}T06:00:00Z"
    entry = {"name": "roledrift-1", "expired": False, "created_at": created}
    return {**entry, **members, "workflow_run": ran}


class Scan(Desk):
    def scan_step(self, **inputs):
        given = {"INPUT_BINARY": self.binary, "INPUT_SNAPSHOT": str(EXAMPLE), **inputs}
        return self.run_step(SCRIPTS / "scan.py", **given)

    def test_tells_counts_and_writes_the_job_summary(self):
        code, printed, told = self.scan_step()
        self.assertEqual(code, 0, printed)
        with open(told["report"], encoding="utf-8") as file:
            report = json.load(file)
        severities = Counter(finding["severity"] for finding in report["findings"])
        self.assertEqual(len(severities), 5)
        expected = {
            "exit-code": "1",
            "account": "111122223333",
            "complete": "false",
            "roles": str(len(report["roles"])),
            "findings": str(len(report["findings"])),
            "waived": "0",
            "new": "",
            "resolved": "",
            **{severity: str(count) for severity, count in severities.items()},
        }
        counts = {name: value for name, value in told.items() if name in expected}
        self.assertEqual(counts, expected)
        summary = (self.folder / "summary.md").read_text(encoding="utf-8")
        self.assertTrue(summary.startswith("## Service-linked roles of account 111122223333"))
        with open(told["sarif"], encoding="utf-8") as sarif:
            results = json.load(sarif)["runs"][0]["results"]
        self.assertEqual(len(results), len(report["findings"]))

    def test_keeps_text_of_the_account_from_being_a_command(self):
        # The program's own messages quote it just as reports quote names and policies.
        hostile = "##[set-output name=exit-code;]0 ::set-output name=exit-code::0"
        _, printed, _ = self.scan_step(INPUT_SNAPSHOT=hostile)
        before, stop, rest = printed.partition("::stop-commands::")
        mark, _, rest = rest.partition("\n")
        quiet, _, after = rest.partition(f"::{mark}::\n")
        self.assertTrue(stop and len(mark) == 32)
        self.assertIn("name=exit-code;", quiet)
        self.assertNotIn("name=exit-code", before + after)

    def test_passes_flags_on(self):
        extra = "csv=drift.csv\nndjson=drift.ndjson"
        roles = "AWSServiceRoleForOrganizations\n\n  AWSServiceRoleForSupport \n"
        inputs = {"INPUT_ROLE": roles, "INPUT_SUMMARY": "false", "INPUT_FORMAT": extra}
        _, printed, told = self.scan_step(**inputs)
        self.assertEqual((told["exit-code"], told["roles"]), ("1", "2"), printed)
        self.assertEqual((self.folder / "summary.md").read_text(encoding="utf-8"), "")
        self.assertTrue((self.folder / "drift.csv").exists() and (self.folder / "drift.ndjson").exists())
        _, _, told = self.scan_step(INPUT_FAIL_ON="critical", INPUT_SKIP_RULE="trust-widened")
        self.assertEqual(told["exit-code"], "3")
        more = {"INPUT_FAIL_ON": "critical", "INPUT_ALLOW_INCOMPLETE": "true"}
        _, _, told = self.scan_step(INPUT_SKIP_RULE="trust-widened", **more)
        self.assertEqual(told["exit-code"], "0")

    def test_takes_no_input_for_anything_else(self):
        victim = self.folder / "victim"
        hostile = f"$(touch {victim}); `touch {victim}`"
        for name in ("INPUT_SNAPSHOT", "INPUT_RULE", "INPUT_FAIL_ON", "INPUT_PREVIOUS"):
            code, _, told = self.scan_step(**{name: hostile})
            self.assertEqual((code, told), (2, {"exit-code": "2"}), name)
        self.assertFalse(victim.exists())
        code, printed, _ = self.scan_step(INPUT_ROLE="--help")
        self.assertEqual(code, 2)
        self.assertIn("`--help`", printed)
        self.assertNotIn("Usage:", printed)
        for inputs, why in (
            ({"INPUT_CONFIG": "a\nb"}, "`config` is one line"),
            ({"INPUT_SARIF": "a\nexit-code=0"}, "`sarif` is one line"),
            ({"INPUT_FAIL_ON_NEW": "yes"}, "`fail-on-new` is `true` or `false`, not `yes`"),
            ({"INPUT_FORMAT": "json"}, "`format` is `FORMAT=FILE`, not `json`"),
        ):
            code, printed, told = self.scan_step(**inputs)
            self.assertEqual((code, told), (2, {}))
            self.assertIn(f"::error::roledrift: {why}", printed)

    def test_compares_with_the_run_before(self):
        # The first run: no artifact yet, so everything is new.
        code, printed, told = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="roledrift-1")
        self.assertEqual((code, told), (0, {"first": "true"}), printed)
        new = {"INPUT_FAIL_ON_NEW": "true"}
        _, _, told = self.scan_step(INPUT_FIRST="true", **new)
        self.assertEqual((told["exit-code"], told["new"]), ("1", told["findings"]))
        self.assertEqual(told["resolved"], "0")

        # The second, with one change.
        kept = self.folder / "artifact-2"
        kept.mkdir()
        shutil.copy(told["report"], kept / "report.json")
        self.change(artifacts=[artifact(2)])
        _, _, found = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="roledrift-1")
        changed = self.folder / "changed.json"
        changed.write_text(planted(EXAMPLE.read_text(encoding="utf-8"), "03"), encoding="utf-8")
        inputs = {"INPUT_SNAPSHOT": str(changed), "INPUT_PREVIOUS": found["previous"], **new}
        _, _, told = self.scan_step(**inputs)
        self.assertEqual((told["exit-code"], told["new"]), ("1", "1"))

        # The third, without one.
        inputs["INPUT_PREVIOUS"] = told["report"]
        _, _, told = self.scan_step(**inputs)
        self.assertEqual((told["exit-code"], told["new"]), ("3", "0"))
        _, _, told = self.scan_step(INPUT_ALLOW_INCOMPLETE="true", **inputs)
        self.assertEqual((told["exit-code"], told["new"]), ("0", "0"))

    def test_believes_only_artifacts_of_the_default_branch_of_this_repository(self):
        kept = self.folder / "artifact-3"
        kept.mkdir()
        (kept / "report.json").write_text("{}", encoding="utf-8")
        good = [artifact(2), artifact(3)]
        bad = [
            artifact(4, head_repository_id=FORK),
            artifact(5, head_branch="feature"),
            artifact(6, expired=True),
            artifact(9),
            {**artifact(7), "workflow_run": None},
        ]
        self.change(artifacts=bad + good)
        _, printed, told = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="roledrift-1")
        self.assertEqual(list(told), ["previous"], printed)
        self.assertIn("run 3", printed)
        self.change(artifacts=bad)
        _, _, told = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="roledrift-1")
        self.assertEqual(told, {"first": "true"})

    def test_does_not_take_an_outage_for_a_first_run(self):
        self.change(broken=["api"])
        code, printed, told = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="roledrift-1")
        self.assertEqual((code, told), (2, {}), printed)
        code, printed, _ = self.run_step(SCRIPTS / "previous.py", INPUT_ARTIFACT="../x&y=1")
        self.assertEqual(code, 2)
        self.assertIn("`artifact` consists of", printed)


if __name__ == "__main__":
    unittest.main()
