//! `roledrift policy diff`.

use std::path::Path;

use roledrift::policy::review;
use roledrift::report::comparison::{self, Shown, Side};

use super::{batch, documents};
use crate::cli::args::{AnswerFormat, DiffArgs, PolicyKind};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::files;

pub(super) fn run(arguments: &DiffArgs) -> Result<Outcome, Failure> {
    let policy_kind = arguments.kind;
    if let Some(path) = &arguments.batch {
        return batch::run(path, policy_kind, arguments.actions);
    }
    // Without --batch both are required.
    let (Some(reference), Some(candidate)) = (&arguments.reference, &arguments.candidate) else {
        return Ok(Outcome::Clean);
    };
    if reference == candidate && reference == Path::new("-") {
        return Err(Failure::TwoStdins);
    }
    let reference = side(reference, policy_kind)?;
    let candidate = side(candidate, policy_kind)?;
    let review = review(&reference.documents(), &candidate.documents(), true);
    let shown = Shown {
        review: &review,
        reference: &reference,
        candidate: &candidate,
        called: "the candidate",
    };
    show(&shown, arguments.format, arguments.all)?;
    Ok(Outcome::of_comparison(&review.comparison.gained))
}

/// Writes a comparison to stdout.
fn show(shown: &Shown<'_>, format: AnswerFormat, all: bool) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    match format {
        AnswerFormat::Terminal => {
            comparison::text(shown, all, &mut text).map_err(Failure::Stdout)?;
            files::write_styled(&text)
        }
        AnswerFormat::Json => {
            comparison::json(shown, &mut text).map_err(Failure::Stdout)?;
            files::write_stdout(&text)
        }
    }
}

fn side(path: &Path, policy_kind: Option<PolicyKind>) -> Result<Side, Failure> {
    let documents = vec![documents::from_file(path, policy_kind)?];
    Ok(Side { documents })
}
