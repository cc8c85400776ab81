"""CloudTrail's IAM events: which of them count, and what becomes of a burst."""

from __future__ import annotations

import json
import time

import accounts
import stack
from emulator import ENGINE, REGION, Emulator
from expect import expect

ROLE = "AWSServiceRoleForOrganizations"
# (event name, request, more of the event's detail)
CHANGES = [
    ("CreateServiceLinkedRole", {"aWSServiceName": "organizations.amazonaws.com"}, {}),
    ("DeleteServiceLinkedRole", {"roleName": ROLE}, {}),
    ("PutRolePolicy", {"roleName": ROLE, "policyName": "Extra", "policyDocument": "{}"}, {}),
    ("DeleteRolePolicy", {"roleName": ROLE, "policyName": "Extra"}, {}),
    ("AttachRolePolicy", {"roleName": ROLE, "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {}),
    ("DetachRolePolicy", {"roleName": ROLE, "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {}),
    ("UpdateAssumeRolePolicy", {"roleName": ROLE, "policyDocument": "{}"}, {}),
    ("UpdateRole", {"roleName": ROLE, "description": ""}, {}),
    ("UpdateRoleDescription", {"roleName": ROLE, "description": ""}, {}),
    ("TagRole", {"roleName": ROLE, "tags": []}, {}),
    ("UntagRole", {"roleName": ROLE, "tagKeys": []}, {}),
    ("PutRolePermissionsBoundary", {"roleName": ROLE, "permissionsBoundary": ""}, {}),
    ("DeleteRolePermissionsBoundary", {"roleName": ROLE}, {}),
    ("DeleteRole", {"roleName": ROLE}, {}),
    ("CreateRole", {"roleName": ROLE, "path": "/"}, {}),
]
OTHERS = [
    ("PutRolePolicy", {"roleName": "deployment"}, {}),
    ("PutRolePolicy", {"roleName": "my-AWSServiceRoleForOrganizations"}, {}),
    ("PutUserPolicy", {"userName": ROLE}, {}),
    ("GetRole", {"roleName": ROLE}, {}),
    ("PutRolePolicy", {"roleName": ROLE}, {"errorCode": "AccessDenied"}),
    ("CreateServiceLinkedRole", {"aWSServiceName": "x.amazonaws.com"}, {"errorCode": "AccessDenied"}),
    ("PutRolePolicy", {"roleName": ROLE}, {"eventSource": "example.amazonaws.com"}),
]


def detail(name: str, request: dict, more: dict) -> dict:
    return {"eventSource": "iam.amazonaws.com", "eventName": name, "requestParameters": request} | more


def judge(emulator: Emulator) -> None:
    """Asks EventBridge which events the rule of iam-events.yaml matches."""
    pattern = stack.iam_events()["Resources"]["Rule"]["Properties"]["EventPattern"]
    client = emulator.client("events")
    for event, counts in [(event, True) for event in CHANGES] + [(event, False) for event in OTHERS]:
        envelope = {
            "id": "1",
            "account": ENGINE,
            "source": "aws.iam",
            "time": "2026-11-02T06:00:00Z",
            "region": REGION,
            "resources": [],
            "detail-type": "AWS API Call via CloudTrail",
            "detail": detail(*event),
        }
        matched = client.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(envelope))
        expect(matched["Result"], counts, f"whether {event} counts")
    print(f"   {len(CHANGES)} kinds of events count, {len(OTHERS)} others do not")


def burst(emulator: Emulator) -> list[dict]:
    """Changes an account and puts all events at once; returns what the pipe makes of what comes through."""
    iam = emulator.client("iam")
    iam.put_role_policy(RoleName=ROLE, PolicyName="Later", PolicyDocument=accounts.policy("iam:*"))
    client = emulator.client("events")
    for event in CHANGES + OTHERS:
        entry = {
            "Source": stack.SOURCE,
            "DetailType": "AWS API Call via CloudTrail",
            "Detail": json.dumps(detail(*event)),
        }
        expect(client.put_events(Entries=[entry])["FailedEntryCount"], 0, "events that were refused")
    sqs = emulator.client("sqs")
    url = stack.physical(emulator, "ChangedAccounts")
    put = drain(sqs, url, len(CHANGES))
    expect((len(put), set(put)), (len(CHANGES), {f'{{"account": "{ENGINE}"}}'}), "messages of the rule")
    # EventBridge of the emulator goes past the queue's deduplication, so that it is asked here.
    for body in put:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="accounts")
    (body,) = drain(sqs, url, 2)
    print(f"   a burst of {len(CHANGES)} events makes one message")
    # What the pipe's InputTemplate says; batches of one come as a list.
    return [{"account": json.loads(body)["account"]}]


def drain(sqs, url: str, expected: int) -> list[str]:
    """Takes so many messages from a queue, or those that came within five seconds."""
    bodies = []
    until = time.monotonic() + 5
    while len(bodies) < expected and time.monotonic() < until:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
