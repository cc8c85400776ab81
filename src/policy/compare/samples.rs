//! Values that stand for all values of a key, as far as conditions can tell them apart.
//!
//! Must not know what has to hold.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use jiff::{Timestamp, ToSpan};

use super::cells::{Cell, cells, matched};
use super::typed::{Sample, patterns};
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::value::{Number, parse_instant, parse_range};
use crate::policy::{Condition, Context, Key, Template, Test};

/// Values in groups that conditions treat alike.
pub(super) struct Samples {
    pub(super) groups: Vec<Vec<Sample>>,
    /// Whether every other value is treated like those of one of the groups.
    pub(super) is_complete: bool,
}

/// What parts the values of a key into ranges that conditions treat alike.
#[derive(Default)]
pub(super) struct Borders {
    /// The alternatives of each condition on texts.
    texts: BTreeSet<Vec<Glob>>,
    numbers: BTreeSet<Number>,
    instants: BTreeSet<Timestamp>,
    ranges: BTreeSet<IpNet>,
}

impl Borders {
    /// Adds what a condition parts, its values with policy variables aside.
    pub(super) fn add(&mut self, condition: &Condition, budget: &Budget) -> Result<(), Exhausted> {
        let lengths = condition.templates().map(|own| 8 + own.len());
        budget.spend(2 * lengths.sum::<usize>())?;
        let values = || condition.templates().map(Template::text);
        match condition.operator().value.test() {
            Test::Numeric(_) => self.numbers.extend(values().filter_map(Number::parse)),
            Test::Date(_) => self.instants.extend(values().filter_map(parse_instant)),
            Test::IpAddress => self.ranges.extend(values().filter_map(parse_range)),
            Test::Null => {}
            _ => self.add_texts(patterns(condition)),
        }
        Ok(())
    }

    /// Adds the values of a condition that policy variables make.
    pub(super) fn add_made(&mut self, condition: &Condition, context: &Context) {
        let open = condition.templates().filter(|own| own.fixed().is_none());
        let globs = open.filter_map(|own| own.resolve(context));
        let globs = match condition.operator().value.test() {
            Test::StringEqualsIgnoreCase => globs.map(|glob| glob.ignoring_case()).collect(),
            Test::Arn => {
                let whole = globs.filter(|glob| glob.is_whole_arn());
                whole.map(|glob| glob.by_segment()).collect()
            }
            _ => globs.map(Cow::into_owned).collect(),
        };
        self.add_texts(globs);
    }

    /// Adds alternatives that a condition treats alike.
    pub(super) fn add_texts(&mut self, alternatives: Vec<Glob>) {
        if !alternatives.is_empty() {
            self.texts.insert(alternatives);
        }
    }

    fn typed_kinds(&self) -> usize {
        let kinds = [
            self.numbers.is_empty(),
            self.instants.is_empty(),
            self.ranges.is_empty(),
        ];
        kinds.into_iter().filter(|is_empty| !is_empty).count()
    }

    /// Returns values of each range between the borders, and one that is of no type, for keys with these names.
    ///
    /// Where there are so many in a group, `copies` of them are different.
    pub(super) fn samples(
        &self,
        keys: &[&Key],
        copies: usize,
        budget: &Budget,
    ) -> Result<Samples, Exhausted> {
        let typed_kinds = self.typed_kinds();
        let mut globs = self.texts.iter().flatten();
        let is_literal = |glob: &Glob| glob.as_literal_ignoring_case().is_some();
        let is_mixed = typed_kinds > 0 && !self.texts.is_empty();
        let mut is_complete =
            (!is_mixed || globs.all(is_literal)) && (copies < 2 || typed_kinds == 0);
        // As many numbers as there are, each as long as the longest, in several forms.
        let longest = self.numbers.iter().map(Number::digits).max().unwrap_or(0);
        budget.spend((8 + 2 * longest).saturating_mul(2 + self.numbers.len()))?;
        budget.spend(200 * (self.instants.len() + self.ranges.len()))?;
        let mut typed = [self.decimals(), self.times(), self.addresses()].concat();
        if !self.numbers.is_empty() && !self.instants.is_empty() {
            typed.extend(self.numbers_that_are_times());
            // A number with a fraction is no point in time.
            let whole = self.decimals().into_iter();
            let whole = whole.filter(|text| !text.contains('.'));
            typed.extend(whole.map(|text| format!("{text}.0")));
        }
        let mut groups: Vec<Vec<String>> = Vec::new();
        if is_mixed {
            match self.spelled_anew(&typed, budget)? {
                Some(spelled) => typed.extend(spelled),
                None => is_complete = false,
            }
            let literals = (self.texts.iter().flatten()).filter_map(Glob::as_literal_ignoring_case);
            typed.extend(literals.flat_map(|text| {
                let cases = [text.to_ascii_uppercase(), text.to_ascii_lowercase()];
                [text].into_iter().chain(cases)
            }));
            let globs = self.texts.iter().flatten();
            typed.extend(globs.map(wording::letters));
        }
        groups.extend(typed.into_iter().map(|text| vec![text]));
        groups.extend(self.texts(keys, copies, budget)?);
        let lengths = groups.iter().flatten().map(|text| 16 + text.len());
        budget.spend(lengths.sum())?;
        let sampled = |group: Vec<String>| group.into_iter().map(Sample::new).collect();
        Ok(Samples {
            groups: groups.into_iter().map(sampled).collect(),
            is_complete,
        })
    }

    fn texts(
        &self,
        keys: &[&Key],
        copies: usize,
        budget: &Budget,
    ) -> Result<Vec<Vec<String>>, Exhausted> {
        let everything = Glob::with_wildcards("*");
        let base = BTreeSet::from([self.texts.len()]);
        let mut groups: BTreeMap<BTreeSet<usize>, Vec<String>> = BTreeMap::new();
        let mut order = Vec::new();
        let mut taken: Vec<Glob> = Vec::new();
        for round in 0..copies.max(1) {
            let own_classes = self.texts.iter().map(|own| own.iter().collect());
            let excluded = [vec![&everything], taken.iter().collect()];
            let classes: Vec<Vec<&Glob>> = own_classes.chain(excluded).collect();
            let mut texts = Vec::new();
            for cell in text_cells(&classes, &base, &everything, budget)? {
                if cell.matched.contains(&(self.texts.len() + 1)) {
                    continue;
                }
                let signature = cell.matched.clone();
                let text = self.readable(cell, &classes, keys, budget);
                texts.push(Glob::literal(&text));
                groups.entry(signature.clone()).or_default().push(text);
                if round == 0 {
                    order.push(signature);
                }
            }
            if texts.is_empty() {
                break;
            }
            taken.extend(texts);
        }
        budget.check()?;
        // What no condition lists comes last.
        order.sort_by_key(|signature| *signature == base);
        let groups = order
            .into_iter()
            .filter_map(|signature| groups.remove(&signature));
        Ok(groups.collect())
    }

    /// Returns a text of the cell that a person would write, or its shortest.
    fn readable(
        &self,
        cell: Cell,
        classes: &[Vec<&Glob>],
        keys: &[&Key],
        budget: &Budget,
    ) -> String {
        let mut globs = self.texts.iter().flatten();
        if globs.any(|glob| glob.is_literally(&cell.text)) {
            return cell.text;
        }
        let globs = self.texts.iter().flatten();
        let filled = globs
            .filter(|glob| glob.matches(&cell.text, budget))
            .flat_map(|glob| wording::values(glob, budget));
        // What is of no type stands for all texts that no condition lists.
        let names = keys.iter().map(|key| match self.typed_kinds() {
            0 => key.folded(),
            _ => "",
        });
        let others = names.flat_map(wording::other_values);
        let mut proposals = filled.chain(others);
        let readable = proposals.find(|text| matched(classes, text, budget) == cell.matched);
        readable.unwrap_or(cell.text)
    }

    /// Between two neighbours lies the nudged one that is farther from zero, or zero itself.
    fn decimals(&self) -> Vec<String> {
        let Some(places) = self.numbers.iter().map(Number::places).max() else {
            return Vec::new();
        };
        let zero = Number::parse("0");
        let with_zero = || self.numbers.iter().chain(&zero);
        let below_zero = zero.iter().map(|zero| zero.nudged(places).negated());
        let between = with_zero().map(|number| number.nudged(places));
        let all = with_zero().cloned().chain(between).chain(below_zero);
        all.map(|number| number.to_string()).collect()
    }

    /// Time is counted in nanoseconds, so the neighbours of each border are the ends of the ranges beside it.
    fn times(&self) -> Vec<String> {
        let steps = [
            0.seconds(),
            (-1).seconds(),
            1.second(),
            (-1).nanoseconds(),
            1.nanosecond(),
        ];
        let moved = steps.iter().flat_map(|step| {
            self.instants
                .iter()
                .filter_map(move |instant| instant.checked_add(*step).ok())
        });
        moved.map(|instant| instant.to_string()).collect()
    }

    /// Returns texts that are numbers and times at once: whole numbers, of which those of four digits are years.
    fn numbers_that_are_times(&self) -> Vec<String> {
        let seconds = self.instants.iter().map(|instant| instant.as_second());
        let numbers = self.numbers.iter().filter_map(Number::whole);
        let years = self.instants.iter().filter_map(|instant| {
            let year = instant.to_string().get(..4)?.parse().ok()?;
            Some(year)
        });
        let whole: BTreeSet<i64> = (seconds.chain(numbers).chain(years).chain([0]))
            .flat_map(|whole| (-1..=2).map(move |step| whole.saturating_add(step)))
            .collect();
        let spelled = whole.into_iter().flat_map(|whole| {
            let seconds = match whole {
                0.. => format!("{whole:05}"),
                _ => format!("-{:05}", whole.unsigned_abs()),
            };
            let year = (0..=9999).contains(&whole).then(|| format!("{whole:04}"));
            [Some(seconds), year].into_iter().flatten()
        });
        spelled.collect()
    }

    /// Returns for each typed value that is a literal another spelling that is none, or `None` where one is not found.
    ///
    /// An address of version 4 has one spelling: the address behind it stands for its range.
    fn spelled_anew(
        &self,
        typed: &[String],
        budget: &Budget,
    ) -> Result<Option<Vec<String>>, Exhausted> {
        let literals: HashSet<String> = (self.texts.iter().flatten())
            .filter_map(Glob::as_literal_ignoring_case)
            .map(|text| text.to_ascii_lowercase())
            .collect();
        let mut anew = Vec::new();
        for text in typed {
            let mut spelling = text.clone();
            while literals.contains(&spelling.to_ascii_lowercase()) {
                budget.spend(64 + 2 * spelling.len())?;
                let Some(other) = respelled(&spelling) else {
                    return Ok(None);
                };
                spelling = other;
            }
            budget.spend(16 + text.len())?;
            if spelling != *text {
                anew.push(spelling);
            }
        }
        Ok(Some(anew))
    }

    /// Each range of addresses begins where a policy's range begins, behind one, or at the first address.
    fn addresses(&self) -> Vec<String> {
        let mut addresses = Vec::new();
        for range in &self.ranges {
            addresses.push(range.network().to_string());
            addresses.extend(behind(range.broadcast()).map(|address| address.to_string()));
        }
        if !addresses.is_empty() {
            addresses.extend(["0.0.0.0", "::"].map(str::to_owned));
        }
        addresses
    }
}

/// Returns the cells of all texts; looks literals up, and walks an automaton where there are wildcards.
fn text_cells(
    classes: &[Vec<&Glob>],
    base: &BTreeSet<usize>,
    everything: &Glob,
    budget: &Budget,
) -> Result<Vec<Cell>, Exhausted> {
    let listed = || {
        let classes = classes.iter().enumerate();
        let others = classes.filter(|(class, _)| !base.contains(class));
        others.flat_map(|(class, globs)| globs.iter().map(move |glob| (class, glob)))
    };
    let lengths = listed().map(|(_, glob)| 4 + glob.tokens().len());
    budget.spend(lengths.sum())?;
    let mut literals: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (class, glob) in listed() {
        let Some(text) = glob.as_literal() else {
            return cells(everything, classes, base, budget);
        };
        let classes = literals.entry(text).or_insert_with(|| base.clone());
        classes.insert(class);
    }
    let longest = literals.keys().map(String::len).max().unwrap_or(0);
    let mut shortest: BTreeMap<BTreeSet<usize>, String> = BTreeMap::new();
    for (text, matched) in literals {
        let own = shortest.entry(matched).or_insert_with(|| text.clone());
        if text.len() < own.len() {
            *own = text;
        }
    }
    let unlisted = Cell {
        text: "a".repeat(longest + 1),
        matched: base.clone(),
    };
    let cells = shortest
        .into_iter()
        .map(|(matched, text)| Cell { text, matched });
    let mut cells: Vec<Cell> = cells.chain([unlisted]).collect();
    cells.sort_by(|a, b| (a.text.len(), &a.text).cmp(&(b.text.len(), &b.text)));
    Ok(cells)
}

fn behind(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let next = u32::from(address).checked_add(1)?;
            Some(Ipv4Addr::from(next).into())
        }
        IpAddr::V6(address) => {
            let next = u128::from(address).checked_add(1)?;
            Some(Ipv6Addr::from(next).into())
        }
    }
}

/// Spells a value longer; of an address of version 4, returns the next.
fn respelled(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(_) => behind(address).map(|next| next.to_string()),
            IpAddr::V6(address) => {
                let in_full = address.segments().map(|own| format!("{own:04x}")).join(":");
                (in_full != text.to_ascii_lowercase()).then_some(in_full)
            }
        };
    }
    if Number::parse(text).is_some() {
        let (sign, whole) = match text.strip_prefix('-') {
            Some(whole) => ("-", whole),
            None => ("", text),
        };
        let is_whole = whole.bytes().all(|byte| byte.is_ascii_digit());
        // A whole number may be a point in time as well: of four digits a year, else seconds.
        return Some(if is_whole && whole.len() > 4 {
            format!("{sign}0{whole}")
        } else if is_whole {
            format!("{text}.0")
        } else {
            format!("{text}0")
        });
    }
    let time = text.strip_suffix('Z')?;
    let longer = if time.contains('.') {
        format!("{time}0Z")
    } else {
        format!("{time}.0Z")
    };
    (parse_instant(&longer) == parse_instant(text)).then_some(longer)
}
