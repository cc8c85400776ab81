#!/usr/bin/env python3
"""Stands in for `gh` on PATH: answers from, and writes to, the folder FAKE_GH.

Knows just the calls of scripts/github, with just their flags, so that a new flag fails a test.
state.json holds issues, labels, artifacts and what to break; `release` and `artifact-RUN` hold files;
calls.txt lists what was called.
"""

import json
import os
import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path

DESK = Path(os.environ["FAKE_GH"])


def main(arguments):
    with open(DESK / "calls.txt", "a", encoding="utf-8") as calls:
        calls.write(json.dumps(arguments) + "\n")
    state = json.loads((DESK / "state.json").read_text(encoding="utf-8"))
    command = " ".join(arguments[:2]) if arguments[0] != "api" else "api"
    if command in state.get("broken", []):
        sys.exit(f"gh: {command}: HTTP 502")
    known = {
        "api": api,
        "attestation verify": attestation,
        "issue close": close,
        "issue comment": comment,
        "issue create": create,
        "issue edit": edit,
        "issue list": list_issues,
        "label create": create_label,
        "label list": list_labels,
        "release download": download_release,
        "run download": download_run,
    }
    known[command](state, arguments[1:] if command == "api" else arguments[2:])
    (DESK / "state.json").write_text(json.dumps(state), encoding="utf-8")


def options(arguments, known):
    """Returns the values of known flags, and what is no flag."""
    found, rest, left = {}, [], list(arguments)
    while left:
        word = left.pop(0)
        if word.startswith("--"):
            assert word in known, f"unexpected {word}"
            found.setdefault(word, []).append(left.pop(0))
        else:
            rest.append(word)
    return found, rest


def list_issues(state, arguments):
    found, rest = options(arguments, {"--label", "--state", "--limit", "--json"})
    assert found["--state"] == ["all"] and not rest
    assert found["--json"] == ["number,body,state,closedAt"]
    shown = [
        {
            "number": issue["number"],
            "body": issue["body"].replace("\n", "\r\n"),
            "state": "OPEN" if issue["open"] else "CLOSED",
            "closedAt": issue.get("closed"),
        }
        for issue in state["issues"]
        if found["--label"][0] in issue["labels"]
    ]
    print(json.dumps(shown[::-1]))


def create(state, arguments):
    found, _ = options(arguments, {"--title", "--label", "--body-file"})
    assert set(found["--label"]) <= set(state["labels"]), "no such label"
    number = len(state["issues"]) + 1
    body = sys.stdin.read()
    assert len(body) <= 65536, "body is too long"
    title, labels = found["--title"][0], found["--label"]
    entry = {"number": number, "title": title, "labels": labels, "body": body}
    state["issues"].append({**entry, "open": True, "comments": []})
    print(f"https://github.com/example/audits/issues/{number}")


def edit(state, arguments):
    _, [number] = options(arguments, {"--body-file"})
    issue = state["issues"][int(number) - 1]
    issue["body"] = sys.stdin.read()
    assert len(issue["body"]) <= 65536, "body is too long"


def comment(state, arguments):
    _, [number] = options(arguments, {"--body-file"})
    state["issues"][int(number) - 1]["comments"].append(sys.stdin.read())


def close(state, arguments):
    found, [number] = options(arguments, {"--reason"})
    assert found["--reason"] == ["completed"]
    state["issues"][int(number) - 1].update(open=False, closed=state["now"])


def list_labels(state, _):
    print(json.dumps([{"name": name} for name in state["labels"]]))


def create_label(state, arguments):
    _, [name] = options(arguments, {"--color", "--description"})
    state["labels"].append(name)


def api(state, arguments):
    [path] = arguments
    if "/actions/artifacts?" in path:
        name = path.rpartition("name=")[2]
        named = [artifact for artifact in state["artifacts"] if artifact["name"] == name]
        print(json.dumps({"artifacts": named}))
    else:
        assert path == "repos/example/audits", path
        print(json.dumps({"default_branch": "main"}))


def download_run(_, arguments):
    found, [run] = options(arguments, {"--repo", "--name", "--dir"})
    shutil.copytree(DESK / f"artifact-{run}", found["--dir"][0], dirs_exist_ok=True)


def download_release(_, arguments):
    found, [tag] = options(arguments, {"--repo", "--dir", "--pattern"})
    assert found["--repo"] == ["example/roledrift"]
    for file in (DESK / "release" / tag).iterdir():
        if any(fnmatch(file.name, pattern) for pattern in found["--pattern"]):
            shutil.copy(file, found["--dir"][0])


def attestation(state, arguments):
    found, [file] = options(arguments, {"--repo", "--signer-workflow", "--source-ref"})
    workflow = "example/roledrift/.github/workflows/release.yml"
    assert found["--signer-workflow"] == [workflow] and found["--repo"] == ["example/roledrift"]
    if found["--source-ref"][0] not in state["attested"]:
        sys.exit(f"gh: no attestation for {file}")


if __name__ == "__main__":
    main(sys.argv[1:])
