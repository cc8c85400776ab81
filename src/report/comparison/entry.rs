//! A comparison for programs: what the JSON output and the lines of a batch hold.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Place, Shown, Side, WITNESS_BY_SEGMENT, verdict};
use crate::policy::published::{Action, provenance};
use crate::policy::{
    Comparison, Denial, Details, Difference, Extent, Gain, GainedActions, Refusal, Request,
    StatementRef, Verdict, Witness,
};
use crate::report::context::ValueEntry;
use crate::report::principal::PrincipalEntry;

/// A comparison for programs.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift policy comparison")]
pub struct ComparisonEntry<'a> {
    /// `equal`, `narrowed`, `widened`, `incomparable` or `undecided`.
    verdict: &'static str,
    /// Whether the candidate allows what the reference does not; `null` where undecided.
    new_access: Option<bool>,
    witness: Option<WitnessEntry<'a>>,
    /// Whether the reference allows what the candidate does not; `null` where undecided.
    lost_access: Option<bool>,
    lost_witness: Option<WitnessEntry<'a>>,
    /// Why a direction is undecided, or where the verdict would be another if wildcards in resources crossed `:`.
    reason: Option<String>,
    /// How the sides differ in what they deny explicitly; changes no verdict.
    explicit_denials: DenialsEntry<'a>,
    /// The actions of which the candidate allows more, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    gained_actions: Option<ActionsEntry<'a>>,
    /// The actions of which the candidate allows less, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_actions: Option<ActionsEntry<'a>>,
}

/// A request that the sides treat differently.
#[derive(Serialize, schemars::JsonSchema)]
struct WitnessEntry<'a> {
    action: &'a str,
    resource: Option<&'a str>,
    principal: Option<PrincipalEntry<'a>>,
    /// Condition keys and what they hold.
    context: BTreeMap<&'a str, ValueEntry<'a>>,
    /// The statement that allows it, on the side that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_by: Option<Place<'a>>,
    /// The statement that denies it explicitly, on the side that does not allow it; `null` where no statement there allows it.
    denied_by: Option<Place<'a>>,
}

/// Explicit denials that only one side has.
#[derive(Serialize, schemars::JsonSchema)]
struct DenialsEntry<'a> {
    /// Those of the candidate.
    gained: DenialEntry<'a>,
    /// Those of the reference.
    lost: DenialEntry<'a>,
}

/// Whether one side denies explicitly what the other does not.
#[derive(Serialize, schemars::JsonSchema)]
struct DenialEntry<'a> {
    /// `null` where undecided.
    found: Option<bool>,
    witness: Option<WitnessEntry<'a>>,
    /// Why it is undecided.
    reason: Option<String>,
}

/// Actions of which one side allows more than the other.
#[derive(Serialize, schemars::JsonSchema)]
struct ActionsEntry<'a> {
    published: PublishedEntry,
    /// Published actions that the other side allows nowhere.
    entirely: Vec<&'static str>,
    /// Published actions that the other side allows elsewhere: on other resources, to other principals, in other contexts.
    partly: Vec<&'static str>,
    /// Published actions about which it is not known.
    undecided: Vec<&'static str>,
    /// Whether nothing is undecided or was left out.
    complete: bool,
    groups: Vec<GroupEntry<'a>>,
}

/// The table of published actions.
#[derive(Serialize, schemars::JsonSchema)]
struct PublishedEntry {
    /// The day on which it was made, `YYYY-MM-DD`.
    as_of: &'static str,
    source: &'static str,
}

/// Actions that the same statements are about.
#[derive(Serialize, schemars::JsonSchema)]
struct GroupEntry<'a> {
    /// `entirely` or `partly`.
    extent: &'static str,
    actions: Vec<&'static str>,
    /// Actions that a document spells out and that are not published.
    unpublished: Vec<&'a str>,
    /// What lets actions be allowed that do not exist yet.
    future: Vec<FutureEntry<'a>>,
    /// The statements that each allow more.
    allowed_by: Vec<Place<'a>>,
    example: WitnessEntry<'a>,
}

/// What lets actions be allowed that do not exist yet.
#[derive(Serialize, schemars::JsonSchema)]
struct FutureEntry<'a> {
    /// A pattern of actions; `null` for a statement with `NotAction`.
    pattern: Option<&'a str>,
    statement: Option<Place<'a>>,
}

impl<'a> ComparisonEntry<'a> {
    /// Makes the entry of a comparison.
    pub fn of(shown: &Shown<'a>) -> Self {
        let (reference, candidate) = (shown.reference, shown.candidate);
        let (gained, lost) = (&shown.review.gained, &shown.review.lost);
        let comparison = &shown.review.comparison;
        let reason = match comparison.verdict {
            Verdict::Undecided(reason) => Some(reason.to_string()),
            _ => crossing(comparison),
        };
        let actions = |details: &'a Details, allowing| {
            let actions = details.actions.as_ref()?;
            Some(ActionsEntry::of(actions, allowing))
        };
        Self {
            verdict: verdict(comparison.verdict),
            new_access: access(&comparison.gained),
            witness: witness(&comparison.gained, gained, candidate, reference),
            lost_access: access(&comparison.lost),
            lost_witness: witness(&comparison.lost, lost, reference, candidate),
            reason,
            explicit_denials: DenialsEntry {
                gained: DenialEntry::of(&comparison.denials.gained, candidate),
                lost: DenialEntry::of(&comparison.denials.lost, reference),
            },
            gained_actions: actions(gained, candidate),
            lost_actions: actions(lost, reference),
        }
    }
}

/// Says in words which direction depends on the reading of wildcards.
fn crossing(comparison: &Comparison) -> Option<String> {
    let directions = [
        ("candidate", &comparison.gained),
        ("reference", &comparison.lost),
    ];
    let sentences = directions
        .into_iter()
        .filter_map(|(side, difference)| match difference {
            Difference::NothingBySegment(witness) => Some(format!(
                "only where a wildcard in a resource crosses `:` does the {side} alone allow {}",
                witness.request
            )),
            Difference::Witness(Witness {
                reading: Some(_), ..
            }) => Some(format!(
                "what the {side} alone allows: {WITNESS_BY_SEGMENT}"
            )),
            _ => None,
        });
    let sentences: Vec<String> = sentences.collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

fn access(difference: &Difference) -> Option<bool> {
    match difference {
        Difference::Nothing | Difference::NothingBySegment(_) => Some(false),
        Difference::Witness(_) => Some(true),
        Difference::Undecided(_) => None,
    }
}

fn witness<'a>(
    difference: &'a Difference,
    details: &Details,
    allowing: &'a Side,
    refusing: &'a Side,
) -> Option<WitnessEntry<'a>> {
    let Difference::Witness(witness) = difference else {
        return None;
    };
    let mut entry = WitnessEntry::of(&witness.request);
    entry.allowed_by = allowing.place(witness.allowed_by);
    if let Some(Refusal::Denied(at)) = details.refusal {
        entry.denied_by = refusing.place(at);
    }
    Some(entry)
}

impl<'a> WitnessEntry<'a> {
    fn of(request: &'a Request) -> Self {
        let context = request.context.iter();
        Self {
            action: &request.action,
            resource: request.resource.as_deref(),
            principal: request.principal.as_ref().map(PrincipalEntry::of),
            context: context
                .map(|(key, value)| (key, ValueEntry::of(value)))
                .collect(),
            allowed_by: None,
            denied_by: None,
        }
    }
}

impl<'a> DenialEntry<'a> {
    fn of(denial: &'a Denial, denying: &'a Side) -> Self {
        let (found, witness, reason) = match denial {
            Denial::Nothing => (Some(false), None, None),
            Denial::Undecided(reason) => (None, None, Some(reason.to_string())),
            Denial::Witness { request, denied_by } => {
                let mut entry = WitnessEntry::of(request);
                entry.denied_by = denying.place(*denied_by);
                (Some(true), Some(entry), None)
            }
        };
        Self {
            found,
            witness,
            reason,
        }
    }
}

impl<'a> ActionsEntry<'a> {
    fn of(actions: &'a GainedActions, allowing: &'a Side) -> Self {
        let provenance = provenance();
        let undecided = actions.undecided.iter().copied();
        Self {
            published: PublishedEntry {
                as_of: provenance.as_of,
                source: provenance.source,
            },
            entirely: actions.actions(Extent::New).map(Action::text).collect(),
            partly: actions.actions(Extent::Wider).map(Action::text).collect(),
            undecided: undecided.map(Action::text).collect(),
            complete: !actions.is_cut_short && actions.undecided.is_empty(),
            groups: actions
                .gains
                .iter()
                .map(|gain| GroupEntry::of(gain, allowing))
                .collect(),
        }
    }
}

impl<'a> GroupEntry<'a> {
    fn of(gain: &'a Gain, allowing: &'a Side) -> Self {
        let place = |at: &StatementRef| allowing.place(*at);
        let mut example = WitnessEntry::of(&gain.example.request);
        example.allowed_by = allowing.place(gain.example.allowed_by);
        Self {
            extent: match gain.extent {
                Extent::New => "entirely",
                Extent::Wider => "partly",
            },
            actions: gain.actions.iter().copied().map(Action::text).collect(),
            unpublished: gain.unpublished.iter().map(String::as_str).collect(),
            future: (gain.future.iter())
                .map(|future| FutureEntry {
                    pattern: future.pattern.as_deref(),
                    statement: place(&future.statement),
                })
                .collect(),
            allowed_by: gain.allowed_by.iter().filter_map(place).collect(),
            example,
        }
    }
}
