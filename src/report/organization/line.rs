//! The lines of an account's NDJSON as they are read again; `finding.rs`, `evidence.rs` and
//! `ndjson.rs` of the module above write them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Result;

use jiff::Timestamp;
use serde::Deserialize;

use super::kept::{KeptFinding, KeptWaiver, invalid, rule};
use crate::audit::{
    Confidence, DocumentRef, FileLocation, Finding, Origin, Proof, StatementLocation,
};
use crate::model::{AccountId, Arn, Partition, PolicyVersion};
use crate::policy::{Position, Principal, Request, Value};
use crate::report::facts::shows;
use crate::store::Standing;

/// What every line begins with.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) schema: u32,
    pub(super) account: AccountId,
    pub(super) partition: Partition,
    pub(super) collected_at: Option<Timestamp>,
    pub(super) kind: String,
}

#[derive(Deserialize)]
pub(super) struct FindingLine {
    id: String,
    rule: String,
    severity: String,
    role: Option<Arn>,
    resource: Arn,
    document: Option<DocumentPart>,
    statement: Option<StatementPart>,
    origin: String,
    confidence: String,
    summary: String,
    witness: Option<WitnessPart>,
    file: Option<FilePart>,
    waiver: Option<WaiverPart>,
    standing: Option<String>,
    since: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum DocumentPart {
    Trust,
    Inline {
        name: String,
    },
    Managed {
        arn: Arn,
        version: Option<PolicyVersion>,
    },
}

#[derive(Deserialize)]
struct StatementPart {
    index: usize,
    sid: Option<String>,
    line: u32,
    column: u32,
}

#[derive(Deserialize)]
struct WitnessPart {
    shows: String,
    action: String,
    resource: Option<String>,
    principal: Option<PrincipalPart>,
    context: BTreeMap<String, ValuePart>,
    reference: String,
    #[serde(default)]
    actions: Vec<String>,
}

#[derive(Deserialize)]
struct PrincipalPart {
    kind: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ValuePart {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct FilePart {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Deserialize)]
struct WaiverPart {
    reason: String,
    owner: String,
    expires: jiff::civil::Date,
    file: FilePart,
}

#[derive(Deserialize)]
pub(super) struct UndecidedLine {
    pub(super) cause: String,
    pub(super) problem: String,
    pub(super) rules: Vec<String>,
    pub(super) roles: Vec<Arn>,
}

#[derive(Deserialize)]
pub(super) struct SummaryLine {
    pub(super) rules: Vec<String>,
    pub(super) role_globs: Vec<String>,
    /// Not told by early releases.
    #[serde(default)]
    pub(super) owners_skipped: bool,
    pub(super) roles: BTreeMap<String, usize>,
    pub(super) unread: usize,
    pub(super) complete: bool,
}

impl FindingLine {
    /// Returns the finding as the audit made it.
    ///
    /// # Errors
    /// Returns an error where this release would not make it: its rule is unknown or weighs otherwise.
    pub(super) fn finding(self) -> Result<KeptFinding> {
        let rule = rule(&self.rule)?;
        if rule.severity.as_str() != self.severity {
            return Err(invalid(format!(
                "its findings of `{}` are of severity {}, and of {} in this release ({})",
                rule.id,
                self.severity,
                rule.severity,
                env!("CARGO_PKG_VERSION")
            )));
        }
        let origins = [
            Origin::Aws,
            Origin::Service,
            Origin::Account,
            Origin::Undetermined,
        ];
        let confidences = [
            Confidence::Exact,
            Confidence::ByCount,
            Confidence::ConfigurationUnread,
        ];
        let origin = origins.into_iter().find(|own| own.as_str() == self.origin);
        let mut confidence = confidences.into_iter();
        let confidence = confidence.find(|own| own.as_str() == self.confidence);
        let unknown = |what: &str| invalid(format!("unknown word `{what}` in a finding"));
        let standing = match self.standing.as_deref() {
            None => None,
            Some("new") => Some(Standing::New),
            Some("known") => Some(Standing::Known { since: self.since }),
            Some(other) => return Err(unknown(other)),
        };
        Ok(KeptFinding {
            finding: Finding {
                id: self.id,
                rule,
                role: self.role,
                resource: self.resource,
                document: self.document.map(DocumentPart::document),
                statement: self.statement.map(StatementPart::statement),
                origin: origin.ok_or_else(|| unknown(&self.origin))?,
                confidence: confidence.ok_or_else(|| unknown(&self.confidence))?,
                summary: self.summary,
                proof: self.witness.map(WitnessPart::proof).transpose()?,
                file: self.file.map(FilePart::location),
            },
            waiver: self.waiver.map(|waiver| KeptWaiver {
                reason: waiver.reason,
                owner: waiver.owner,
                expires: waiver.expires,
                location: waiver.file.location(),
            }),
            standing,
        })
    }
}

impl DocumentPart {
    fn document(self) -> DocumentRef {
        match self {
            Self::Trust => DocumentRef::Trust,
            Self::Inline { name } => DocumentRef::Inline(name),
            Self::Managed { arn, version } => DocumentRef::Managed { arn, version },
        }
    }
}

impl StatementPart {
    fn statement(self) -> StatementLocation {
        let Self { line, column, .. } = self;
        StatementLocation {
            index: self.index,
            sid: self.sid,
            position: Position { line, column },
        }
    }
}

impl FilePart {
    fn location(self) -> FileLocation {
        let Self { path, line, column } = self;
        FileLocation {
            path,
            position: Position { line, column },
        }
    }
}

impl WitnessPart {
    fn proof(self) -> Result<Proof> {
        let directions = [true, false];
        let gained = directions.into_iter().find(|own| shows(*own) == self.shows);
        let values = self.context.into_iter().map(|(key, value)| match value {
            ValuePart::One(value) => (key, Value::One(value)),
            ValuePart::Many(values) => (key, Value::Many(values)),
        });
        Ok(Proof {
            request: Request {
                action: self.action,
                resource: self.resource,
                principal: self.principal.map(PrincipalPart::principal).transpose()?,
                context: values.collect(),
            },
            gained: gained.ok_or_else(|| invalid(format!("unknown witness `{}`", self.shows)))?,
            reference: self.reference,
            actions: self.actions.into_iter().map(Cow::Owned).collect(),
        })
    }
}

impl PrincipalPart {
    fn principal(self) -> Result<Principal> {
        Ok(match (self.kind.as_str(), self.value) {
            ("aws", Some(arn)) => Principal::Aws(arn),
            ("service", Some(name)) => Principal::Service(name),
            ("federated", Some(provider)) => Principal::Federated(provider),
            ("canonical-user", Some(id)) => Principal::CanonicalUser(id),
            ("anonymous", None) => Principal::Anonymous,
            (other, _) => return Err(invalid(format!("unknown caller `{other}`"))),
        })
    }
}
