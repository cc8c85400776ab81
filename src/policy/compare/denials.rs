//! Explicit denials that only one side has: they matter beside other policies, whatever both sides allow.
//!
//! Changes no verdict about what is allowed; must not know why documents are compared.

use super::direction::{SEARCH_STEPS, Wording, under_both};
use super::excerpt::denials_as_grants;
use super::outcome::{Difference, Reason};
use crate::policy::budget::Budget;
use crate::policy::{
    Decision, Document, Effect, Reading, Request, StatementRef, Witness, evaluate_under,
};

/// Holds how two sides differ in what they deny explicitly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denials {
    /// What the candidate denies explicitly and the reference does not.
    pub gained: Denial,
    /// What the reference denies explicitly and the candidate does not.
    pub lost: Denial,
}

/// Says what one side denies explicitly and the other does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// Proven to be nothing.
    Nothing,
    /// At least this request, as the point evaluator judged it.
    Witness {
        /// The request.
        request: Request,
        /// The first statement that denies it, on the side that does.
        denied_by: StatementRef,
    },
    /// Not known.
    Undecided(Reason),
}

impl Denials {
    pub(super) fn of(reference: &[&Document], candidate: &[&Document]) -> Self {
        Self {
            gained: new_denials(reference, candidate),
            lost: new_denials(candidate, reference),
        }
    }
}

/// Looks for something that the candidate denies explicitly and the reference does not.
///
/// What a side allows or leaves undecided does not matter here.
/// An explicit denial wins over whatever other policies allow.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html>.
#[must_use]
pub fn new_denials(reference: &[&Document], candidate: &[&Document]) -> Denial {
    let mut statements = candidate.iter().flat_map(|own| own.statements());
    if !statements.any(|statement| statement.effect() == Effect::Deny) {
        return Denial::Nothing;
    }
    let (known, asked) = (denials_as_grants(reference), denials_as_grants(candidate));
    let (known, asked): (Vec<_>, Vec<_>) = (known.iter().collect(), asked.iter().collect());
    let found = under_both(
        Wording::Readable,
        &known,
        &asked,
        &Budget::new(SEARCH_STEPS),
    );
    match found.map(Difference::under_any_reading) {
        Err(_) => Denial::Undecided(Reason::Budget),
        Ok(Difference::Nothing | Difference::NothingBySegment(_)) => Denial::Nothing,
        Ok(Difference::Undecided(reason)) => Denial::Undecided(reason),
        Ok(Difference::Witness(witness)) => checked(witness, reference, candidate),
    }
}

/// Lets the evaluator judge the request by the documents as they are.
fn checked(witness: Witness, reference: &[&Document], candidate: &[&Document]) -> Denial {
    let request = witness.request;
    let judge = |documents| evaluate_under(Reading::BySegment, documents, &request);
    match (judge(candidate), judge(reference)) {
        (Decision::ExplicitDeny(denied_by), Decision::Allowed(_) | Decision::ImplicitDeny) => {
            Denial::Witness { request, denied_by }
        }
        _ => Denial::Undecided(Reason::Internal(witness.allowed_by)),
    }
}
