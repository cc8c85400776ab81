//! Whether a statement applies to a request.
//!
//! Must not know the statement's effect.

use std::borrow::Cow;

use super::caller::completed;
use super::condition::holds;
use crate::policy::budget::Budget;
use crate::policy::{Condition, Context, Reading, Request, Statement, Template, Value};

/// Holds a request and how it is looked at.
pub(super) struct Matcher<'r> {
    reading: Reading,
    request: &'r Request,
    /// The request's context with what the caller settles.
    context: Cow<'r, Context>,
    /// INVARIANT: the request's action in lowercase.
    action: String,
    budget: &'r Budget,
}

impl<'r> Matcher<'r> {
    pub(super) fn new(reading: Reading, request: &'r Request, budget: &'r Budget) -> Self {
        Self {
            reading,
            request,
            context: completed(request.principal.as_ref(), &request.context),
            action: request.action.to_ascii_lowercase(),
            budget,
        }
    }

    /// Tells whether principal, action, resource and every condition match; says no where the budget is used up.
    ///
    /// `NotPrincipal` is the exact opposite of `Principal`; both need a request with a principal.
    /// A request without resource is seen as `*`, and a statement without resources is about whatever it is attached to.
    pub(super) fn matches(&self, statement: &Statement) -> bool {
        self.budget.allows(1)
            && self.principal_matches(statement)
            && self.action_matches(statement)
            && self.resource_matches(statement)
            && (statement.conditions().iter()).all(|condition| self.holds(condition))
    }

    pub(super) fn principal_matches(&self, statement: &Statement) -> bool {
        statement.principals().is_none_or(|principals| {
            (self.request.principal.as_ref()).is_some_and(|caller| {
                principals.selects(|pattern| self.budget.allows(8) && pattern.matches(caller))
            })
        })
    }

    pub(super) fn action_matches(&self, statement: &Statement) -> bool {
        let actions = statement.actions();
        actions.selects(|pattern| pattern.glob().matches(&self.action, self.budget))
    }

    pub(super) fn resource_matches(&self, statement: &Statement) -> bool {
        let resources = statement.resources();
        resources.is_none_or(|resources| resources.selects(|own| self.template_matches(own)))
    }

    pub(super) fn holds(&self, condition: &Condition) -> bool {
        holds(condition, &self.context, self.budget)
    }

    /// Returns what the request holds under a condition's key.
    pub(super) fn held(&self, condition: &Condition) -> Option<&Value> {
        self.context.get(condition.key().value.text())
    }

    fn template_matches(&self, template: &Template) -> bool {
        let resource = self.request.resource.as_deref().unwrap_or("*");
        let template = match self.reading {
            Reading::WholeText => template,
            Reading::BySegment => template.by_segment(),
        };
        let glob = template.resolve(&self.context);
        glob.is_some_and(|glob| glob.matches(resource, self.budget))
    }
}
