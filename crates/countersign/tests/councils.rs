//! The 45 councils of 16 March 2022: from each municipality's count to its seats, and how many of
//! each list were elected by preference, against the official results.
#![cfg(test)]

#[path = "../../../tests/shared.rs"]
mod shared;

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use formats::eml::{Document, ElectedList, Votes, read, read_count};
use outcome::{Answer, List, Method, Request, answer};
use tempfile::TempDir;

/// Lots were drawn in these three, among the candidates with these numbers. The official files do
/// not say who won.
const LOTS: [(&str, &str); 3] =
    [("Altena", "2/3 2/7"), ("Beekdaelen", "2/6 2/9"), ("Hulst", "3/3 3/25")];

/// Seats and seats by preference, by list.
type Official = BTreeMap<String, (u64, u64)>;

/// The official result.
fn official(xml: &str) -> Official {
    let Ok(Document::Result(result)) = read(xml.as_bytes(), |_| {}) else { panic!("no result") };
    let row = |list: &ElectedList| {
        let preferred = list.elected.iter().filter(|one| one.by_preference).count();
        (list.list.id.clone(), (list.elected.len() as u64, preferred as u64))
    };
    result.lists.iter().map(row).collect()
}

fn votes(total: &Votes) -> Vec<List> {
    let lists = total.lists.iter().map(|list| List {
        number: list.list.id.parse().unwrap(),
        votes: Some(list.candidates.iter().map(|one| one.votes.unwrap()).collect()),
        ..List::default()
    });
    lists.collect()
}

/// How many of a list's elected have more than the share of the quota that the law asks for.
fn by_preference(list: &List, elected: &[outcome::Person], all: u128, seats: u64) -> u64 {
    let percent = if seats < 19 { 50 } else { 25 };
    let of = |person: &outcome::Person| match person {
        outcome::Person::Place(place) => {
            list.votes.as_ref().unwrap()[usize::try_from(*place).unwrap() - 1]
        }
        outcome::Person::Named(name) => panic!("{name}"),
    };
    let enough = |votes: u64| u128::from(votes) * 100 * u128::from(seats) > all * percent;
    elected.iter().filter(|person| enough(of(person))).count() as u64
}

fn ours(lists: &[List], seats: u64) -> Result<Official, String> {
    let all = lists.iter().flat_map(|l| l.votes.iter().flatten()).map(|v| u128::from(*v)).sum();
    let request =
        Request { seats: Some(seats), lists: lists.to_vec(), ..Request::new(Method::NlCouncil) };
    match answer(&request) {
        Answer::Complete(complete) => {
            let row = |list: &List| {
                let name = list.number.to_string();
                let preferred = by_preference(list, &complete.elected[&name], all, seats);
                (name.clone(), (complete.seats[&name], preferred))
            };
            Ok(lists.iter().map(row).collect())
        }
        Answer::LotRequired(lot) => Err(lot.among.join(" ")),
        other => panic!("{other:?}"),
    }
}

fn unpacked(archive: &Path) -> TempDir {
    let place = TempDir::new().unwrap();
    let tar = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(place.path()).status();
    assert!(tar.unwrap().success());
    place
}

#[test]
fn the_45_councils() {
    let Some(archive) = shared::file("elections/nl-gr2022/eml-45-municipalities.tar.xz") else {
        return;
    };
    let folder = unpacked(&archive);
    let (mut equal, mut lots) = (0, Vec::new());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(place) = name.strip_prefix("Telling_GR2022_") else { continue };
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let count = read_count(text(&name).as_bytes(), |_| {}).unwrap();
        let mut official = official(&text(&format!("Resultaat_GR2022_{place}")));
        let lists = votes(count.contests[0].total.as_ref().unwrap());
        for list in &lists {
            official.entry(list.number.to_string()).or_default();
        }
        match ours(&lists, official.values().map(|(seats, _)| seats).sum()) {
            Ok(ours) => {
                assert_eq!(ours, official, "{place}");
                equal += 1;
            }
            Err(among) => lots.push((place.trim_end_matches(".eml.xml").to_owned(), among)),
        }
    }
    lots.sort();
    let expected = LOTS.map(|(place, among)| (place.to_owned(), among.to_owned()));
    assert_eq!((equal, lots), (42, expected.to_vec()));
}
