"""The CloudFormation and SAM templates, and the state machines that engine.yaml completes."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import tempfile
from pathlib import Path

import hcl2
from samtranslator.parser.parser import Parser
from samtranslator.public.exceptions import InvalidDocumentException
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATES = ["audit-role.yaml", "engine.yaml", "iam-events.yaml"]
MACHINES = ["organization.asl.json", "account.asl.json"]
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
# What stands in a definition without quotes.
BARE = {"OrganizationalUnits": "[]", "ExcludeAccounts": '["111122223333"]'}
NUMBERS = {"AccountsPerShard", "MaxConcurrency", "ToleratedFailurePercentage"}


def lint(site) -> list[str]:
    """Runs cfn-lint; warnings count."""
    return cfn_lint(site, *(site.deploy / name for name in TEMPLATES))


def cfn_lint(site, *files: Path) -> list[str]:
    done = subprocess.run(
        [site.tools / "bin/cfn-lint", "--non-zero-exit-code", "informational", "--format", "parseable", *files],
        capture_output=True,
        text=True,
    )
    lines = (done.stdout + done.stderr).splitlines()
    return lines or ([f"cfn-lint ended with {done.returncode}"] if done.returncode else [])


def translated(site) -> dict:
    """Returns engine.yaml as CloudFormation gets it, as if the program and the machines were uploaded."""
    template = yaml_parse((site.deploy / "engine.yaml").read_text())
    uploaded = {"Bucket": "uploaded-before", "Key": "bootstrap.zip"}
    template["Globals"]["Function"]["CodeUri"] = uploaded
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if "DefinitionUri" in properties:
            properties["DefinitionUri"] = {"Bucket": "uploaded-before", "Key": properties["DefinitionUri"]}
    # It would remind of metrics that nobody collects here.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    # The translator asks boto3 for the partition of its Region.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    return Translator({}, Parser()).translate(template, {})


def translate(site) -> list[str]:
    """Runs the SAM translator, and cfn-lint over what it makes."""
    try:
        template = translated(site)
    except InvalidDocumentException as error:
        return [cause.message for cause in error.causes] or [error.message]
    serverless = [name for name, resource in template["Resources"].items() if "Serverless" in resource["Type"]]
    if serverless:
        return [f"{name} was not translated" for name in serverless]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engine.json"
        path.write_text(json.dumps(template))
        return cfn_lint(site, path)


def completed(text: str) -> str:
    """Puts a sample in the place of each placeholder, as CloudFormation and Terraform do: as text."""

    def sample(match: re.Match) -> str:
        name = match[1]
        if name in NUMBERS:
            return "5"
        if name == "Partition":
            return "aws"
        if name.endswith("Arn"):
            return "arn:aws:lambda:us-east-1:111122223333:function:example"
        return BARE.get(name, "example")

    return PLACEHOLDER.sub(sample, text)


def machines(site) -> list[str]:
    """Judges the state machines: their language, their payloads, and that both tools complete them."""
    problems = []
    template = yaml_parse((site.deploy / "engine.yaml").read_text())
    given = {
        resource["Properties"].get("DefinitionUri"): set(resource["Properties"]["DefinitionSubstitutions"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }
    terraform = templatefiles(site)
    for name in MACHINES:
        text = (site.deploy / name).read_text()
        wanted = set(PLACEHOLDER.findall(text))
        for tool, names in (("engine.yaml", given.get(name)), ("Terraform", terraform.get(name))):
            if names != wanted:
                problems.append(f"{name}: {tool} gives {sorted(names or [])} for {sorted(wanted)}")
        try:
            definition = json.loads(completed(text))
        except json.JSONDecodeError as error:
            problems.append(f"{name}: {error}")
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(definition, file)
            file.flush()
            validator = site.tools / "npm/node_modules/.bin/asl-validator"
            done = subprocess.run([validator, "--json-path", file.name], capture_output=True, text=True)
        if done.returncode:
            problems.append(f"{name}: {(done.stdout + done.stderr).strip()}")
        problems += [f"{name}: {problem}" for problem in payloads(definition)]
    return problems


def payloads(definition: dict) -> list[str]:
    """Says where a map state passes more than run and shard, or keeps what its children answer."""
    problems = []
    for name, state in definition["States"].items():
        if state["Type"] != "Map":
            continue
        if set(state["ItemSelector"]) != {"do", "run.$", "shard.$"}:
            problems.append(f"{name} passes {sorted(state['ItemSelector'])}")
        if "ResultWriter" in state or state.get("ResultPath", "$") is not None:
            problems.append(f"{name} keeps the children's results")
        for child, inner in state["ItemProcessor"]["States"].items():
            if inner.get("End") and inner.get("OutputPath", "$") is not None:
                problems.append(f"{child} answers more than nothing")
    return problems


def templatefiles(site) -> dict[str, set[str]]:
    """Returns which placeholders Terraform completes in each definition."""
    found = {}
    for path in sorted((site.deploy / "terraform/engine").glob("*.tf")):
        text = path.read_text()
        for match in re.finditer(r'templatefile\("\$\{path\.module\}/\.\./\.\./([\w.]+)", \{(.*?)\n  \}\)', text, re.S):
            found[match[1]] = set(re.findall(r"^ +(\w+) +=", match[2], re.M))
    return found


def hcl(path: Path) -> dict:
    with path.open() as file:
        return hcl2.load(file)
