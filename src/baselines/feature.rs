//! What a service adds to a role's inline policies when a feature is switched on.

use serde::{Deserialize, Serialize};

use super::Evidence;
use super::configured_by::ConfiguredBy;
use super::template::{Bindings, ResourceTemplate};
use crate::policy::{ActionPattern, Document, Kind, Problem, Services};

/// Describes the grants of one feature.
#[derive(Debug, Clone)]
pub struct Feature {
    /// The feature's id, unique in its family.
    pub id: String,
    /// What a reader calls it.
    pub title: String,
    /// How well the grants are known.
    pub evidence: Evidence,
    /// Where its configuration comes from.
    pub configured_by: ConfiguredBy,
    /// What the service may be granted for it: the ceiling.
    pub grants: Vec<Grant>,
    /// What it cannot work without: the floor.
    pub needs: Vec<Grant>,
    /// When and where AWS said that it is gone.
    pub retired: Option<Retirement>,
    /// The page or observation that the grants come from.
    pub source: String,
}

/// Holds actions on resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The actions.
    pub actions: Vec<ActionPattern>,
    /// The resources.
    pub resources: Vec<ResourceTemplate>,
    /// Resources that reach further and are accepted where a policy names exactly them.
    pub verbatim: Vec<ResourceTemplate>,
}

/// Says that AWS ended a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// The day.
    #[schemars(with = "String")]
    pub on: jiff::civil::Date,
    /// The page that says so.
    pub source: String,
}

impl Feature {
    /// Returns what the feature may be granted for these configurations; `None` where there are none.
    pub fn ceiling(&self, bindings: &[Bindings]) -> Option<Document> {
        document(&self.grants, bindings, |grant| &grant.resources)
    }

    /// Returns what the feature needs for these configurations; `None` where that is nothing.
    pub fn floor(&self, bindings: &[Bindings]) -> Option<Document> {
        document(&self.needs, bindings, |grant| &grant.resources)
    }

    /// Returns the grants that are accepted on exactly the resource `text`, where there are any.
    pub fn verbatim(&self, bindings: &[Bindings], text: &str) -> Option<Document> {
        let named = bindings.iter().flat_map(|bindings| {
            let grants = self.grants.iter().map(move |grant| (grant, bindings));
            grants.filter(|(grant, bindings)| {
                let mut resources = grant.verbatim.iter();
                resources.any(|resource| resource.pattern(bindings) == text)
            })
        });
        Document::allowing(named.map(|(grant, _)| grant.on(vec![text.to_owned()])))
    }

    /// Returns the feature's actions on any resource.
    pub fn actions_anywhere(&self) -> Option<Document> {
        let grants = self.grants.iter();
        Document::allowing(grants.map(|grant| grant.on(vec!["*".to_owned()])))
    }

    /// Tells whether the feature may be granted something of some services.
    pub(crate) fn concerns(&self, services: &Services<'_>) -> bool {
        let mut actions = self.grants.iter().flat_map(|grant| &grant.actions);
        actions.any(|action| services.include(action.text()))
    }

    /// Returns the resources of the ceiling as a reader expects them.
    pub fn resources(&self, bindings: &Bindings) -> Vec<String> {
        let resources = self.grants.iter().flat_map(|grant| &grant.resources);
        let mut texts: Vec<String> = resources.map(|of| of.display(bindings)).collect();
        texts.dedup();
        texts
    }
}

impl Grant {
    fn on(&self, resources: Vec<String>) -> (&[ActionPattern], Vec<String>) {
        (&self.actions, resources)
    }
}

/// Makes a document of grants; `None` where there are none.
///
/// Actions and templates were checked when they were loaded, and values are escaped.
fn document<'a>(
    grants: &'a [Grant],
    bindings: &[Bindings],
    resources: impl Fn(&'a Grant) -> &'a [ResourceTemplate],
) -> Option<Document> {
    let resources = &resources;
    Document::allowing(bindings.iter().flat_map(|bindings| {
        grants.iter().map(move |grant| {
            let patterns = resources(grant).iter().map(|of| of.pattern(bindings));
            grant.on(patterns.collect())
        })
    }))
}

/// A feature as its file writes it.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureEntry {
    /// Unique in the file.
    pub(super) id: String,
    title: String,
    evidence: Evidence,
    /// The page or observation that the grants come from.
    source: String,
    /// Where the owner's configuration of the feature is found; absent where it is not read.
    #[serde(default)]
    configured_by: ConfiguredBy,
    /// What the service may be granted for the feature.
    grants: Vec<GrantEntry>,
    /// What the feature cannot work without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<GrantEntry>,
    /// When AWS ended the service behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired: Option<Retirement>,
}

/// Actions on resources; `${name}` stands for what the role's owner has configured.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct GrantEntry {
    actions: Vec<String>,
    resources: Vec<String>,
    /// Resources that reach further, and are accepted where a policy names exactly them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    verbatim: Vec<String>,
}

/// Says what is wrong with a feature, and which text in its file is to blame.
pub(super) struct FeatureProblem {
    pub(super) text: String,
    pub(super) problem: String,
}

impl FeatureEntry {
    /// Makes the feature.
    pub(super) fn into_feature(self) -> Result<Feature, FeatureProblem> {
        let known = self.configured_by.variables();
        let grants = |entries: Vec<GrantEntry>| -> Result<Vec<Grant>, FeatureProblem> {
            entries
                .into_iter()
                .map(|entry| {
                    let resources = templates(&entry.resources, known)?;
                    let verbatim = templates(&entry.verbatim, known)?;
                    Ok(Grant {
                        actions: actions(&entry.actions)?,
                        resources,
                        verbatim,
                    })
                })
                .collect()
        };
        let feature = Feature {
            grants: grants(self.grants)?,
            needs: grants(self.needs)?,
            id: self.id,
            title: self.title,
            evidence: self.evidence,
            configured_by: self.configured_by,
            retired: self.retired,
            source: self.source,
        };
        check(&feature).map_err(|problem| FeatureProblem {
            text: feature.id.clone(),
            problem,
        })?;
        Ok(feature)
    }
}

fn actions(texts: &[String]) -> Result<Vec<ActionPattern>, FeatureProblem> {
    let action = |text: &String| {
        ActionPattern::parse(text).ok_or_else(|| {
            let action = text.clone();
            FeatureProblem {
                text: text.clone(),
                problem: Problem::MalformedAction { action }.to_string(),
            }
        })
    };
    texts.iter().map(action).collect()
}

fn templates(
    texts: &[String],
    known: &[super::Variable],
) -> Result<Vec<ResourceTemplate>, FeatureProblem> {
    let template = |text: &String| {
        let unknown = |name: &str| FeatureProblem {
            text: text.clone(),
            problem: format!(
                "nothing gives `${{{name}}}` a value; known here: {}",
                known
                    .iter()
                    .map(|variable| variable.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        let template = ResourceTemplate::parse(text).map_err(|name| unknown(&name))?;
        let stranger = template.variables().find(|used| !known.contains(used));
        match stranger {
            Some(variable) => Err(unknown(variable.as_str())),
            None => Ok(template),
        }
    };
    texts.iter().map(template).collect()
}

/// Makes sure that the grants are an IAM policy, whatever is configured.
fn check(feature: &Feature) -> Result<(), String> {
    if feature.grants.is_empty() {
        return Err("it grants nothing".to_owned());
    }
    let anything = Bindings::default();
    let all = feature.grants.iter().chain(&feature.needs);
    let statements: Vec<serde_json::Value> = all
        .map(|grant| {
            let resources = grant.resources.iter().chain(&grant.verbatim);
            let resources: Vec<String> = resources.map(|of| of.pattern(&anything)).collect();
            let actions: Vec<&str> = grant.actions.iter().map(ActionPattern::text).collect();
            serde_json::json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
        })
        .collect();
    let text = serde_json::json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Document::parse(&text, Kind::Identity)
        .map(|_| ())
        .map_err(|error| error.problem().to_string())
}
