//! Checks of the caucus arithmetic, as they were counted over the published results of 2020.

use std::ops::Range;

use election::CaucusCheck;

use super::{Failure, Names, Run};
use crate::{FieldIndex, Figure, SpecError, caucus, sheet::Sheet};

/// The most delegates that a unit may elect: a hundred times the largest precinct's of 2020.
const MOST_DELEGATES: u64 = 1000;

/// What the form's sections mean.
struct Worksheet {
    first: Range<FieldIndex>,
    last: Range<FieldIndex>,
    award: Range<FieldIndex>,
    delegates: Range<FieldIndex>,
    elects: usize,
}

/// The figures of one worksheet. Groups stand in the same order in all four rows.
struct Caucus {
    /// Delegates that the precinct elects.
    elects: u64,
    first: Vec<u64>,
    last: Vec<u64>,
    award: Vec<u64>,
    delegates: Vec<u64>,
    /// The smallest viable group for the first alignment's sum; a lower bound of attendance.
    least: Option<u64>,
}

pub(super) fn compile(n: &Names<'_>, asks: CaucusCheck) -> Result<Run, SpecError> {
    let spec = n.form.caucus.as_ref().ok_or_else(|| n.undefined("caucus", "caucus"))?;
    let elects = n.election.units().attribute(&spec.elects);
    let elects = elects.ok_or_else(|| n.undefined("attribute", &spec.elects))?;
    check_elects(n, elects)?;
    let [first, last] = n.alike(&spec.first, &spec.last)?;
    let [_, award] = n.alike(&spec.first, &spec.award)?;
    let [_, delegates] = n.alike(&spec.first, &spec.delegates)?;
    let worksheet = Worksheet { first, last, award, delegates, elects };
    let check = check_of(asks);
    Ok(Box::new(move |sheet| {
        let caucus = worksheet.read(sheet).filter(|caucus| caucus.first.iter().any(|g| *g > 0));
        caucus.and_then(|caucus| check(&caucus, &worksheet)).into_iter().collect()
    }))
}

fn check_elects(n: &Names<'_>, elects: usize) -> Result<(), SpecError> {
    let units = n.election.units();
    for (index, unit) in units.all() {
        if let Some(found) = units.number(index, elects).filter(|n| *n > MOST_DELEGATES) {
            let (form, unit) = (n.form.id.clone(), unit.id.to_string());
            return Err(SpecError::Delegates { form, unit, most: MOST_DELEGATES, found });
        }
    }
    Ok(())
}

fn check_of(asks: CaucusCheck) -> fn(&Caucus, &Worksheet) -> Option<Failure> {
    match asks {
        CaucusCheck::ViableStays => viable_stays,
        CaucusCheck::AwardViable => award_viable,
        CaucusCheck::ViableAwarded => viable_awarded,
        CaucusCheck::AwardOrder => award_order,
        CaucusCheck::Delegates => delegates,
        CaucusCheck::AwardLegal => award_legal,
        CaucusCheck::ViableFit => viable_fit,
    }
}

impl Worksheet {
    fn read(&self, sheet: &Sheet<'_>) -> Option<Caucus> {
        let row = |fields: &Range<FieldIndex>| -> Option<Vec<u64>> {
            fields.clone().map(|field| sheet.get(field)).collect()
        };
        let (elects, first) = (sheet.units.number(sheet.unit, self.elects)?, row(&self.first)?);
        Some(Caucus {
            elects,
            last: row(&self.last)?,
            award: row(&self.award)?,
            delegates: row(&self.delegates)?,
            least: caucus::smallest_viable(elects, first.iter().sum()),
            first,
        })
    }
}

impl Caucus {
    /// How many groups are viable in an alignment.
    fn viable(&self, alignment: &[u64]) -> Option<u64> {
        let least = self.least?;
        u64::try_from(alignment.iter().filter(|people| **people >= least).count()).ok()
    }
}

/// C02. A viable group lost people.
fn viable_stays(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    let least = caucus.least?;
    // Where more groups were viable than there are delegates, the smallest had to go.
    let gone = caucus::must_realign(caucus.elects, caucus.first.iter().sum(), &caucus.first);
    let groups = caucus.first.iter().zip(&caucus.last).enumerate();
    let mut shrunk = groups.filter(|(_, (first, last))| {
        **first >= least && last < first && gone.is_none_or(|gone| **first > gone)
    });
    let (group, (first, last)) = shrunk.next()?;
    let groups = std::iter::once(group).chain(shrunk.map(|(group, _)| group));
    Some(Failure::numbers(at(&sheet.last, groups), *first, *last))
}

/// C04. A group that is not viable was awarded something.
fn award_viable(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    let least = caucus.least?;
    let groups = caucus.last.iter().zip(&caucus.award).enumerate();
    let mut wrong = groups.filter(|(_, (last, award))| **award > 0 && **last < least);
    let (group, (last, _)) = wrong.next()?;
    let groups = std::iter::once(group).chain(wrong.map(|(group, _)| group));
    Some(Failure::numbers(at(&sheet.award, groups), least, *last))
}

/// C05. A viable group was awarded nothing although there were delegates for all.
fn viable_awarded(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    let least = caucus.least?;
    if caucus.viable(&caucus.last)? > caucus.elects {
        return None;
    }
    let groups = caucus.last.iter().zip(&caucus.award).enumerate();
    let wrong = groups.filter(|(_, (last, award))| **award == 0 && **last >= least);
    let groups: Vec<usize> = wrong.map(|(group, _)| group).collect();
    (!groups.is_empty()).then(|| Failure::numbers(at(&sheet.award, groups.into_iter()), 1, 0))
}

/// C06c. A smaller group was awarded more than a larger one.
fn award_order(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    caucus.least?;
    let groups: Vec<(usize, u64, u64)> = caucus
        .last
        .iter()
        .zip(&caucus.award)
        .enumerate()
        .map(|(group, (last, award))| (group, *last, *award))
        .collect();
    let pairs = groups.iter().flat_map(|a| groups.iter().map(move |b| (a, b)));
    let mut inverted = pairs.filter(|((_, last_a, award_a), (_, last_b, award_b))| {
        last_a < last_b && award_a > award_b
    });
    let ((small, _, award_small), (large, _, award_large)) = inverted.next()?;
    let fields = at(&sheet.award, [*small, *large].into_iter());
    Some(Failure::numbers(fields, *award_large, *award_small))
}

/// C07. The delegates awarded are not as many as the precinct elects.
fn delegates(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    let sum: u64 = caucus.delegates.iter().sum();
    let fields = || sheet.delegates.clone().collect();
    (sum != caucus.elects).then(|| Failure::numbers(fields(), caucus.elects, sum))
}

/// C09b. No attendance that the sums allow makes this award legal.
fn award_legal(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    caucus.least?;
    let most = caucus.first.iter().sum::<u64>().max(caucus.last.iter().sum());
    let mut attendances = caucus::possible_attendances(most);
    let legal = |a| caucus::is_legal(caucus.elects, a, &caucus.last, &caucus.delegates);
    if attendances.clone().any(legal) {
        return None;
    }
    let legal = attendances.find_map(|a| caucus::least_award(caucus.elects, a, &caucus.last));
    let found = Figure::Text(print(&caucus.delegates, caucus));
    let expected = Figure::Text(legal.map_or_else(String::new, |award| print(&award, caucus)));
    Some(Failure { fields: sheet.delegates.clone().collect(), expected, found })
}

/// C10. More groups are viable than there are delegates.
fn viable_fit(caucus: &Caucus, sheet: &Worksheet) -> Option<Failure> {
    let viable = caucus.viable(&caucus.last)?;
    let fields = || sheet.last.clone().collect();
    (viable > caucus.elects).then(|| Failure::numbers(fields(), caucus.elects, viable))
}

/// The fields of some groups in a section.
fn at(section: &Range<FieldIndex>, groups: impl Iterator<Item = usize>) -> Vec<FieldIndex> {
    groups.map(|group| section.start + group).collect()
}

/// Delegates of the groups that are there at all, as `3/2/2`.
fn print(award: &[u64], caucus: &Caucus) -> String {
    let present = award.iter().zip(&caucus.last).zip(&caucus.delegates);
    let present = present.filter(|((award, last), held)| **award > 0 || **last > 0 || **held > 0);
    present.map(|((award, _), _)| award.to_string()).collect::<Vec<_>>().join("/")
}
