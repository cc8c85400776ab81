//! Tables of text: a head of comments, an empty line, then one row a line, sorted by their first field in lowercase.
//!
//! Must not know what the rows say.

use std::cmp::Ordering;
use std::str::Lines;

/// Holds a table as it was generated; looks rows up where they stand.
pub(super) struct Table {
    text: &'static str,
    /// Where the rows start.
    body: usize,
}

impl Table {
    pub(super) const fn new(text: &'static str) -> Self {
        Self {
            text,
            body: body_start(text),
        }
    }

    /// Iterates over all rows.
    pub(super) fn rows(&self) -> Lines<'static> {
        self.body().lines()
    }

    /// Iterates over the rows from the first whose key is not before `key`, ignoring ASCII case.
    pub(super) fn rows_from(&self, key: &str) -> Lines<'static> {
        let body = self.body();
        let start = lower_bound(body, key);
        body.get(start..).unwrap_or_default().lines()
    }

    /// Returns the row of a key, ignoring ASCII case.
    pub(super) fn row(&self, key: &str) -> Option<&'static str> {
        let row = self.rows_from(key).next()?;
        first_field(row).eq_ignore_ascii_case(key).then_some(row)
    }

    /// Returns the comments before the rows.
    pub(super) fn head(&self) -> &'static str {
        self.text.split_once("\n\n").map_or("", |(head, _)| head)
    }

    fn body(&self) -> &'static str {
        self.text.get(self.body..).unwrap_or_default()
    }
}

/// Returns where the first empty line ends, or the end of the text.
const fn body_start(text: &str) -> usize {
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'\n' && matches!(behind.first(), Some(b'\n')) {
            return text.len() + 1 - behind.len();
        }
        rest = behind;
    }
    text.len()
}

/// Returns where the first row starts whose key is not before `key`, by halving the text.
fn lower_bound(body: &str, key: &str) -> usize {
    // Both are starts of rows, or the end of the text.
    let (mut low, mut high) = (0, body.len());
    while low < high {
        let middle = low.midpoint(high);
        let before = body.get(low..middle).unwrap_or_default();
        let start = before.rfind('\n').map_or(low, |end| low + end + 1);
        let row = body.get(start..high).and_then(|rows| rows.lines().next());
        let row = row.unwrap_or_default();
        match compare_ignoring_case(first_field(row), key) {
            Ordering::Less => low = start + row.len() + 1,
            Ordering::Equal | Ordering::Greater => high = start,
        }
    }
    low
}

fn first_field(row: &str) -> &str {
    row.split(' ').next().unwrap_or_default()
}

fn compare_ignoring_case(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.bytes(), other.bytes());
    one.map(|byte| byte.to_ascii_lowercase())
        .cmp(other.map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_rows_by_key_in_any_case() {
        let table = Table::new("# head\n#\n\na-b:One 2 3\na:One 1\na:Two\nb:One\n");
        for (key, expected) in [
            ("a-b:One", Some("a-b:One 2 3")),
            ("A:one", Some("a:One 1")),
            ("a:TWO", Some("a:Two")),
            ("b:One", Some("b:One")),
            ("a:", None),
            ("a:Onee", None),
            ("", None),
            ("c", None),
        ] {
            assert_eq!(table.row(key), expected, "{key}");
        }
    }

    #[test]
    fn starts_at_the_first_row_not_before_a_key() {
        let table = Table::new("# head\n\na:One 1\na:Two\nb:One\n");
        let rows = |key| table.rows_from(key).collect::<Vec<_>>();
        assert_eq!(rows("a:P"), ["a:Two", "b:One"]);
        assert_eq!(rows(""), table.rows().collect::<Vec<_>>());
        assert!(rows("b:P").is_empty());
    }

    #[test]
    fn a_table_without_rows_has_none() {
        assert_eq!(Table::new("").row("a:One"), None);
        assert_eq!(Table::new("# head\n\n").rows().count(), 0);
    }
}
