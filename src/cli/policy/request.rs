//! How JSON writes a request: as `policy diff --batch` writes a witness.

use std::fmt;

use roledrift::policy::{Context, Principal, Request, Value};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::notation;

/// A request, or a witness as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestLine {
    action: String,
    resource: Option<String>,
    principal: Option<PrincipalLine>,
    #[serde(default)]
    context: ContextLine,
    /// What a witness says beyond its request.
    #[serde(default, rename = "allowed_by")]
    _allowed_by: IgnoredAny,
    #[serde(default, rename = "denied_by")]
    _denied_by: IgnoredAny,
}

impl RequestLine {
    /// Reads a request.
    pub(super) fn read(text: &str) -> Result<Request, String> {
        let located = |error: String| format!("request: {error}");
        let line: Self = serde_json::from_str(text).map_err(|error| located(error.to_string()))?;
        let principal = line.principal.map(PrincipalLine::read).transpose();
        Ok(Request {
            action: notation::action(&line.action).map_err(|error| located(error.to_string()))?,
            resource: line.resource,
            principal: principal.map_err(located)?,
            context: line.context.0,
        })
    }
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a principal must be {\"kind\": \"aws\", \"value\": …}, kind being aws, service, federated, canonical-user or anonymous, or a text as for --principal"
)]
enum PrincipalLine {
    Text(String),
    Entry(PrincipalEntry),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrincipalEntry {
    kind: PrincipalKind,
    value: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum PrincipalKind {
    Aws,
    Service,
    Federated,
    CanonicalUser,
    Anonymous,
}

impl PrincipalLine {
    fn read(self) -> Result<Principal, String> {
        let PrincipalEntry { kind, value } = match self {
            Self::Text(text) => {
                return notation::principal(&text).map_err(|error| error.to_string());
            }
            Self::Entry(entry) => entry,
        };
        match (kind, value) {
            (PrincipalKind::Aws, Some(arn)) => Ok(Principal::Aws(arn)),
            (PrincipalKind::Service, Some(name)) => Ok(Principal::Service(name)),
            (PrincipalKind::Federated, Some(provider)) => Ok(Principal::Federated(provider)),
            (PrincipalKind::CanonicalUser, Some(id)) => Ok(Principal::CanonicalUser(id)),
            (PrincipalKind::Anonymous, None) => Ok(Principal::Anonymous),
            (PrincipalKind::Anonymous, Some(_)) => {
                Err("an anonymous principal has no value".to_owned())
            }
            (_, None) => Err("the principal has no value".to_owned()),
        }
    }
}

/// Condition keys; none twice, in whatever case.
#[derive(Default)]
struct ContextLine(Context);

impl<'de> Deserialize<'de> for ContextLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = ContextLine;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<ContextLine, A::Error> {
        let mut context = Context::new();
        while let Some((key, value)) = keys.next_entry::<String, ValueLine>()? {
            if context.get(&key).is_some() {
                let problem = format!("the condition key `{key}` is given twice");
                return Err(A::Error::custom(problem));
            }
            context.insert(key, value.read().map_err(A::Error::custom)?);
        }
        Ok(ContextLine(context))
    }
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "what a condition key holds must be a text, a whole number or a boolean, or a list of them for a multivalued key"
)]
enum ValueLine {
    One(Scalar),
    Many(Vec<Scalar>),
}

impl ValueLine {
    fn read(self) -> Result<Value, &'static str> {
        Ok(match self {
            Self::One(value) => Value::One(value.read()?),
            Self::Many(values) => {
                let values = values.into_iter().map(Scalar::read);
                Value::Many(values.collect::<Result<_, _>>()?)
            }
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Boolean(bool),
    Number(serde_json::Number),
}

impl Scalar {
    /// Refuses fractions: their digits are lost, and text operators look at digits.
    fn read(self) -> Result<String, &'static str> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Boolean(value) => Ok(value.to_string()),
            Self::Number(number) if number.is_f64() => {
                Err("a number that is not whole must be written as a text")
            }
            Self::Number(number) => Ok(number.to_string()),
        }
    }
}
