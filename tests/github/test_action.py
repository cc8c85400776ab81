"""What action.yml gives to the scripts is what they read, and nothing of it is lost."""

import re
import unittest

from desk import ROOT, SCRIPTS


def inputs_of(text):
    block = text.partition("\ninputs:\n")[2].partition("\nruns:\n")[0].partition("\noutputs:\n")[0]
    return set(re.findall(r"^  ([a-z-]+):$", block, re.MULTILINE))


class Action(unittest.TestCase):
    def setUp(self):
        self.text = (ROOT / "action.yml").read_text(encoding="utf-8")
        self.runs = self.text.partition("\nruns:\n")[2]

    def test_uses_every_input(self):
        used = set(re.findall(r"inputs\.([a-z-]+)", self.runs))
        self.assertEqual(used, inputs_of(self.text))

    def test_gives_scripts_what_they_read(self):
        given = set(re.findall(r"^        INPUT_([A-Z_]+):", self.runs, re.MULTILINE))
        read = set()
        for script in ("scan.py", "previous.py"):
            text = (SCRIPTS / script).read_text(encoding="utf-8")
            read |= set(re.findall(r'\b(?:given|one|many|flag)\("([A-Z_]+)"', text))
            for block in re.findall(r"^(?:SINGLE|LISTS|SWITCHES) = \((.*?)\)", text, re.M | re.S):
                names = re.findall(r'"([a-z-]+)"', block)
                read |= {name.upper().replace("-", "_") for name in names}
        self.assertEqual(given, read)

    def test_has_expressions_in_no_script(self):
        for script in re.findall(r"^      run: (.*)$", self.runs, re.MULTILINE):
            self.assertNotIn("${{", script)

    def test_tells_every_output(self):
        named = re.findall(r"steps\.scan\.outputs\.([a-z-]+)", self.text.partition("\nruns:\n")[0])
        told = "exit-code report markdown sarif account complete roles findings waived new resolved"
        severities = "critical high medium low info"
        self.assertEqual(set(named), {*told.split(), *severities.split()})


if __name__ == "__main__":
    unittest.main()
