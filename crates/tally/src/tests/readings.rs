//! Readings of one unit: numbers, corrections, forks, several witnesses.

use super::{Night, RELEASE, refused, typed};
use crate::Placement;

const SIGNERS: [&str; 2] = ["S1/1", "S1/2"];

#[test]
fn the_first_reading_counts() {
    let mut night = Night::new();
    assert_eq!(night.state("S1"), "nothing");
    night.first("S1", "E.1=5 E.2=3");
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source");
    assert_eq!(night.sum("M", "votes.1"), Some(5));
}

#[test]
fn numbers_run_from_one_without_gaps() {
    let mut night = Night::new();
    let read = |night: &mut Night, seq, prev| {
        let mut typed = typed("S1", "app", seq, "E.1=5 E.2=3");
        (typed.prev, typed.reason) = (prev, Some("recount"));
        night.read(&typed, &SIGNERS)
    };
    let other = record::Digest::of(b"other");
    refused(read(&mut night, 0, None), "seq 0 does not follow, expected 1");
    refused(read(&mut night, 2, None), "seq 2 does not follow, expected 1");
    refused(read(&mut night, 1, Some(other)), &format!("prev is {other}, expected none"));
    let first = read(&mut night, 1, None).unwrap();
    refused(read(&mut night, 0, None), "seq 0 does not follow, expected 2");
    refused(read(&mut night, 3, Some(first)), "seq 3 does not follow, expected 2");
    refused(read(&mut night, 2, None), &format!("prev is none, expected {first}"));
    refused(read(&mut night, 2, Some(other)), &format!("prev is {other}, expected {first}"));
    let second = read(&mut night, 2, Some(first)).unwrap();
    refused(read(&mut night, 3, Some(first)), &format!("prev is {first}, expected {second}"));
    read(&mut night, 3, Some(second)).unwrap();
}

#[test]
fn a_correction_replaces_and_says_why() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    let mut correction = typed("S1", "app", 2, "E.1=4 E.2=3 F=1");
    correction.prev = Some(first);
    for reason in [None, Some(""), Some(" \u{a0}")] {
        correction.reason = reason;
        refused(night.read(&correction, &SIGNERS), "a correction gives its reason");
    }
    correction.reason = Some("one vote of list 1 was blank");
    night.read(&correction, &SIGNERS).unwrap();
    assert_eq!(night.state("S1"), "E.1=4 E.2=3 F=1, one source");
    assert_eq!((night.sum("M", "votes.1"), night.sum("M", "ballots.blank")), (Some(4), Some(1)));
    // The old reading stays where it is.
    let state = night.ledger.board().unit(night.unit("S1"));
    let [chain] = state.chains() else { panic!("{:?}", state.chains()) };
    let seqs: Vec<_> = chain.readings.iter().map(|r| (r.seq, r.position, r.prev())).collect();
    assert_eq!(seqs, [(1, 2, None), (2, 3, Some(first))]);
    let reason = chain.head().and_then(|reading| reading.reason());
    assert_eq!(reason, Some("one vote of list 1 was blank"));
}

#[test]
fn a_correction_may_make_a_figure_unknown_again() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3 F=1");
    assert_eq!(night.sum("S1", "ballots.blank"), Some(1));
    let mut correction = typed("S1", "app", 2, "E.1=5 E.2=3");
    (correction.prev, correction.reason) = (Some(first), Some("F cannot be read"));
    night.read(&correction, &SIGNERS).unwrap();
    assert_eq!(night.sum("M", "ballots.blank"), None);
}

#[test]
fn witnesses_who_agree_raise_the_assurance() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    night.phoned("S1", "E.1=5 E.2=3");
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, two agree");
    assert_eq!(night.findings("S1"), [""; 0]);
    // Both read one form: it is added up once.
    assert_eq!(night.sum("M", "votes.1"), Some(5));
}

#[test]
fn witnesses_who_differ_are_a_finding_and_the_first_counts() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    night.phoned("S1", "E.1=6 E.2=3 F=1");
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source");
    assert_eq!(night.findings("S1"), ["W.001 [E.1 F]: expected 5, found 6"]);
    assert_eq!(night.sum("M", "votes.1"), Some(5));
    // A third agrees with the first: assurance rises, the difference stays to be resolved.
    let third = typed("S1", "phone", 1, "E.1=5 E.2=3");
    night.read(&third, &["A/2"]).unwrap();
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, two agree");
    assert_eq!(night.findings("S1"), ["W.001 [E.1 F]: expected 5, found 6"]);
}

/// Readings of S1 with equal figures, each by a channel, its signers and their devices.
#[track_caller]
fn check_assurance(readings: &[(&str, &[&str], u8)], expected: &str) {
    let mut night = Night::new();
    for (channel, signers, devices) in readings {
        let mut typed = typed("S1", channel, 1, "E.1=5 E.2=3");
        typed.devices = Some(*devices);
        night.read(&typed, signers).unwrap();
    }
    let expected = format!("E.1=5 E.2=3, {expected}");
    assert_eq!(night.state("S1"), expected, "{readings:?}");
}

#[test]
fn one_person_is_one_source_however_often_they_read() {
    let app = ("app", &SIGNERS[..], 2);
    check_assurance(&[app, ("phone", &["S1/2"], 1)], "one source");
    check_assurance(&[app, ("app", &["A/1", "S1/1"], 2)], "one source");
    check_assurance(&[("phone", &["A/1"], 1), ("app", &["A/1", "A/2"], 2)], "one source");
    check_assurance(&[app, ("phone", &["A/1"], 1)], "two agree");
    check_assurance(&[app, ("app", &["A/1", "A/2"], 2)], "two agree");
    check_assurance(&[app, ("phone", &["S1/2"], 1), ("phone", &["A/1"], 1)], "two agree");
    // It is the reading that counts which must be somebody else's: what others share with each
    // other says nothing about it.
    check_assurance(&[("phone", &["S1/1"], 1), ("phone", &["A/1"], 1), app], "two agree");
}

#[test]
fn who_shares_a_device_neither_lifts_a_reading_nor_is_lifted() {
    check_assurance(&[("app", &SIGNERS, 1), ("app", &["A/1", "A/2"], 2)], "one source");
    check_assurance(&[("app", &SIGNERS, 2), ("app", &["A/1", "A/2"], 1)], "one source");
    check_assurance(&[("phone", &["A/1"], 1), ("app", &SIGNERS, 1)], "one source");
    let three = ["A/1", "A/2", "S1/2"];
    check_assurance(&[("phone", &["S1/1"], 1), ("app", &three, 2)], "one source");
    check_assurance(&[("phone", &["S1/1"], 1), ("app", &three, 3)], "two agree");
}

#[test]
fn not_filled_in_differs_from_zero() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    night.phoned("S1", "E.1=5 E.2=3 F=0");
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source");
    assert_eq!(night.findings("S1"), ["W.001 [F]: expected —, found 0"]);
}

#[test]
fn a_witness_is_a_channel_and_a_set_of_persons() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    // The same two in the other order are the same witness, so this is its correction.
    let mut correction = typed("S1", "app", 2, "E.1=6 E.2=3");
    (correction.prev, correction.reason) = (Some(first), Some("recount"));
    night.read(&correction, &["S1/2", "S1/1"]).unwrap();
    assert_eq!(night.state("S1"), "E.1=6 E.2=3, one source");
    // Another pair, another channel: their own numbers from 1.
    night.read(&typed("S1", "app", 1, "E.1=6 E.2=3"), &["A/1", "S1/1"]).unwrap();
    night.read(&typed("S1", "phone", 1, "E.1=6 E.2=3"), &["S1/1"]).unwrap();
    assert_eq!(night.ledger.board().unit(night.unit("S1")).chains().len(), 3);
    // But all three are the same people in part.
    assert_eq!(night.state("S1"), "E.1=6 E.2=3, one source");
}

#[test]
fn a_later_witness_corrects_itself_and_not_the_first() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    let phoned = night.phoned("S1", "E.1=6 E.2=3");
    let mut correction = typed("S1", "phone", 2, "E.1=5 E.2=3");
    (correction.prev, correction.reason) = (Some(phoned), Some("misheard"));
    night.read(&correction, &["A/1"]).unwrap();
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, two agree");
    assert_eq!(night.findings("S1"), [""; 0]);
}

#[test]
fn a_fork_before_release_holds_the_unit() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    night.first("S2", "E.1=1 E.2=1");
    night.first("S1", "E.1=7 E.2=3");
    assert_eq!(night.state("S1"), "nothing, held");
    assert_eq!((night.sum("S1", "votes.1"), night.sum("M", "votes.1")), (None, Some(1)));
    assert_eq!(night.ledger.board().progress(night.unit("M")), (1, 4));
    assert_eq!(night.findings("S1"), [""; 0]);
    // Nothing counts until officers decide: no other witness, no correction, no release.
    night.phoned("S1", "E.1=5 E.2=3");
    night.release("M", RELEASE).unwrap();
    night.first("S1", "E.1=8 E.2=3");
    assert_eq!(night.state("S1"), "nothing, held");
    assert_eq!(night.sum("M", "votes.1"), Some(1));
}

#[test]
fn a_fork_after_release_disputes_the_figure_that_stays() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    night.release("M", RELEASE).unwrap();
    let fork = night.first("S1", "E.1=7 E.2=3");
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source, disputed");
    assert_eq!(night.sum("M", "votes.1"), Some(5));
    // A correction is kept, but the published figure stays until officers decide.
    let mut correction = typed("S1", "app", 2, "E.1=9 E.2=3");
    (correction.prev, correction.reason) = (Some(first), Some("recount"));
    night.read(&correction, &SIGNERS).unwrap();
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source, disputed");
    night.decide("S1", fork).unwrap();
    assert_eq!(night.state("S1"), "E.1=7 E.2=3, one source");
    assert_eq!(night.sum("M", "votes.1"), Some(7));
}

#[test]
fn a_fork_in_an_old_number_is_a_fork() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    let mut correction = typed("S1", "app", 2, "E.1=6 E.2=3");
    (correction.prev, correction.reason) = (Some(first), Some("recount"));
    night.read(&correction, &SIGNERS).unwrap();
    night.first("S1", "E.1=7 E.2=3");
    assert_eq!(night.state("S1"), "nothing, held");
}

#[test]
fn a_fork_of_any_witness_holds_the_unit() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    night.phoned("S1", "E.1=5 E.2=3");
    night.phoned("S1", "E.1=6 E.2=3");
    assert_eq!(night.state("S1"), "nothing, held");
}

#[test]
fn a_decision_ends_a_fork_and_its_witness_goes_on_from_there() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    let fork = night.first("S1", "E.1=7 E.2=3");
    night.decide("S1", fork).unwrap();
    assert_eq!(night.state("S1"), "E.1=7 E.2=3, one source");
    assert_eq!(night.ledger.board().progress(night.unit("M")), (1, 4));
    let mut next = typed("S1", "app", 2, "E.1=8 E.2=3");
    (next.prev, next.reason) = (Some(first), Some("recount"));
    refused(night.read(&next, &SIGNERS), &format!("prev is {first}, expected {fork}"));
    next.prev = Some(fork);
    night.read(&next, &SIGNERS).unwrap();
    assert_eq!(night.state("S1"), "E.1=8 E.2=3, one source");
    // A text with a number that is taken is a fork again.
    night.first("S1", "E.1=1 E.2=3");
    assert_eq!(night.state("S1"), "nothing, held");
}

#[test]
fn a_decision_may_choose_another_witness() {
    let mut night = Night::new();
    let first = night.first("S1", "E.1=5 E.2=3");
    let phoned = night.phoned("S1", "E.1=6 E.2=3");
    night.decide("S1", phoned).unwrap();
    assert_eq!(night.state("S1"), "E.1=6 E.2=3, one source");
    assert_eq!(night.findings("S1"), ["W.001 [E.1]: expected 6, found 5"]);
    // From here on the first one's corrections do not count.
    let mut correction = typed("S1", "app", 2, "E.1=6 E.2=3");
    (correction.prev, correction.reason) = (Some(first), Some("recount"));
    night.read(&correction, &SIGNERS).unwrap();
    assert_eq!(night.state("S1"), "E.1=6 E.2=3, two agree");
    assert_eq!(night.sum("M", "votes.1"), Some(6));
}

#[test]
fn a_number_that_is_taken_is_a_fork() {
    let mut night = Night::new();
    night.first("S1", "E.1=5 E.2=3");
    let place = |night: &Night, seq| {
        let state = night.ledger.board().unit(night.unit("S1"));
        let chain = &state.chains()[0];
        state.place(&chain.key, seq, chain.head().map(|reading| reading.id), true)
    };
    assert_eq!(place(&night, 1), Ok(Placement::Fork));
    assert_eq!(place(&night, 2), Ok(Placement::Correction));
}
