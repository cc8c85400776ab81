//! Policy variables by number, so that one variable is the same in all patterns.
//!
//! Must not know where the patterns stand.

use super::automaton::Part;
use crate::policy::language::{Bounds, Piece, Reach, Token, Variable};
use crate::policy::{Key, Template};

/// The variables of the patterns at hand; those with different defaults are different.
#[derive(Default)]
pub(super) struct Variables<'d> {
    found: Vec<&'d Variable>,
}

impl<'d> Variables<'d> {
    pub(super) fn parts(&mut self, template: &'d Template) -> Vec<Part> {
        let pieces = template.pieces();
        pieces.map(|piece| self.part(piece)).collect()
    }

    /// Returns parts that ignore ASCII case, but in the values of variables.
    pub(super) fn parts_ignoring_case(&mut self, template: &'d Template) -> Vec<Part> {
        let fold = |part| match part {
            Part::Token(Token::Char(c)) => Part::Token(Token::EitherCase(c)),
            other => other,
        };
        self.parts(template).into_iter().map(fold).collect()
    }

    /// Returns parts with wildcards confined to segments, as far as no value can part them otherwise.
    pub(super) fn parts_of_arn(&mut self, template: &'d Template) -> Vec<Part> {
        let mut is_ahead = true;
        let mut bounds = Bounds::of(tokens(template));
        let parts = self.parts(template).into_iter();
        let confined = parts.map(|part| match part {
            Part::Token(token) if is_ahead => Part::Token(bounds.confine(token)),
            Part::Value(_) => {
                is_ahead = false;
                part
            }
            Part::Token(_) => part,
        });
        confined.collect()
    }

    fn part(&mut self, piece: Piece<'d>) -> Part {
        match piece {
            Piece::Token(token) => Part::Token(token),
            Piece::Variable(variable) => {
                let known = self.found.iter().position(|own| *own == variable);
                Part::Value(known.unwrap_or_else(|| {
                    self.found.push(variable);
                    self.found.len() - 1
                }))
            }
        }
    }

    pub(super) fn key(&self, number: usize) -> Option<&'d Key> {
        self.found.get(number).map(|variable| variable.key())
    }
}

fn tokens(template: &Template) -> impl Iterator<Item = Token> {
    template.pieces().filter_map(Piece::token)
}

/// Tells whether a template spells out all segments of an ARN besides its variables.
pub(super) fn is_whole_arn(template: &Template) -> bool {
    tokens(template)
        .filter(|token| *token == Token::Char(':'))
        .count()
        >= 5
}

/// Returns parts in which every wildcard is confined that the template's own `:` confine.
///
/// What they match, the template matches for any values of its variables.
pub(super) fn confined(parts: Vec<Part>) -> Vec<Part> {
    let own = parts.iter().filter_map(|part| match part {
        Part::Token(token) => Some(*token),
        Part::Value(_) => None,
    });
    let mut bounds = Bounds::of(own);
    let confine = |part| match part {
        Part::Token(token) => Part::Token(bounds.confine(token)),
        value @ Part::Value(_) => value,
    };
    parts.into_iter().map(confine).collect()
}

/// Any text at all.
pub(super) const ANYTHING: Part = Part::Token(Token::Many(Reach::Anything));
