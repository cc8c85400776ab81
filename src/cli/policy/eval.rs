//! `roledrift policy eval`.

use std::path::Path;

use roledrift::policy::{Document, Request, explain};
use roledrift::report::evaluation::{self, Evaluation};

use super::{documents, eval_batch, notation};
use crate::cli::args::{AnswerFormat, EvalArgs};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::files;

pub(super) fn run(arguments: &EvalArgs) -> Result<Outcome, Failure> {
    if let Some(path) = &arguments.batch {
        return eval_batch::run(path, arguments.kind);
    }
    // Without --batch it is required.
    let Some(action) = &arguments.action else {
        return Ok(Outcome::Clean);
    };
    let is_stdin = |path: &&_| *path == Path::new("-");
    if arguments
        .policies
        .iter()
        .filter(|path| is_stdin(&path.as_path()))
        .count()
        > 1
    {
        return Err(Failure::TwoStdins);
    }
    let documents = (arguments.policies.iter())
        .map(|path| documents::from_file(path, arguments.kind))
        .collect::<Result<Vec<_>, _>>()?;
    let request = Request {
        action: action.clone(),
        resource: arguments.resource.clone(),
        principal: arguments.principal.clone(),
        context: notation::context(&arguments.context),
    };
    let set: Vec<&Document> = documents.iter().map(|(_, document)| document).collect();
    let explanation = explain(&set, &request);
    let answer = Evaluation {
        documents: &documents,
        request: &request,
        explanation: &explanation,
    };
    let mut text = Vec::new();
    match arguments.format {
        AnswerFormat::Terminal => {
            evaluation::text(&answer, &mut text).map_err(Failure::Stdout)?;
            files::write_styled(&text)?;
        }
        AnswerFormat::Json => {
            evaluation::json(&answer, &mut text).map_err(Failure::Stdout)?;
            files::write_stdout(&text)?;
        }
    }
    Ok(Outcome::of_evaluation(&explanation))
}
