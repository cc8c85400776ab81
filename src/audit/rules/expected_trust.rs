//! The trust policy that every service-linked role is created with.

use crate::model::ServicePrincipal;
use crate::policy::{Document, Kind};

/// Returns the policy: the linked service, and nobody else, may assume the role.
///
/// All recorded roles have exactly this one statement.
pub(super) fn expected_trust(principal: &ServicePrincipal) -> Option<Document> {
    let text = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": principal },
            "Action": "sts:AssumeRole",
        }],
    });
    Document::parse(&text.to_string(), Kind::Trust).ok()
}
