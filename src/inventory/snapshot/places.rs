//! Where things stand in a snapshot's text, for outputs that point into the file.
//!
//! Must not know what a policy says: a place inside a document is added by whoever parsed it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::SnapshotError;

/// Names a place in a file.
///
/// Lines end at `\n`; both numbers start at 1, and the column counts Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Says where a document begins, and whether places inside it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentPlace {
    /// The document's first character; its opening quote where it is written as a string.
    pub start: Place,
    /// Whether the file holds the document's text character by character.
    pub verbatim: bool,
}

impl DocumentPlace {
    /// Translates a place in the document's text, line and column from 1, to one in the file.
    ///
    /// Returns the document's start where the text is written as a string.
    pub fn inside(self, line: u32, column: u32) -> Place {
        if !self.verbatim {
            return self.start;
        }
        Place {
            line: self.start.line.saturating_add(line.saturating_sub(1)),
            column: if line <= 1 {
                self.start.column.saturating_add(column.saturating_sub(1))
            } else {
                column
            },
        }
    }
}

/// Finds roles, managed policies with their documents, and instances in a snapshot's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    entries: BTreeMap<String, Place>,
    documents: BTreeMap<(String, Which), DocumentPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Which {
    Trust,
    Inline(String),
    Managed,
}

impl Places {
    /// Finds every place in the text of a snapshot.
    ///
    /// # Errors
    /// Returns an error for text that is no snapshot.
    pub fn find(text: &str) -> Result<Self, SnapshotError> {
        let file: File<'_> = serde_json::from_str(text).map_err(SnapshotError::Shape)?;
        let mut found = Vec::new();
        for raw in file.roles {
            let role: RoleEntry<'_> = nested(raw)?;
            found.push((raw, role.arn.to_string(), None));
            if let Fact::Read(document) = role.trust {
                found.push((document, role.arn.to_string(), Some(Which::Trust)));
            }
            if let Fact::Read(policies) = role.inline {
                for policy in policies {
                    if let Fact::Read(document) = policy.document {
                        let which = Which::Inline(policy.name.into_owned());
                        found.push((document, role.arn.to_string(), Some(which)));
                    }
                }
            }
        }
        for raw in file.policies {
            let policy: PolicyEntry<'_> = nested(raw)?;
            found.push((raw, policy.arn.to_string(), None));
            if let Fact::Read(document) = policy.document {
                found.push((document, policy.arn.to_string(), Some(Which::Managed)));
            }
        }
        for region in file.owners.into_iter().flat_map(|owners| owners.regions) {
            let Fact::Read(instances) = region.instances else {
                continue;
            };
            for raw in instances {
                let instance: InstanceEntry<'_> = nested(raw)?;
                found.push((raw, instance.arn.to_string(), None));
            }
        }
        Ok(Self::at(text, found))
    }

    /// Walks the text once, from place to place.
    fn at(text: &str, found: Vec<(&RawValue, String, Option<Which>)>) -> Self {
        let begin = text.as_ptr().addr();
        let mut found: Vec<_> = found
            .into_iter()
            .map(|(raw, arn, which)| {
                let raw = raw.get();
                let offset = raw.as_ptr().addr().saturating_sub(begin);
                (offset, raw.starts_with('{'), arn, which)
            })
            .collect();
        found.sort_by_key(|(offset, ..)| *offset);
        let mut places = Self::default();
        let mut here = Place { line: 1, column: 1 };
        let mut reached = 0;
        for (offset, verbatim, arn, which) in found {
            for character in text.get(reached..offset).unwrap_or_default().chars() {
                if character == '\n' {
                    here.line = here.line.saturating_add(1);
                    here.column = 1;
                } else {
                    here.column = here.column.saturating_add(1);
                }
            }
            reached = offset;
            match which {
                None => {
                    places.entries.insert(arn, here);
                }
                Some(which) => {
                    let start = here;
                    let place = DocumentPlace { start, verbatim };
                    places.documents.insert((arn, which), place);
                }
            }
        }
        places
    }

    /// Returns where the entry of a role or managed policy begins.
    pub fn entry(&self, arn: &str) -> Option<Place> {
        self.entries.get(arn).copied()
    }

    /// Returns where a role's trust policy stands.
    pub fn trust(&self, role: &str) -> Option<DocumentPlace> {
        self.document(role, Which::Trust)
    }

    /// Returns where an inline policy of a role stands.
    pub fn inline(&self, role: &str, name: &str) -> Option<DocumentPlace> {
        self.document(role, Which::Inline(name.to_owned()))
    }

    /// Returns where the document of a managed policy stands.
    pub fn managed(&self, policy: &str) -> Option<DocumentPlace> {
        self.document(policy, Which::Managed)
    }

    fn document(&self, arn: &str, which: Which) -> Option<DocumentPlace> {
        self.documents.get(&(arn.to_owned(), which)).copied()
    }
}

fn nested<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, SnapshotError> {
    serde_json::from_str(raw.get()).map_err(SnapshotError::Shape)
}

/// The members that hold places.
#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    roles: Vec<&'a RawValue>,
    #[serde(borrow)]
    policies: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    owners: Option<OwnersEntry<'a>>,
}

#[derive(Deserialize)]
struct OwnersEntry<'a> {
    #[serde(borrow)]
    regions: Vec<RegionEntry<'a>>,
}

#[derive(Deserialize)]
struct RegionEntry<'a> {
    #[serde(borrow)]
    instances: Fact<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct InstanceEntry<'a> {
    #[serde(borrow)]
    arn: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RoleEntry<'a> {
    #[serde(borrow)]
    arn: Cow<'a, str>,
    #[serde(borrow)]
    trust: Fact<&'a RawValue>,
    #[serde(borrow)]
    inline: Fact<Vec<InlineEntry<'a>>>,
}

#[derive(Deserialize)]
struct InlineEntry<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    document: Fact<&'a RawValue>,
}

#[derive(Deserialize)]
struct PolicyEntry<'a> {
    #[serde(borrow)]
    arn: Cow<'a, str>,
    #[serde(borrow)]
    document: Fact<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fact<T> {
    Read(T),
    NotRead(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ "roles": [{"arn": "r\u00f6le", "inline": {"read": [
      {"name": "a\"b", "document": {"read": {"é": 1,
  "Statement": []}}},
      {"name": "text", "document": {"read": "{\"a\": 1}"}},
      {"name": "gone", "document": {"not_read": {}}}]},
   "trust": {"not_read": {"reason": "denied"}}}],
  "policies": [{"arn": "policy", "document": {"read": {}}}]}"#;

    fn place(line: u32, column: u32) -> Place {
        Place { line, column }
    }

    #[test]
    fn finds_entries_and_documents_by_line_and_character() {
        let places = Places::find(TEXT).unwrap();
        assert_eq!(places.entry("röle"), Some(place(1, 13)));
        assert_eq!(places.trust("röle"), None);
        let inline = places.inline("röle", "a\"b").unwrap();
        assert_eq!((inline.start, inline.verbatim), (place(2, 45), true));
        assert_eq!(inline.inside(1, 3), place(2, 47));
        assert_eq!(inline.inside(2, 3), place(3, 3));
        assert_eq!(places.entry("policy"), Some(place(7, 16)));
        assert!(places.managed("policy").unwrap().verbatim);
    }

    #[test]
    fn points_at_the_start_of_a_document_that_is_written_as_a_string() {
        let places = Places::find(TEXT).unwrap();
        let text = places.inline("röle", "text").unwrap();
        assert_eq!(text.inside(1, 5), text.start);
        assert_eq!(text.start, place(4, 45));
        assert_eq!(places.inline("röle", "gone"), None);
    }

    #[test]
    fn refuses_what_is_no_snapshot() {
        assert!(Places::find("{}").is_err());
        assert!(Places::find("[").is_err());
    }
}
