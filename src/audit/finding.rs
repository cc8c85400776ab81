//! What an audit reports.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::outcome::Observation;
use super::rule::Rule;
use crate::model::{AccountId, Arn, PolicyVersion};
use crate::policy::{Extent, GainedActions, Position, Request};

/// Reports one departure from the baseline.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Stable over runs: a digest of account, resource, document and rule.
    pub id: String,
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The role that it is about; `None` where a policy is used without any linked role.
    pub role: Option<Arn>,
    /// The role, or the managed policy, that the finding is about.
    pub resource: Arn,
    /// The document that it is about.
    pub document: Option<DocumentRef>,
    /// The statement in that document.
    pub statement: Option<StatementLocation>,
    /// Who made the difference.
    pub origin: Origin,
    /// How much it rests on.
    pub confidence: Confidence,
    /// What is wrong, in one sentence.
    pub summary: String,
    /// The request that shows it, where policies were compared.
    pub proof: Option<Proof>,
    /// The place in a file of the user, where the finding is about that file.
    pub file: Option<FileLocation>,
}

/// Points into a file that the user wrote, `roledrift.toml` for instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileLocation {
    /// The file's path, as the user gave it.
    pub path: String,
    /// The place in it.
    pub position: Position,
}

impl std::fmt::Display for FileLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}", self.path)
    }
}

/// Tells who made a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// AWS changed the text of a policy that it owns.
    Aws,
    /// The linked service did, for a feature that somebody enabled.
    Service,
    /// Somebody in the account did.
    Account,
    /// It cannot be told.
    Undetermined,
}

impl Origin {
    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Service => "service",
            Self::Account => "account",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Tells how much a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// On facts that were read, and on links that an API gives.
    Exact,
    /// On numbers only: no API links these roles to what they serve.
    ByCount,
    /// On templates with wildcards: what the role's owner has configured was not read.
    ConfigurationUnread,
}

impl Confidence {
    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ByCount => "by-count",
            Self::ConfigurationUnread => "configuration-unread",
        }
    }
}

/// Names a policy document of a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentRef {
    /// The trust policy.
    Trust,
    /// The inline policy of this name.
    Inline(String),
    /// A managed policy's default version.
    Managed {
        /// The policy.
        arn: Arn,
        /// The version, where it was read.
        version: Option<PolicyVersion>,
    },
}

impl std::fmt::Display for DocumentRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Trust => f.write_str("trust policy"),
            Self::Inline(name) => write!(f, "inline policy `{name}`"),
            Self::Managed {
                arn,
                version: Some(version),
            } => {
                write!(f, "managed policy `{}` {version}", arn.name())
            }
            Self::Managed { arn, version: None } => write!(f, "managed policy `{}`", arn.name()),
        }
    }
}

/// Points at a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLocation {
    /// Its place among the document's statements, from 0.
    pub index: usize,
    /// Its `Sid`, if any.
    pub sid: Option<String>,
    /// Where it begins in the document's text.
    pub position: Position,
}

impl std::fmt::Display for StatementLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "statement {}", self.index + 1)?;
        if let Some(sid) = &self.sid {
            write!(f, " `{sid}`")?;
        }
        write!(
            f,
            " (line {}, column {})",
            self.position.line, self.position.column
        )
    }
}

/// Shows a difference by a request that one side allows and the other does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The request.
    pub request: Request,
    /// Whether the account allows it beyond the baseline, or lacks it.
    pub gained: bool,
    /// What the account was compared with.
    pub reference: String,
    /// The actions published today of which the account allows more, or less, in alphabetical order; empty where they were not listed.
    pub actions: Vec<Cow<'static, str>>,
}

impl Proof {
    /// Adds actions that the difference is about.
    pub(super) fn with_actions(mut self, found: &GainedActions) -> Self {
        let actions = [Extent::New, Extent::Wider].map(|extent| found.actions(extent));
        self.actions = actions
            .into_iter()
            .flatten()
            .map(|action| Cow::Borrowed(action.text()))
            .collect();
        self.actions.sort_unstable();
        self
    }

    /// Says in a few words which actions these are; nothing where one was named already.
    pub(super) fn summary(&self) -> String {
        const MOST: usize = 5;
        let count = self.actions.len();
        if count < 2 {
            return String::new();
        }
        let named = self.actions.iter().take(MOST).map(AsRef::as_ref);
        let named = named.collect::<Vec<&str>>().join(", ");
        match count.saturating_sub(MOST) {
            0 => format!("; today that is {count} actions: {named}"),
            more => format!("; today that is {count} actions: {named} and {more} more"),
        }
    }
}

/// Names what a finding is about.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// The role, or the managed policy.
    pub(super) resource: Arn,
    /// The role; for a policy, the one that it is reserved for.
    pub(super) linked: Option<Arn>,
}

impl About {
    /// Names a role.
    pub(super) fn role(arn: &Arn) -> Self {
        Self {
            resource: arn.clone(),
            linked: Some(arn.clone()),
        }
    }
}

impl Finding {
    pub(super) fn new(
        rule: &'static Rule,
        account: &AccountId,
        about: About,
        observation: Observation,
    ) -> Self {
        let document = match &observation.document {
            // The version is what changes; the finding stays the same one.
            Some(DocumentRef::Managed { arn, .. }) => arn.to_string(),
            Some(DocumentRef::Inline(name)) => format!("inline/{name}"),
            Some(DocumentRef::Trust) => "trust".to_owned(),
            None => String::new(),
        };
        let mut parts = vec![
            account.as_str(),
            about.resource.as_str(),
            &document,
            rule.id,
        ];
        parts.extend(observation.topic.as_deref());
        Self {
            id: digest(&parts),
            rule,
            role: about.linked,
            resource: about.resource,
            document: observation.document,
            statement: observation.statement,
            origin: observation.origin,
            confidence: observation.confidence,
            summary: observation.summary,
            proof: observation.proof,
            file: None,
        }
    }

    /// Reports something about a file of the user: about the account, which the file speaks of.
    ///
    /// `entry` tells entries of the file apart, in the same way in every run.
    pub(super) fn in_file(
        rule: &'static Rule,
        account: &AccountId,
        resource: Arn,
        entry: &str,
        summary: String,
        file: FileLocation,
    ) -> Self {
        Self {
            id: digest(&[account.as_str(), resource.as_str(), entry, rule.id]),
            rule,
            role: None,
            resource,
            document: None,
            statement: None,
            origin: Origin::Account,
            confidence: Confidence::Exact,
            summary,
            proof: None,
            file: Some(file),
        }
    }

    /// Returns what findings are sorted by: most severe first, then role, rule and document.
    pub(super) fn order(&self) -> impl Ord + use<'_> {
        (
            std::cmp::Reverse(self.rule.severity),
            &self.role,
            self.rule.id,
            &self.document,
            &self.id,
        )
    }
}

/// Digests parts, each closed by a byte that ARNs and names do not hold.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    let head: [u8; 8] = bytes.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Context;

    #[test]
    fn a_proof_names_five_actions_and_counts_the_others() {
        for (count, expected) in [
            (0, ""),
            (1, ""),
            (2, "; today that is 2 actions: s3:A, s3:B"),
            (5, "; today that is 5 actions: s3:A, s3:B, s3:C, s3:D, s3:E"),
            (
                7,
                "; today that is 7 actions: s3:A, s3:B, s3:C, s3:D, s3:E and 2 more",
            ),
        ] {
            let names = ["s3:A", "s3:B", "s3:C", "s3:D", "s3:E", "s3:F", "s3:G"];
            let proof = Proof {
                request: Request {
                    action: "s3:A".to_owned(),
                    resource: None,
                    principal: None,
                    context: Context::default(),
                },
                gained: true,
                reference: String::new(),
                actions: names.into_iter().take(count).map(Cow::Borrowed).collect(),
            };
            assert_eq!(proof.summary(), expected);
        }
    }
}
