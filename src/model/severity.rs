//! How much a finding matters.

use super::InvalidValue;

/// Ranks findings, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to mend.
    Info,
    /// Departs from the baseline without giving anybody access.
    Low,
    /// Access or function changed; look at it this week.
    Medium,
    /// Somebody probably has access that nobody meant to give.
    High,
    /// Somebody else can use the role.
    Critical,
}

impl Severity {
    /// Lists every severity, least first.
    pub const ALL: [Self; 5] = [
        Self::Info,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// Returns the lower-case name that flags and outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Severity {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or_else(|| InvalidValue {
                value: text.to_owned(),
                expected: "a severity (info, low, medium, high, critical)",
            })
    }
}
