"""What is allowed: the audit role's policy against the program's, the modules against the templates."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator

from samtranslator.yaml_helper import yaml_parse

from templates import TEMPLATES, hcl
from terraform import declared, singles, unquoted


def printed(site, form: str) -> str:
    """Returns the policy of a deep scan, as the program prints it."""
    command = [site.binary, "permissions", "--deep", "--format", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def audit_role(site) -> list[str]:
    """Compares both forms of the audit role's policy with what the program prints."""
    problems = []
    expected = json.loads(printed(site, "json"))
    role = yaml_parse((site.deploy / "audit-role.yaml").read_text())["Resources"]["AuditRole"]["Properties"]
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    if documents != [expected] or "ManagedPolicyArns" in role:
        problems += differences("audit-role.yaml", documents, [expected])

    module = hcl(site.deploy / "terraform/audit-role/main.tf")
    found = [body["statement"] for _, name, body in declared([module], "data") if name == "roledrift"]
    if found != [[as_terraform(statement) for statement in expected["Statement"]]]:
        problems += differences("terraform/audit-role", found, [expected["Statement"]])
    attached = [type_ for type_, *_ in declared([module], "resource")]
    if attached != ["aws_iam_role", "aws_iam_role_policy"]:
        problems.append(f"terraform/audit-role: makes {attached}, not a role with one policy")
    if "policy = data.aws_iam_policy_document.roledrift.json" not in (
        site.deploy / "terraform/audit-role/main.tf"
    ).read_text():
        problems.append("terraform/audit-role: the role has another policy")
    return problems


def as_terraform(statement: dict) -> dict:
    """Writes a statement as the parser of HCL reads it."""
    return {
        "sid": f'"{statement["Sid"]}"',
        "effect": f'"{statement["Effect"]}"',
        "actions": [f'"{action}"' for action in statement["Action"]],
        "resources": [f'"{statement["Resource"]}"'],
        "__is_block__": True,
    }


def differences(place: str, found: list, expected: list) -> list[str]:
    words = re.compile(r"[\w-]+:[\w*]+")
    found, expected = set(words.findall(str(found))), set(words.findall(str(expected)))
    return [
        f"{place}: not the policy of `roledrift permissions --deep`;"
        f" more: {sorted(found - expected)}, less: {sorted(expected - found)}"
    ]


def parity(site) -> list[str]:
    """Compares what the modules allow, watch and take by default with what the templates do."""
    templates = {name: yaml_parse((site.deploy / name).read_text()) for name in TEMPLATES}
    folders = {
        name: [hcl(path) for path in sorted((site.deploy / "terraform" / name).glob("*.tf"))]
        for name in ("audit-role", "engine", "iam-events")
    }
    problems = []
    for folder, parsed in folders.items():
        template = templates[f"{folder}.yaml"]
        wanted, found = set(of_template(template["Resources"])), set(of_modules(parsed))
        problems += [f"{folder}: only the template says {shown(more)}" for more in sorted(wanted - found, key=str)]
        problems += [f"{folder}: only the module says {shown(more)}" for more in sorted(found - wanted, key=str)]
        problems += defaults(folder, template, parsed)

    names = re.compile(r"'([A-Z]\w+)'")
    watched = set(names.findall(str(templates["iam-events.yaml"]["Resources"]["Rule"]["Properties"]["EventPattern"])))
    pattern = next(body for _, name, body in declared(folders["iam-events"], "resource") if name == "changes")
    if watched != set(re.findall(r'"([A-Z]\w+)"', pattern["event_pattern"])):
        problems.append("iam-events: the module watches other events than the template")
    return problems


def shown(statement: tuple) -> str:
    effect, actions, keys = statement
    return f"{effect} {sorted(actions)}" + (f" under {sorted(keys)}" if keys else "")


def of_template(value) -> Iterator[tuple]:
    """Yields effect, actions and condition keys of every statement in a template."""
    if isinstance(value, list):
        for inner in value:
            yield from of_template(inner)
    if not isinstance(value, dict):
        return
    if "Effect" in value:
        actions = value["Action"] if isinstance(value["Action"], list) else [value["Action"]]
        keys = {key for test in value.get("Condition", {}).values() for key in test}
        yield value["Effect"], frozenset(actions), frozenset(keys)
        return
    for inner in value.values():
        yield from of_template(inner)


def of_modules(parsed: list[dict]) -> Iterator[tuple]:
    """Yields the same of every policy document in a module."""
    for type_, _, body in declared(parsed, "data"):
        if type_ != "aws_iam_policy_document":
            continue
        for statement in blocks(body, "statement"):
            keys = {unquoted(condition["variable"]) for condition in blocks(statement, "condition")}
            actions = frozenset(unquoted(action) for action in statement["actions"])
            yield unquoted(statement["effect"]), actions, frozenset(keys)


def blocks(body: dict, name: str) -> list[dict]:
    """Returns the blocks of a name, those that are made by `dynamic` included."""
    made = [inner[f'"{name}"']["content"] for inner in body.get("dynamic", []) if f'"{name}"' in inner]
    return body.get(name, []) + [content for contents in made for content in contents]


def defaults(folder: str, template: dict, parsed: list[dict]) -> list[str]:
    """Says where a parameter and a variable of the same name begin with different values."""
    problems = []
    variables = singles(parsed, "variable")
    for name, parameter in template["Parameters"].items():
        snake = re.sub(r"(?<!^)[A-Z]", lambda upper: "_" + upper[0], name).lower()
        variable = variables.get(snake)
        if variable is None or "Default" not in parameter or parameter["Default"] == "":
            continue
        default = unquoted(str(variable.get("default")))
        if default != str(parameter["Default"]):
            problems.append(f"{folder}: {name} is {parameter['Default']}, {snake} is {default}")
    return problems
