//! What a service adds to a role's inline policies when a feature is switched on.

use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::policy::{Document, Kind};

/// Describes the grants of one feature.
#[derive(Debug, Clone)]
pub struct Feature {
    /// The feature's id, unique in its family.
    pub id: String,
    /// What a reader calls it.
    pub title: String,
    /// How well the grants are known.
    pub evidence: Evidence,
    /// The grants for any resource that could be configured: `${bucket}` stands as `*`.
    pub widest: Document,
    /// The page or observation that the grants come from.
    pub source: String,
}

/// A feature as its file writes it.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureEntry {
    /// Unique in the file.
    pub(super) id: String,
    title: String,
    evidence: Evidence,
    source: String,
    grants: Vec<Grant>,
}

/// Actions on resources; `${name}` stands for what the role's owner has configured.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Grant {
    actions: Vec<String>,
    resources: Vec<String>,
}

impl FeatureEntry {
    /// Makes the feature, or says what in its grants is no IAM policy.
    pub(super) fn into_feature(self) -> Result<Feature, crate::policy::ParseError> {
        let statements: Vec<serde_json::Value> = self
            .grants
            .iter()
            .map(|grant| {
                let resources: Vec<String> =
                    grant.resources.iter().map(|resource| widest(resource)).collect();
                serde_json::json!({ "Effect": "Allow", "Action": grant.actions, "Resource": resources })
            })
            .collect();
        let text =
            serde_json::json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        Ok(Feature {
            id: self.id,
            title: self.title,
            evidence: self.evidence,
            widest: Document::parse(&text, Kind::Identity)?,
            source: self.source,
        })
    }
}

/// Puts `*` in the place of every `${name}`.
fn widest(resource: &str) -> String {
    let mut text = String::new();
    let mut rest = resource;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push('*');
        rest = behind;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_becomes_a_wildcard() {
        assert_eq!(
            widest("arn:${partition}:s3:::${bucket}/*"),
            "arn:*:s3:::*/*"
        );
        assert_eq!(widest("*"), "*");
        assert_eq!(widest("${open"), "${open");
    }
}
