"""OCSF Compliance Finding events, version 1.9.0, judged by py-ocsf-models where it knows the attribute.

The models follow 1.5.0 and ignore what they do not know, so unknown attributes are looked for here.
Attributes of 1.9.0: https://schema.ocsf.io/1.9.0/classes/compliance_finding?profiles=cloud
"""

from typing import get_args

from pydantic import BaseModel, ValidationError
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.account import Account
from py_ocsf_models.objects.cloud import Cloud

# Attributes of 1.9.0 that the models lack, with the type of their values.
NEWER = {
    # Of the profile `cloud`; judged by a model of its own below.
    "cloud": dict,
    "compliance.status": str,
    # Instead of `status_detail`, deprecated since 1.4.0.
    "compliance.status_details": list,
}
# Free-form JSON: nothing is known about what is inside.
FREE = {"unmapped", "evidences[].data"}


def models(annotation):
    """Finds the models in an annotation such as `Optional[list[Check]]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models(part)]


def unknown(value, model, where=""):
    """Names the attributes that neither the model nor 1.9.0 has."""
    for name, member in value.items():
        path = f"{where}{name}"
        if path in NEWER:
            if not isinstance(member, NEWER[path]):
                yield f"{path} is no {NEWER[path].__name__}"
            continue
        if name not in model.model_fields:
            yield f"unknown attribute {path}"
            continue
        inner = models(model.model_fields[name].annotation)
        if path in FREE or not inner:
            continue
        if isinstance(member, list):
            for item in member:
                if f"{path}[]" not in FREE and isinstance(item, dict):
                    yield from unknown_in_item(item, inner[0], f"{path}[].")
        elif isinstance(member, dict):
            yield from unknown(member, inner[0], f"{path}.")


def unknown_in_item(item, model, where):
    """Names unknown attributes of a list's item, free-form ones left out."""
    known = {name: value for name, value in item.items() if f"{where}{name}" not in FREE}
    yield from unknown(known, model, where)


def judge(event):
    """Says what is wrong with an event."""
    try:
        ComplianceFinding.model_validate(event)
        # 1.9.0 asks for a name or an id of the account, the model for both.
        account = event["cloud"]["account"] | {"name": event["cloud"]["account"]["uid"]}
        Cloud.model_validate(event["cloud"] | {"account": account})
    except (ValidationError, KeyError) as error:
        yield f"{type(error).__name__}: {error}"
        return
    yield from unknown(event, ComplianceFinding)
    yield from unknown(event["cloud"], Cloud, "cloud.")
    yield from (
        f"unknown attribute cloud.account.{name}"
        for name in event["cloud"]["account"]
        if name not in Account.model_fields
    )
    if event["metadata"]["version"] != "1.9.0" or event["metadata"]["profiles"] != ["cloud"]:
        yield "version or profile"
    if event["class_uid"] != 2003 or event["category_uid"] != 2:
        yield "class"
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        yield "type_uid is not class_uid * 100 + activity_id"
    pairs = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
    if pairs.get(event["severity_id"]) != event["severity"]:
        yield "severity and severity_id disagree"
    statuses = {1: "Pass", 2: "Warning", 3: "Fail"}
    if statuses.get(event["compliance"]["status_id"]) != event["compliance"]["status"]:
        yield "compliance.status and status_id disagree"
    if not isinstance(event["time"], int) or event["time"] < 0:
        yield "time"
