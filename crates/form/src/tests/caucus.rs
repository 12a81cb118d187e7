//! The caucus arithmetic: the worked examples of the party's guide, and what every award obeys.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::caucus::{
    CaucusLot, award, is_legal, least_award, legal_awards, must_realign, possible_attendances,
    smallest_viable,
};

#[test]
fn the_smallest_viable_group() {
    for (delegates, attendance, expected) in [
        (0, 100, None),
        (1, 100, None),
        // A quarter.
        (2, 100, Some(25)),
        (2, 101, Some(26)),
        // A sixth: at 667 dividing by 6.67 would give 100, at 672 one sixth is 112.
        (3, 19, Some(4)),
        (3, 18, Some(3)),
        (3, 666, Some(111)),
        (3, 667, Some(112)),
        (3, 672, Some(112)),
        (3, 673, Some(113)),
        // 15 per cent.
        (4, 100, Some(15)),
        (4, 101, Some(16)),
        (4, 20, Some(3)),
        (4, 21, Some(4)),
        (18, 60, Some(9)),
        (4, 0, Some(0)),
    ] {
        let found = smallest_viable(delegates, attendance);
        assert_eq!(found, expected, "{delegates} delegates, {attendance} people");
    }
}

/// All legal awards as `3/2/2`, in order.
#[track_caller]
fn check(delegates: u64, attendance: u64, groups: &[u64], expected: &[&str]) {
    let print = |award: &Vec<u64>| {
        let award: Vec<String> = award.iter().map(u64::to_string).collect();
        award.join("/")
    };
    let awards: Vec<String> =
        legal_awards(delegates, attendance, groups).iter().map(print).collect();
    assert_eq!(awards, expected, "{delegates} delegates, {attendance} people, {groups:?}");
}

#[test]
fn the_worked_examples_of_the_guide() {
    check(3, 19, &[10, 5, 4], &["1/1/1"]);
    check(3, 90, &[75, 15], &["2/1"]);
    check(7, 200, &[100, 50, 50], &["3/2/2"]);
    check(4, 100, &[55, 15, 15, 15], &["1/1/1/1"]);
}

#[test]
fn one_too_many_is_lost_by_lot_among_the_smallest_decimals() {
    // 3.0, 1.5 and 1.5: one of the two that were rounded up loses it.
    check(6, 200, &[100, 50, 50], &["3/1/2", "3/2/1"]);
    // 4.5 each rounds to 20; two of four lose one.
    let six_ways = ["4/4/5/5", "4/5/4/5", "4/5/5/4", "5/4/4/5", "5/4/5/4", "5/5/4/4"];
    check(18, 60, &[15, 15, 15, 15], &six_ways);
    // 1.5, 1.6 and 0.9: the smallest decimal that was rounded up loses, no lot.
    check(4, 40, &[15, 16, 9], &["1/2/1"]);
}

#[test]
fn no_group_loses_its_only_delegate() {
    // 1.6 and three times 0.8: the smallest decimal was rounded up too, but keeps its only one.
    check(4, 100, &[40, 20, 20, 20], &["1/1/1/1"]);
    // 2.0 and four times 0.75: nobody who was rounded up holds more than one, so a whole share
    // pays.
    check(5, 100, &[40, 15, 15, 15, 15], &["1/1/1/1/1"]);
}

#[test]
fn one_too_few_goes_to_the_largest_decimal() {
    // 2.4, 1.4 and 1.2 make 5 of 5 once the largest decimals gain; the first two tie.
    check(5, 50, &[24, 14, 12], &["2/2/1", "3/1/1"]);
    // 1.33 each: one of three, three ways.
    check(4, 30, &[10, 10, 10], &["1/1/2", "1/2/1", "2/1/1"]);
    // A third left: 3.4 and 3.3 of 10 gain one each before the larger decimal gains again, twice.
    check(10, 100, &[34, 33], &["6/4"]);
    // People left: 0.8 and 0.8 of 4 round to 2; each whole group gains again until there are 4.
    check(4, 20, &[4, 4], &["1/3", "2/2", "3/1"]);
}

#[test]
fn one_delegate_goes_to_the_most_votes() {
    check(1, 10, &[6, 4], &["1/0"]);
    check(1, 10, &[5, 5], &["0/1", "1/0"]);
    check(1, 10, &[0, 0], &[]);
    check(1, 10, &[3, 3, 4], &["0/0/1"]);
    check(0, 10, &[6, 4], &[]);
}

#[test]
fn no_award_is_legal_without_a_viable_group_or_with_too_many() {
    check(4, 100, &[14, 14, 14, 14], &[]);
    check(4, 100, &[], &[]);
    check(2, 100, &[30, 30, 30], &[]);
    check(4, 0, &[0, 0], &[]);
    check(4, 100, &[86, 14], &["4/0"]);
}

#[test]
fn the_smallest_groups_realign_where_too_many_are_viable() {
    for (delegates, attendance, groups, expected) in [
        // Three viable groups for two delegates: one goes, the smallest.
        (2, 100, [35, 33, 32, 0], Some(32)),
        (2, 100, [40, 30, 30, 0], Some(30)),
        // Four for two: two go, the second smallest decides; one of two that tie may stay.
        (2, 101, [27, 26, 26, 22], Some(26)),
        (2, 100, [25, 25, 25, 25], Some(25)),
        (3, 100, [40, 20, 22, 18], Some(18)),
        (3, 96, [48, 16, 16, 16], Some(16)),
        (2, 100, [60, 40, 0, 0], None),
        (3, 100, [34, 33, 33, 0], None),
        (1, 100, [34, 33, 33, 0], None),
    ] {
        assert_eq!(must_realign(delegates, attendance, &groups), expected, "{groups:?}");
    }
}

#[test]
fn one_award_is_judged_without_making_all_others() {
    for (award, expected) in
        [([3, 2, 1], true), ([3, 1, 2], true), ([2, 2, 2], false), ([3, 2, 2], false)]
    {
        assert_eq!(is_legal(6, 200, &[100, 50, 50], &award), expected, "{award:?}");
    }
    // Ten thousand delegates for five tied groups have more legal awards than can be counted out.
    assert!(is_legal(10_000, 100, &[15; 5], &[1_500, 1_500, 1_500, 1_500, 4_000]));
    assert!(!is_legal(10_000, 100, &[15; 5], &[1_499, 1_500, 1_500, 1_500, 4_001]));
    assert!(!is_legal(6, 200, &[100, 50, 50], &[3, 3]), "a group is missing");
}

#[test]
fn many_ties_stay_few_awards() {
    // 42 of 60 left before the count, so two tied groups draw lots for 42 delegates one by one.
    let awards = legal_awards(60, 60, &[9, 9]);
    assert!(awards.iter().all(|award| award.iter().sum::<u64>() == 60));
    assert_eq!(awards.len(), 43);
    // Five groups draw lots for 200: the least award is found without the 70 million others.
    assert_eq!(least_award(1000, 1000, &[160; 5]), Some(vec![160, 160, 160, 160, 360]));
}

#[test]
fn a_quarter_more_and_at_least_25_may_have_been_there() {
    for (most, expected) in [(0, 0..=25), (40, 40..=65), (100, 100..=125), (104, 104..=130)] {
        assert_eq!(possible_attendances(most), expected);
    }
}

/// Delegates, people by group, and people who stand in no group.
fn rooms() -> impl Strategy<Value = (u64, Vec<u64>, u64)> {
    (0..20u64, prop::collection::vec(0..40u64, 0..7), 0..30u64)
}

/// Lots lead to every legal award and to no other: each way to draw them is followed.
fn by_every_lot(delegates: u64, attendance: u64, groups: &[u64]) -> BTreeSet<Vec<u64>> {
    let mut awards = BTreeSet::new();
    let mut paths: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(path) = paths.pop() {
        let mut drawn = path.iter();
        let lot = |_: CaucusLot, tied: &[usize]| drawn.next().copied().ok_or_else(|| tied.to_vec());
        match award(delegates, attendance, groups, lot) {
            Ok(award) => awards.extend(award),
            Err(tied) => paths.extend(tied.into_iter().map(|group| [&path[..], &[group]].concat())),
        }
    }
    awards
}

#[test]
fn a_lot_that_fell_on_nobody_awards_nothing() {
    assert_eq!(award(6, 200, &[100, 50, 50], |_, _| Ok::<_, ()>(7)), Ok(None));
    let (surplus, shortage) = (CaucusLot::Surplus, CaucusLot::Shortage);
    assert_eq!(
        award(6, 200, &[100, 50, 50], |what, tied| Err((what, tied.to_vec()))),
        Err((surplus, vec![1, 2]))
    );
    assert_eq!(
        award(1, 9, &[3, 2, 3], |what, tied| Err((what, tied.to_vec()))),
        Err((shortage, vec![0, 2]))
    );
}

proptest! {
    #[test]
    fn lots_lead_to_the_legal_awards(
        delegates in 0..12u64,
        groups in prop::collection::vec(0..30u64, 1..5),
        away in 0..5u64,
    ) {
        let attendance = groups.iter().sum::<u64>() + away;
        let expected = legal_awards(delegates, attendance, &groups);
        prop_assert_eq!(by_every_lot(delegates, attendance, &groups), expected);
    }

    /// Judging one award says the same as looking for it among all of them: for the legal ones, and
    /// for those that differ by a delegate or two.
    #[test]
    fn judging_one_award_is_looking_for_it_among_all(
        (delegates, groups, absent) in rooms(),
        moves in prop::collection::vec((0..7usize, 0..7usize), 0..3),
    ) {
        let attendance = groups.iter().sum::<u64>() + absent;
        let awards = legal_awards(delegates, attendance, &groups);
        prop_assert_eq!(&least_award(delegates, attendance, &groups), &awards.first().cloned());
        for award in &awards {
            prop_assert!(is_legal(delegates, attendance, &groups, award), "{:?}", award);
            let mut other = award.clone();
            for (from, to) in &moves {
                let (from, to) = (from % groups.len(), to % groups.len());
                other[from] = other[from].saturating_sub(1);
                other[to] += 1;
            }
            let found = is_legal(delegates, attendance, &groups, &other);
            prop_assert_eq!(found, awards.contains(&other), "{:?}", other);
        }
    }

    #[test]
    fn every_legal_award_obeys_the_rules((delegates, groups, absent) in rooms()) {
        let attendance = groups.iter().sum::<u64>() + absent;
        let least = smallest_viable(delegates, attendance);
        let viable = |people: u64| least.is_none_or(|least| people >= least);
        let awards = legal_awards(delegates, attendance, &groups);
        for award in &awards {
            prop_assert_eq!(award.len(), groups.len());
            prop_assert_eq!(award.iter().sum::<u64>(), delegates);
            for (people, held) in groups.iter().zip(award) {
                prop_assert!(viable(*people) || *held == 0, "{people} people hold {held}");
                prop_assert!(least.is_none() || !viable(*people) || *held > 0, "{people} hold none");
            }
        }
        if delegates >= 2 && attendance > 0 {
            let count = groups.iter().filter(|people| viable(**people)).count() as u64;
            prop_assert_eq!(awards.is_empty(), count == 0 || count > delegates);
        }
    }

    #[test]
    fn the_order_of_the_groups_does_not_matter((delegates, groups, absent) in rooms()) {
        let attendance = groups.iter().sum::<u64>() + absent;
        let reversed = |row: &Vec<u64>| row.iter().rev().copied().collect::<Vec<u64>>();
        let awards = legal_awards(delegates, attendance, &groups);
        let mirrored = legal_awards(delegates, attendance, &reversed(&groups));
        prop_assert_eq!(awards.iter().map(reversed).collect::<BTreeSet<_>>(), mirrored);
    }

    #[test]
    fn groups_of_one_size_take_turns(delegates in 2..20u64, size in 1..30u64, count in 1..6usize) {
        // Whatever one award gives to one of them, another gives to any other.
        let groups = vec![size; count];
        let awards = legal_awards(delegates, size * count as u64, &groups);
        for award in &awards {
            let mut turned = award.clone();
            turned.rotate_left(1);
            prop_assert!(awards.contains(&turned), "{award:?} but not {turned:?}");
        }
    }
}
