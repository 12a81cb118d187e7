//! From one edition to the next: what is written, what is removed, what stays.

use proptest::{collection::vec, prelude::*};

use super::{
    House,
    night::{Night, definition},
    published,
};

/// The paths of an edition without those that every edition writes.
fn changed((written, removed): (Vec<String>, Vec<String>)) -> String {
    const ALWAYS: [&str; 3] = ["data/tally.json", "head.json", "snapshot/"];
    let rare = |path: &&String| !ALWAYS.iter().any(|always| path.starts_with(always));
    let short = |path: &String| match path.strip_prefix("pack/") {
        Some(_) => "pack".to_owned(),
        None => path.clone(),
    };
    let list =
        |paths: Vec<String>| paths.iter().filter(rare).map(short).collect::<Vec<_>>().join(" ");
    format!("+ {} - {}", list(written), list(removed))
}

const FRONT: &str = "index.html nl/index.html";

/// What a first edition writes: everything but tiles, packs and the list.
fn first(night: &Night) -> String {
    let (written, removed) = House::default().publish(night);
    assert_eq!(removed, [""; 0]);
    assert_eq!(written.iter().filter(|path| path.starts_with("pack/")).count(), 1);
    let log = ["tile/", "pack/", "checkpoint", "snapshot/1", "head.json"];
    let rest = written.iter().filter(|path| !log.iter().any(|of| path.starts_with(of)));
    rest.cloned().collect::<Vec<_>>().join(" ")
}

/// Of whom nothing is public, nothing is written: no page and no table to be filled in later.
#[test]
fn the_first_edition_is_complete() {
    let summary = "data/tally.json data/keys/history.csv data/form.csv data/units/M.json";
    let mut night = Night::new();
    let quiet = format!("{summary} style.css {FRONT} en/index.html");
    assert_eq!(first(&night), quiet);
    night.returns("S:1", "E.1=5 E.2=3");
    assert_eq!(first(&night), quiet);
    night.release("M");
    assert_eq!(
        first(&night),
        format!(
            "{summary} data/units/A.json data/units/B.json style.css {FRONT} \
             nl/A.html nl/S-1.html nl/S-2.html nl/B.html nl/S-3.html nl/S-4.html en/index.html \
             en/A.html en/S-1.html en/S-2.html en/B.html en/S-3.html en/S-4.html"
        )
    );
}

/// Who may sign is told when there is anything that was signed.
#[test]
fn keys_are_published_with_the_first_turnout() {
    let mut night = Night::new();
    let mut house = published(&night);
    let keys = |house: &House| {
        let packs = house.files.iter().filter(|(path, _)| path.starts_with("pack/"));
        packs
            .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("countersign/key"))
            .count()
    };
    night.returns("S:1", "E.1=5 E.2=3");
    house.publish(&night);
    assert_eq!(keys(&house), 0);
    night.take(night.pen.turnout("S:3", 40, 0));
    house.publish(&night);
    assert_eq!(keys(&house), 1);
}

#[test]
fn the_next_edition_writes_what_changed() {
    let mut night = Night::new();
    let mut house = published(&night);
    // Nothing came: its number and time are in the tally and on the front pages.
    let same = format!("+ {FRONT} en/index.html - ");
    assert_eq!(changed(house.publish(&night)), same);
    // A sealed reading is a leaf and nothing else.
    night.returns("S:1", "E.1=5 E.2=3");
    let tiles = "tile/entries/000.p/3 tile/0/000.p/3 checkpoint";
    let old = "tile/entries/000.p/2 tile/0/000.p/2";
    assert_eq!(changed(house.publish(&night)), format!("+ {tiles} {FRONT} en/index.html - {old}"));
    // A turnout is public: pages for its unit and the area that it lies in, and the area's figures.
    night.take(night.pen.turnout("S:3", 40, 0));
    assert_eq!(
        changed(house.publish(&night)),
        format!(
            "+ tile/entries/000.p/4 tile/0/000.p/4 checkpoint pack data/keys/history.csv data/units/B.json \
             {FRONT} nl/B.html nl/S-3.html en/index.html en/B.html en/S-3.html \
             - tile/entries/000.p/3 tile/0/000.p/3 pack"
        )
    );
    // The release: every unit inside is public now, whether it was heard of or not.
    night.release("A");
    assert_eq!(
        changed(house.publish(&night)),
        format!(
            "+ tile/entries/000.p/5 tile/0/000.p/5 checkpoint pack data/form.csv \
             data/units/M.json data/units/A.json {FRONT} nl/A.html nl/S-1.html nl/S-2.html \
             en/index.html en/A.html en/S-1.html en/S-2.html - tile/entries/000.p/4 tile/0/000.p/4 pack"
        )
    );
    // A second witness agrees: the assurance of one unit.
    night.take(night.pen.phoned("S:1", "E.1=5 E.2=3"));
    let told = changed(house.publish(&night));
    assert!(told.contains(" nl/S-1.html ") && !told.contains("S-2"), "{told}");
}

#[test]
fn an_edition_says_which_one_it_is() {
    let mut house = published(&Night::new());
    let (_, removed) = house.publish(&Night::new());
    assert_eq!(removed, ["snapshot/1"]);
    assert!(
        house.text("head.json").contains("\"sequence\":2,\"size\":2,\"snapshot\":\"snapshot/2\"")
    );
    assert!(house.text("data/tally.json").starts_with(
        "{\"edition\":{\"election\":\"test\",\"mode\":\"rehearsal\",\"sequence\":2,\"size\":2,\
         \"time\":1761768090},\"tally\":{"
    ));
    assert!(house.text("nl/index.html").contains("Editie 2, van 2025-10-29 21:01 CET"));
    assert!(house.text("en/index.html").contains("Edition 2, of 2025-10-29 21:01 CET"));
}

#[test]
fn a_full_tile_replaces_the_partial_one() {
    let mut night = Night::new();
    for minute in 2..255 {
        night.take(night.pen.turnout("S:1", minute, minute));
    }
    let mut house = published(&night);
    let tiles = |house: &House| {
        let paths = house.files.keys().filter(|path| path.starts_with("tile/"));
        paths.cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(tiles(&house), "tile/0/000.p/255 tile/entries/000.p/255");
    night.take(night.pen.turnout("S:1", 255, 255));
    house.publish(&night);
    assert_eq!(tiles(&house), "tile/0/000 tile/1/000.p/1 tile/entries/000");
    night.take(night.pen.turnout("S:1", 256, 256));
    house.publish(&night);
    assert_eq!(
        tiles(&house),
        "tile/0/000 tile/0/001.p/1 tile/1/000.p/1 tile/entries/000 tile/entries/001.p/1"
    );
}

#[test]
fn a_closed_pack_stays_and_an_open_one_is_replaced() {
    let mut night = Night::new();
    night.release("M");
    let mut house = published(&night);
    let packs = |house: &House| -> Vec<(String, usize)> {
        let packs = house.files.iter().filter(|(path, _)| path.starts_with("pack/"));
        packs.map(|(path, bytes)| (path.clone(), bytes.len())).collect()
    };
    // A correction may give a reason of any length; three of these fill a pack of 1 MiB.
    let long = |night: &Night, unit: &str, size: usize| {
        let counts = if unit < "S:3" { "E.1=1 E.2=1" } else { "E.1=1" };
        let reason = Some("x".repeat(size));
        let body = record::body::Returns { reason, ..night.pen.reading(unit, "phone", counts) };
        super::night::sign(&record::Body::Returns(body), &["A/1"])
    };
    let [(first, _)] = packs(&house).try_into().unwrap();
    night.take(long(&night, "S:1", 600_000));
    house.publish(&night);
    let [(second, _)] = packs(&house).try_into().unwrap();
    assert_ne!(first, second);
    night.take(long(&night, "S:2", 600_000));
    house.publish(&night);
    let [(closed, size)] = packs(&house).try_into().unwrap();
    assert!(size > 1 << 20 && closed != second);
    night.take(night.pen.turnout("S:1", 1, 1));
    let (written, removed) = house.publish(&night);
    assert_eq!(packs(&house).len(), 2);
    assert!(house.files.contains_key(&closed) && !written.contains(&closed));
    assert!(removed.iter().all(|path| !path.starts_with("pack/")), "{removed:?}");
    night.take(night.pen.turnout("S:1", 2, 2));
    house.publish(&night);
    assert_eq!(packs(&house).len(), 2);
    assert!(house.files.contains_key(&closed));
}

/// Every list stands in every station, so that all of them can be alike.
fn everywhere() -> record::body::Definition {
    let mut definition = definition();
    definition.head["selections"]["lists"][1]["in"] = serde_json::json!([]);
    definition
}

/// What may happen between two editions.
#[derive(Clone, Copy, Debug)]
enum Step {
    Read(usize, u32),
    Phone(usize, u32),
    Turnout(usize, u32),
    Release(usize),
    Publish,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4usize, 0..3u32).prop_map(|(unit, n)| Step::Read(unit, n)),
        (0..2usize, 0..3u32).prop_map(|(unit, n)| Step::Phone(unit, n)),
        (0..4usize, 0..3u32).prop_map(|(unit, n)| Step::Turnout(unit, n)),
        (0..6usize).prop_map(Step::Release),
        Just(Step::Publish),
        Just(Step::Publish),
    ]
}

fn play(night: &mut Night, step: Step) {
    const UNITS: [&str; 6] = ["S:1", "S:2", "S:3", "S:4", "A", "B"];
    // Figures above 100, and often the same ones, so that some are copies of others.
    let counts = |n: u32| format!("E.1={} E.2=7", 100 + n);
    let pen = night.pen;
    let note = match step {
        Step::Read(unit, n) => pen.returns(UNITS[unit], &counts(n)),
        Step::Phone(unit, n) => pen.phoned(UNITS[unit], &counts(n)),
        Step::Turnout(unit, n) => pen.turnout(UNITS[unit], n.into(), n.into()),
        Step::Release(unit) => pen.release(UNITS[unit], super::RELEASE),
        Step::Publish => return,
    };
    // A text that is in the log already is known to the desk and does not come again.
    if !night.notes.contains(&note) {
        night.take(note);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A file that was kept is the file that would be written now.
    #[test]
    fn what_a_publisher_keeps_is_what_another_would_write(steps in vec(step(), 1..24)) {
        let mut night = Night::of(everywhere());
        let mut house = published(&night);
        for step in steps {
            play(&mut night, step);
            if matches!(step, Step::Publish) {
                house.publish(&night);
            }
        }
        house.publish(&night);
        let mut fresh = House { sequence: house.sequence - 1, ..House::default() };
        fresh.publish(&night);
        // The packs of the two tell the same texts in another order.
        let drawn = |house: &House| {
            let mut files = house.files.clone();
            files.retain(|path, _| !["pack/", "snapshot/", "head"].iter().any(|p| path.starts_with(p)));
            files
        };
        let (kept, written) = (drawn(&house), drawn(&fresh));
        for (path, bytes) in &written {
            prop_assert_eq!(
                String::from_utf8_lossy(bytes),
                String::from_utf8_lossy(kept.get(path).map_or(&[], Vec::as_slice)),
                "{}", path
            );
        }
        prop_assert_eq!(kept.len(), written.len());
    }
}

#[test]
fn a_copy_of_another_unit_than_before_says_so() {
    let mut night = Night::of(everywhere());
    night.release("M");
    night.returns("S:1", "E.1=150 E.2=7");
    night.returns("S:4", "E.1=150 E.2=7");
    let mut house = published(&night);
    assert!(house.text("en/S-1.html").contains("as S:4"));
    night.returns("S:2", "E.1=150 E.2=7");
    house.publish(&night);
    assert!(house.text("en/S-1.html").contains("as S:2"));
    assert!(house.text("data/units/A.json").contains("as S:2"));
}

#[test]
fn a_decision_ends_a_dispute_on_the_page() {
    let mut night = Night::new();
    night.release("M");
    let first = night.returns("S:3", "E.1=1");
    night.returns("S:3", "E.1=2");
    let mut house = published(&night);
    assert!(house.text("en/S-3.html").contains("Disputed"));
    // The figure that stood is the one that stays: nothing changes but that it is decided.
    night.take(night.pen.decision("S:3", first));
    let told = changed(house.publish(&night));
    assert!(told.contains(" data/units/B.json ") && told.contains(" nl/S-3.html "), "{told}");
    assert!(!house.text("en/S-3.html").contains("Disputed"));
}
