//! Full quotas, then the largest remainders.

use std::collections::BTreeSet;

use crate::{
    NamedQuota, Purpose, Ratio, StepKind, Stop,
    table::{Place, Rule, Table},
};

const RULE: Rule =
    Rule { kind: StepKind::LargestSurplus, purpose: Purpose::LargestSurplus, article: None };

/// A quota as votes / parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    pub(crate) votes: u128,
    pub(crate) parts: u128,
}

impl Quota {
    pub(crate) fn of(name: NamedQuota, votes: u128, seats: u64) -> Self {
        let seats = u128::from(seats);
        match name {
            NamedQuota::Hare => Self { votes, parts: seats },
            NamedQuota::Droop => Self { votes: votes / (seats + 1) + 1, parts: 1 },
            NamedQuota::HagenbachBischoff => Self { votes, parts: seats + 1 },
            NamedQuota::Imperiali => Self { votes, parts: seats + 2 },
        }
    }

    pub(crate) fn ratio(self) -> Ratio {
        Ratio::new(self.votes, self.parts)
    }

    /// A list's votes in quotas.
    pub(crate) fn times(self, votes: u64) -> Ratio {
        Ratio::new(u128::from(votes) * self.parts, self.votes)
    }

    /// How many full quotas a list has.
    pub(crate) fn full(self, votes: u64) -> u64 {
        let full = self.times(votes).floor().unwrap_or(0);
        u64::try_from(full).unwrap_or(u64::MAX)
    }

    /// What is left of a list's votes beyond its full quotas.
    pub(crate) fn surplus(self, votes: u64) -> Ratio {
        let all = u128::from(votes) * self.parts;
        Ratio::new(all.checked_rem(self.votes).unwrap_or(0), self.parts)
    }
}

/// Deals out all seats, and says what the quota was. A quota that is too small for its seats gives
/// more full ones than there are; the divisor then goes down by one until it does not, as in the
/// Italian law of 1956 (decree 361 of 1957, article 77).
pub(crate) fn deal(table: &mut Table<'_>, name: NamedQuota, seats: u64) -> Result<Ratio, Stop> {
    let mut quota = Quota::of(name, table.total(), seats);
    while quota.parts > 1 && full_seats(table, quota) > u128::from(seats) {
        quota.parts -= 1;
    }
    deal_full(table, quota, None);
    table.empty_what_nobody_takes(None);
    deal_surpluses(table, &RULE, quota, |table, place| table.votes(place) > 0)?;
    Ok(quota.ratio())
}

/// One seat each for the largest surpluses among lists that have somebody for it, and again when
/// there are fewer of those than seats: after a handful of votes, or where lists ran out of people.
pub(crate) fn deal_surpluses(
    table: &mut Table<'_>,
    rule: &Rule,
    quota: Quota,
    takes_part: impl Fn(&Table<'_>, Place) -> bool,
) -> Result<(), Stop> {
    let mut left = table.left + 1;
    while table.left < left {
        left = table.left;
        table.deal(rule, Some(&mut BTreeSet::new()), |table, place| {
            let surplus = quota.surplus(table.votes(place));
            Some(surplus).filter(|_| takes_part(table, place) && table.has_room(place))
        })?;
    }
    Ok(())
}

fn full_seats(table: &Table<'_>, quota: Quota) -> u128 {
    table.places().map(|place| u128::from(quota.full(table.votes(place)))).sum()
}

/// As many seats for each list as it has full quotas.
pub(crate) fn deal_full(table: &mut Table<'_>, quota: Quota, article: Option<&'static str>) {
    for place in table.places() {
        let full = quota.full(table.votes(place));
        if full > 0 {
            table.change(place, full);
            table.note(StepKind::Full, place, Some(quota.times(table.votes(place))), article);
        }
    }
}
