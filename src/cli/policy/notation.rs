//! How flags write the parts of a request.

use std::collections::BTreeMap;
use std::str::FromStr;

use roledrift::model::{AccountId, Arn, InvalidValue, ServicePrincipal};
use roledrift::policy::{Context, Principal, Value};

/// Reads one action; a pattern of actions is no request.
pub(in crate::cli) fn action(text: &str) -> Result<String, InvalidValue> {
    let is_part = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| "*?:".contains(c) || c.is_whitespace())
    };
    match text.split_once(':') {
        Some((service, name)) if is_part(service) && is_part(name) => Ok(text.to_owned()),
        _ => Err(InvalidValue {
            value: text.to_owned(),
            expected: "one action, `service:name` without wildcards",
        }),
    }
}

/// Reads who makes a request.
///
/// A bare host name is taken for a service only where no identity provider has it.
pub(in crate::cli) fn principal(text: &str) -> Result<Principal, InvalidValue> {
    let invalid = |expected| InvalidValue {
        value: text.to_owned(),
        expected,
    };
    if matches!(text, "*" | "anonymous") {
        return Ok(Principal::Anonymous);
    }
    if text.starts_with("arn:") {
        let expected = "the ARN of a user, role, session, account or identity provider";
        return caller(text).ok_or_else(|| invalid(expected));
    }
    for (prefix, make) in [
        ("service:", Principal::Service as fn(String) -> Principal),
        ("federated:", Principal::Federated),
        ("canonical:", Principal::CanonicalUser),
    ] {
        match text.strip_prefix(prefix) {
            Some("" | "*") => return Err(invalid("one principal: a name must follow the `:`")),
            Some(name) => return Ok(make(name.to_owned())),
            None => {}
        }
    }
    if text.parse::<AccountId>().is_ok() {
        return Ok(Principal::Aws(format!("arn:aws:iam::{text}:root")));
    }
    if is_service(text) {
        return Ok(Principal::Service(text.to_owned()));
    }
    Err(invalid(
        "a principal: an ARN, an account id, NAME.amazonaws.com, service:NAME, federated:PROVIDER, canonical:ID, `*` or anonymous",
    ))
}

/// Reads the ARN of a caller; an identity provider is one by its kind of ARN.
fn caller(text: &str) -> Option<Principal> {
    let arn: Arn = text.parse().ok()?;
    let service = text.split(':').nth(2)?;
    if !matches!(service, "iam" | "sts") || text.contains(['*', '?']) {
        return None;
    }
    let is_provider = ["saml-provider/", "oidc-provider/"]
        .iter()
        .any(|kind| arn.resource().starts_with(kind));
    Some(if is_provider {
        Principal::Federated(text.to_owned())
    } else {
        Principal::Aws(text.to_owned())
    })
}

/// `cognito-identity.amazonaws.com` is an identity provider, and other hosts may be.
fn is_service(text: &str) -> bool {
    text.parse::<ServicePrincipal>().is_ok()
        && (text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn"))
        && !text.starts_with("cognito-identity.")
}

/// One `--context` flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct ContextFlag {
    key: String,
    values: Vec<String>,
    /// Whether the values stand in brackets.
    is_list: bool,
}

impl FromStr for ContextFlag {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = |expected| InvalidValue {
            value: text.to_owned(),
            expected,
        };
        let (key, value) = match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => (key, value),
            _ => return Err(invalid("a condition key and its value (KEY=VALUE)")),
        };
        let inside = (value.strip_prefix('[')).and_then(|value| value.strip_suffix(']'));
        let values: Vec<String> = match inside {
            None => vec![value.to_owned()],
            Some("") => Vec::new(),
            Some(list) => list.split(',').map(|item| item.trim().to_owned()).collect(),
        };
        if inside.is_some() && values.iter().any(String::is_empty) {
            return Err(invalid("a list of values without gaps (KEY=[VALUE,VALUE])"));
        }
        Ok(Self {
            key: key.to_owned(),
            values,
            is_list: inside.is_some(),
        })
    }
}

/// Gathers the flags: a key that is repeated, in any case, or written in brackets is multivalued.
pub(super) fn context(flags: &[ContextFlag]) -> Context {
    let mut keys: BTreeMap<String, Vec<&ContextFlag>> = BTreeMap::new();
    for flag in flags {
        keys.entry(flag.key.to_ascii_lowercase())
            .or_default()
            .push(flag);
    }
    let value = |flags: &[&ContextFlag]| match flags {
        [
            ContextFlag {
                values,
                is_list: false,
                ..
            },
        ] => Value::One(values.concat()),
        _ => Value::Many(flags.iter().flat_map(|flag| flag.values.clone()).collect()),
    };
    keys.values()
        .filter_map(|flags| Some((flags.first()?.key.clone(), value(flags))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_told_by_how_they_are_written() {
        let aws = |text: &str| Principal::Aws(text.to_owned());
        let federated = |text: &str| Principal::Federated(text.to_owned());
        let connect = Principal::Service("connect.amazonaws.com".to_owned());
        let role = "arn:aws:iam::111122223333:role/x";
        let provider = "arn:aws:iam::111122223333:saml-provider/x";
        for (text, expected) in [
            ("*", Principal::Anonymous),
            ("anonymous", Principal::Anonymous),
            ("111122223333", aws("arn:aws:iam::111122223333:root")),
            (role, aws(role)),
            (provider, federated(provider)),
            ("connect.amazonaws.com", connect.clone()),
            ("service:connect.amazonaws.com", connect),
            (
                "federated:accounts.google.com",
                federated("accounts.google.com"),
            ),
            (
                "canonical:79a5",
                Principal::CanonicalUser("79a5".to_owned()),
            ),
        ] {
            assert_eq!(principal(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn doubtful_principals_are_refused() {
        for text in [
            "",
            "1111",
            "alice",
            "accounts.google.com",
            "cognito-identity.amazonaws.com",
            "service:",
            "service:*",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:s3:::bucket",
            "arn:aws",
        ] {
            assert!(principal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_action_is_one_action() {
        assert!(action("s3:GetObject").is_ok());
        for text in [
            "", "s3", "s3:", ":Get", "s3:*", "s3:Get?", "*", "a:b:c", "s3: Get",
        ] {
            assert!(action(text).is_err(), "{text}");
        }
    }

    fn gather(flags: &[&str]) -> Vec<(String, Value)> {
        let flags: Vec<ContextFlag> = flags.iter().map(|flag| flag.parse().unwrap()).collect();
        let context = context(&flags);
        let keys = context.iter();
        keys.map(|(key, value)| (key.to_owned(), value.clone()))
            .collect()
    }

    #[test]
    fn brackets_and_repetition_make_a_key_multivalued() {
        let many = |values: &[&str]| Value::Many(values.iter().map(ToString::to_string).collect());
        for (flags, expected) in [
            (&["k=v"][..], Value::from("v")),
            (&["k="], Value::from("")),
            (&["k=a=b"], Value::from("a=b")),
            (&["k=a,b"], Value::from("a,b")),
            (&["k=[v]"], many(&["v"])),
            (&["k=[a, b]"], many(&["a", "b"])),
            (&["k=[[v]]"], many(&["[v]"])),
            (&["k=a", "K=b"], many(&["a", "b"])),
            (&["k=[a]", "k=b,c"], many(&["a", "b,c"])),
        ] {
            assert_eq!(gather(flags), [("k".to_owned(), expected)], "{flags:?}");
        }
        assert_eq!(gather(&["k=[]"]), []);
        for text in ["k", "=v", "", "k=[a,,b]"] {
            assert!(text.parse::<ContextFlag>().is_err(), "{text}");
        }
    }
}
