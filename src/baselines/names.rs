//! Which baselines may describe a role, by its name: an account of an organization has dozens of roles, and
//! looking through every baseline for each of them took longer than judging it.
//!
//! Must not decide: what may match is [`super::RolePattern`]'s to say.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Baseline;

/// Holds the places of baselines by the names that their roles have or begin with.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(HashMap<String, Vec<usize>, RandomState>);

impl Names {
    /// Indexes baselines; their places are what is found later.
    pub(super) fn of<'b>(baselines: impl IntoIterator<Item = &'b Baseline>) -> Self {
        let mut places: HashMap<String, Vec<usize>, RandomState> = HashMap::default();
        for (place, baseline) in baselines.into_iter().enumerate() {
            let role = &baseline.role;
            for name in std::iter::once(&role.name).chain(&role.legacy_names) {
                places.entry(name.clone()).or_default().push(place);
            }
        }
        Self(places)
    }

    /// Returns the places of all baselines that may describe a role of this name, in order: such a name is one
    /// of theirs as a whole, or up to an underscore.
    pub(super) fn places(&self, name: &str) -> Vec<usize> {
        let ends = name.match_indices('_').map(|(at, _)| at);
        let beginnings = ends
            .chain([name.len()])
            .filter_map(|end| self.0.get(name.get(..end)?));
        let mut places: Vec<usize> = beginnings.flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use crate::baselines::Baselines;

    use super::*;

    #[test]
    fn whatever_describes_a_role_is_found() {
        let baselines = Baselines::embedded().unwrap();
        let all = || baselines.families().iter().chain(baselines.catalog());
        let names = Names::of(all());
        let mut suffixed = 0;
        for own in all().flat_map(|of| std::iter::once(&of.role.name).chain(&of.role.legacy_names))
        {
            for name in [
                own.clone(),
                format!("{own}_a1"),
                format!("{own}_a_b"),
                format!("{own}_"),
            ] {
                let role = name.parse().unwrap();
                let matching: Vec<usize> = all()
                    .enumerate()
                    .filter(|(_, of)| of.role.matches(&role))
                    .map(|(place, _)| place)
                    .collect();
                let mut found = names.places(&name);
                found.retain(|place| all().nth(*place).unwrap().role.matches(&role));
                assert_eq!(found, matching, "{name}");
                suffixed += usize::from(name != *own && !matching.is_empty());
            }
        }
        assert!(suffixed > 0);
        assert!(names.places("AWSServiceRoleForNobody").is_empty());
    }
}
