//! How facts and documents are written in a snapshot.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::inventory::{DocumentText, Observed, Unread, UnreadReason};

/// Writes a fact as `{"read": …}` or `{"not_read": {…}}`.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fact<T> {
    Read(T),
    NotRead(Obstacle),
}

/// Says why a fact was not read.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Obstacle {
    reason: UnreadReason,
    operation: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    message: String,
}

impl<T> Fact<T> {
    pub(super) fn read(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::NotRead(_) => None,
        }
    }

    pub(super) fn of<V>(observed: &Observed<V>, convert: impl FnOnce(&V) -> T) -> Self {
        match observed {
            Observed::Read(value) => Self::Read(convert(value)),
            Observed::NotRead(unread) => Self::NotRead(Obstacle {
                reason: unread.reason,
                operation: unread.operation.clone(),
                message: unread.message.clone(),
            }),
        }
    }

    pub(super) fn into_observed<V>(self, convert: impl FnOnce(T) -> V) -> Observed<V> {
        match self {
            Self::Read(value) => Observed::Read(convert(value)),
            Self::NotRead(obstacle) => Observed::NotRead(Unread {
                reason: obstacle.reason,
                operation: obstacle.operation,
                message: obstacle.message,
            }),
        }
    }
}

/// Writes a document as the JSON that it is, every character kept; as a string when it is none.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
pub(super) struct Document(#[schemars(with = "serde_json::Value")] DocumentText);

impl Document {
    pub(super) fn of(text: &DocumentText) -> Self {
        Self(text.clone())
    }
}

impl From<Document> for DocumentText {
    fn from(document: Document) -> Self {
        document.0
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.as_str();
        if text.starts_with('{')
            && text.ends_with('}')
            && let Ok(raw) = RawValue::from_string(text.to_owned())
        {
            return raw.serialize(serializer);
        }
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = if raw.get().starts_with('"') {
            serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?
        } else {
            raw.get().to_owned()
        };
        Ok(Self(DocumentText::new(text)))
    }
}
