#!/usr/bin/env python3
"""The plain way to gather what a scan looks at: one boto3 call after the other, in one process.

Every role, to find the linked ones by path and their look-alikes by name; then role by role: the role, its
attached policies and its inline documents, and policy by policy: its default version's document and
everything else that carries it. Prints what it cost
this process, without the start of the interpreter and the import of boto3, as one line of JSON.
"""

import json
import resource
import time

import boto3

begun = time.perf_counter()
used = resource.getrusage(resource.RUSAGE_SELF)
iam = boto3.client("iam")

roles, policies = {}, {}
for page in iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000}):
    for entry in page["Roles"]:
        name = entry["RoleName"]
        if not (entry["Path"].startswith("/aws-service-role/") or name.startswith("AWSServiceRoleFor")):
            continue
        role = iam.get_role(RoleName=name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        }
        roles[name] = (role, attached, inline)
        for arn in (policy["PolicyArn"] for policy in attached):
            if arn in policies:
                continue
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            policies[arn] = (version, document, iam.list_entities_for_policy(PolicyArn=arn, MaxItems=1000))

now = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "roles": len(roles),
            "policies": len(policies),
            "wall": time.perf_counter() - begun,
            "cpu": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime,
        }
    )
)
