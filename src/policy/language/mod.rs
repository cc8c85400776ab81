//! The policy language as types: what a parsed document says.
//!
//! Must not know JSON, nor decide any request.

mod action;
mod condition;
mod document;
mod glob;
mod operator;
mod principal;
mod services;
mod template;

pub use action::ActionPattern;
pub use condition::{Condition, Key};
pub use document::{Document, Effect, Kind, Selection, Statement, Version};
pub(crate) use glob::{Bounds, Glob, Reach, Token};
pub use operator::{Operator, Order, Quantifier, Test};
pub use principal::PrincipalPattern;
pub(crate) use principal::{arn_account, role_name};
pub(crate) use services::Services;
pub use template::Template;
pub(crate) use template::{Form, Piece, Variable, Wildcards};
