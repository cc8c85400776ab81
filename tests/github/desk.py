"""A folder with a fake `gh` on PATH, and what a runner of GitHub gives a step."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "github"
EXAMPLE = ROOT / "examples" / "contact-center.json"


class Desk(unittest.TestCase):
    """A test with a desk of its own."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)
        (self.folder / "bin").mkdir()
        (self.folder / "temp").mkdir()
        (self.folder / "bin" / "gh").symlink_to(Path(__file__).with_name("fake_gh.py"))
        lists = ("issues", "labels", "artifacts", "attested", "broken")
        self.write_state({"now": "2026-11-04T07:00:00Z", **{name: [] for name in lists}})

    @property
    def binary(self):
        """The program under test."""
        return os.environ["ROLEDRIFT_BIN"]

    @property
    def state(self):
        return json.loads((self.folder / "state.json").read_text(encoding="utf-8"))

    def write_state(self, state):
        (self.folder / "state.json").write_text(json.dumps(state), encoding="utf-8")

    def change(self, **members):
        self.write_state({**self.state, **members})

    def calls(self, *words):
        """Returns the calls of `gh` that start with these words, and forgets all."""
        listed = self.folder / "calls.txt"
        lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
        listed.unlink(missing_ok=True)
        found = [json.loads(line) for line in lines]
        return [call for call in found if call[: len(words)] == list(words)]

    def run_step(self, script, *arguments, **environment):
        """Runs a script as a step; returns its exit code, what it printed, and its outputs."""
        output, summary = self.folder / "output.txt", self.folder / "summary.md"
        for file in (output, summary):
            file.write_text("", encoding="utf-8")
        # Nothing of the caller's: neither credentials nor settings.
        given = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "FAKE_GH": str(self.folder),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": "example/audits",
            "GITHUB_RUN_ID": "9",
            "RUNNER_TEMP": str(self.folder / "temp"),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        program = [sys.executable] if script.suffix == ".py" else ["bash"]
        command = [*program, str(script), *map(str, arguments)]
        done = subprocess.run(
            command, env={**given, **environment}, cwd=self.folder, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )
        lines = output.read_text(encoding="utf-8").splitlines()
        return done.returncode, done.stdout, dict(line.split("=", 1) for line in lines)

    def scan(self, snapshot, *arguments):
        """Audits a snapshot into a folder with report.json and report.md; returns the folder."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        command = [self.binary, "scan", "--snapshot", snapshot, *arguments]
        command += ["--format", f"json={folder / 'report.json'}"]
        command += ["--format", f"markdown={folder / 'report.md'}"]
        done = subprocess.run(command, cwd=self.folder, check=False, capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        return folder


def planted(text, day="02"):
    """Returns the example's text with one more finding, read on another day."""
    head, name, tail = text.partition('"name": "AWSServiceRoleForCloudTrail"')
    changed = head + name + tail.replace('"read": 3600', '"read": 43200', 1)
    return changed.replace('"2026-11-02T06:00:00Z"', f'"2026-11-{day}T06:00:00Z"', 1)
