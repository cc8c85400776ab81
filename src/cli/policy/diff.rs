//! `roledrift policy diff`.

use std::path::Path;

use roledrift::policy::compare;
use roledrift::report::comparison::{self, Side};

use super::{batch, documents};
use crate::cli::args::{AnswerFormat, DiffArgs, PolicyKind};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::files;

pub(super) fn run(arguments: &DiffArgs) -> Result<Outcome, Failure> {
    let policy_kind = arguments.kind;
    if let Some(path) = &arguments.batch {
        return batch::run(path, policy_kind);
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
    let comparison = compare(&reference.documents(), &candidate.documents());
    let mut text = Vec::new();
    match arguments.format {
        AnswerFormat::Terminal => {
            comparison::text(&comparison, &reference, &candidate, &mut text)
                .map_err(Failure::Stdout)?;
            files::write_styled(&text)?;
        }
        AnswerFormat::Json => {
            comparison::json(&comparison, &reference, &candidate, &mut text)
                .map_err(Failure::Stdout)?;
            files::write_stdout(&text)?;
        }
    }
    Ok(Outcome::of_comparison(&comparison.gained))
}

fn side(path: &Path, policy_kind: Option<PolicyKind>) -> Result<Side, Failure> {
    let documents = vec![documents::from_file(path, policy_kind)?];
    Ok(Side { documents })
}
