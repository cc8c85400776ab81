"""Seeds accounts on a moto server: one without drift, and the same one with known drift planted.

Every account is deterministic: the names, texts and attachments are equal on every run, only the creation
times are those of the run.

moto lets everybody create and change service-linked roles, which AWS does not; that is how drift is
planted here. Its own CreateServiceLinkedRole gives names that AWS does not give and attaches no policy, so
linked roles are made with CreateRole under their path.
"""

from __future__ import annotations

import dataclasses
import json
import random
import string

from moto_server import ACCOUNT, REGION

LINKED_POLICY_PREFIX = "arn:aws:iam::aws:policy/aws-service-role/"
INSTANCE = "8a6f2c41-53be-4d07-9c1f-2e7d60b9a514"

# The four families around Amazon Connect. A real role's name ends in an identifier of its instance or domain.
FAMILIES = [
    ("AmazonConnect", "connect.amazonaws.com", "AmazonConnectServiceLinkedRolePolicy"),
    ("ConnectCampaigns", "connect-campaigns.amazonaws.com", "AmazonConnectCampaignsServiceLinkedRolePolicy"),
    ("Profile", "profile.amazonaws.com", "CustomerProfilesServiceLinkedRolePolicy"),
    (
        "AmazonConnectSynchronization",
        "synchronization.connect.amazonaws.com",
        "AmazonConnectSynchronizationServiceRolePolicy",
    ),
]

# Role, linked principal and policy of other services, as AWS created them in real accounts.
OTHERS = [
    ("APIGateway", "ops.apigateway.amazonaws.com", "APIGatewayServiceRolePolicy"),
    ("AWSShield", "shield.amazonaws.com", "AWSShieldServiceRolePolicy"),
    ("AmazonEKS", "eks.amazonaws.com", "AmazonEKSServiceRolePolicy"),
    ("AmazonEKSForFargate", "eks-fargate.amazonaws.com", "AmazonEKSForFargateServiceRolePolicy"),
    ("AmazonEKSNodegroup", "eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup"),
    (
        "AmazonElasticFileSystem",
        "elasticfilesystem.amazonaws.com",
        "AmazonElasticFileSystemServiceRolePolicy",
    ),
    ("AmazonGrafana", "grafana.amazonaws.com", "AmazonGrafanaServiceLinkedRolePolicy"),
    ("AmazonMQ", "mq.amazonaws.com", "AmazonMQServiceRolePolicy"),
    ("AmazonOpenSearchService", "opensearchservice.amazonaws.com", "AmazonOpenSearchServiceRolePolicy"),
    ("AmazonSSM", "ssm.amazonaws.com", "AmazonSSMServiceRolePolicy"),
    (
        "AmazonSSM_AccountDiscovery",
        "accountdiscovery.ssm.amazonaws.com",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    (
        "ApplicationAutoScaling_CassandraTable",
        "cassandra.application-autoscaling.amazonaws.com",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    (
        "ApplicationAutoScaling_EC2SpotFleetRequest",
        "ec2.application-autoscaling.amazonaws.com",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    ("AutoScaling", "autoscaling.amazonaws.com", "AutoScalingServiceRolePolicy"),
    ("Backup", "backup.amazonaws.com", "AWSBackupServiceLinkedRolePolicyForBackup"),
    ("Batch", "batch.amazonaws.com", "BatchServiceRolePolicy"),
    ("CertificateManager", "acm.amazonaws.com", "CertificateManagerServiceRolePolicy"),
    ("CloudTrail", "cloudtrail.amazonaws.com", "CloudTrailServiceRolePolicy"),
    ("Config", "config.amazonaws.com", "AWSConfigServiceRolePolicy"),
    ("DocDB-Elastic", "docdb-elastic.amazonaws.com", "AmazonDocDB-ElasticServiceRolePolicy"),
    ("ECRReplication", "replication.ecr.amazonaws.com", "ECRReplicationServiceRolePolicy"),
    ("ECS", "ecs.amazonaws.com", "AmazonECSServiceRolePolicy"),
    ("ElastiCache", "elasticache.amazonaws.com", "ElastiCacheServiceRolePolicy"),
    (
        "ElasticLoadBalancing",
        "elasticloadbalancing.amazonaws.com",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    ("FIS", "fis.amazonaws.com", "AmazonFISServiceRolePolicy"),
    ("GitSync", "repository.sync.codeconnections.amazonaws.com", "AWSGitSyncServiceRolePolicy"),
    ("ImageBuilder", "imagebuilder.amazonaws.com", "AWSServiceRoleForImageBuilder"),
    ("Kafka", "kafka.amazonaws.com", "KafkaServiceRolePolicy"),
    (
        "KeyManagementServiceMultiRegionKeys",
        "mrk.kms.amazonaws.com",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    ("LexV2Bots", "lexv2.amazonaws.com", "AmazonLexV2BotPolicy"),
    ("Lightsail", "lightsail.amazonaws.com", "LightsailExportAccess"),
    ("RDS", "rds.amazonaws.com", "AmazonRDSServiceRolePolicy"),
    ("Redshift", "redshift.amazonaws.com", "AmazonRedshiftServiceLinkedRolePolicy"),
    ("ResourceExplorer", "resource-explorer-2.amazonaws.com", "AWSResourceExplorerServiceRolePolicy"),
    ("SSO", "sso.amazonaws.com", "AWSSSOServiceRolePolicy"),
    ("WAFV2Logging", "wafv2.amazonaws.com", "WAFV2LoggingServiceRolePolicy"),
]

# Policies of AWS that ordinary roles carry, and none that belongs to a linked role.
ORDINARY_AWS_POLICIES = [
    "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
]


@dataclasses.dataclass(frozen=True)
class Planted:
    """One drift, as the finding that must report it: nothing else may be found on that role."""

    role: str
    rule: str
    # A plain `get-account-authorization-details` dump holds what it takes to see it.
    in_dump: bool = True
    # The role itself has drifted, not only a policy that is reserved for it.
    drifts: bool = True


@dataclasses.dataclass
class Account:
    """What was seeded."""

    linked: list[str]
    ordinary: list[str]
    planted: list[Planted] = dataclasses.field(default_factory=list)

    def family(self, stem: str) -> str:
        """Returns the name of the linked role of one Connect family."""
        return next(name for name in self.linked if name.startswith(f"AWSServiceRoleFor{stem}_"))


def plain(iam, roles: int = 1000, linked: int = 40, campaigns_inline: bool = False) -> Account:
    """Seeds `roles` roles of which `linked` are service-linked, none of them drifted.

    `campaigns_inline` adds the inline policy that the campaigns service itself puts on its role. No other
    linked role has an inline policy.
    """
    table = FAMILIES + OTHERS
    if not len(FAMILIES) <= linked <= min(roles, len(table)):
        raise ValueError(f"{linked} linked roles asked for; {len(FAMILIES)} to {len(table)} are known")
    chance = random.Random(20181001)
    require_policies(iam, [policy for _, _, policy in table[:linked]])

    account = Account([], [])
    for position, (stem, principal, policy) in enumerate(table[:linked]):
        suffix = "_" + identifier(chance) if position < len(FAMILIES) else ""
        name = f"AWSServiceRoleFor{stem}{suffix}"
        iam.create_role(
            RoleName=name,
            Path=f"/aws-service-role/{principal}/",
            AssumeRolePolicyDocument=service_trust(principal),
            MaxSessionDuration=3600,
        )
        iam.attach_role_policy(RoleName=name, PolicyArn=LINKED_POLICY_PREFIX + policy)
        account.linked.append(name)
    if campaigns_inline:
        iam.put_role_policy(
            RoleName=account.family("ConnectCampaigns"),
            PolicyName="ConnectCampaignsServiceConnectIntegrationAccess",
            PolicyDocument=allow(
                [
                    "connect:StartOutboundVoiceContact",
                    "connect:GetMetricData",
                    "connect:GetCurrentMetricData",
                    "connect:GetCurrentUserData",
                ],
                [f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{INSTANCE}*"],
            ),
        )
    seed_ordinary(iam, account, roles - linked, chance)
    return account


def drifted(iam, roles: int = 120, linked: int = 40) -> Account:
    """Seeds the plain account and plants one drift of each kind, each on a role of its own."""
    account = plain(iam, roles, linked)
    connect = account.family("AmazonConnect")
    campaigns = account.family("ConnectCampaigns")
    profile = account.family("Profile")
    synchronization = account.family("AmazonConnectSynchronization")
    backup, config, database = (f"AWSServiceRoleFor{stem}" for stem in ("Backup", "Config", "RDS"))
    ordinary = account.ordinary[0]

    # A second principal may assume the role.
    iam.update_assume_role_policy(
        RoleName=connect,
        PolicyDocument=trust_of({"Service": ["connect.amazonaws.com", "lambda.amazonaws.com"]}),
    )
    account.planted.append(Planted(connect, "trust-widened"))

    # A customer policy with the name and even the text of AWS's, in its place: only the ARN tells them apart.
    policy = "AmazonConnectCampaignsServiceLinkedRolePolicy"
    iam.detach_role_policy(RoleName=campaigns, PolicyArn=LINKED_POLICY_PREFIX + policy)
    copy = iam.create_policy(
        PolicyName=policy, PolicyDocument=json.dumps(document_of(iam, LINKED_POLICY_PREFIX + policy))
    )["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=campaigns, PolicyArn=copy)
    account.planted.append(Planted(campaigns, "look-alike-policy"))
    account.planted.append(Planted(campaigns, "missing-managed-policy"))

    # An inline policy that no feature of the service explains.
    iam.put_role_policy(
        RoleName=profile, PolicyName="temporary-debugging", PolicyDocument=allow(["s3:*"], ["*"])
    )
    account.planted.append(Planted(profile, "inline-grant-beyond-features"))

    # Longer sessions. The dump does not hold the session duration.
    iam.update_role(RoleName=synchronization, MaxSessionDuration=7200)
    account.planted.append(Planted(synchronization, "session-duration-edited", in_dump=False))

    # A role with a linked role's name outside the path of linked roles.
    impostor = "AWSServiceRoleForAmazonConnect_backup"
    iam.create_role(
        RoleName=impostor, AssumeRolePolicyDocument=trust_of({"AWS": "arn:aws:iam::111122223333:root"})
    )
    account.planted.append(Planted(impostor, "impostor-role"))

    # A boundary, which AWS's services do not set.
    boundary = iam.create_policy(
        PolicyName="developer-boundary", PolicyDocument=allow(["ec2:*", "rds:*", "s3:*"], ["*"])
    )["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=database, PermissionsBoundary=boundary)
    account.planted.append(Planted(database, "permissions-boundary-attached"))

    # Policies of linked roles on a role and on a user that are none: the findings name the roles that
    # the policies are reserved for, which have not drifted themselves.
    iam.attach_role_policy(
        RoleName=ordinary, PolicyArn=LINKED_POLICY_PREFIX + "CustomerProfilesServiceLinkedRolePolicy"
    )
    account.planted.append(Planted(profile, "policy-attached-elsewhere", drifts=False))
    iam.attach_user_policy(UserName="ci-bot", PolicyArn=LINKED_POLICY_PREFIX + "AmazonECSServiceRolePolicy")
    account.planted.append(Planted("AWSServiceRoleForECS", "policy-attached-elsewhere", drifts=False))

    # One more policy of AWS than the role has.
    iam.attach_role_policy(RoleName=backup, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    account.planted.append(Planted(backup, "unexpected-managed-policy"))

    # Another principal in the place of the linked one: one loses the role and one gains it.
    iam.update_assume_role_policy(RoleName=config, PolicyDocument=service_trust("ec2.amazonaws.com"))
    account.planted.append(Planted(config, "trust-widened"))
    account.planted.append(Planted(config, "trust-narrowed"))
    return account


def change_policy(iam, name: str, add: str | None = None, remove: str | None = None) -> None:
    """Publishes a version of one of AWS's linked policies with an action more or less, as AWS does.

    moto lets everybody do so, and keeps the version that was in force.
    """
    arn = LINKED_POLICY_PREFIX + name
    document = document_of(iam, arn)
    statement = document["Statement"][0]
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    if remove:
        actions = [action for action in actions if action != remove]
    statement["Action"] = actions
    if add:
        document["Statement"].append({"Effect": "Allow", "Action": [add], "Resource": "*"})
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


def roll_back_policy(iam, name: str) -> None:
    """Puts the version before the newest one in force again."""
    arn = LINKED_POLICY_PREFIX + name
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    numbers = sorted(int(version["VersionId"][1:]) for version in versions)
    iam.set_default_policy_version(PolicyArn=arn, VersionId=f"v{numbers[-2]}")


def seed_ordinary(iam, account: Account, count: int, chance: random.Random) -> None:
    """Adds users, groups, local policies and the roles of an ordinary account."""
    local = []
    for number in range(20):
        arn = iam.create_policy(
            PolicyName=f"team-policy-{number:02}",
            Path=chance.choice(["/", "/teams/"]),
            PolicyDocument=bucket_access(number),
        )["Policy"]["Arn"]
        if number % 4 == 0:
            iam.create_policy_version(
                PolicyArn=arn, PolicyDocument=bucket_access(number + 500), SetAsDefault=True
            )
        local.append(arn)
    for name in ("ci-bot", "emergency", "reporting"):
        iam.create_user(UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=chance.choice(ORDINARY_AWS_POLICIES))
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn=local[0])

    for number in range(count):
        name, path, trust = ordinary_role(number, chance)
        iam.create_role(
            RoleName=name,
            Path=path,
            AssumeRolePolicyDocument=trust,
            MaxSessionDuration=chance.choice([3600, 3600, 3600, 14400, 43200]),
            Description=chance.choice(["", f"Made by the platform team, request {number}."]),
            Tags=[
                {"Key": "team", "Value": f"team-{number % 17:02}"},
                {"Key": "cost-centre", "Value": str(4000 + number % 9)},
            ][: chance.randrange(3)],
        )
        for arn in sorted(chance.sample(local, chance.randrange(2))):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(chance.sample(ORDINARY_AWS_POLICIES, chance.choice([0, 1, 1, 2]))):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        if number % 3 == 0:
            iam.put_role_policy(
                RoleName=name, PolicyName="application-access", PolicyDocument=bucket_access(number)
            )
        account.ordinary.append(name)


def ordinary_role(number: int, chance: random.Random) -> tuple[str, str, str]:
    """Returns name, path and trust of one role that is not service-linked."""
    if number == 0:
        return "payments-api", "/", service_trust("ecs-tasks.amazonaws.com")
    if number == 1:
        # It only contains the prefix of linked roles, so nobody can take it for one.
        return "old-AWSServiceRoleForAmazonConnect", "/", service_trust("connect.amazonaws.com")
    kind = chance.randrange(10)
    if kind == 0:
        reserved = f"AWSReservedSSO_Team{number:05}_{number:016x}"
        provider = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_{number % 3}_DO_NOT_DELETE"
        trust = trust_of(
            {"Federated": provider},
            action=["sts:AssumeRoleWithSAML", "sts:TagSession"],
            condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        )
        return reserved, "/aws-reserved/sso.amazonaws.com/", trust
    if kind == 1:
        provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
        subject = f"repo:example/service-{number}:ref:refs/heads/main"
        trust = trust_of(
            {"Federated": provider},
            action="sts:AssumeRoleWithWebIdentity",
            condition={"StringLike": {"token.actions.githubusercontent.com:sub": subject}},
        )
        return f"deploy-{number:05}", "/ci/", trust
    if kind == 2:
        trust = trust_of(
            {"AWS": f"arn:aws:iam::{200000000000 + number}:root"},
            condition={"StringEquals": {"sts:ExternalId": f"vendor-{number}"}},
        )
        return f"vendor-{number:05}", "/vendors/", trust
    service = chance.choice(["ec2", "lambda", "ecs-tasks", "states", "glue", "codebuild"])
    path = chance.choice(["/", "/", "/apps/", "/service-role/"])
    return f"{service}-app-{number:05}", path, service_trust(f"{service}.amazonaws.com")


def require_policies(iam, names: list[str]) -> None:
    """Raises unless the server has these policies of AWS."""
    known = set()
    for page in iam.get_paginator("list_policies").paginate(Scope="AWS", PathPrefix="/aws-service-role/"):
        known.update(policy["PolicyName"] for policy in page["Policies"])
    absent = sorted(set(names) - known)
    if absent:
        raise RuntimeError(f"the server lacks the managed policies {', '.join(absent)}")


def document_of(iam, arn: str) -> dict:
    """Returns the default version's document of a policy."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def identifier(chance: random.Random) -> str:
    """Returns 20 alphanumerics, as AWS appends them to the names of linked roles."""
    return "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(20))


def service_trust(principal: str) -> str:
    return trust_of({"Service": principal})


def trust_of(principal: dict, action: str | list[str] = "sts:AssumeRole", condition: dict | None = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(actions: list[str], resources: list[str]) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket_access(number: int) -> str:
    bucket = f"arn:aws:s3:::team-data-{number}"
    return allow(["s3:GetObject", "s3:ListBucket", "s3:PutObject"], [bucket, f"{bucket}/*"])
