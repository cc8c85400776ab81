//! How JSON outputs write what a finding rests on: the document, the statement, the request.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::context::ValueEntry;
use super::facts::shows;
use super::principal::PrincipalEntry;
use crate::audit::{DocumentRef, Proof, StatementLocation};
use crate::model::{Arn, PolicyVersion};

/// The policy document that a finding is about.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum DocumentEntry<'a> {
    /// The trust policy.
    Trust,
    /// An inline policy.
    Inline { name: &'a str },
    /// The default version of a managed policy.
    Managed {
        arn: &'a Arn,
        version: Option<PolicyVersion>,
    },
}

/// A statement in that document.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct StatementEntry<'a> {
    /// From 0.
    index: usize,
    sid: Option<&'a str>,
    /// From 1, in the document's text.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// The request that shows the difference.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct WitnessEntry<'a> {
    /// `gained`: the account allows it and the reference does not; `lost`: the other way round.
    shows: &'static str,
    action: &'a str,
    resource: Option<&'a str>,
    principal: Option<PrincipalEntry<'a>>,
    /// Condition keys and their values.
    context: BTreeMap<&'a str, ValueEntry<'a>>,
    /// What the account was compared with.
    reference: &'a str,
    /// All of it in one line.
    text: String,
    /// Every action published today that the difference is about, where they were listed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    actions: &'a [Cow<'static, str>],
}

impl<'a> DocumentEntry<'a> {
    pub(super) fn of(document: &'a DocumentRef) -> Self {
        match document {
            DocumentRef::Trust => Self::Trust,
            DocumentRef::Inline(name) => Self::Inline { name },
            DocumentRef::Managed { arn, version } => Self::Managed {
                arn,
                version: *version,
            },
        }
    }
}

impl<'a> StatementEntry<'a> {
    pub(super) fn of(statement: &'a StatementLocation) -> Self {
        Self {
            index: statement.index,
            sid: statement.sid.as_deref(),
            line: statement.position.line,
            column: statement.position.column,
        }
    }
}

impl<'a> WitnessEntry<'a> {
    pub(super) fn of(proof: &'a Proof) -> Self {
        let request = &proof.request;
        Self {
            shows: shows(proof.gained),
            action: &request.action,
            resource: request.resource.as_deref(),
            principal: request.principal.as_ref().map(PrincipalEntry::of),
            context: request
                .context
                .iter()
                .map(|(key, value)| (key, ValueEntry::of(value)))
                .collect(),
            reference: &proof.reference,
            text: request.to_string(),
            actions: &proof.actions,
        }
    }
}
