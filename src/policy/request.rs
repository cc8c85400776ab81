//! A concrete request, as the evaluator judges it and as a witness shows it.
//!
//! Must not know documents.

use std::fmt;

use crate::policy::Context;

/// Describes one request: who does what on which resource, under which circumstances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The action, `service:name`, in any case.
    pub action: String,
    /// The resource, or `None` where the action knows none; policies then see `*`.
    pub resource: Option<String>,
    /// The caller, or `None` where it does not matter or is not known.
    ///
    /// Identity policies never look at it; a policy with principals matches nothing without it.
    pub principal: Option<Principal>,
    /// The condition keys of the request.
    pub context: Context,
}

/// Names the caller of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// A user, role, role session or root user, by ARN.
    Aws(String),
    /// An AWS service, such as `connect.amazonaws.com`.
    Service(String),
    /// An identity provider, by ARN or domain.
    Federated(String),
    /// An Amazon S3 canonical user id.
    CanonicalUser(String),
    /// A caller without credentials.
    Anonymous,
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(arn) => write!(f, "`{arn}`"),
            Self::Service(name) => write!(f, "service `{name}`"),
            Self::Federated(provider) => write!(f, "identity provider `{provider}`"),
            Self::CanonicalUser(id) => write!(f, "canonical user `{id}`"),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

/// Writes one line: `` `s3:DeleteBucket` on `arn:…` as service `x` when `key` is `value` ``.
///
/// The parts are quoted but not escaped: a renderer escapes for its own target.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.action)?;
        if let Some(resource) = &self.resource {
            write!(f, " on `{resource}`")?;
        }
        if let Some(principal) = &self.principal {
            write!(f, " as {principal}")?;
        }
        for (index, (key, value)) in self.context.iter().enumerate() {
            let joint = if index == 0 { "when" } else { "and" };
            write!(f, " {joint} `{key}` is ")?;
            for (index, value) in value.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}`{value}`")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Value;

    #[test]
    fn displays_every_part_on_one_line() {
        let request = Request {
            action: "sts:AssumeRole".to_owned(),
            resource: Some("arn:aws:iam::111122223333:role/example".to_owned()),
            principal: Some(Principal::Service("connect.amazonaws.com".to_owned())),
            context: [
                ("aws:SourceAccount", Value::from("111122223333")),
                ("aws:TagKeys", Value::Many(vec!["a".into(), "b".into()])),
            ]
            .into_iter()
            .collect(),
        };
        assert_eq!(
            request.to_string(),
            "`sts:AssumeRole` on `arn:aws:iam::111122223333:role/example` \
             as service `connect.amazonaws.com` \
             when `aws:SourceAccount` is `111122223333` and `aws:TagKeys` is `a`, `b`"
        );
    }
}
