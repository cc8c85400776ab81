"""Judges of report formats: each raises `Refused` with the reasons, or returns a count of what it saw.

Third parties decide wherever there is one; what they do not look at is checked here.
"""

import csv
import html.parser
import io
import json
import re
import subprocess
from datetime import datetime
from pathlib import Path


class Refused(Exception):
    """A report that its judge does not accept."""


def refuse(reasons):
    """Raises when there are reasons."""
    reasons = list(reasons)
    if reasons:
        raise Refused("; ".join(str(reason) for reason in reasons[:5]))


class Judges:
    """Holds where the tools are."""

    def __init__(self, tools: Path, work: Path):
        self.tools = tools.resolve()
        self.work = work.resolve()

    def run(self, command, **more):
        """Runs a tool and returns what it did."""
        return subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, **more
        )

    def schema(self, schema, files):
        """Has check-jsonschema compare files with a schema of this project."""
        tool = self.tools / "python/bin/check-jsonschema"
        done = self.run([tool, "--schemafile", f"schemas/{schema}.schema.json", *files])
        if done.returncode != 0:
            raise Refused(done.stdout[-2000:] + done.stderr[-2000:])

    def json(self, path: Path):
        """The project's own JSON, by its published schema."""
        self.schema("report", [path])
        return len(json.loads(path.read_text())["findings"])

    def ndjson(self, path: Path):
        """NDJSON: each line by its published schema, the summary last."""
        folder = self.work / "lines"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        lines = path.read_text().split("\n")
        if lines.pop() != "":
            raise Refused("the last line has no end")
        files = []
        for number, line in enumerate(lines):
            files.append(folder / f"{number}.json")
            files[-1].write_text(line)
        self.schema("ndjson", files)
        kinds = [json.loads(line)["kind"] for line in lines]
        refuse([] if kinds[-1] == "summary" else ["no summary at the end"])
        return kinds.count("finding")

    def sarif(self, path: Path):
        """SARIF: Microsoft's multitool with the rules of the standard and of GitHub."""
        tools = (self.tools / "npm/node_modules/@microsoft").glob("sarif-multitool-*/Sarif.Multitool")
        verdict = self.work / "multitool.sarif"
        verdict.unlink(missing_ok=True)
        # The multitool looks at files of this name only.
        subject = self.work / "subject.sarif"
        subject.write_bytes(path.read_bytes())
        done = self.run(
            [next(tools), "validate", subject, "--rule-kind", "Sarif;Ghas",
             "--level", "Error;Warning;Note", "--output", verdict, "--log", "ForceOverwrite"],
            env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(self.work)},
        )
        if not verdict.is_file():
            raise Refused(done.stdout[-2000:] + done.stderr[-2000:])
        run = json.loads(verdict.read_text())["runs"][0]
        refuse([] if run["invocations"][0]["executionSuccessful"] else ["multitool failed"])
        results = run.get("results", [])
        refuse(
            f"{result['ruleId']} {result['message']} at {result['locations']}"
            for result in results
            if result.get("level", "warning") not in ("note", "none")
        )
        # A tool that looked at nothing would find nothing.
        refuse([] if results else ["multitool has no note, so it looked at nothing"])
        sarif = json.loads(path.read_text())["runs"][0]
        complete = sarif["properties"]["complete"]
        invocation = sarif["invocations"][0]
        if invocation["executionSuccessful"] != complete:
            raise Refused("an incomplete run says that it was successful")
        if bool(invocation["toolExecutionNotifications"]) == complete:
            raise Refused("notifications and completeness disagree")
        return len(sarif["results"])

    def junit(self, path: Path):
        """JUnit: the schema that Jenkins's xUnit plugin wrote and pytest tests with; junitparser."""
        import xmlschema
        from junitparser import JUnitXml

        schema = xmlschema.XMLSchema(str(self.tools / "pytest/junit-10.xsd"))
        text = path.read_text()
        # `quick-junit` counts skipped cases at the root too, which readers know and the schema does not.
        known = re.sub(r'(<testsuites[^>]*?) skipped="\d+"', r"\1", text, count=1)
        refuse(error.reason for error in schema.iter_errors(known))
        report = JUnitXml.fromstring(text.encode())
        cases = [(suite.name, case) for suite in report for case in suite]
        names = [(suite, case.classname, case.name) for suite, case in cases]
        refuse([] if len(set(names)) == len(names) else ["two cases have one name"])
        kinds = [type(result).__name__ for _, case in cases for result in case.result]
        for kind, told in (
            ("Failure", report.failures), ("Error", report.errors), ("Skipped", report.skipped)
        ):
            if kinds.count(kind) != told:
                raise Refused(f"{kind}: {kinds.count(kind)} found, {told} told")
        return sum(
            (result.text or "").count("\nsummary: ") for _, case in cases for result in case.result
        )

    def csv(self, path: Path):
        """CSV: Python's reader, strictly; no cell that a spreadsheet takes for a formula."""
        # Python's reader takes cells of 128 KiB unless told otherwise.
        csv.field_size_limit(2**24)
        data = path.read_bytes()
        refuse([] if data.count(b"\n") == data.count(b"\r\n") else ["a line ends without CR LF"])
        rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
        refuse([] if {len(row) for row in rows} == {len(rows[0])} else ["ragged rows"])
        refuse(
            f"formula: {cell[:80]!r}"
            for row in rows
            for cell in row
            if cell.strip()[:1] in tuple("=+-@＝＋－＠") and cell.strip()
        )
        table = [dict(zip(rows[0], row)) for row in rows[1:]]
        refuse([] if table[-1]["kind"] == "summary" else ["no summary at the end"])
        return sum(row["kind"] == "finding" for row in table)

    def markdown(self, path: Path):
        """Markdown: rendered by GitHub's own cmark-gfm; no tag and no link but ours."""
        import cmarkgfm

        text = path.read_text()
        refuse([] if len(text.encode()) < 1024 * 1024 else ["longer than a job summary may be"])
        # All of HTML let through, so that what breaks out is seen.
        options = cmarkgfm.Options.CMARK_OPT_UNSAFE
        page = Page()
        page.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=options))
        refuse(page.strange)
        refuse([] if set(page.widths) <= {5, 6} else [f"rows of {sorted(set(page.widths))} cells"])
        # A bar too many would only hide what stands behind it.
        bars = {re.sub(r"\\.", "", row).count("|") for row in text.split("\n") if row.startswith("|")}
        refuse([] if bars <= {6, 7} else [f"rows of {sorted(bars)} bars"])
        return page.widths.count(6) - page.heads

    def github(self, path: Path):
        """Annotations: as the Actions runner reads lines; there is no published schema."""
        lines = path.read_text().split("\n")
        commands = []
        for line in lines:
            refuse([] if "##[" not in line else [f"older command in {line[:80]!r}"])
            if line.lstrip().startswith("::"):
                commands.append(line)
        command = re.compile(r"::(error|warning|notice) ((?:file=[^,:]+,line=\d+,col=\d+,)?title=[^,:]+)::(.+)")
        kinds = []
        for line in commands:
            match = command.fullmatch(line)
            refuse([] if match else [f"no annotation: {line[:120]!r}"])
            kinds.append(match[1])
            refuse([] if len(match[3].encode()) < 64 * 1024 else ["a message is too long"])
        refuse(f"{kinds.count(kind)} of {kind}" for kind in set(kinds) if kinds.count(kind) > 10)
        refuse([] if len(lines) == len(commands) + 2 else ["a line too many"])
        return None

    def html(self, path: Path):
        """HTML: the Nu checker without an error; no element that loads, no attribute that acts."""
        jar = self.tools / "npm/node_modules/vnu-jar/build/dist/vnu.jar"
        # It looks at files of this name only.
        subject = self.work / "subject.html"
        subject.write_bytes(path.read_bytes())
        done = self.run(["java", "-jar", jar, "--errors-only", subject])
        refuse([done.stderr[-2000:]] if done.returncode != 0 else [])
        report = Report()
        report.feed(path.read_text())
        refuse(report.strange)
        return report.findings

    def asff(self, path: Path):
        """ASFF: botocore's model of BatchImportFindings; enums, patterns, limits and dates here."""
        import botocore.session
        from botocore.validate import ParamValidator

        findings = json.loads(path.read_text())["Findings"]
        service = botocore.session.get_session().get_service_model("securityhub")
        shape = service.operation_model("BatchImportFindings").input_shape
        for start in range(0, len(findings), 100):
            batch = {"Findings": findings[start : start + 100]}
            report = ParamValidator().validate(batch, shape)
            refuse([report.generate_report()] if report.has_errors() else [])
            refuse(beyond_model(shape, batch, "$"))
        for finding in findings:
            refuse(asff_limits(finding))
        ids = [finding["Id"] for finding in findings]
        refuse([] if len(set(ids)) == len(ids) else ["two findings have one id"])
        return sum("/incomplete-" not in one for one in ids)

    def ocsf(self, path: Path):
        """OCSF: py-ocsf-models (1.5.0) and the attributes that 1.9.0 added to it; no other ones."""
        from ocsf import judge

        events = json.loads(path.read_text())
        for event in events:
            refuse(judge(event))
        return sum(not event["finding_info"]["uid"].startswith("incomplete-") for event in events)


class OfMany(Judges):
    """Judges reports of many accounts; what has the shape of one account's report is judged as that."""

    def lines(self, lines):
        """Has each line judged by the schema of its kind; returns the kinds."""
        folder = self.work / "lines"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        files = {"ndjson": [], "organization": []}
        kinds = [line["kind"] for line in lines]
        for number, line in enumerate(lines):
            schema = "organization" if kinds[number] in ("account", "organization") else "ndjson"
            files[schema].append(folder / f"{number}.json")
            files[schema][-1].write_text(json.dumps(line))
        for schema, those in files.items():
            self.schema(schema, those)
        return kinds

    def json(self, path: Path):
        """The run and every account's lines, by the published schemas of the lines."""
        report = json.loads(path.read_text())
        lines = [report["summary"]]
        for account in report["accounts"]:
            lines += account.pop("lines")
            lines.append(account)
        return self.lines(lines).count("finding")

    def ndjson(self, path: Path):
        """NDJSON: each line by its published schema, the run last."""
        lines = path.read_text().split("\n")
        if lines.pop() != "":
            raise Refused("the last line has no end")
        kinds = self.lines([json.loads(line) for line in lines])
        refuse([] if kinds[-1] == "organization" else ["no run at the end"])
        return kinds.count("finding")

    def markdown(self, path: Path):
        """Markdown: rendered by GitHub's own cmark-gfm; no tag and no link but ours."""
        import cmarkgfm

        text = path.read_text()
        refuse([] if len(text.encode()) < 1024 * 1024 else ["longer than a job summary may be"])
        options = cmarkgfm.Options.CMARK_OPT_UNSAFE
        page = Page()
        page.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=options))
        refuse(page.strange)
        refuse([] if set(page.widths) <= {2, 4, 7} else [f"rows of {sorted(set(page.widths))} cells"])
        bars = {re.sub(r"\\.", "", row).count("|") for row in text.split("\n") if row.startswith("|")}
        refuse([] if bars <= {3, 5, 8} else [f"rows of {sorted(bars)} bars"])
        # Findings of severity info are counted, and not shown.
        return None


def beyond_model(shape, value, where):
    """Says what botocore does not look at: enums, patterns, lengths of strings."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from beyond_model(shape.members[name], member, f"{where}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from beyond_model(shape.member, item, f"{where}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from beyond_model(shape.key, key, where)
            yield from beyond_model(shape.value, item, f"{where}.{key}")
    elif shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            yield f"{where}: {value!r} is none of {shape.enum}"
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value, re.DOTALL):
            yield f"{where}: {value!r} does not match {pattern}"


def asff_limits(finding):
    """Says which limits of the API reference a finding breaks."""
    account = finding["AwsAccountId"]
    if not re.fullmatch(r"\d{12}", account):
        yield f"account {account}"
    if not re.fullmatch(
        rf"arn:aws[a-z-]*:securityhub:[a-z0-9-]+:{account}:product/{account}/default",
        finding["ProductArn"],
    ):
        yield f"product {finding['ProductArn']}"
    for name, most in (("Id", 512), ("GeneratorId", 512), ("Title", 256), ("Description", 1024)):
        if not 1 <= len(finding[name]) <= most:
            yield f"{name} has {len(finding[name])} characters"
    if len(finding["Remediation"]["Recommendation"]["Text"]) > 512:
        yield "recommendation too long"
    if not 1 <= len(finding["Resources"]) <= 32:
        yield "resources"
    fields = finding["ProductFields"]
    if len(fields) > 50 or any(len(k) > 128 or len(v) > 2048 for k, v in fields.items()):
        yield "product fields"
    if len(json.dumps(finding).encode()) > 240 * 1024:
        yield "larger than 240 KB"
    for name in ("CreatedAt", "UpdatedAt"):
        if datetime.fromisoformat(finding[name].replace("Z", "+00:00")).tzinfo is None:
            yield f"{name} has no zone"


class Page(html.parser.HTMLParser):
    """Collects what a rendered summary holds."""

    TAGS = {
        "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "em",
        "code", "br", "span", "a",
    }

    def __init__(self):
        super().__init__()
        self.strange, self.widths, self.heads = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in self.TAGS:
            self.strange.append(f"<{tag}>")
        if tag == "tr":
            self.widths.append(0)
        if tag in ("td", "th"):
            self.widths[-1] += 1
        # Of the tables of findings; the one of counts has five columns.
        self.heads += tag == "th" and self.widths[-1] == 6
        for name, value in attrs:
            ours = tag == "a" and name == "href" and value.startswith("https://docs.aws.amazon.com/")
            if not ours and (tag, name) not in (("td", "align"), ("th", "align")):
                self.strange.append(f"<{tag} {name}={value!r}>")

    def handle_comment(self, data):
        self.strange.append(f"<!--{data[:40]}-->")


class Report(html.parser.HTMLParser):
    """Collects what an HTML report holds."""

    LOADING = {"audio", "base", "embed", "iframe", "image", "img", "link", "object", "source", "track", "video"}
    ACTING = ("action", "data", "formaction", "ping", "poster", "src", "srcdoc", "srcset", "style")

    def __init__(self):
        super().__init__()
        self.strange, self.findings, self.scripts = [], 0, 0

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in self.LOADING:
            self.strange.append(f"<{tag}>")
        self.scripts += tag == "script"
        if self.scripts > 1:
            self.strange.append("a second script")
        self.findings += tag == "article" and "finding" in attributes.get("class", "").split()
        for name, value in attrs:
            if name in self.ACTING or name.startswith("on"):
                self.strange.append(f"<{tag} {name}={value!r}>")
        target = attributes.get("href", "#")
        if not target.startswith(("#", "https://docs.aws.amazon.com/", "https://aws.amazon.com/")):
            self.strange.append(f"a link to {target!r}")
