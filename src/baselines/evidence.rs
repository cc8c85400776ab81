//! How well a fact is known.

/// Grades a fact; only the first three grades may make a finding.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Seen in a real account.
    Recorded,
    /// Named in the text of an AWS managed policy.
    PolicyText,
    /// Stated by AWS's documentation.
    Documentation,
    /// Only the name was seen, never the content.
    NameSeen,
    /// Guessed from matching names.
    NameMatch,
    /// From a list that others keep.
    Community,
    /// Remembered, and not checked.
    Recalled,
}

impl Evidence {
    /// Tells whether a finding may rest on it.
    pub fn is_evidence(self) -> bool {
        matches!(
            self,
            Self::Recorded | Self::PolicyText | Self::Documentation
        )
    }

    /// Returns the grade in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "seen in a real account",
            Self::PolicyText => "named in a managed policy's text",
            Self::Documentation => "stated by AWS's documentation",
            Self::NameSeen => "name seen, content not",
            Self::NameMatch => "guessed from matching names",
            Self::Community => "from a community list",
            Self::Recalled => "remembered, not checked",
        }
    }
}
