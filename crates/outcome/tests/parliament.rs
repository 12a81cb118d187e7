//! The election of the House of Representatives of 29 October 2025, from the official votes of every
//! candidate in every district to the 150 who were elected.
#![cfg(test)]

#[path = "../../../tests/shared.rs"]
mod shared;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
};

use flate2::read::GzDecoder;
use outcome::{Answer, List, Method, Person, Request, answer};

/// Columns of the official file.
const DISTRICT: usize = 1;
const PARTY: usize = 6;
const NUMBER: usize = 5;
const PLACE: usize = 7;
const FIELD: usize = 14;
const VALUE: usize = 15;

/// A person is told by list, initials, prefix, surname and town.
fn person(row: &csv::StringRecord) -> String {
    [NUMBER, 8, 10, 11, 12].map(|column| &row[column]).join("|")
}

/// Place on the list, person, votes.
type Row = (u64, String, u64);

#[derive(Default)]
struct Official {
    /// By list and district.
    votes: BTreeMap<u64, BTreeMap<String, Vec<Row>>>,
    /// By list name.
    seats: BTreeMap<String, u64>,
    names: BTreeMap<u64, String>,
    elected: BTreeSet<String>,
}

fn read(path: &std::path::Path) -> Official {
    let mut official = Official::default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(GzDecoder::new(File::open(path).unwrap()));
    for row in reader.records().map(Result::unwrap) {
        let number = || row[NUMBER].parse::<u64>().unwrap();
        let value = || row[VALUE].parse::<u64>().unwrap();
        match &row[FIELD] {
            "KandidaatAantalStemmen" if row[DISTRICT].starts_with('K') => {
                official.names.insert(number(), row[PARTY].to_owned());
                let district = official.votes.entry(number()).or_default();
                let district = district.entry(row[DISTRICT].to_owned()).or_default();
                district.push((row[PLACE].parse().unwrap(), person(&row), value()));
            }
            "LijstAantalZetels" => drop(official.seats.insert(row[PARTY].to_owned(), value())),
            "KandidaatGekozen" => drop(official.elected.insert(person(&row))),
            _ => {}
        }
    }
    official
}

fn request(official: &Official) -> Request {
    let lists = official.votes.iter().map(|(number, districts)| {
        let (mut votes, mut people) = (BTreeMap::new(), BTreeMap::new());
        for (district, rows) in districts {
            let mut rows = rows.clone();
            rows.sort();
            votes.insert(district.clone(), rows.iter().map(|(_, _, votes)| *votes).collect());
            people.insert(district.clone(), rows.into_iter().map(|(_, who, _)| who).collect());
        }
        List { number: *number, districts: Some(votes), people: Some(people), ..List::default() }
    });
    let (seats, lists) = (Some(150), lists.collect());
    Request { seats, lists, ..Request::new(Method::NlParliament) }
}

#[test]
fn the_150_of_2025() {
    let Some(path) = shared::file("elections/nl-tk2025/official.csv.gz") else { return };
    let official = read(&path);
    let Answer::Complete(complete) = answer(&request(&official)) else { panic!("a lot, or worse") };
    assert_eq!(complete.quota.map(|quota| quota.to_string()), Some("1057199/15".to_owned()));
    let seats = complete.seats.iter().filter(|(_, seats)| **seats > 0);
    let seats: BTreeMap<String, u64> = seats
        .map(|(list, seats)| (official.names[&list.parse().unwrap()].clone(), *seats))
        .collect();
    assert_eq!(seats, official.seats);
    let elected: BTreeSet<String> = complete
        .elected
        .values()
        .flatten()
        .map(|person| match person {
            Person::Named(name) => name.clone(),
            Person::Place(place) => panic!("{place}"),
        })
        .collect();
    assert_eq!(elected.len(), 150);
    let missing: Vec<_> = official.elected.difference(&elected).collect();
    let extra: Vec<_> = elected.difference(&official.elected).collect();
    assert_eq!((missing, extra), (vec![], vec![]));
}
