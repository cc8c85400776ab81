//! `roledrift rules` and `roledrift explain`.

use roledrift::audit::SelectionError;
use roledrift::{audit, report};

use super::exit::{Failure, Outcome};
use super::files;

pub(super) fn list() -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    report::list(&mut text).map_err(Failure::Stdout)?;
    files::write_styled(&text)
}

pub(super) fn explain(name: &str) -> Result<Outcome, Failure> {
    let rule = audit::by_id(name).ok_or_else(|| SelectionError::UnknownRule {
        name: name.to_owned(),
    })?;
    let mut text = Vec::new();
    report::explain(rule, &mut text).map_err(Failure::Stdout)?;
    files::write_styled(&text)
}
