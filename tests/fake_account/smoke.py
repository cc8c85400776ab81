#!/usr/bin/env python3
"""Asks the fake account for everything through boto3, whose models are AWS's own.

    target/e2e-venv/bin/python tests/fake_account/smoke.py [--binary FILE]

Needs boto3 (tests/e2e/requirements.txt brings it; `scripts/e2e-moto` makes the environment) and
the program: cargo build --no-default-features --features fake-account --example fake_account
Loopback only.
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNTS = HERE / "accounts"
REGIONS = ["us-east-1", "eu-west-2", "ap-southeast-2"]


class Server:
    """Runs the program and talks to its controls."""

    def __init__(self, binary, *arguments):
        self.process = subprocess.Popen([binary, *map(str, arguments)], stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def client(self, service, region="us-east-1", keys=None):
        keys = keys or {
            "aws_access_key_id": self.ready["access_key"],
            "aws_secret_access_key": self.ready["secret_key"],
        }
        config = botocore.config.Config(retries={"max_attempts": 0}, read_timeout=10)
        return boto3.client(service, region_name=region, endpoint_url=self.ready["url"],
                            config=config, **keys)

    def control(self, **what):
        data = json.dumps(what).encode()
        urllib.request.urlopen(self.ready["url"] + "/__control", data=data).read()

    def log(self):
        return json.load(urllib.request.urlopen(self.ready["url"] + "/__log?accounts"))


def pages(client, operation, key, **parameters):
    found = []
    for page in client.get_paginator(operation).paginate(**parameters):
        found.extend(page[key])
    return found


def followed(call, key, token="NextToken", **parameters):
    """Follows an operation for which boto3 has no paginator."""
    found, more = [], {}
    while True:
        page = call(**parameters, **more)
        found.extend(page[key])
        if not page.get(token):
            return found
        more = {token: page[token]}


def code(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as error:
        return type(error).__name__, error.response["Error"]["Code"], \
            error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def same(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")
    print(f"ok  {what}: {got!r}"[:150])


def iam(server, recording):
    client = server.client("iam")
    details = pages(client, "get_account_authorization_details", "RoleDetailList",
                    Filter=["Role"], PaginationConfig={"PageSize": 7})
    recorded = {role["name"]: role for role in recording["roles"]}
    same("details of roles", sorted(role["RoleName"] for role in details), sorted(recorded))
    for role in details:
        own = recorded[role["RoleName"]]
        assert role["AssumeRolePolicyDocument"] == own["trust"]
        assert {policy["PolicyName"]: policy["PolicyDocument"]
                for policy in role["RolePolicyList"]} == own.get("inline", {})
        assert [p["PolicyArn"] for p in role["AttachedManagedPolicies"]] == own["attached"]
        assert role["RoleLastUsed"]["Region"] == own["last_use"]["region"]
    name = next(role["RoleName"] for role in details if role["RolePolicyList"])
    role = client.get_role(RoleName=name)["Role"]
    same("a role's session", role["MaxSessionDuration"], 3600)
    assert isinstance(role["CreateDate"], datetime.datetime)
    same("roles by path", len(pages(client, "list_roles", "Roles",
                                    PathPrefix="/aws-service-role/")), 40)
    for policy in pages(client, "list_role_policies", "PolicyNames", RoleName=name):
        document = client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        assert document == recorded[name]["inline"][policy]
    attached = pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    pages(client, "list_role_tags", "Tags", RoleName=name)
    policies = pages(client, "list_policies", "Policies", OnlyAttached=True,
                     PathPrefix="/aws-service-role/")
    same("attached AWS policies", len(policies), 12)
    for policy in policies:
        version = client.get_policy_version(PolicyArn=policy["Arn"],
                                            VersionId=policy["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"]["Version"] == "2012-10-17"
        assert version["PolicyVersion"]["IsDefaultVersion"]
        carriers = pages(client, "list_entities_for_policy", "PolicyRoles",
                         PolicyArn=policy["Arn"])
        assert len(carriers) == policy["AttachmentCount"] > 0
    arn = attached[0]["PolicyArn"]
    versions = pages(client, "list_policy_versions", "Versions", PolicyArn=arn)
    same("a policy's default", client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"],
         next(v["VersionId"] for v in versions if v["IsDefaultVersion"]))
    same("roles in the summary", client.get_account_summary()["SummaryMap"]["Roles"], 40)
    same("no such role", code(client.get_role, RoleName="nobody"),
         ("NoSuchEntityException", "NoSuchEntity", 404))


def connect(server, recording):
    counts = {}
    for region in REGIONS:
        recorded = {i["id"]: i for i in recording["regions"][region]["instances"]}
        client = server.client("connect", region)
        instances = pages(client, "list_instances", "InstanceSummaryList")
        assert [i["Id"] for i in instances] == list(recorded)
        for instance in instances:
            own = recorded[instance["Id"]]
            assert instance["ServiceRole"] == own["service_role"]
            assert instance["CreatedTime"].isoformat().startswith(own["created"][:10])
            target = {"InstanceId": instance["Id"]}
            for use in own["storage"]:
                configs = pages(client, "list_instance_storage_configs", "StorageConfigs",
                                ResourceType=use, **target)
                assert len(configs) == 1 and "StorageType" in configs[0]
                counts[configs[0]["StorageType"]] = counts.get(configs[0]["StorageType"], 0) + 1
            bots = pages(client, "list_bots", "LexBots", LexVersion="V2", **target)
            assert len(bots) == 27 and all(bot["LexV2Bot"]["AliasArn"] for bot in bots)
            bots = pages(client, "list_bots", "LexBots", LexVersion="V1", **target)
            assert [bot["LexBot"]["LexRegion"] for bot in bots] == [region] * 2
            assert len(pages(client, "list_lex_bots", "LexBots", **target)) == 2
            kinds = [association["IntegrationType"] for association in pages(
                client, "list_integration_associations", "IntegrationAssociationSummaryList",
                **target)]
            assert kinds == ["WISDOM_ASSISTANT", "APPLICATION"]
            for switch in ("CONTACTFLOW_LOGS", "HIGH_VOLUME_OUTBOUND"):
                value = client.describe_instance_attribute(AttributeType=switch, **target)
                wanted = own["attributes"].get(switch, False)
                assert value["Attribute"]["Value"] == str(wanted).lower()
            assert len(pages(client, "list_instance_attributes", "Attributes", **target)) == 12
            assert client.describe_instance(**target)["Instance"]["Arn"] == instance["Arn"]
    same("storage by type", counts, {"S3": 175, "KINESIS_VIDEO_STREAM": 25,
                                     "KINESIS_FIREHOSE": 25, "KINESIS_STREAM": 100})
    same("no such instance", code(client.describe_instance, InstanceId="x"),
         ("ResourceNotFoundException", "ResourceNotFoundException", 404))


def profiles_and_campaigns(server, recording):
    domains, onboarded = 0, 0
    for region in REGIONS:
        client = server.client("customer-profiles", region)
        here = followed(client.list_domains, "Items")
        domains += len(here)
        for domain in here:
            name = domain["DomainName"]
            known = client.get_domain(DomainName=name)
            assert known["CreatedAt"] == domain["CreatedAt"]
            assert ":key/" in known["DefaultEncryptionKey"]
            assert known["DeadLetterQueueUrl"].startswith("https://sqs.")
            uri = client.list_integrations(DomainName=name)["Items"][0]["Uri"]
            found = followed(client.list_account_integrations, "Items", Uri=uri)
            assert [item["DomainName"] for item in found] == [name]
        first = server.client("connectcampaigns", region)
        second = server.client("connectcampaignsv2", region)
        for own in recording["regions"][region]["instances"]:
            for client in (first, second):
                if "campaigns" not in own:
                    missing = code(client.get_connect_instance_config, connectInstanceId=own["id"])
                    assert missing[0] == "ResourceNotFoundException", missing
                    continue
                config = client.get_connect_instance_config(connectInstanceId=own["id"])
                role = config["connectInstanceConfig"]["serviceLinkedRoleArn"]
                assert role == own["campaigns"]["service_role"]
                job = client.get_instance_onboarding_job_status(connectInstanceId=own["id"])
                assert job["connectInstanceOnboardingJobStatus"]["status"] == "SUCCEEDED"
                assert client.list_campaigns()["campaignSummaryList"] == []
                onboarded += 1
            if "campaigns" in own:
                found = pages(second, "list_connect_instance_integrations",
                              "integrationSummaryList", connectInstanceId=own["id"])
                assert found[0]["customerProfiles"]["domainArn"].startswith("arn:aws:profile:")
    same("domains", domains, 4)
    same("campaigns configurations, in both versions", onboarded, 4)


def regions(server):
    client = server.client("account")
    enabled = pages(client, "list_regions", "Regions",
                    RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])
    same("enabled Regions", len(enabled), 17)
    same("all Regions", len(pages(client, "list_regions", "Regions")), 28)


SERVICES = {
    "iam": ("list_roles", {}),
    "sts": ("get_caller_identity", {}),
    "organizations": ("list_accounts", {}),
    "account": ("list_regions", {}),
    "connect": ("list_instances", {}),
    "customer-profiles": ("list_domains", {}),
    "connectcampaigns": ("get_connect_instance_config", {"connectInstanceId": "x"}),
    "connectcampaignsv2": ("get_connect_instance_config", {"connectInstanceId": "x"}),
}


def refusals(server):
    for fault in ("deny", "throttle", "internal", "unavailable", "expired_token", "clock_skew",
                  "disabled_region"):
        server.control(rules=[{"fault": fault}])
        told = {}
        for service, (operation, parameters) in SERVICES.items():
            refusal = code(getattr(server.client(service), operation), **parameters)
            told.setdefault(f"{refusal[1]} {refusal[2]}", []).append(service)
        print(f"ok  {fault}: " + "; ".join(f"{k} ({', '.join(v)})" for k, v in told.items()))
    server.control(rules=[])
    wrong = {"aws_access_key_id": server.ready["access_key"], "aws_secret_access_key": "wrong"}
    told = {service: code(getattr(server.client(service, keys=wrong), operation), **parameters)[1:]
            for service, (operation, parameters) in SERVICES.items()}
    print(f"ok  wrong secret: {told}")


def fleet(server):
    sts = server.client("sts")
    organizations = server.client("organizations")
    accounts = pages(organizations, "list_accounts", "Accounts")
    same("accounts", len({account["Id"] for account in accounts}), 500)
    same("suspended", sum(a["Status"] == "SUSPENDED" for a in accounts), 10)
    root = pages(organizations, "list_roots", "Roots")[0]["Id"]
    seen, below = [], [root]
    for parent in below:
        seen += pages(organizations, "list_accounts_for_parent", "Accounts", ParentId=parent)
        below += [unit["Id"] for unit in pages(
            organizations, "list_organizational_units_for_parent", "OrganizationalUnits",
            ParentId=parent)]
    same("accounts in units", (len(seen), len(below)), (500, 5))
    same("organization", organizations.describe_organization()["Organization"]["MasterAccountId"],
         accounts[0]["Id"])
    for account in accounts[:3]:
        lent = sts.assume_role(RoleArn=f"arn:aws:iam::{account['Id']}:role/audit",
                               RoleSessionName="smoke")["Credentials"]
        assert lent["Expiration"] > datetime.datetime.now(datetime.timezone.utc)
        keys = {"aws_access_key_id": lent["AccessKeyId"],
                "aws_secret_access_key": lent["SecretAccessKey"],
                "aws_session_token": lent["SessionToken"]}
        identity = server.client("sts", keys=keys).get_caller_identity()
        same("session", identity["Arn"],
             f"arn:aws:sts::{account['Id']}:assumed-role/audit/smoke")
        roles = pages(server.client("iam", keys=keys), "list_roles", "Roles")
        assert len(roles) == 20 and all(account["Id"] in role["Arn"] for role in roles)
        own = server.client("connect", keys=keys).list_instances()["InstanceSummaryList"][0]
        assert own["ServiceRole"] in [role["Arn"] for role in roles]
    server.control(rules=[{"operation": "sts:AssumeRole", "account": accounts[3]["Id"],
                           "fault": "deny"}])
    same("a refused role", code(sts.assume_role, RoleSessionName="smoke",
                                RoleArn=f"arn:aws:iam::{accounts[3]['Id']}:role/audit")[1:],
         ("AccessDenied", 403))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=HERE.parents[1] / "target/debug/examples/fake_account")
    binary = str(parser.parse_args().binary)
    recording = json.loads((ACCOUNTS / "contact-center.clean.json").read_text())
    with Server(binary, ACCOUNTS / "contact-center.clean.json") as server:
        server.control(enforce_rates=False)
        same("account", server.client("sts").get_caller_identity()["Account"], recording["id"])
        iam(server, recording)
        regions(server)
        connect(server, recording)
        profiles_and_campaigns(server, recording)
        refusals(server)
        log = server.log()
        same("operations asked", len(log["ever"]), 35)
    with Server(binary, ACCOUNTS / "fleet.json", "--accounts", "500") as server:
        fleet(server)
        same("throttled", server.log()["throttled"], 0)


if __name__ == "__main__":
    main()
