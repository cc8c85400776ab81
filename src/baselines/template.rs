//! Resources of grants, with places for what a role's owner has configured.
//!
//! Must not know where the values come from.

use std::collections::BTreeMap;

/// Declares the closed set of variables.
macro_rules! variables {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)+) => {
        /// Names a place in a grant's resource: `${bucket}`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variable {
            $($(#[$doc])* $variant,)+
        }

        impl Variable {
            /// Lists all of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the name between the braces.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

variables! {
    /// The role's partition.
    Partition = "partition",
    /// The configured resource's account; the role's own where the resource does not tell.
    Account = "account",
    /// The configured resource's Region, or the instance's.
    Region = "region",
    /// The id of the Amazon Connect instance.
    InstanceId = "instance-id",
    /// Its alias.
    Alias = "alias",
    /// A bucket's name.
    Bucket = "bucket",
    /// What the keys of objects begin with.
    Prefix = "prefix",
    /// The same, closed by a `/` unless it is empty: what surely lies under the prefix.
    Folder = "folder",
    /// A stream's name, or what the names of video streams begin with.
    Stream = "stream",
    /// The name of an Amazon Lex bot, or the ids of a bot's alias.
    Bot = "bot",
    /// The name of a Customer Profiles domain.
    Domain = "domain",
    /// The last part of an integrated resource's ARN.
    Name = "name",
}

/// Holds the values of variables; one that is missing stands for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bindings(BTreeMap<Variable, String>);

impl Bindings {
    /// Gives a variable a value.
    #[must_use]
    pub fn with(mut self, variable: Variable, value: impl Into<String>) -> Self {
        self.0.insert(variable, value.into());
        self
    }

    /// Takes the value of a variable away, so that it stands for anything.
    #[must_use]
    pub fn without(mut self, variable: Variable) -> Self {
        self.0.remove(&variable);
        self
    }
}

/// Holds a resource with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceTemplate {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

impl ResourceTemplate {
    /// Reads a template; the error is the name that is no variable.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else {
                return Err(after.to_owned());
            };
            let known = Variable::ALL.iter().find(|known| known.as_str() == name);
            let variable = known.ok_or_else(|| name.to_owned())?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Variable(*variable));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self {
            text: text.to_owned(),
            pieces,
        })
    }

    /// Returns the template as its file writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Iterates over its variables, in order, with repetitions.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(*variable),
            Piece::Text(_) => None,
        })
    }

    /// Returns the pattern for a policy: values stand for themselves, whatever characters they have.
    pub fn pattern(&self, bindings: &Bindings) -> String {
        self.fill(bindings, escape)
    }

    /// Returns the pattern as people and services write it.
    pub fn display(&self, bindings: &Bindings) -> String {
        self.fill(bindings, ToOwned::to_owned)
    }

    fn fill(&self, bindings: &Bindings, write: impl Fn(&str) -> String) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(variable) => bindings
                .0
                .get(variable)
                .map_or_else(|| "*".to_owned(), |value| write(value)),
        });
        pieces.collect()
    }
}

/// Writes a value so that a policy of version 2012-10-17 takes each of its characters for itself.
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '*' | '?' | '$' => text.extend(['$', '{', c, '}']),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stands_for_anything() {
        let template = ResourceTemplate::parse("arn:${partition}:s3:::${bucket}/*").unwrap();
        assert_eq!(template.pattern(&Bindings::default()), "arn:*:s3:::*/*");
        let bindings = Bindings::default().with(Variable::Bucket, "b");
        assert_eq!(template.pattern(&bindings), "arn:*:s3:::b/*");
    }

    #[test]
    fn values_are_never_read_for_wildcards() {
        let template = ResourceTemplate::parse("${prefix}*").unwrap();
        let bindings = Bindings::default().with(Variable::Prefix, "a*?${x}");
        assert_eq!(template.pattern(&bindings), "a${*}${?}${$}{x}*");
        assert_eq!(template.display(&bindings), "a*?${x}*");
    }

    #[test]
    fn refuses_what_is_no_variable() {
        assert_eq!(ResourceTemplate::parse("${buket}/*"), Err("buket".into()));
        assert_eq!(ResourceTemplate::parse("${open"), Err("open".into()));
    }
}
