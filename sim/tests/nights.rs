//! A hundred nights, or as many as `COUNTERSIGN_NIGHTS` says.

use std::collections::BTreeMap;

use sim::{Failure, Night, Seen, night};

const NIGHTS: u64 = 100;

/// The shortest list of operations that still fails is what goes into `found.rs`.
fn explain(failure: &Failure) -> String {
    let shrunk = failure.seed.map(|seed| Night::of(seed).shrink());
    format!("{failure}\nthe shortest such night: {shrunk:#?}")
}

#[test]
fn nights() {
    let asked = std::env::var("COUNTERSIGN_NIGHTS").ok();
    let count = asked.map_or(NIGHTS, |text| text.parse().expect("COUNTERSIGN_NIGHTS is a number"));
    let mut seen: BTreeMap<Seen, u64> = BTreeMap::new();
    for seed in 0..count {
        let report = night(seed).unwrap_or_else(|failure| panic!("{}", explain(&failure)));
        report.seen.into_iter().for_each(|(what, times)| *seen.entry(what).or_default() += times);
    }
    seen.iter().for_each(|(what, times)| println!("{times:>8} {what:?}"));
    println!("{count} nights");
    let never: Vec<Seen> = Seen::all().into_iter().filter(|w| !seen.contains_key(w)).collect();
    assert!(count < NIGHTS || never.is_empty(), "never seen in {count} nights: {never:?}");
}

#[test]
fn one_seed_is_one_night() {
    for seed in [1, 2, 3] {
        assert_eq!(night(seed), night(seed));
    }
    assert_ne!(night(1).map(|report| report.trace), night(2).map(|report| report.trace));
}
