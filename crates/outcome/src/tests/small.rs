//! The small functions, value by value: numbers, divisors, quotas, and the words of an answer.

use std::{collections::BTreeMap, sync::Arc};

use election::{Method, NamedQuota};

use crate::{
    Complete, Person, Purpose, Ratio, Request, Step, StepKind, divisor::quotient,
    elect::preference_threshold, quota::Quota, with_seats,
};

#[track_caller]
fn check_quotients(method: Method, expected: [(u128, u128); 4]) {
    for (seats, (numerator, denominator)) in (0..).zip(expected) {
        let found = quotient(method, 60, seats).unwrap();
        assert_eq!(found, Ratio::new(numerator, denominator), "{method:?} {seats}");
    }
    assert_eq!(quotient(method, 0, 3), None);
}

#[test]
fn quotients_of_sixty_votes() {
    check_quotients(Method::Dhondt, [(60, 1), (30, 1), (20, 1), (15, 1)]);
    check_quotients(Method::SainteLague, [(60, 1), (20, 1), (12, 1), (60, 7)]);
    check_quotients(Method::ModifiedSainteLague, [(300, 7), (20, 1), (12, 1), (60, 7)]);
    check_quotients(Method::Adams, [(60, 0), (60, 1), (30, 1), (20, 1)]);
    // Squares of 60 / sqrt(s (s + 1)), and 60 (2 s + 1) / (2 s (s + 1)).
    check_quotients(Method::HuntingtonHill, [(3600, 0), (1800, 1), (600, 1), (300, 1)]);
    check_quotients(Method::Dean, [(60, 0), (45, 1), (25, 1), (35, 2)]);
    assert_eq!(quotient(Method::Hamilton, 60, 1), None);
}

#[test]
fn quotas_of_a_hundred_votes_and_nine_seats() {
    for (name, expected) in [
        (NamedQuota::Hare, (100, 9)),
        (NamedQuota::Droop, (11, 1)),
        (NamedQuota::HagenbachBischoff, (100, 10)),
        (NamedQuota::Imperiali, (100, 11)),
    ] {
        let quota = Quota::of(name, 100, 9);
        assert_eq!((quota.votes, quota.parts), expected, "{name:?}");
    }
    assert_eq!(Quota::of(NamedQuota::Droop, 99, 9).votes, 10);
}

#[test]
fn preference_thresholds_of_the_law() {
    for (method, seats, expected) in [
        (Method::NlCouncil, 9, Some(50)),
        (Method::NlCouncil, 18, Some(50)),
        (Method::NlCouncil, 19, Some(25)),
        (Method::NlCouncil, 45, Some(25)),
        (Method::NlParliament, 150, Some(25)),
        (Method::NlEuropean, 31, Some(10)),
        (Method::NlSenate, 75, Some(100)),
        (Method::Dhondt, 9, None),
    ] {
        assert_eq!(preference_threshold(method, seats), expected, "{method:?} {seats}");
    }
}

#[test]
fn ratios_become_fractions_where_they_fit() {
    let fraction = |numerator, denominator| Ratio::new(numerator, denominator).fraction();
    let told = |numerator, denominator| fraction(numerator, denominator).map(|f| f.to_string());
    assert_eq!(told(6, 4).as_deref(), Some("3/2"));
    assert_eq!(told(7, 7).as_deref(), Some("1"));
    assert_eq!(told(1 << 100, 1 << 98).as_deref(), Some("4"));
    assert_eq!(told(1 << 64, 1), None);
    assert_eq!(told(1, 1 << 64), None);
    assert_eq!(told(1, 0), None);
}

#[test]
fn a_question_about_totals_names_every_list() {
    let request = Request::of_totals(Method::Dhondt, 7, [(3, 50), (8, 20)]);
    assert_eq!((request.method, request.seats), (Method::Dhondt, Some(7)));
    let lists: Vec<_> = request.lists.iter().map(|list| (list.number, list.total)).collect();
    assert_eq!(lists, [(3, Some(50)), (8, Some(20))]);
}

fn seats(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
    of.iter().map(|(list, seats)| ((*list).to_owned(), *seats)).collect()
}

#[test]
fn lists_with_seats_stand_in_the_order_of_their_numbers() {
    let found = seats(&[("10", 2), ("2", 1), ("b", 1), ("3", 0), ("a", 3)]);
    assert_eq!(with_seats(&found), [("2", 1), ("10", 2), ("a", 3), ("b", 1)]);
    assert_eq!(with_seats(&seats(&[])), []);
}

#[test]
fn the_elected_are_ranked_with_those_by_preference_first() {
    let elected = BTreeMap::from([("1".to_owned(), [4, 1, 2].map(Person::Place).to_vec())]);
    let preferred = seats(&[("1", 2)]);
    let answer = Complete { elected, preferred, ..Complete::default() };
    let ranked: Vec<(String, bool)> =
        answer.ranked("1").into_iter().map(|(person, by)| (person.to_string(), by)).collect();
    let expected = [("4", true), ("1", true), ("2", false)];
    assert_eq!(ranked, expected.map(|(person, by)| (person.to_owned(), by)));
    assert_eq!(answer.ranked("2"), []);
}

#[test]
fn a_lot_is_asked_for_in_words() {
    for (purpose, expected) in [
        (Purpose::LargestAverage, "equal averages: who gets a seat"),
        (Purpose::LargestSurplus, "equal surpluses: who gets a seat"),
        (Purpose::GroupSurplus, "equal surpluses: who gets a seat"),
        (Purpose::MostVotes, "equal votes: who gets a seat"),
        (
            Purpose::AbsoluteMajority,
            "who gives a seat up to the list with the majority of the votes",
        ),
        (Purpose::Preference, "equal preference votes: who is elected"),
        (Purpose::Surplus, "too many delegates: who loses one"),
        (Purpose::Shortage, "too few delegates: who gains one"),
    ] {
        let question = purpose.question(2, "1, 3 and 4");
        assert_eq!(question, format!("a lot is to be drawn, {expected}: 2 of 1, 3 and 4"));
    }
}

#[test]
fn a_step_is_one_line() {
    let step = Step {
        kind: StepKind::AbsoluteMajority,
        list: "2".to_owned(),
        from: Some("5".to_owned()),
        value: Some(Ratio::new(7, 2)),
        seats: 4,
        article: Some("P 9"),
        compared: Vec::new(),
    };
    assert_eq!(step.line(), "P 9   absolute majority  list 2 from list 5 (7/2): 4 seats");
    for (kind, name) in [
        (StepKind::Full, "full seats"),
        (StepKind::LargestAverage, "largest average"),
        (StepKind::LargestSurplus, "largest surplus"),
        (StepKind::MostVotes, "most votes"),
        (StepKind::Exhausted, "no candidate left"),
        (StepKind::Lot, "by lot"),
    ] {
        let step = Step { kind, from: None, value: None, article: None, ..step.clone() };
        assert_eq!(step.line(), format!("{name:<18} list 2: 4 seats"));
    }
    let compared = [("1", 3), ("2", 9), ("3", 5)];
    let compared = compared.map(|(list, value)| (Arc::from(list), Ratio::whole(value))).to_vec();
    let step = Step { compared, ..step };
    let ranking: Vec<&str> = step.ranking().into_iter().map(|(list, _)| list).collect();
    assert_eq!(ranking, ["2", "3", "1"]);
}
