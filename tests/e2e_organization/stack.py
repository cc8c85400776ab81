"""The engine's stack, deployed on the emulator from deploy/ as CloudFormation gets it.

What is not as on AWS:

- CloudFormation of the emulator has no `AWS::Events::EventBusPolicy`, so it is left out. It enforces no
  IAM policy either, so none of the roles' permissions is put to the test.
- It knows nothing of Amazon Connect: the functions are told to leave out what the roles serve
  (`ROLEDRIFT_SKIP_OWNERS`), and so is the run that they are compared with.
- Nobody sends mail: a queue is subscribed to the topic, to see what would be sent.
- There is no CloudTrail, and nobody may put events of `aws.iam`: both rules look for `emulated.iam`
  instead, in the engine's account, because no event leaves its account. The pattern itself is judged as
  it is, by TestEventPattern.
- The queue of changed accounts delivers at once and not after five minutes, so that nobody waits. It
  drops no duplicates of a rule's, only those that are sent to it, so that the rule's are sent again.
  Pipes from queues are not carried out: what the pipe would hand to the state machine is handed by hand.
- Lambda runs the program as it is for this machine, whatever `Architecture` says; AssumeRole succeeds
  without a role.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from pathlib import Path

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from emulator import ENGINE, REGION, Emulator

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UPLOADS = "roledrift-uploads"
NAME = "roledrift"
# In place of `aws.iam`.
SOURCE = "emulated.iam"


def translated() -> dict:
    """Returns engine.yaml as the SAM translator makes it, with the places of what `upload` puts."""
    template = yaml_parse((DEPLOY / "engine.yaml").read_text())
    function = template["Globals"]["Function"]
    function["CodeUri"] = {"Bucket": UPLOADS, "Key": "bootstrap.zip"}
    function["Environment"]["Variables"]["ROLEDRIFT_SKIP_OWNERS"] = "true"
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if "DefinitionUri" in properties:
            properties["DefinitionUri"] = {"Bucket": UPLOADS, "Key": properties["DefinitionUri"]}
    template["Resources"]["IamEvents"]["Properties"]["EventPattern"]["source"] = [SOURCE]
    template["Resources"]["ChangedAccounts"]["Properties"]["DelaySeconds"] = 0
    del template["Resources"]["EventBusPolicy"]
    # The translator asks boto3 for the partition of its Region.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    return Translator({}, Parser()).translate(template, {})


def upload(emulator: Emulator, program: Path) -> None:
    """Puts the program and the state machines where `aws cloudformation package` would."""
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=UPLOADS)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        file.writestr(entry, program.read_bytes())
    s3.put_object(Bucket=UPLOADS, Key="bootstrap.zip", Body=archive.getvalue())
    for path in DEPLOY.glob("*.asl.json"):
        s3.put_object(Bucket=UPLOADS, Key=path.name, Body=path.read_bytes())


def create(emulator: Emulator, name: str, template: dict, **parameters) -> dict[str, str]:
    """Creates a stack, and returns its outputs."""
    cloudformation = emulator.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()],
    )
    until = time.monotonic() + 120
    while True:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if "FAILED" in stack["StackStatus"] or "ROLLBACK" in stack["StackStatus"] or time.monotonic() > until:
            events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [event.get("ResourceStatusReason") for event in events]
            raise RuntimeError(f"stack {name}: {stack['StackStatus']}: {[reason for reason in reasons if reason]}")
        time.sleep(0.2)


def deploy(emulator: Emulator, program: Path, **parameters) -> dict[str, str]:
    """Deploys the engine, and iam-events.yaml beside it; returns the engine's outputs."""
    upload(emulator, program)
    outputs = create(emulator, NAME, translated(), OrganizationId="o-exampleorgid", **parameters)
    events = iam_events()
    events["Resources"]["Rule"]["Properties"]["EventPattern"]["source"] = [SOURCE]
    create(emulator, f"{NAME}-iam-events", events, EventBusArn=outputs["EventBusArn"])
    return outputs


def iam_events() -> dict:
    """Returns iam-events.yaml."""
    return yaml_parse((DEPLOY / "iam-events.yaml").read_text())


def physical(emulator: Emulator, name: str) -> str:
    """Returns what AWS calls a resource of the engine's stack."""
    resource = emulator.client("cloudformation").describe_stack_resource(StackName=NAME, LogicalResourceId=name)
    return resource["StackResourceDetail"]["PhysicalResourceId"]


def listen(emulator: Emulator, topic: str):
    """Subscribes a queue to a topic; returns a function that takes what has been told
    since, and waits for so many messages."""
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ENGINE}:told"
    emulator.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def told(at_least: int = 0) -> list[dict]:
        taken = []
        until = time.monotonic() + 20
        while True:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                taken.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if not messages and (len(taken) >= at_least or time.monotonic() > until):
                return taken

    return told
