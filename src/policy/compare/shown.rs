//! Requests that show something new, with what makes them new.
//!
//! Must not know how they were found.

use std::collections::BTreeSet;

use super::question::Question;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{Reading, Request, StatementRef, Witness};

/// A request that is new under each of the readings.
#[derive(Clone)]
pub(super) struct Proof {
    pub(super) request: Request,
    pub(super) readings: Vec<Reading>,
    /// The first statement that allows it under each.
    pub(super) allowed_by: BTreeSet<StatementRef>,
}

impl Proof {
    /// Returns a request with what makes it new.
    pub(super) fn of(
        question: &Question<'_, '_>,
        request: Request,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let (mut readings, mut allowed_by) = (Vec::new(), BTreeSet::new());
        for reading in [Reading::BySegment, Reading::WholeText] {
            let judged = question.newly_allowed_by(reading, &request, budget)?;
            readings.extend(judged.map(|_| reading));
            allowed_by.extend(judged);
        }
        Ok(Self {
            request,
            readings,
            allowed_by,
        })
    }

    /// Returns the request with another action, where the evaluator confirms that it is new under the same readings.
    pub(super) fn confirmed(
        &self,
        question: &Question<'_, '_>,
        action: &str,
        budget: &Budget,
    ) -> Result<Option<Witness>, Exhausted> {
        let request = Request {
            action: action.to_owned(),
            ..self.request.clone()
        };
        let mut allowed_by: Option<StatementRef> = None;
        for &reading in &self.readings {
            let Some(judged) = question.newly_allowed_by(reading, &request, budget)? else {
                return Ok(None);
            };
            allowed_by.get_or_insert(judged);
        }
        let only = match self.readings.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        Ok(allowed_by.map(|allowed_by| Witness {
            request,
            allowed_by,
            reading: only,
        }))
    }
}
