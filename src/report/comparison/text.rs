//! A comparison for a person.

use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};

use super::lists::{Way, lists};
use super::{Shown, Side, WITNESS_BY_SEGMENT, verdict};
use crate::policy::published::provenance;
use crate::policy::{Denial, Details, Difference, Refusal, Verdict, Witness};
use crate::report::escape;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

const NOTHING_BY_SEGMENT: &str =
    "where wildcards in resources are read by segment; where they cross `:`:";

/// Writes a comparison; `all` writes long lists in full.
///
/// # Errors
/// Returns the writer's error.
pub fn text(shown: &Shown<'_>, all: bool, out: &mut dyn Write) -> Result<()> {
    let comparison = &shown.review.comparison;
    let called = shown.called;
    let sentence = match comparison.verdict {
        Verdict::Equal => "both allow the same".to_owned(),
        Verdict::Narrowed => format!("{called} allows less, and nothing new"),
        Verdict::Widened => format!("{called} allows more"),
        Verdict::Incomparable => "each allows something that the other does not".to_owned(),
        Verdict::Undecided(_) => "at least one direction could not be decided".to_owned(),
    };
    writeln!(
        out,
        "{BOLD}{}{BOLD:#}: {sentence}",
        verdict(comparison.verdict)
    )?;
    let (reference, candidate) = (shown.reference, shown.candidate);
    let gained = Direction {
        way: Way::Gained,
        style: RED,
        difference: &comparison.gained,
        details: &shown.review.gained,
        allowing: candidate,
        refusing: reference,
    };
    let lost = Direction {
        way: Way::Lost,
        style: YELLOW,
        difference: &comparison.lost,
        details: &shown.review.lost,
        allowing: reference,
        refusing: candidate,
    };
    let mut has_lists = gained.write(all, out)?;
    has_lists |= lost.write(all, out)?;
    denial(
        "more",
        &comparison.denials.gained,
        candidate,
        reference,
        out,
    )?;
    denial("less", &comparison.denials.lost, reference, candidate, out)?;
    if has_lists {
        let table = provenance();
        writeln!(
            out,
            "{DIM}actions as published on {} ({}){DIM:#}",
            table.as_of, table.source
        )?;
    }
    Ok(())
}

struct Direction<'a> {
    way: Way,
    style: Style,
    difference: &'a Difference,
    details: &'a Details,
    allowing: &'a Side,
    refusing: &'a Side,
}

impl Direction<'_> {
    /// Writes the direction; tells whether there were lists.
    fn write(&self, all: bool, out: &mut dyn Write) -> Result<bool> {
        let title = match self.way {
            Way::Gained => "gained",
            Way::Lost => "lost",
        };
        match self.difference {
            Difference::Nothing => {
                writeln!(out, "  {GREEN}{title:<6}{GREEN:#} nothing")?;
                return Ok(false);
            }
            Difference::NothingBySegment(witness) => {
                writeln!(
                    out,
                    "  {GREEN}{title:<6}{GREEN:#} nothing {NOTHING_BY_SEGMENT}"
                )?;
                self.write_witness(YELLOW, "", witness, out)?;
                return Ok(false);
            }
            Difference::Undecided(reason) => {
                writeln!(out, "  {YELLOW}{title:<6}{YELLOW:#} undecided: {reason}")?;
            }
            Difference::Witness(witness) => {
                self.write_witness(self.style, title, witness, out)?;
                self.write_refusal(out)?;
                if witness.reading.is_some() {
                    dimmed(WITNESS_BY_SEGMENT, out)?;
                }
            }
        }
        match &self.details.actions {
            Some(actions) => lists(self.way, actions, self.allowing, all, out),
            None => Ok(false),
        }
    }

    fn write_witness(
        &self,
        style: Style,
        title: &str,
        witness: &Witness,
        out: &mut dyn Write,
    ) -> Result<()> {
        let request = escape::terminal(&witness.request.to_string());
        writeln!(out, "  {style}{title:<6}{style:#} {request}")?;
        match self.allowing.place(witness.allowed_by) {
            Some(place) => dimmed(&format!("allowed by {place}"), out),
            None => Ok(()),
        }
    }

    fn write_refusal(&self, out: &mut dyn Write) -> Result<()> {
        match self.details.refusal {
            None => Ok(()),
            Some(Refusal::NoStatement) => {
                let name = self.refusing.name();
                dimmed(&format!("no statement of `{name}` allows it"), out)
            }
            Some(Refusal::Denied(at)) => match self.refusing.place(at) {
                Some(place) => dimmed(&format!("denied explicitly by {place}"), out),
                None => Ok(()),
            },
        }
    }
}

fn dimmed(text: &str, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "         {DIM}{}{DIM:#}", escape::terminal(text))
}

/// Writes what one side denies explicitly and the other does not; nothing where there is nothing.
fn denial(
    how_much: &str,
    denial: &Denial,
    denying: &Side,
    other: &Side,
    out: &mut dyn Write,
) -> Result<()> {
    match denial {
        Denial::Nothing => Ok(()),
        Denial::Undecided(reason) => writeln!(
            out,
            "  {YELLOW}denies {how_much}{YELLOW:#} undecided: {reason}"
        ),
        Denial::Witness { request, denied_by } => {
            let request = escape::terminal(&request.to_string());
            writeln!(out, "  {BOLD}denies {how_much}{BOLD:#} {request}")?;
            if let Some(place) = denying.place(*denied_by) {
                dimmed(&format!("denied explicitly by {place}"), out)?;
            }
            let name = other.name();
            dimmed(
                &format!("no statement of `{name}` denies it, which matters beside other policies"),
                out,
            )
        }
    }
}
