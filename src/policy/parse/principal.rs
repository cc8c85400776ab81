//! `Principal` and `NotPrincipal`.
//!
//! Must not know how principals match.

use super::reader::{Reader, Result, Shape};
use crate::policy::error::Problem;
use crate::policy::{Located, ParseError, PrincipalPattern};

/// Reads `"*"` or a map from principal types to one or many principals.
pub(super) fn patterns(
    reader: &mut Reader<'_>,
    element: &'static str,
) -> Result<Vec<Located<PrincipalPattern>>> {
    const EXPECTED: &str = "`*` or an object of principal types";
    match reader.peek()? {
        (_, Shape::Object) => typed_patterns(reader, element),
        (_, Shape::String) => {
            let text = reader.string(element)?;
            if text.value != "*" {
                return Err(Reader::wrong_type(
                    text.position,
                    element,
                    EXPECTED,
                    Shape::String,
                ));
            }
            Ok(vec![text.map(|_| PrincipalPattern::Everyone)])
        }
        (position, found) => Err(Reader::wrong_type(position, element, EXPECTED, found)),
    }
}

fn typed_patterns(
    reader: &mut Reader<'_>,
    element: &'static str,
) -> Result<Vec<Located<PrincipalPattern>>> {
    let (position, _) = reader.peek()?;
    let mut patterns = Vec::new();
    reader.object(element, |reader, key| {
        let read: fn(Located<String>) -> Result<Located<PrincipalPattern>> =
            match key.value.as_str() {
                "AWS" => aws,
                "Service" => |text| {
                    Ok(any_or(
                        text,
                        PrincipalPattern::AnyService,
                        PrincipalPattern::Service,
                    ))
                },
                "Federated" => |text| {
                    Ok(any_or(
                        text,
                        PrincipalPattern::AnyFederated,
                        PrincipalPattern::Federated,
                    ))
                },
                "CanonicalUser" => |text| {
                    let (any, one) = (
                        PrincipalPattern::AnyCanonicalUser,
                        PrincipalPattern::CanonicalUser,
                    );
                    Ok(any_or(text, any, one))
                },
                _ => {
                    let problem = Problem::UnknownPrincipalType { name: key.value };
                    return Err(ParseError::new(key.position, problem));
                }
            };
        patterns.extend(reader.one_or_many(&key.value, |reader| read(reader.string(&key.value)?))?);
        Ok(())
    })?;
    if patterns.is_empty() {
        let element = element.to_owned();
        return Err(ParseError::new(position, Problem::Empty { element }));
    }
    Ok(patterns)
}

fn aws(text: Located<String>) -> Result<Located<PrincipalPattern>> {
    let Located { value, position } = text;
    let Some(pattern) = PrincipalPattern::aws(&value) else {
        let problem = Problem::PartialPrincipalWildcard { principal: value };
        return Err(ParseError::new(position, problem));
    };
    Ok(Located {
        value: pattern,
        position,
    })
}

fn any_or(
    text: Located<String>,
    any: PrincipalPattern,
    one: impl FnOnce(String) -> PrincipalPattern,
) -> Located<PrincipalPattern> {
    text.map(|text| if text == "*" { any } else { one(text) })
}
