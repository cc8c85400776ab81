//! What `roledrift policy diff` shows: a view for people, JSON, and lines of NDJSON.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::context::ValueEntry;
use super::escape;
use super::principal::PrincipalEntry;
use crate::policy::{Comparison, Difference, Document, Verdict, Witness};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// One side of a comparison: its documents with the names that a reader knows them by.
#[derive(Debug, Clone)]
pub struct Side {
    /// Names and documents, in order.
    pub documents: Vec<(String, Document)>,
}

impl Side {
    /// Borrows the documents.
    pub fn documents(&self) -> Vec<&Document> {
        self.documents
            .iter()
            .map(|(_, document)| document)
            .collect()
    }

    fn place(&self, witness: &Witness) -> Option<Place<'_>> {
        let (name, document) = self.documents.get(witness.allowed_by.document)?;
        let index = witness.allowed_by.statement;
        let statement = document.statements().get(index)?;
        let position = statement.position();
        Some(Place {
            document: name,
            statement: index,
            sid: statement.sid(),
            line: position.line,
            column: position.column,
        })
    }
}

/// Names a verdict as outputs do.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Narrowed => "narrowed",
        Verdict::Widened => "widened",
        Verdict::Incomparable => "incomparable",
        Verdict::Undecided(_) => "undecided",
    }
}

/// Writes a comparison for a person.
///
/// # Errors
/// Returns the writer's error.
pub fn text(
    comparison: &Comparison,
    reference: &Side,
    candidate: &Side,
    out: &mut dyn Write,
) -> Result<()> {
    let sentence = match comparison.verdict {
        Verdict::Equal => "both allow the same",
        Verdict::Narrowed => "the candidate allows less, and nothing new",
        Verdict::Widened => "the candidate allows more",
        Verdict::Incomparable => "each allows something that the other does not",
        Verdict::Undecided(_) => "at least one direction could not be decided",
    };
    writeln!(
        out,
        "{BOLD}{}{BOLD:#}: {sentence}",
        verdict(comparison.verdict)
    )?;
    direction("gained", RED, &comparison.gained, candidate, out)?;
    direction("lost", YELLOW, &comparison.lost, reference, out)
}

fn direction(
    title: &str,
    style: Style,
    difference: &Difference,
    allowing: &Side,
    out: &mut dyn Write,
) -> Result<()> {
    match difference {
        Difference::Nothing => writeln!(out, "  {GREEN}{title:<6}{GREEN:#} nothing"),
        Difference::NothingBySegment(witness) => {
            writeln!(
                out,
                "  {GREEN}{title:<6}{GREEN:#} nothing {NOTHING_BY_SEGMENT}"
            )?;
            request(YELLOW, "", witness, allowing, out)
        }
        Difference::Undecided(reason) => {
            writeln!(out, "  {YELLOW}{title:<6}{YELLOW:#} undecided: {reason}")
        }
        Difference::Witness(witness) => {
            request(style, title, witness, allowing, out)?;
            if witness.reading.is_some() {
                writeln!(out, "         {DIM}{WITNESS_BY_SEGMENT}{DIM:#}")?;
            }
            Ok(())
        }
    }
}

const NOTHING_BY_SEGMENT: &str =
    "where wildcards in resources are read by segment; where they cross `:`:";
const WITNESS_BY_SEGMENT: &str = "only where wildcards in resources are read by segment";

fn request(
    style: Style,
    title: &str,
    witness: &Witness,
    allowing: &Side,
    out: &mut dyn Write,
) -> Result<()> {
    let request = escape::terminal(&witness.request.to_string());
    writeln!(out, "  {style}{title:<6}{style:#} {request}")?;
    let Some(place) = allowing.place(witness) else {
        return Ok(());
    };
    let sid = place.sid.map(|sid| format!(" `{sid}`")).unwrap_or_default();
    let place = format!(
        "{}:{}:{}, statement {}{sid}",
        place.document,
        place.line,
        place.column,
        place.statement + 1
    );
    writeln!(
        out,
        "         {DIM}allowed by {}{DIM:#}",
        escape::terminal(&place)
    )
}

/// Writes a comparison as indented JSON.
///
/// # Errors
/// Returns the writer's error.
pub fn json(
    comparison: &Comparison,
    reference: &Side,
    candidate: &Side,
    out: &mut dyn Write,
) -> Result<()> {
    let entry = ComparisonEntry::of(comparison, reference, candidate);
    let text = serde_json::to_string_pretty(&entry)?;
    writeln!(out, "{}", escape::json(&text))
}

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
}

/// A request that one side allows and the other does not.
#[derive(Serialize, schemars::JsonSchema)]
struct WitnessEntry<'a> {
    action: &'a str,
    resource: Option<&'a str>,
    principal: Option<PrincipalEntry<'a>>,
    /// Condition keys and what they hold.
    context: BTreeMap<&'a str, ValueEntry<'a>>,
    /// The statement that allows it.
    allowed_by: Option<Place<'a>>,
}

/// A statement.
#[derive(Serialize, schemars::JsonSchema)]
struct Place<'a> {
    /// The document's name.
    document: &'a str,
    /// From 0.
    statement: usize,
    sid: Option<&'a str>,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

impl<'a> ComparisonEntry<'a> {
    /// Makes the entry of a comparison.
    pub fn of(comparison: &'a Comparison, reference: &'a Side, candidate: &'a Side) -> Self {
        let reason = match comparison.verdict {
            Verdict::Undecided(reason) => Some(reason.to_string()),
            _ => crossing(comparison),
        };
        Self {
            verdict: verdict(comparison.verdict),
            new_access: access(&comparison.gained),
            witness: WitnessEntry::of(&comparison.gained, candidate),
            lost_access: access(&comparison.lost),
            lost_witness: WitnessEntry::of(&comparison.lost, reference),
            reason,
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

impl<'a> WitnessEntry<'a> {
    fn of(difference: &'a Difference, allowing: &'a Side) -> Option<Self> {
        let Difference::Witness(witness) = difference else {
            return None;
        };
        let request = &witness.request;
        Some(Self {
            action: &request.action,
            resource: request.resource.as_deref(),
            principal: request.principal.as_ref().map(PrincipalEntry::of),
            context: request
                .context
                .iter()
                .map(|(key, value)| (key, ValueEntry::of(value)))
                .collect(),
            allowed_by: allowing.place(witness),
        })
    }
}

fn access(difference: &Difference) -> Option<bool> {
    match difference {
        Difference::Nothing | Difference::NothingBySegment(_) => Some(false),
        Difference::Witness(_) => Some(true),
        Difference::Undecided(_) => None,
    }
}
