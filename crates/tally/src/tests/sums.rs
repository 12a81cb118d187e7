//! Sums up the tree against a recomputation that knows no tree, over random nights.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use election::{Fraction, UnitIndex};
use form::{Form, Forms};
use proptest::{collection::vec, option, prelude::*, sample::Index};
use record::Digest;

use super::Night;
use crate::{Board, Cell, ChainKey, Placement, Reading};

/// What happens to one unit.
#[derive(Clone, Debug)]
enum Step {
    /// A witness reads the form: E.1, and F where it can be read.
    Read { witness: u32, red: u32, blank: Option<u32> },
    /// A witness sends a second text with the number it used last.
    Fork { witness: u32, red: u32 },
    /// Officers choose one of the readings.
    Decide(Index),
    /// The unit is released.
    Release,
}

const STATIONS: [&str; 4] = ["S1", "S2", "S3", "S4"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..3u32, 0..1000u32, option::of(0..10u32))
            .prop_map(|(witness, red, blank)| Step::Read { witness, red, blank }),
        1 => (0..3u32, 0..1000u32).prop_map(|(witness, red)| Step::Fork { witness, red }),
        1 => any::<Index>().prop_map(Step::Decide),
        1 => Just(Step::Release),
    ]
}

/// Steps of four stations, and in which order the stations take turns.
fn nights() -> impl Strategy<Value = (Vec<Vec<Step>>, Vec<usize>, Vec<usize>)> {
    let turns = || vec(0..STATIONS.len(), 0..40);
    (vec(vec(step(), 0..10), STATIONS.len()), turns(), turns())
}

/// Plays the stations' steps in an order; what an order does not name comes at its end.
fn play(nights: &[Vec<Step>], turns: &[usize], mut seen: impl FnMut(&Board)) -> Board {
    static FORMS: LazyLock<Arc<Forms>> =
        LazyLock::new(|| Arc::clone(Night::new().ledger.board().forms()));
    let mut board = Board::new(Arc::clone(&FORMS));
    let mut rest: Vec<_> = nights.iter().map(|steps| steps.iter()).collect();
    let every = (0..STATIONS.len()).flat_map(|station| std::iter::repeat_n(station, 10));
    for station in turns.iter().copied().chain(every) {
        let Some(step) = rest[station].next() else { continue };
        let number = 100 * station + rest[station].len();
        apply(&mut board, station, step, number as u64);
        seen(&board);
    }
    board
}

fn apply(board: &mut Board, station: usize, step: &Step, number: u64) {
    let unit = board.forms().election().units().find(STATIONS[station]).unwrap();
    match step {
        Step::Read { witness, red, blank } => {
            let key = key(*witness);
            let chain = board.unit(unit).chains().iter().find(|chain| chain.key == key);
            let head = chain.and_then(|chain| chain.head());
            let (seq, prev) = head.map_or((1, None), |head| (head.seq + 1, Some(head.id)));
            let placement = board.place(unit, &key, seq, prev, true).unwrap();
            let reading = reading(board, station, *red, *blank, seq, number);
            board.take(key, reading, placement);
        }
        Step::Fork { witness, red } => {
            let key = key(*witness);
            let chain = board.unit(unit).chains().iter().find(|chain| chain.key == key);
            let Some(seq) = chain.and_then(|chain| Some(chain.head()?.seq)) else { return };
            assert_eq!(board.place(unit, &key, seq, None, false), Ok(Placement::Fork));
            let reading = reading(board, station, *red, None, seq, number);
            board.take(key, reading, Placement::Fork);
        }
        Step::Decide(which) => {
            let chains = board.unit(unit).chains();
            let ids: Vec<_> = chains.iter().flat_map(|c| c.readings.iter()).map(|r| r.id).collect();
            if ids.is_empty() {
                return;
            }
            let place = board.unit(unit).find(*which.get(&ids)).unwrap();
            board.choose(unit, place);
        }
        Step::Release => board.release(unit, number),
    }
}

fn key(witness: u32) -> ChainKey {
    ChainKey { channel: 0, persons: [witness].as_slice().into() }
}

fn reading(
    board: &Board,
    station: usize,
    red: u32,
    blank: Option<u32>,
    seq: u32,
    number: u64,
) -> Reading {
    let mut counts = BTreeMap::from([("E.1", i64::from(red))]);
    // List 2 stands in the first two stations only.
    if station < 2 {
        counts.insert("E.2", i64::from(red % 7));
    }
    if let Some(blank) = blank {
        counts.insert("F", i64::from(blank));
    }
    let returns = Form { unit: STATIONS[station], counts }.close(board.forms()).unwrap();
    Reading {
        id: Digest::of(&number.to_be_bytes()),
        position: number,
        seq,
        change: None,
        made: None.into(),
        devices: 1,
        returns,
    }
}

/// The figures of an area from the stations that count, station by station.
fn recomputed(board: &Board, area: UnitIndex) -> (Vec<Cell>, u32, u64) {
    let election = board.forms().election();
    let mut row = vec![Cell::default(); election.contests().width()];
    let (mut reported, mut weight) = (0, 0);
    for (station, id) in STATIONS.iter().enumerate() {
        let unit = election.units().find(id).unwrap();
        let is_inside = election.units().upwards(unit).any(|u| u == area);
        let Some(counted) = board.unit(unit).counted().filter(|_| is_inside) else { continue };
        // In the order of the form: E.1, E.2, F are votes.1, votes.2 and ballots.blank.
        for (cell, count) in row.iter_mut().zip(counted.returns.counts()) {
            if let Some(count) = count {
                *cell = Cell { sum: cell.sum + count.get(), known: cell.known + 1 };
            }
        }
        (reported, weight) = (reported + 1, weight + 10 * (station as u64 + 1));
    }
    (row, reported, weight)
}

proptest! {
    #[test]
    fn sums_are_those_of_the_readings_that_count((steps, turns, _) in nights()) {
        play(&steps, &turns, |board| {
            let units = board.forms().election().units();
            for (area, unit) in units.all() {
                let (row, reported, weight) = recomputed(board, area);
                assert_eq!(board.sums().row(area), row, "{}", unit.id);
                assert_eq!(board.progress(area).0, reported, "{}", unit.id);
                let all = match unit.id.as_str() { "M" => 100, "A" => 30, "B" => 70, _ => 0 };
                if all > 0 {
                    assert_eq!(board.heard(area), Fraction::new(weight, all), "{}", unit.id);
                }
            }
        });
    }

    #[test]
    fn the_tally_of_parts_is_the_tally_of_the_whole((steps, turns, _) in nights()) {
        let board = play(&steps, &turns, |_| {});
        let units = board.forms().election().units();
        for (area, unit) in units.all().filter(|(_, unit)| !unit.is_leaf()) {
            let mut parts = vec![Cell::default(); board.sums().row(area).len()];
            for child in units.children(area) {
                for (part, cell) in parts.iter_mut().zip(board.sums().row(child)) {
                    *part = Cell { sum: part.sum + cell.sum, known: part.known + cell.known };
                }
            }
            prop_assert_eq!(board.sums().row(area), parts, "{}", unit.id);
        }
    }

    #[test]
    fn the_order_of_independent_units_does_not_matter((steps, turns, others) in nights()) {
        let (board, other) = (play(&steps, &turns, |_| {}), play(&steps, &others, |_| {}));
        for (unit, _) in board.forms().election().units().all() {
            prop_assert_eq!(board.sums().row(unit), other.sums().row(unit));
            prop_assert_eq!(board.unit(unit), other.unit(unit));
            prop_assert_eq!(board.progress(unit), other.progress(unit));
            prop_assert_eq!(board.heard(unit), other.heard(unit));
            prop_assert_eq!(board.findings(unit), other.findings(unit));
            prop_assert_eq!(board.released(unit), other.released(unit));
        }
    }
}

#[test]
fn unknown_is_not_zero() {
    let mut night = Night::new();
    for (area, expected) in [("M", None), ("S1", None)] {
        assert_eq!(night.sum(area, "votes.1"), expected);
    }
    night.first("S3", "E.1=0");
    // Nobody in B has list 2 on the ballot, and nobody said how many were blank.
    assert_eq!((night.sum("B", "votes.1"), night.sum("B", "votes.2")), (Some(0), None));
    assert_eq!((night.sum("M", "votes.2"), night.sum("A", "votes.1")), (None, None));
    night.first("S4", "E.1=2 F=0");
    assert_eq!(
        (night.sum("B", "ballots.blank"), night.sum("S3", "ballots.blank")),
        (Some(0), None)
    );
    let board = night.ledger.board();
    let known: Vec<_> = board.sums().row(night.unit("M")).iter().map(|cell| cell.known).collect();
    assert_eq!(known, [2, 0, 1]);
}

#[test]
fn the_share_heard_is_of_the_weight_known_before() {
    let mut night = Night::new();
    let heard = |night: &Night, area| {
        let share = night.ledger.board().heard(night.unit(area));
        share.map_or("-".to_owned(), |share| share.to_string())
    };
    assert_eq!([heard(&night, "M"), heard(&night, "B")], ["0", "0"]);
    night.first("S4", "E.1=1");
    night.first("S1", "E.1=1 E.2=1");
    assert_eq!(
        ["M", "A", "B", "S4", "S3"].map(|a| heard(&night, a)),
        ["1/2", "1/3", "4/7", "1", "0"]
    );
    assert_eq!(night.ledger.board().progress(night.unit("M")), (2, 4));
    night.first("S2", "E.1=1 E.2=1");
    night.first("S3", "E.1=1");
    assert_eq!(heard(&night, "M"), "1");
}

#[test]
fn without_a_weight_the_share_heard_is_of_units() {
    let mut head = super::head();
    head.as_object_mut().unwrap().remove("heard");
    let body = record::body::Definition { head, ..super::definition() };
    let bytes = super::sign(&record::Body::Definition(Box::new(body)), &super::OFFICERS);
    let rulebook = crate::Rulebook::new(&record::Record::parse(&bytes).unwrap()).unwrap();
    let mut board = Board::new(Arc::clone(rulebook.forms()));
    board.take(key(1), reading(&board, 3, 5, None, 1, 1), Placement::First);
    let units = board.forms().election().units();
    let heard = ["M", "A", "B"].map(|id| board.heard(units.find(id).unwrap()).unwrap().to_string());
    assert_eq!(heard, ["1/4", "0", "1/2"]);
}
