"""From a wheel to an archive of a release to an installed program; what is tampered with is refused."""

import subprocess
import sys
import unittest
import zipfile
from pathlib import Path

from desk import ROOT, SCRIPTS, Desk

PROGRAM = "#!/bin/sh\necho roledrift 1.2.3\n"
ARCHIVE = "roledrift-1.2.3-x86_64-unknown-linux-gnu.tar.gz"


class Install(Desk):
    def wheel(self, tags):
        """Makes a wheel that holds a small program."""
        folder = self.folder / "wheels"
        folder.mkdir(exist_ok=True)
        with zipfile.ZipFile(folder / f"roledrift-1.2.3-{tags}.whl", "w") as wheel:
            wheel.writestr("roledrift-1.2.3.data/scripts/roledrift", PROGRAM)
            wheel.writestr("roledrift-1.2.3.dist-info/sboms/roledrift.cyclonedx.json", "{}")
        return folder

    def archives(self, wheels, out):
        command = [sys.executable, ROOT / "scripts" / "release-archives", wheels, out]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def release(self):
        out = self.folder / "release" / "v1.2.3"
        done = self.archives(self.wheel("py3-none-manylinux_2_28_x86_64"), out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.change(attested=["refs/tags/v1.2.3"])
        return out

    def install(self, **environment):
        given = {"VERSION": "1.2.3", "REPOSITORY": "example/roledrift", **environment}
        return self.run_step(SCRIPTS / "install", **given)

    def test_installs_what_the_release_workflow_built(self):
        self.release()
        code, printed, told = self.install()
        self.assertEqual(code, 0, printed)
        self.assertIn("roledrift 1.2.3", printed)
        self.assertEqual(Path(told["binary"]).read_text(encoding="utf-8"), PROGRAM)
        self.assertEqual(Path(told["binary"]).stat().st_mode & 0o777, 0o755)
        self.assertEqual(len(self.calls("attestation", "verify")), 1)

    def test_refuses_another_archive(self):
        out = self.release()
        with open(out / ARCHIVE, "ab") as archive:
            archive.write(b"\0")
        code, printed, told = self.install()
        self.assertEqual((code, told), (2, {}))
        self.assertIn("is not the file that SHA256SUMS of v1.2.3 lists", printed)
        self.assertEqual(self.calls("attestation"), [])
        sums = out / "SHA256SUMS"
        for text in ("", sums.read_text(encoding="utf-8") * 2, f"zz  {ARCHIVE}\n"):
            sums.write_text(text, encoding="utf-8")
            code, printed, _ = self.install()
            self.assertEqual(code, 2)
            self.assertIn(f"does not list {ARCHIVE} once", printed)

    def test_refuses_what_nobody_attested(self):
        self.release()
        self.change(attested=["refs/tags/v1.2.2"])
        code, printed, told = self.install()
        self.assertEqual((code, told), (2, {}))
        self.assertIn("nothing attests who built", printed)
        self.assertEqual(self.install(VERIFY="false")[0], 0)

    def test_refuses_inputs_that_are_none(self):
        self.release()
        for environment, why in (
            ({"VERSION": "1.2.3; id"}, "`version` is no version"),
            ({"VERSION": "../x"}, "`version` is no version"),
            ({"REPOSITORY": "--help"}, "`repository` is no owner/name"),
            ({"INSTALL": "guess"}, "`install` is `release` or `source`"),
            ({"RUNNER_ARCH": "RISCV"}, "no release for Linux on RISCV"),
            ({"RUNNER_ARCH": "ARM64"}, "does not list roledrift-1.2.3-aarch64-unknown-linux-gnu.tar.gz once"),
        ):
            code, printed, told = self.install(**environment)
            self.assertEqual((code, told), (2, {}), printed)
            self.assertIn(why, printed)

    def test_takes_the_version_of_its_own_commit_by_default(self):
        self.install(VERSION="")
        [call] = self.calls("release", "download")
        manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
        self.assertIn(f'\nversion = "{call[2][1:]}"\n', manifest)

    def test_makes_the_same_archives_of_the_same_wheels(self):
        out = self.release()
        again = self.folder / "again"
        self.archives(self.folder / "wheels", again)
        names = sorted(file.name for file in out.iterdir())
        sbom = "roledrift-1.2.3-x86_64-unknown-linux-gnu.cdx.json"
        self.assertEqual(names, ["SHA256SUMS", sbom, ARCHIVE])
        for name in names:
            self.assertEqual((out / name).read_bytes(), (again / name).read_bytes())

    def test_makes_no_archive_of_a_wheel_for_one_python(self):
        done = self.archives(self.wheel("cp311-cp311-manylinux_2_28_x86_64"), self.folder / "out")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is no wheel for every Python", done.stderr)


if __name__ == "__main__":
    unittest.main()
