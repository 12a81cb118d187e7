//! The arithmetic of a caucus worksheet: who is viable, and which awards are legal.
//!
//! From the Iowa Democratic Party's delegate selection plan for 2020 as the caucus math worksheet
//! works it out; the repair order is inferred from its worked examples and the published awards.
//! It stands here and not in `outcome` because the worksheet itself is checked by it, on the phone
//! in the room as well as at headquarters.

use std::{cmp::Ordering, collections::BTreeSet};

/// The smallest group that is viable, of `attendance` people electing `delegates`: 25 % for two
/// delegates, one sixth for three, 15 % for four and more, rounded up to whole people. A caucus
/// that elects one delegate (or none) has no such number: it elects by most votes.
#[must_use]
pub fn smallest_viable(delegates: u64, attendance: u64) -> Option<u64> {
    match delegates {
        0 | 1 => None,
        2 => Some(attendance.div_ceil(4)),
        3 => Some(attendance.div_ceil(6)),
        _ => Some((attendance * 15).div_ceil(100)),
    }
}

/// Every award that the rules allow, each tie broken every way, as delegates by group in the order
/// of `groups`. Empty when more groups are viable than there are delegates, or when none is.
#[must_use]
pub fn legal_awards(delegates: u64, attendance: u64, groups: &[u64]) -> BTreeSet<Vec<u64>> {
    let Some(least) = smallest_viable(delegates, attendance) else {
        return by_most_votes(delegates, groups);
    };
    let viable = viable(least, delegates, attendance, groups);
    if !can_be_shared(&viable, delegates, attendance) {
        return BTreeSet::new();
    }
    Repair { viable: &viable, delegates, groups: groups.len() }.awards()
}

/// Is this award among the legal ones? The same as looking for it in [`legal_awards`], without
/// making all the others: where several groups are tied, the one that the award favours is taken.
/// It makes no difference which of two such is taken first, because neither takes the other's turn.
#[must_use]
pub fn is_legal(delegates: u64, attendance: u64, groups: &[u64], award: &[u64]) -> bool {
    let Some(least) = smallest_viable(delegates, attendance) else {
        return by_most_votes(delegates, groups).contains(award);
    };
    let viable = viable(least, delegates, attendance, groups);
    can_be_shared(&viable, delegates, attendance)
        && Repair { viable: &viable, delegates, groups: groups.len() }.leads_to(award)
}

/// The least of [`legal_awards`], compared group by group from the first, without making all the
/// others: five groups that are tied for 200 delegates have 70 million of them. Of those who are
/// tied the first one loses and the last one gains.
#[must_use]
pub fn least_award(delegates: u64, attendance: u64, groups: &[u64]) -> Option<Vec<u64>> {
    let choose = |what, tied: &[usize]| {
        let chosen = match what {
            CaucusLot::Surplus => tied.first(),
            CaucusLot::Shortage => tied.last(),
        };
        chosen.copied().ok_or(())
    };
    award(delegates, attendance, groups, choose).ok().flatten()
}

/// How many people the largest of the groups has that must realign because more groups are viable
/// than there are delegates; other groups of that size are tied with it. `None` when all fit.
#[must_use]
pub fn must_realign(delegates: u64, attendance: u64, groups: &[u64]) -> Option<u64> {
    let least = smallest_viable(delegates, attendance)?;
    let mut viable: Vec<u64> = groups.iter().copied().filter(|people| *people >= least).collect();
    viable.sort_unstable();
    let over = viable.len().checked_sub(usize::try_from(delegates).ok()?)?;
    viable.get(over.checked_sub(1)?).copied()
}

/// What a lot of a caucus decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaucusLot {
    /// Too many delegates: which group loses one.
    Surplus,
    /// Too few: which group gains one.
    Shortage,
}

/// The one award, where `lot` says which of the tied groups a lot fell on; groups are places in
/// `groups`. `Ok(None)`: no award is legal, because no group is viable or too many are.
///
/// # Errors
/// What `lot` says when it does not say which.
pub fn award<E>(
    delegates: u64,
    attendance: u64,
    groups: &[u64],
    mut lot: impl FnMut(CaucusLot, &[usize]) -> Result<usize, E>,
) -> Result<Option<Vec<u64>>, E> {
    let mut choose = |what: CaucusLot, tied: &[usize]| match tied {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => lot(what, tied).map(Some),
    };
    let Some(least) = smallest_viable(delegates, attendance) else {
        let winner = choose(CaucusLot::Shortage, &largest(delegates, groups))?;
        let of = |winner| (0..groups.len()).map(|g| u64::from(g == winner)).collect();
        return Ok(winner.map(of));
    };
    let viable = viable(least, delegates, attendance, groups);
    if !can_be_shared(&viable, delegates, attendance) {
        return Ok(None);
    }
    Repair { viable: &viable, delegates, groups: groups.len() }.by_lot(choose)
}

/// One delegate goes to the largest group; a tie is decided by lot.
fn by_most_votes(delegates: u64, groups: &[u64]) -> BTreeSet<Vec<u64>> {
    let winners = largest(delegates, groups).into_iter();
    winners.map(|winner| (0..groups.len()).map(|g| u64::from(g == winner)).collect()).collect()
}

/// The largest groups, where there is one delegate to elect.
fn largest(delegates: u64, groups: &[u64]) -> Vec<usize> {
    let most = groups.iter().copied().max().filter(|most| *most > 0 && delegates == 1);
    (0..groups.len()).filter(|g| most.is_some() && groups.get(*g).copied() == most).collect()
}

fn viable(least: u64, delegates: u64, attendance: u64, groups: &[u64]) -> Vec<Share> {
    let groups = groups.iter().enumerate().filter(|(_, people)| **people >= least);
    groups.map(|(group, people)| Share::new(group, *people, delegates, attendance)).collect()
}

fn can_be_shared(viable: &[Share], delegates: u64, attendance: u64) -> bool {
    let too_many = u64::try_from(viable.len()).is_ok_and(|n| n > delegates);
    !viable.is_empty() && !too_many && attendance > 0
}

/// A viable group's exact share: `whole + decimal / attendance` delegates.
#[derive(Clone, Copy, Debug)]
struct Share {
    group: usize,
    whole: u64,
    decimal: u64,
    rounds_up: bool,
}

impl Share {
    fn new(group: usize, people: u64, delegates: u64, attendance: u64) -> Self {
        let product = people * delegates;
        let (whole, decimal) = (product / attendance.max(1), product % attendance.max(1));
        Self { group, whole, decimal, rounds_up: 2 * decimal >= attendance }
    }

    fn rounded(&self) -> u64 {
        self.whole + u64::from(self.rounds_up)
    }
}

/// What each viable group holds while the award is repaired, and which were touched already.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    delegates: Vec<u64>,
    touched: Vec<bool>,
}

impl Held {
    fn new(viable: &[Share]) -> Self {
        let delegates = viable.iter().map(Share::rounded).collect();
        Self { delegates, touched: vec![false; viable.len()] }
    }

    /// The same with one delegate more or fewer for one group.
    fn moved(&self, place: usize, by: Ordering) -> Self {
        let mut moved = self.clone();
        if let Some(held) = moved.delegates.get_mut(place) {
            *held = if by == Ordering::Greater { *held + 1 } else { held.saturating_sub(1) };
        }
        if let Some(touched) = moved.touched.get_mut(place) {
            *touched = true;
        }
        moved
    }
}

struct Repair<'a> {
    viable: &'a [Share],
    delegates: u64,
    groups: usize,
}

impl Repair<'_> {
    /// Takes away or gives one delegate at a time, following every tie, until the sum is right.
    /// What two orders of lots lead to is kept once: ties add up, they do not multiply.
    fn awards(&self) -> BTreeSet<Vec<u64>> {
        let mut all = BTreeSet::from([Held::new(self.viable)]);
        // After each step all hold the same sum, so the first tells what the next step is.
        while let Some(by) = all.first().map(|held| self.repair_of(held)).filter(|by| by.is_ne()) {
            all = all.iter().flat_map(|held| self.step(held, by)).collect();
        }
        all.iter().map(|held| self.award(held)).collect()
    }

    /// The same on one path, where a lot breaks each tie.
    fn by_lot<E>(
        &self,
        mut choose: impl FnMut(CaucusLot, &[usize]) -> Result<Option<usize>, E>,
    ) -> Result<Option<Vec<u64>>, E> {
        let mut held = Held::new(self.viable);
        loop {
            let by = self.repair_of(&held);
            let what = match by {
                Ordering::Equal => return Ok(Some(self.award(&held))),
                Ordering::Less => CaucusLot::Surplus,
                Ordering::Greater => CaucusLot::Shortage,
            };
            let places = self.tied_for(&held, by);
            let group = |place: &usize| self.viable.get(*place).map(|share| share.group);
            let tied: Vec<usize> = places.iter().filter_map(group).collect();
            let chosen = choose(what, &tied)?;
            let place = places.iter().find(|place| chosen.is_some() && group(place) == chosen);
            let Some(place) = place else { return Ok(None) };
            held = held.moved(*place, by);
        }
    }

    /// Whether the ties can be broken so that this award comes out.
    fn leads_to(&self, award: &[u64]) -> bool {
        let wanted: Vec<u64> =
            self.viable.iter().filter_map(|share| award.get(share.group).copied()).collect();
        let mut held = Held::new(self.viable);
        loop {
            let by = self.repair_of(&held);
            if by.is_eq() {
                return self.award(&held) == award;
            }
            let short = |place: &usize| wanted.get(*place).cmp(&held.delegates.get(*place)) == by;
            let Some(place) = self.tied_for(&held, by).into_iter().find(short) else {
                return false;
            };
            held = held.moved(place, by);
        }
    }

    fn repair_of(&self, held: &Held) -> Ordering {
        self.delegates.cmp(&held.delegates.iter().sum())
    }

    fn step(&self, held: &Held, by: Ordering) -> Vec<Held> {
        self.tied_for(held, by).into_iter().map(|place| held.moved(place, by)).collect()
    }

    /// Those who are tied for losing a delegate, or for gaining one.
    fn tied_for(&self, held: &Held, by: Ordering) -> Vec<usize> {
        if by.is_lt() { self.losers(held) } else { self.gainers(held) }
    }

    /// Too many: a rounded-up group that holds more than one loses at most one, smallest decimal
    /// first; if still too many, any group that holds more than one, smallest decimal first.
    fn losers(&self, held: &Held) -> Vec<usize> {
        let can_lose = |place: usize| held.delegates.get(place).is_some_and(|d| *d > 1);
        let first = self
            .places(|place, share| share.rounds_up && !is_touched(held, place) && can_lose(place));
        let places = if first.is_empty() { self.places(|place, _| can_lose(place)) } else { first };
        self.tied(&places, Iterator::min)
    }

    /// Too few: a group rounded strictly down gains at most one, largest decimal first; if still
    /// too few, the largest decimal of all, the same one again if it is still largest.
    fn gainers(&self, held: &Held) -> Vec<usize> {
        let first = self.places(|place, share| {
            !share.rounds_up && share.decimal > 0 && !is_touched(held, place)
        });
        let places = if first.is_empty() { self.places(|_, _| true) } else { first };
        self.tied(&places, Iterator::max)
    }

    fn places(&self, wanted: impl Fn(usize, &Share) -> bool) -> Vec<usize> {
        self.viable.iter().enumerate().filter(|(p, s)| wanted(*p, s)).map(|(p, _)| p).collect()
    }

    /// Those of the places whose decimal is the extreme one: more than one is a tie.
    fn tied(
        &self,
        places: &[usize],
        extreme: fn(std::vec::IntoIter<u64>) -> Option<u64>,
    ) -> Vec<usize> {
        let decimal = |place: &usize| self.viable.get(*place).map(|share| share.decimal);
        let decimals: Vec<u64> = places.iter().filter_map(decimal).collect();
        let wanted = extreme(decimals.into_iter());
        places.iter().copied().filter(|place| decimal(place) == wanted).collect()
    }

    fn award(&self, held: &Held) -> Vec<u64> {
        let mut award = vec![0; self.groups];
        for (share, delegates) in self.viable.iter().zip(&held.delegates) {
            if let Some(slot) = award.get_mut(share.group) {
                *slot = *delegates;
            }
        }
        award
    }
}

fn is_touched(held: &Held, place: usize) -> bool {
    held.touched.get(place).copied().unwrap_or(false)
}

/// The attendances that the sums of the two alignments allow: people may have left before the
/// count or never joined a group, but at least `most` were there. A quarter more, and at least 25,
/// is taken as possible; never more than 2,500, which is a quarter of ten times the largest room
/// of 2020, so that no typed number makes the check long.
#[must_use]
pub fn possible_attendances(most: u64) -> std::ops::RangeInclusive<u64> {
    most..=most + (most / 4).clamp(25, 2_500)
}
