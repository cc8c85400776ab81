//! Shapes of ARNs.
//!
//! Must not know which values fill a placeholder.

use super::Action;
use super::table::Table;

static RESOURCES: Table = Table::new(include_str!("resources.txt"));

/// Describes the ARNs of one type of resource: `arn:${Partition}:s3:::${BucketName}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    text: &'static str,
}

/// Names one part of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself; the `*` that AWS writes in few shapes is a placeholder without name.
    Literal(&'static str),
    /// The name of a placeholder, such as `BucketName`.
    Placeholder(&'static str),
}

impl Shape {
    /// Returns the shape as AWS writes it.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.text
    }

    /// Iterates over the parts; none is empty but the name of the placeholder `*`.
    pub fn parts(self) -> impl Iterator<Item = Part> {
        let mut rest = self.text;
        std::iter::from_fn(move || {
            let (part, after) = read_part(rest)?;
            rest = after;
            Some(part)
        })
    }
}

fn read_part(text: &'static str) -> Option<(Part, &'static str)> {
    if let Some(after) = text.strip_prefix('*') {
        return Some((Part::Placeholder(""), after));
    }
    if let Some((name, after)) = (text.strip_prefix("${")).and_then(|rest| rest.split_once('}')) {
        return Some((Part::Placeholder(name), after));
    }
    let end = text.find(['*', '$']).unwrap_or(text.len());
    let (literal, after) = text.split_at_checked(end)?;
    (!literal.is_empty()).then_some((Part::Literal(literal), after))
}

/// Iterates over the shapes of the resources that an action takes, in the order of [`Action::resource_types`]; without any it takes `*`.
pub fn resource_shapes(action: Action) -> impl Iterator<Item = Shape> {
    let service = action.service();
    action.resource_types().filter_map(move |name| {
        let row = RESOURCES.row(&format!("{service}:{name}"))?;
        let (_, text) = row.split_once(' ')?;
        Some(Shape { text })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{all, find};
    use super::*;

    fn shapes(action: &str) -> Vec<&'static str> {
        let shapes = resource_shapes(find(action).unwrap());
        shapes.map(Shape::text).collect()
    }

    #[test]
    fn every_type_has_a_shape_and_every_shape_reads_back() {
        for action in all() {
            let shapes: Vec<Shape> = resource_shapes(action).collect();
            assert_eq!(shapes.len(), action.resource_types().count(), "{action:?}");
            for shape in shapes {
                let written = shape.parts().map(|part| match part {
                    Part::Literal(text) => text.to_owned(),
                    Part::Placeholder("") => "*".to_owned(),
                    Part::Placeholder(name) => format!("${{{name}}}"),
                });
                assert_eq!(written.collect::<String>(), shape.text());
                assert!(shape.text().starts_with("arn:${Partition}:"), "{shape:?}");
            }
        }
    }

    #[test]
    fn actions_have_their_shapes() {
        for (action, expected) in [
            (
                "s3:DeleteBucket",
                &["arn:${Partition}:s3:::${BucketName}"][..],
            ),
            (
                "iam:CreateUser",
                &["arn:${Partition}:iam::${Account}:user/${UserNameWithPath}"],
            ),
            (
                "connect:ImportPhoneNumber",
                &[
                    "arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}",
                    "arn:${Partition}:connect:${Region}:${Account}:phone-number/*",
                ],
            ),
            ("ec2:DescribeInstances", &[]),
        ] {
            assert_eq!(shapes(action), expected, "{action}");
        }
    }

    #[test]
    fn a_shape_has_literals_and_placeholders() {
        let shape = resource_shapes(find("s3:DeleteBucket").unwrap()).next();
        let parts: Vec<Part> = shape.unwrap().parts().collect();
        assert_eq!(
            parts,
            [
                Part::Literal("arn:"),
                Part::Placeholder("Partition"),
                Part::Literal(":s3:::"),
                Part::Placeholder("BucketName"),
            ]
        );
    }
}
