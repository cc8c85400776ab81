//! The permissions of a scan as a policy: JSON, or a snippet for CloudFormation or Terraform.

use std::io::{Result, Write};

use serde::Serialize;

use crate::inventory::{Grant, Permissions};
use crate::model::InvalidValue;

/// Names a way to write the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionsFormat {
    /// An IAM policy document, of the commercial partition.
    Json,
    /// A template with one managed policy (YAML).
    Cloudformation,
    /// A policy document and a policy (HCL).
    Terraform,
}

impl PermissionsFormat {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Json, "json"),
        (Self::Cloudformation, "cloudformation"),
        (Self::Terraform, "terraform"),
    ];
}

impl std::str::FromStr for PermissionsFormat {
    type Err = InvalidValue;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut known = Self::ALL.into_iter();
        let found = known.find(|(_, name)| *name == text);
        found.map(|(format, _)| format).ok_or_else(|| InvalidValue {
            value: text.to_owned(),
            expected: "a format (json, cloudformation, terraform)",
        })
    }
}

/// Writes the least-privilege policy.
///
/// # Errors
/// Returns the writer's error.
pub fn permissions(
    permissions: Permissions,
    format: PermissionsFormat,
    out: &mut dyn Write,
) -> Result<()> {
    let grants = permissions.grants();
    match format {
        PermissionsFormat::Json => json(&grants, out),
        PermissionsFormat::Cloudformation => cloudformation(&grants, out),
        PermissionsFormat::Terraform => terraform(&grants, out),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy<'a> {
    version: &'static str,
    statement: Vec<Statement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    sid: &'a str,
    effect: &'static str,
    action: Vec<&'a str>,
    resource: String,
}

fn json(grants: &[Grant], out: &mut dyn Write) -> Result<()> {
    let policy = Policy {
        version: "2012-10-17",
        statement: grants
            .iter()
            .map(|grant| Statement {
                sid: grant.sid,
                effect: "Allow",
                action: grant.actions.iter().copied().collect(),
                resource: resource(grant, "aws"),
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &policy)?;
    writeln!(out)
}

fn cloudformation(grants: &[Grant], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "Resources:")?;
    writeln!(out, "  RoledriftPolicy:")?;
    writeln!(out, "    Type: AWS::IAM::ManagedPolicy")?;
    writeln!(out, "    Properties:")?;
    writeln!(out, "      Description: What roledrift reads")?;
    writeln!(out, "      PolicyDocument:")?;
    writeln!(out, "        Version: \"2012-10-17\"")?;
    writeln!(out, "        Statement:")?;
    for grant in grants {
        writeln!(out, "          - Sid: {}", grant.sid)?;
        writeln!(out, "            Effect: Allow")?;
        writeln!(out, "            Action:")?;
        for action in &grant.actions {
            writeln!(out, "              - {action}")?;
        }
        let tag = if grant.role.is_some() { "!Sub " } else { "" };
        let resource = resource(grant, "${AWS::Partition}");
        writeln!(out, "            Resource: {tag}\"{resource}\"")?;
    }
    Ok(())
}

fn terraform(grants: &[Grant], out: &mut dyn Write) -> Result<()> {
    if grants.iter().any(|grant| grant.role.is_some()) {
        writeln!(out, "data \"aws_partition\" \"current\" {{}}\n")?;
    }
    writeln!(out, "data \"aws_iam_policy_document\" \"roledrift\" {{")?;
    for (index, grant) in grants.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "  statement {{")?;
        writeln!(out, "    sid    = \"{}\"", grant.sid)?;
        writeln!(out, "    effect = \"Allow\"")?;
        writeln!(out, "    actions = [")?;
        for action in &grant.actions {
            writeln!(out, "      \"{action}\",")?;
        }
        writeln!(out, "    ]")?;
        let resource = resource(grant, "${data.aws_partition.current.partition}");
        writeln!(out, "    resources = [\"{resource}\"]")?;
        writeln!(out, "  }}")?;
    }
    writeln!(out, "}}\n")?;
    writeln!(out, "resource \"aws_iam_policy\" \"roledrift\" {{")?;
    writeln!(out, "  name        = \"roledrift\"")?;
    writeln!(out, "  description = \"What roledrift reads\"")?;
    writeln!(
        out,
        "  policy      = data.aws_iam_policy_document.roledrift.json"
    )?;
    writeln!(out, "}}")
}

fn resource(grant: &Grant, partition: &str) -> String {
    match grant.role {
        Some(role) => format!("arn:{partition}:iam::*:{role}"),
        None => "*".to_owned(),
    }
}
