//! What the server can be told besides faults.

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use super::faults::Rule;
use super::rates::Rate;

/// Holds the settings in force.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whether requests over the published rates are throttled.
    pub(crate) enforces_rates: bool,
    /// Rates beside the published ones; the last that fits an operation holds.
    rates: Vec<(GlobMatcher, Option<Rate>)>,
    /// Whether `AssumeRole` asks for a role that the account has.
    pub(crate) requires_roles: bool,
    /// What `AssumeRole` must be given as external id.
    pub(crate) external_id: Option<String>,
    /// How long sessions last, whatever is asked for.
    pub(crate) session_seconds: Option<i64>,
}

/// Holds what `POST /__control` may say; what it leaves out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Control {
    /// Replaces all faults.
    pub(crate) rules: Option<Vec<Rule>>,
    enforce_rates: Option<bool>,
    /// Replaces all rates beside the published ones; `null` for none.
    rates: Option<Vec<RateRule>>,
    require_roles: Option<bool>,
    /// Empty for none.
    external_id: Option<String>,
    /// 0 for what is asked for.
    session_seconds: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRule {
    /// A glob: `iam:*`.
    operation: String,
    rate: Option<Rate>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enforces_rates: true,
            rates: Vec::new(),
            requires_roles: false,
            external_id: None,
            session_seconds: None,
        }
    }
}

impl Settings {
    /// Takes over what a control request says.
    pub(crate) fn apply(&mut self, control: Control) -> Result<(), globset::Error> {
        if let Some(rates) = control.rates {
            self.rates = rates
                .into_iter()
                .map(|rule| Ok((Glob::new(&rule.operation)?.compile_matcher(), rule.rate)))
                .collect::<Result<_, globset::Error>>()?;
        }
        self.enforces_rates = control.enforce_rates.unwrap_or(self.enforces_rates);
        self.requires_roles = control.require_roles.unwrap_or(self.requires_roles);
        if let Some(external_id) = control.external_id {
            self.external_id = Some(external_id).filter(|id| !id.is_empty());
        }
        if let Some(seconds) = control.session_seconds {
            self.session_seconds = Some(seconds).filter(|seconds| *seconds > 0);
        }
        Ok(())
    }

    /// Returns the rate of an operation, given the published one.
    pub(crate) fn rate(&self, label: &str, published: Option<Rate>) -> Option<Rate> {
        if !self.enforces_rates {
            return None;
        }
        let mut rules = self.rates.iter().rev();
        match rules.find(|(pattern, _)| pattern.is_match(label)) {
            Some((_, rate)) => *rate,
            None => published,
        }
    }
}
