"""The Terraform modules: their form, and every name in them against the AWS provider's schema."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from lark.exceptions import LarkError

from templates import hcl

# What the language itself knows in any block.
META = {"count", "depends_on", "for_each", "lifecycle", "provider", "providers"}
REFERENCE = re.compile(r"(?<![\w.\"/-])(var|local|module|data\.aws_\w+|aws_\w+)\.(\w+)")


def files(site) -> list[Path]:
    return sorted((site.deploy / "terraform").glob("*/*.tf"))


def form(site) -> list[str]:
    """Parses every file, and asks `terraform fmt` where Terraform is there."""
    problems = []
    for path in files(site):
        try:
            hcl(path)
        except LarkError as error:
            problems.append(f"{path.parent.name}/{path.name}: {str(error).splitlines()[0]}")
    program = shutil.which("terraform")
    if program is None:
        print("   without `terraform fmt`: there is no Terraform")
        return problems
    # A configuration that is named and is not there would be a warning.
    environment = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    done = subprocess.run(
        [program, "fmt", "-no-color", "-check", "-diff", "-recursive", site.deploy / "terraform"],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        problems += (done.stdout + done.stderr).splitlines()
    return problems


def names(site) -> list[str]:
    """Looks up blocks, attributes, references, and what modules are given."""
    problems = []
    modules = {}
    for folder in sorted({path.parent for path in files(site)}):
        parsed = [hcl(path) for path in sorted(folder.glob("*.tf"))]
        modules[folder.name] = parsed
        for kind in ("resource", "data"):
            for type_, name, body in declared(parsed, kind):
                place = f"{folder.name}: {kind} {type_}.{name}"
                known = Schema.of(site, kind, type_)
                if known is None:
                    problems.append(f"{place}: the provider has no such type")
                    continue
                problems += [f"{place}: no `{wrong}`" for wrong in known.unknown(body)]
                problems += [f"{place}: `{missing}` is missing" for missing in known.missing(body)]
        text = "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))
        problems += [f"{folder.name}: nothing is called `{name}`" for name in unresolved(text, parsed)]
    for folder, parsed in modules.items():
        problems += [f"{folder}: {problem}" for problem in calls(parsed, modules)]
    return problems


class Schema:
    """What the provider knows of one type; as cdktf's types tell, nested blocks included."""

    def __init__(self, text: str):
        self._names = set(re.findall(r"docs/[\w-]+/\w+#(\w+) ", text))
        top = re.search(r"export interface \w+Config extends[^{]*\{(.*?)\n\}", text, re.S)
        required = re.findall(r"readonly (\w+):", top[1] if top else "")
        self._required = {re.sub(r"[A-Z]", lambda upper: "_" + upper[0].lower(), name) for name in required}

    @classmethod
    def of(cls, site, kind: str, type_: str) -> Schema | None:
        folder = type_.removeprefix("aws_").replace("_", "-")
        path = site.tools / "provider" / f"{'data-aws-' if kind == 'data' else ''}{folder}" / "index.d.ts"
        return cls(path.read_text()) if path.is_file() else None

    def missing(self, body: dict) -> list[str]:
        return sorted(self._required - set(body))

    def unknown(self, body: dict, outer: bool = True) -> list[str]:
        wrong = []
        for key, value in body.items():
            if key.startswith("__") or (outer and key in META):
                continue
            if key == "dynamic":
                for block in value:
                    ((name, inner),) = block.items()
                    wrong += [] if unquoted(name) in self._names else [unquoted(name)]
                    for content in inner["content"]:
                        wrong += self.unknown(content, outer=False)
                continue
            if key not in self._names:
                wrong.append(key)
            for block in value if isinstance(value, list) else []:
                if isinstance(block, dict) and block.get("__is_block__"):
                    wrong += self.unknown(block, outer=False)
        return wrong


def unquoted(text: str) -> str:
    return text.strip('"')


def declared(parsed: list[dict], kind: str):
    """Yields type, name and body of every resource or data source."""
    for file in parsed:
        for block in file.get(kind, []):
            for type_, named in block.items():
                for name, body in named.items() if isinstance(named, dict) else []:
                    yield unquoted(type_), unquoted(name), body


def singles(parsed: list[dict], kind: str) -> dict[str, dict]:
    """Returns name and body of every variable, output or module."""
    found = {}
    for file in parsed:
        for block in file.get(kind, []):
            for name, body in block.items():
                if isinstance(body, dict):
                    found[unquoted(name)] = body
    return found


def unresolved(text: str, parsed: list[dict]) -> list[str]:
    """Returns what is referred to and not declared in a folder."""
    there = {f"var.{name}" for name in singles(parsed, "variable")}
    there |= {f"module.{name}" for name in singles(parsed, "module")}
    there |= {f"local.{name}" for file in parsed for block in file.get("locals", []) for name in block}
    there |= {f"{type_}.{name}" for type_, name, _ in declared(parsed, "resource")}
    there |= {f"data.{type_}.{name}" for type_, name, _ in declared(parsed, "data")}
    code = "\n".join(line.split(" # ")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))
    return sorted({".".join(match) for match in REFERENCE.findall(code)} - there)


def calls(parsed: list[dict], modules: dict[str, list[dict]]) -> list[str]:
    """Says where a module is given what it does not take, lacks what it needs, or is asked for what it has not."""
    problems = []
    outputs = {}
    for name, body in singles(parsed, "module").items():
        called = modules[Path(unquoted(body["source"])).name]
        variables = singles(called, "variable")
        given = {key for key in body if not key.startswith("__")} - META - {"source"}
        needed = {variable for variable, inner in variables.items() if "default" not in inner}
        problems += [f"module {name} takes no `{wrong}`" for wrong in sorted(given - set(variables))]
        problems += [f"module {name} needs `{missing}`" for missing in sorted(needed - given)]
        outputs[name] = set(singles(called, "output"))
    for name, output in re.findall(r"module\.(\w+)\.(\w+)", str(parsed)):
        if output not in outputs.get(name, set()):
            problems.append(f"module {name} has no output `{output}`")
    return problems
