//! What a committee stated beside the sum of what it is made of.

use std::{collections::BTreeMap, sync::Arc};

use super::{Counted, Counts};
use crate::eml::CountFile;

/// Voters of a total who are bound to no station make its figure larger than any sum, and many
/// stations have a placeholder: Z is not compared.
const NOT_A_SUM: &str = "Z";

/// A figure that a committee stated and that is not the sum of its units' figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTotal {
    /// The committee's unit.
    pub unit: String,
    /// The field.
    pub field: String,
    /// What it stated.
    pub stated: u64,
    /// What its units add up to.
    pub sum: u64,
    /// How many of its units leave the field out: then the sum is one of the others only.
    pub without: usize,
}

impl StatedTotal {
    /// Is it about votes for lists, on which seats depend?
    #[must_use]
    pub fn is_of_lists(&self) -> bool {
        self.field == "E" || self.field.starts_with("E.")
    }

    /// Is it about votes for a candidate, on which it depends who is elected?
    #[must_use]
    pub fn is_of_candidates(&self) -> bool {
        self.field.contains('/')
    }
}

/// Totals of files that are not the sums of the units in the same file.
pub(super) fn stated(counts: &[(String, CountFile)], units: &[Counted]) -> Vec<StatedTotal> {
    let mut unlike = Vec::new();
    for (file, (_, count)) in counts.iter().enumerate() {
        for (contest, votes) in count.contests.iter().enumerate() {
            let Some(total) = &votes.total else { continue };
            // The total of all contests stands in one of its own.
            let of_all = votes.contest.id == "alle";
            let inside = units
                .iter()
                .filter(|unit| unit.file == file && (of_all || unit.contest == contest));
            let sums = sums(inside.map(|unit| &unit.counts));
            if sums.units == 0 {
                continue;
            }
            let total = total.fields();
            let total = total.iter().map(|(code, count)| (&**code, *count));
            unlike.extend(compare(&count.authority.id, total, &sums));
        }
    }
    unlike
}

/// What a unit stated of itself and finer files do not add up to.
pub(super) fn of_covered(
    unit: &str,
    own: usize,
    inside: &[usize],
    units: &[Counted],
) -> Vec<StatedTotal> {
    let counts = |place: &usize| units.get(*place).map(|unit| &unit.counts);
    let sums = sums(inside.iter().filter_map(counts));
    let own = units.get(own).into_iter().flat_map(|unit| &unit.counts);
    compare(unit, own.map(|(code, count)| (&**code, *count)), &sums)
}

/// Sums by field, each with the number of units that have it.
struct Sums<'a> {
    units: usize,
    by_field: BTreeMap<&'a str, (usize, u64)>,
}

fn sums<'a>(units: impl Iterator<Item = &'a Counts>) -> Sums<'a> {
    let mut sums = Sums { units: 0, by_field: BTreeMap::new() };
    for counts in units {
        sums.units += 1;
        for (code, count) in counts as &[(Arc<str>, u64)] {
            let (units, sum) = sums.by_field.entry(code).or_default();
            (*units, *sum) = (*units + 1, sum.saturating_add(*count));
        }
    }
    sums
}

/// The figures that differ. What no unit has was not asked of them, unless it is a vote.
fn compare<'a>(
    unit: &str,
    stated: impl Iterator<Item = (&'a str, u64)>,
    sums: &Sums<'_>,
) -> Vec<StatedTotal> {
    let total = |(code, stated): (&'a str, u64)| {
        let (have, sum) = sums.by_field.get(code).copied().unwrap_or((0, 0));
        let without = sums.units - have;
        let (unit, field) = (unit.to_owned(), code.to_owned());
        (have, StatedTotal { unit, field, stated, sum, without })
    };
    let compared = stated.filter(|(code, _)| *code != NOT_A_SUM).map(total);
    let differs = compared.filter(|(have, total)| {
        let asked = *have > 0 || total.is_of_lists() || total.is_of_candidates();
        asked && total.stated != total.sum
    });
    differs.map(|(_, total)| total).collect()
}
