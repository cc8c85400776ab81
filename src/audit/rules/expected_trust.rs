//! The trust policy that every service-linked role is created with.

use crate::audit::finding::DocumentRef;
use crate::audit::outcome::Outcome;
use crate::audit::subject::Subject;
use crate::model::ServicePrincipal;
use crate::policy::{Document, Kind};

/// Returns the linked service and the policy: that service, and nobody else, may assume the role.
///
/// All recorded roles have exactly this one statement; of a policy that is the same text nothing is to be
/// told, and nothing returned. Look-alikes have no such policy; a reserved path that names no service is
/// a gap.
pub(super) fn expected_trust<'a>(
    subject: &'a Subject<'_>,
    outcome: &mut Outcome,
) -> Option<(&'a ServicePrincipal, Document)> {
    let Some(principal) = &subject.linked else {
        if subject.role.path.is_reserved() {
            outcome.undecided(&DocumentRef::Trust, &"the role's path names no service");
        }
        return None;
    };
    let expected = trust_text(principal);
    if subject.trust.text() == expected {
        return None;
    }
    let document = Document::parse(&expected, Kind::Trust).ok()?;
    Some((principal, document))
}

/// Returns the trust policy that a service's roles are created with.
pub(in crate::audit) fn trust_text(principal: &ServicePrincipal) -> String {
    // As IAM writes it: JSON's own order of members would be another.
    let principal = serde_json::Value::from(principal.as_str());
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":{principal}}},"Action":"sts:AssumeRole"}}]}}"#
    )
}
