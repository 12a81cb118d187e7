//! What holds, and what is said of it.

use super::{Bundle, Pages, key, night, night::Night, told};
use crate::{Checked, Origin};
use tlog::policy::Policy;

#[test]
fn the_bundle_holds() {
    let report = Bundle::of(&night()).verify();
    assert_eq!(told(&report), [""; 0]);
    assert!(report.holds);
    assert_eq!(report.origin, Origin::Pinned);
    // Two texts of one station contradict each other: both are in the log, neither is published.
    assert_eq!(report.withheld, [7, 8]);
    let checked = |what, count| Checked { what, count };
    assert_eq!(
        report.checked,
        [
            checked("files", 28),
            checked("leaves", 11),
            checked("signatures", 15),
            checked("records", 9),
            checked("keys", 13),
            checked("attests", 0),
            checked("data files recomputed", 6),
            checked("figures recomputed", 16),
            checked("pages drawn again", 16),
        ]
    );
}

#[test]
fn pages_are_drawn_again_only_when_asked() {
    let bundle = Bundle::of(&night());
    let report = bundle.verify_with(Some(&bundle.policy()), Pages::Hash);
    assert!(report.holds);
    assert!(report.checked.iter().all(|checked| checked.what != "pages drawn again"));
}

#[test]
fn without_a_policy_nobody_knows_whose_it_is() {
    let report = Bundle::of(&night()).verify_with(None, Pages::Render);
    assert!(report.holds);
    assert_eq!(report.origin, Origin::Unproven);
}

#[test]
fn a_night_holds_at_every_moment() {
    let whole = night();
    let mut night = Night::new();
    assert_eq!(told(&Bundle::of(&night).verify()), [""; 0]);
    for note in &whole.notes[2..] {
        night.take(note.clone());
        assert_eq!(told(&Bundle::of(&night).verify()), [""; 0]);
    }
    assert_eq!(night.entries(), whole.entries());
}

#[test]
fn publishers_who_saw_different_moments_hold_alike() {
    let whole = night();
    let mut moments = vec![Night::new()];
    for note in &whole.notes[2..] {
        let mut next = moments.last().unwrap().clone();
        next.take(note.clone());
        moments.push(next);
    }
    let often = Bundle::grown(&moments);
    let seldom = Bundle::grown(&[moments[0].clone(), moments[5].clone(), whole.clone()]);
    let once = Bundle::of(&whole);
    for bundle in [&often, &seldom, &once] {
        assert_eq!(told(&bundle.verify()), [""; 0]);
    }
}

#[test]
fn a_log_of_more_than_one_tile_holds() {
    let mut night = night();
    for minute in 0..260 {
        night.take(night.pen.turnout("S:1", minute, minute));
    }
    assert_eq!(told(&Bundle::of(&night).verify()), [""; 0]);
}

#[test]
fn a_policy_pins_the_log_and_the_definition() {
    let bundle = Bundle::of(&night());
    let definition = *bundle.night.definition().as_bytes();
    let log = |name: &str| key(name).public().clone();
    for (policy, expected) in [
        (Policy::without_witnesses(log("log"), [7; 32]), "pack/"),
        (Policy::without_witnesses(log("other"), definition), "checkpoint, signatures: "),
        (log_only(&log("log").vkey().to_string()), "pack/"),
    ] {
        let report = bundle.verify_with(Some(&policy), Pages::Hash);
        let told = told(&report);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    }
}

/// A policy that names no definition pins no election.
fn log_only(vkey: &str) -> Policy {
    format!("log {vkey}\nquorum none\n").parse().unwrap()
}
