#!/usr/bin/env python3
"""Writes the recorded accounts beside it: the contact centre, clean and drifted, and a fleet.

    python3 generate.py            writes contact-center.clean.json, contact-center.drifted.json,
                                   planted.json and fleet.json
    python3 generate.py --check    exit code 1 when a file is not what would be written

Standard library only. The same output every time. README.md in the folder above tells the format.
"""

import copy
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "examples" / "contact-center.json"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

STORAGE_USES = [
    "CHAT_TRANSCRIPTS", "CALL_RECORDINGS", "SCHEDULED_REPORTS", "MEDIA_STREAMS",
    "CONTACT_TRACE_RECORDS", "AGENT_EVENTS", "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS", "ATTACHMENTS",
    "CONTACT_EVALUATIONS", "SCREEN_RECORDINGS", "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS", "EMAIL_MESSAGES",
]
FOLDERS = {
    "CHAT_TRANSCRIPTS": "ChatTranscripts", "CALL_RECORDINGS": "CallRecordings",
    "SCHEDULED_REPORTS": "Reports", "ATTACHMENTS": "Attachments",
    "CONTACT_EVALUATIONS": "ContactEvaluations", "SCREEN_RECORDINGS": "ScreenRecordings",
    "EMAIL_MESSAGES": "EmailMessages",
}
OBJECTS = ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"]
BUCKET = ["s3:GetBucketLocation", "s3:GetBucketAcl"]
REPORTS = ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObjectAcl"]
STREAM = ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStream"]
FIREHOSE = ["firehose:DescribeDeliveryStream", "firehose:PutRecord", "firehose:PutRecordBatch"]
CAMPAIGNS = [
    "connect-campaigns:" + name for name in (
        "CreateCampaign", "DeleteCampaign", "DescribeCampaign", "UpdateCampaignName",
        "GetCampaignState", "GetCampaignStateBatch", "ListCampaigns", "UpdateOutboundCallConfig",
        "UpdateDialerConfig", "PauseCampaign", "ResumeCampaign", "StopCampaign")
]
DIALLING = [
    "connect:StartOutboundVoiceContact", "connect:GetMetricData", "connect:GetCurrentMetricData",
    "connect:GetCurrentUserData",
]
REGIONS = {"us-east-1": 12, "eu-west-2": 8, "ap-southeast-2": 5}
OTHERS = [
    "AWSServiceRoleForCertificateManager", "AWSServiceRoleForCloudTrail",
    "AWSServiceRoleForElasticLoadBalancing", "AWSServiceRoleForKafkaConnect",
    "AWSServiceRoleForKeyManagementServiceMultiRegionKeys", "AWSServiceRoleForOrganizations",
    "AWSServiceRoleForTrustedAdvisor", "AWSServiceRoleForAPIGateway",
]
# AWS's own policies, by the linked service; each is an attached one.
FAMILIES = {
    "connect.amazonaws.com": "AmazonConnectServiceLinkedRolePolicy",
    "connect-campaigns.amazonaws.com": "AmazonConnectCampaignsServiceLinkedRolePolicy",
    "profile.amazonaws.com": "CustomerProfilesServiceLinkedRolePolicy",
    "synchronization.connect.amazonaws.com": "AmazonConnectSynchronizationServiceRolePolicy",
}


def digest(label):
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:16], "big")


def suffix(label):
    number, text = digest(label), ""
    for _ in range(20):
        number, place = divmod(number, len(ALPHABET))
        text += ALPHABET[place]
    return text


def uuid(label):
    text = f"{digest(label):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def allow(*statements):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": resources}
            for actions, resources in statements
        ],
    }


class Account:
    """An account that is being made."""

    def __init__(self, identity):
        self.id = identity
        self.roles = {}
        self.regions = {}
        self.policies = []

    def role(self, name, principal, policies, created, region, inline=None, description=None):
        role = {
            "name": name,
            "path": f"/aws-service-role/{principal}/",
            "created": created,
            "trust": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": principal},
                    "Action": "sts:AssumeRole",
                }],
            },
            "attached": [
                f"arn:aws:iam::aws:policy/aws-service-role/{policy}" for policy in policies
            ],
        }
        if inline:
            role["inline"] = inline
        if description:
            role["description"] = description
        role["last_use"] = {"days_ago": 1 + digest(name) % 30, "region": region}
        self.roles[name] = role
        return self.arn(name)

    def linked(self, name, principal, created, region, **more):
        return self.role(name, principal, [FAMILIES[principal]], created, region, **more)

    def arn(self, name):
        return f"arn:aws:iam::{self.id}:role{self.roles[name]['path']}{name}"

    def regional(self, service, region, resource):
        return f"arn:aws:{service}:{region}:{self.id}:{resource}"

    def text(self):
        regions = {
            name: {
                "instances": list(region["instances"].values()),
                "domains": region["domains"],
            }
            for name, region in sorted(self.regions.items())
        }
        roles = sorted(self.roles.values(), key=lambda role: (role["path"], role["name"]))
        return {"id": self.id, "roles": roles, "policies": self.policies, "regions": regions}


def other_roles(account, names):
    """Takes service-linked roles of other services, with their policies, from the example."""
    example = json.loads(EXAMPLE.read_text())
    policies = {policy["arn"]: policy for policy in example["policies"]}
    for role in example["roles"]:
        if role["name"] not in names:
            continue
        arns = role["attached"]["read"]
        principal = role["path"].strip("/").split("/")[1]
        account.role(role["name"], principal, [arn.rsplit("/", 1)[1] for arn in arns],
                     role["created_at"], "us-east-1")
        for arn in arns:
            account.policies.append({
                "arn": arn,
                "default_version": policies[arn]["default_version"]["read"],
                "versions": [{
                    "version": policies[arn]["default_version"]["read"],
                    "created": "2025-01-15T10:00:00Z",
                    "document": policies[arn]["document"]["read"],
                }],
            })


def storage_of(account, region, alias, bucket):
    """Says where an instance keeps each kind of data."""
    key = account.regional("kms", region, f"key/{uuid(alias)}")
    stream = account.regional("kinesis", region, f"stream/{alias}-agent-events")
    analysis = account.regional("kinesis", region, f"stream/{alias}-contact-lens")
    firehose = account.regional("firehose", region, f"deliverystream/{alias}-contact-records")
    storage = {}
    for use in STORAGE_USES:
        if use in FOLDERS:
            prefix = f"connect/{alias}/{FOLDERS[use]}"
            storage[use] = [{"s3": {"bucket": bucket, "prefix": prefix, "key": key}}]
        elif use == "MEDIA_STREAMS":
            prefix = f"{alias}-connect-{alias}-contact-"
            video = {"prefix": prefix, "retention_hours": 24, "key": key}
            storage[use] = [{"kinesis_video_stream": video}]
        elif use == "CONTACT_TRACE_RECORDS":
            storage[use] = [{"kinesis_firehose": firehose}]
        elif use == "AGENT_EVENTS":
            storage[use] = [{"kinesis_stream": stream}]
        else:
            storage[use] = [{"kinesis_stream": analysis}]
    return storage


def inline_of(account, instance, bots_v1, region):
    """Says what Connect granted for what is configured on an instance."""
    storage = instance["storage"]
    inline = {}
    records = storage["CONTACT_TRACE_RECORDS"][0]["kinesis_firehose"]
    inline["AmazonConnectServiceDataStreamContactTraceRecord"] = allow((FIREHOSE, [records]))
    events = storage["AGENT_EVENTS"][0]["kinesis_stream"]
    inline["AmazonConnectServiceDataStreamAgentEvents"] = allow((STREAM, [events]))
    bots = [account.regional("lex", region, f"bot:{name}:*") for name in bots_v1]
    inline["LexBots"] = allow((["lex:PostContent"], bots))
    bucket = storage["CALL_RECORDINGS"][0]["s3"]["bucket"]
    if not bucket.startswith("amazon-connect-"):
        objects = [
            f"arn:aws:s3:::{bucket}/{storage[use][0]['s3']['prefix']}/*"
            for use in sorted(FOLDERS) if use != "SCHEDULED_REPORTS"
        ]
        inline["Recordings"] = allow((OBJECTS, objects), (BUCKET, [f"arn:aws:s3:::{bucket}"]))
        reports = storage["SCHEDULED_REPORTS"][0]["s3"]["prefix"]
        inline["ExportedReports"] = allow((REPORTS, [f"arn:aws:s3:::{bucket}/{reports}/*"]))
    if "campaigns" in instance:
        inline["OutboundCampaigns"] = allow((CAMPAIGNS, "*"))
    return inline


def contact_center():
    """Makes the clean account."""
    account = Account("111122223333")
    for region, count in REGIONS.items():
        instances = {}
        for number in range(count):
            alias = f"acme-{region.rsplit('-', 1)[0]}-{number:02}"
            own = number % 2 == 1
            hashed = f"{digest(alias) % 16**12:012x}"
            bucket = f"{alias}-recordings" if own else f"amazon-connect-{hashed}"
            bots_v1 = [f"Orders{number:02}", f"Returns{number:02}"]
            instance = {
                "id": uuid(f"instance {alias}"),
                "alias": alias,
                "created": f"20{19 + number % 7}-0{1 + number % 9}-11T08:30:00Z",
                "storage": storage_of(account, region, alias, bucket),
                "bots": [{"v1": {"name": name, "region": region}} for name in bots_v1] + [
                    {"v2": account.regional(
                        "lex", region, f"bot-alias/B{number:02}{place:03}XYZQ/TSTALIASID")}
                    for place in range(27)
                ],
                "integrations": [
                    {"kind": "WISDOM_ASSISTANT", "arn": account.regional(
                        "wisdom", region, f"assistant/{uuid('assistant ' + alias)}")},
                    {"kind": "APPLICATION", "arn": account.regional(
                        "app-integrations", region, f"application/{uuid('application ' + alias)}")},
                ],
                "attributes": {"INBOUND_CALLS": True, "OUTBOUND_CALLS": True,
                               "CONTACTFLOW_LOGS": True, "CONTACT_LENS": True},
            }
            if number == 0 and region != "ap-southeast-2":
                name = f"AWSServiceRoleForConnectCampaigns_{suffix('campaigns ' + alias)}"
                arn = account.regional("connect", region, f"instance/{instance['id']}")
                role = account.linked(
                    name, "connect-campaigns.amazonaws.com", "2024-02-01T09:00:00Z", region,
                    inline={"ConnectCampaignsServiceConnectIntegrationAccess":
                            allow((DIALLING, f"{arn}*"))},
                    description="Enables access to AWS Services and Resources used or managed by "
                                "Amazon Connect Campaigns.")
                instance["attributes"]["HIGH_VOLUME_OUTBOUND"] = True
                instance["campaigns"] = {
                    "service_role": role,
                    "onboarding": {"status": "SUCCEEDED"},
                    "key": account.regional("kms", region, f"key/{uuid('campaigns ' + alias)}"),
                    "integrations": [{"customer_profiles": account.regional(
                        "profile", region, f"domains/amazon-connect-{alias}")}],
                }
            name = f"AWSServiceRoleForAmazonConnect_{suffix('connect ' + alias)}"
            instance["service_role"] = account.linked(
                name, "connect.amazonaws.com", instance["created"], region,
                inline=inline_of(account, instance, bots_v1, region))
            instances[alias] = instance
        account.regions[region] = {"instances": instances, "domains": []}
    for region, number in [("us-east-1", 0), ("us-east-1", 1), ("eu-west-2", 0),
                           ("ap-southeast-2", 0)]:
        here = account.regions[region]
        alias, instance = list(here["instances"].items())[number]
        here["domains"].append({
            "name": f"amazon-connect-{alias}",
            "created": "2024-01-20T12:00:00Z",
            "key": account.regional("kms", region, f"key/{uuid('profiles ' + alias)}"),
            "dead_letter_queue": f"https://sqs.{region}.amazonaws.com/{account.id}/{alias}",
            "integrations": [account.regional("connect", region, f"instance/{instance['id']}")],
        })
        account.linked(f"AWSServiceRoleForProfile_{suffix('profile ' + alias)}",
                       "profile.amazonaws.com", "2024-01-20T12:00:01Z", region)
    account.linked(f"AWSServiceRoleForAmazonConnectSynchronization_{suffix('synchronization')}",
                   "synchronization.connect.amazonaws.com", "2025-03-01T07:00:00Z", "us-east-1")
    other_roles(account, OTHERS)
    return account


def drifted(account):
    """Plants one case after the other, and tells which rule must name which resource."""
    planted = []

    def instance(region, number):
        return list(account.regions[region]["instances"].values())[number]

    def role_of(of):
        return account.roles[of["service_role"].rsplit("/", 1)[1]]

    def plant(rule, resource, note):
        planted.append({"rule": rule, "resource": resource, "note": note})

    def drop_role(of):
        del account.roles[of.pop("service_role").rsplit("/", 1)[1]]

    def arn_of(region, of):
        return account.regional("connect", region, f"instance/{of['id']}")

    first, second, third = "us-east-1", "eu-west-2", "ap-southeast-2"

    old = instance(first, 10)
    old["created"] = "2017-06-01T10:00:00Z"
    drop_role(old)
    plant("instance-without-role", arn_of(first, old), "created before October 2018")
    new = instance(second, 1)
    new["created"] = "2023-05-05T10:00:00Z"
    drop_role(new)
    plant("instance-without-role", arn_of(second, new), "created after October 2018")

    legacy = account.linked("AWSServiceRoleForAmazonConnect", "connect.amazonaws.com",
                            "2018-11-01T10:00:00Z", first)
    plant("legacy-role-name", legacy, "the name of the first years")

    keeper, guest = instance(first, 2), instance(first, 3)
    left = role_of(guest)
    for name, document in left.pop("inline").items():
        role_of(keeper)["inline"][f"{name}-{guest['alias']}"] = document
    plant("orphaned-role", guest["service_role"], "its instance names another role")
    guest["service_role"] = keeper["service_role"]
    plant("shared-role", keeper["service_role"], "two instances name it")

    orphan = account.linked(f"AWSServiceRoleForAmazonConnect_{suffix('orphan')}",
                            "connect.amazonaws.com", "2022-02-02T10:00:00Z", second)
    plant("orphaned-role", orphan, "no instance in any Region names it")
    orphan = account.linked(f"AWSServiceRoleForConnectCampaigns_{suffix('orphan')}",
                            "connect-campaigns.amazonaws.com", "2024-04-04T10:00:00Z", second)
    plant("orphaned-role", orphan, "no campaigns configuration names it")

    profiles = sorted(name for name in account.roles if "ForProfile_" in name)
    del account.roles[profiles[0]]
    plant("profile-domain-count-mismatch", f"arn:aws:iam::{account.id}:root",
          "three roles, four domains")
    far = account.roles[profiles[1]]
    far["last_use"]["region"] = "eu-west-1"
    plant("unsupported-region", account.arn(profiles[1]), "last used where profiles are not offered")

    idle = next(role for name, role in account.roles.items() if "Synchronization_" in name)
    idle["last_use"]["days_ago"] = 200
    plant("unused-role", account.arn(idle["name"]), "not used for 200 days")

    voice = instance(first, 4)
    domain = account.regional("voiceid", first, "domain/Vd0AcmeVoiceDomain01")
    voice["integrations"].append({"kind": "VOICE_ID", "arn": domain})
    role_of(voice)["inline"]["VoiceId"] = allow((["voiceid:*"], domain))
    plant("retired-service-grant", voice["service_role"], "Voice ID, which has ended")

    finance = instance(first, 5)
    role_of(finance)["inline"]["OldRecordings"] = allow(
        (OBJECTS, ["arn:aws:s3:::acme-finance/*"]), (BUCKET, ["arn:aws:s3:::acme-finance"]))
    plant("grant-on-unconfigured-resource", finance["service_role"], "another bucket")
    wider = instance(second, 5)
    bucket = wider["storage"]["CALL_RECORDINGS"][0]["s3"]["bucket"]
    role_of(wider)["inline"]["Payroll"] = allow((OBJECTS, [f"arn:aws:s3:::{bucket}/payroll/*"]))
    plant("grant-on-unconfigured-resource", wider["service_role"], "another prefix of its bucket")

    lost = instance(first, 7)
    del role_of(lost)["inline"]["Recordings"]
    plant("configured-resource-not-granted", lost["service_role"], "the bucket of recordings")
    deaf = instance(second, 3)
    del role_of(deaf)["inline"]["AmazonConnectServiceDataStreamAgentEvents"]
    plant("configured-resource-not-granted", deaf["service_role"], "the stream of agent events")

    abroad = instance(first, 6)
    role_of(abroad)["inline"]["Partner"] = allow(
        (["kinesis:PutRecord", "kinesis:PutRecords"],
         f"arn:aws:kinesis:{first}:444455556666:stream/contacts"))
    plant("cross-account-grant", abroad["service_role"], "a stream of another account")

    beyond = instance(third, 1)
    document = role_of(beyond)["inline"]["Recordings"]
    document["Statement"][1]["Action"] = BUCKET + ["s3:PutBucketPolicy"]
    plant("inline-grant-beyond-features", beyond["service_role"], "one more action on its bucket")
    return planted


def fleet():
    """Makes templates for many accounts: twenty roles each, most of them clean."""
    small = Account("${account}")
    ids = []
    for region in ("us-east-1", "eu-west-2"):
        alias = f"branch-{region}"
        bucket = f"amazon-connect-{digest(alias) % 16**12:012x}"
        instance = {
            "id": uuid(f"fleet {region}"),
            "alias": alias,
            "created": "2022-03-11T08:30:00Z",
            "storage": storage_of(small, region, alias, bucket),
            "bots": [{"v1": {"name": "Orders", "region": region}}],
            "attributes": {"CONTACTFLOW_LOGS": True},
        }
        name = "AWSServiceRoleForAmazonConnect_${suffix:" + region + "}"
        instance["service_role"] = small.linked(
            name, "connect.amazonaws.com", instance["created"], region,
            inline=inline_of(small, instance, ["Orders"], region))
        small.regions[region] = {"instances": {alias: instance}, "domains": []}
        ids.append(instance["id"])
    small.regions["us-east-1"]["domains"].append({
        "name": "amazon-connect-branch",
        "created": "2024-01-20T12:00:00Z",
        "integrations": [small.regional("connect", "us-east-1", f"instance/{ids[0]}")],
    })
    small.linked("AWSServiceRoleForProfile_${suffix:profile}", "profile.amazonaws.com",
                 "2024-01-20T12:00:01Z", "us-east-1")
    other_roles(small, OTHERS)
    for place in range(19 - len(small.roles)):
        name = f"application-{place:02}"
        small.roles[name] = {
            "name": name,
            "path": "/",
            "created": "2021-09-09T09:09:09Z",
            "trust": allow((["sts:AssumeRole"], "*")) | {"Statement": [{
                "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole"}]},
            "inline": {"tables": allow((["dynamodb:GetItem", "dynamodb:PutItem"],
                                        f"arn:aws:dynamodb:us-east-1:${{account}}:table/{name}"))},
        }
    clean = small.text()
    planted = copy.deepcopy(clean)
    victim = next(role for role in planted["roles"] if "us-east-1" in role["name"])
    victim["trust"]["Statement"][0]["Principal"]["AWS"] = "arn:aws:iam::444455556666:root"
    audit = {
        "name": "audit",
        "created": "2021-01-01T00:00:00Z",
        "trust": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::200000000007:root"},
            "Action": "sts:AssumeRole"}]},
    }
    for account in (clean, planted):
        account["roles"].append(audit)
    return {
        "organization": {
            "id": "o-fakefleet01",
            "units": [{"name": "branches"}, {"name": "north", "parent": "branches"},
                      {"name": "south", "parent": "branches"}, {"name": "sandbox"}],
        },
        "fleet": {
            "accounts": 10000,
            "seed": 7,
            "suspended_every": 50,
            "templates": [{"weight": 9, "account": clean}, {"weight": 1, "account": planted}],
        },
    }


def lines(value, depth):
    """Writes JSON with one line for each thing below a depth."""
    pad = "  "
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, separators=(", ", ": "))
    if isinstance(value, list):
        inner = [lines(item, depth - 1) for item in value]
        opening, closing = "[", "]"
    else:
        inner = [f"{json.dumps(key)}: {lines(item, depth - 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    body = ",\n".join(pad + item.replace("\n", "\n" + pad) for item in inner)
    return f"{opening}\n{body}\n{closing}"


def main():
    clean = contact_center()
    changed = copy.deepcopy(clean)
    planted = drifted(changed)
    assert len(clean.roles) == len(changed.roles) == 40
    files = {
        "contact-center.clean.json": lines(clean.text(), 4),
        "contact-center.drifted.json": lines(changed.text(), 4),
        "planted.json": lines(planted, 1),
        "fleet.json": lines(fleet(), 6),
    }
    stale = 0
    for name, text in files.items():
        path = HERE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text + "\n":
                print(f"{name} is not what generate.py writes")
                stale = 1
        else:
            path.write_text(text + "\n")
    return stale


if __name__ == "__main__":
    sys.exit(main())
