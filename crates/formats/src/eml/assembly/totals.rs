//! What a committee stated beside the sum of what it is made of.

use std::{collections::BTreeMap, sync::Arc};

use super::{Counted, Counts, tree::Tree};
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
}

/// Totals of files that are not the sums of the units in the same file.
pub(super) fn stated(counts: &[(String, CountFile)], units: &[Counted]) -> Vec<StatedTotal> {
    let mut unlike = Vec::new();
    for (file, (_, count)) in counts.iter().enumerate() {
        for (contest, votes) in count.contests.iter().enumerate() {
            let Some(total) = &votes.total else { continue };
            let inside = units.iter().filter(|unit| unit.file == file && unit.contest == contest);
            let sums = sums(inside.map(|unit| &unit.counts));
            let total = total.fields();
            let total = total.iter().map(|(code, count)| (&**code, *count));
            unlike.extend(compare(&count.authority.id, total, &sums));
        }
    }
    unlike
}

/// Figures of units whose own units stand in finer files.
pub(super) fn covered(tree: &Tree, units: &[Counted]) -> Vec<StatedTotal> {
    let mut unlike = Vec::new();
    for (node, own, inside) in tree.covered() {
        let counts = |place: &usize| units.get(*place).map(|unit| &unit.counts);
        let sums = sums(inside.iter().filter_map(counts));
        let own = units.get(own).into_iter().flat_map(|unit| &unit.counts);
        unlike.extend(compare(node, own.map(|(code, count)| (&**code, *count)), &sums));
    }
    unlike
}

/// Sums of the fields that every one of them has: what one leaves out adds up to nothing known.
fn sums<'a>(units: impl Iterator<Item = &'a Counts>) -> BTreeMap<&'a str, u64> {
    let mut sums: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    let mut all = 0;
    for counts in units {
        all += 1;
        for (code, count) in counts as &[(Arc<str>, u64)] {
            let (units, sum) = sums.entry(code).or_default();
            (*units, *sum) = (*units + 1, sum.saturating_add(*count));
        }
    }
    let known = sums.into_iter().filter(|(_, (units, _))| *units == all);
    known.map(|(code, (_, sum))| (code, sum)).collect()
}

fn compare<'a>(
    unit: &str,
    stated: impl Iterator<Item = (&'a str, u64)>,
    sums: &BTreeMap<&str, u64>,
) -> Vec<StatedTotal> {
    let compared = stated.filter_map(|(code, stated)| Some((code, stated, *sums.get(code)?)));
    let unlike = compared.filter(|(code, stated, sum)| *code != NOT_A_SUM && stated != sum);
    let total = |(code, stated, sum): (&str, u64, u64)| StatedTotal {
        unit: unit.to_owned(),
        field: code.to_owned(),
        stated,
        sum,
    };
    unlike.map(total).collect()
}
