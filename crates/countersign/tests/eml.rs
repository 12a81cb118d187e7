//! `countersign tally FILE.eml.xml…`: the 45 councils of 16 March 2022, from each municipality's
//! count to its seats, and how many of each list were elected by preference, against the official
//! results; and what a person sees who has one file, or the wrong one.
#![cfg(test)]

#[path = "common/program.rs"]
mod program;
#[path = "../../../tests/shared.rs"]
mod shared;

use std::{
    ffi::OsStr,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ended, countersign};

/// Lots were drawn in these three, among the candidates with these numbers. The official files do
/// not say who won.
const LOTS: [(&str, [&str; 2]); 3] =
    [("Altena", ["2/3", "2/7"]), ("Beekdaelen", ["2/6", "2/9"]), ("Hulst", ["3/3", "3/25"])];

fn unpacked(archive: &Path) -> TempDir {
    let place = TempDir::new().unwrap();
    let tar = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(place.path()).status();
    assert!(tar.unwrap().success());
    place
}

fn tally(words: &[&dyn AsRef<OsStr>]) -> Ended {
    let words: Vec<&OsStr> = [OsStr::new("tally")]
        .into_iter()
        .chain(words.iter().map(|word| (*word).as_ref()))
        .collect();
    countersign(&words)
}

fn in_json(words: &[&dyn AsRef<OsStr>]) -> Value {
    let ended = tally(&[words, &[&"--json"]].concat());
    assert_eq!((ended.status, &*ended.err), (0, ""), "{}", ended.out);
    serde_json::from_str(&ended.out).unwrap()
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
        let result = folder.path().join(format!("Resultaat_GR2022_{place}"));
        let told = in_json(&[&folder.path().join(&name), &result]);
        assert_eq!(told["official"]["equal"], true, "{place}");
        assert_eq!(told["stated"], json!([]), "{place}");
        assert_eq!(told["units_reported"], told["units_expected"], "{place}");
        match told["outcome"]["status"].as_str() {
            Some("complete") => equal += 1,
            _ => lots.push((place.trim_end_matches(".eml.xml").to_owned(), told)),
        }
    }
    lots.sort_by(|(one, _), (other, _)| one.cmp(other));
    let lots: Vec<_> =
        lots.iter().map(|(place, told)| (&**place, told["outcome"]["among"].clone())).collect();
    assert_eq!((equal, lots), (42, LOTS.map(|(place, among)| (place, json!(among))).to_vec()));
}

/// A real file of the Electoral Council's, unpacked.
fn sample(place: &TempDir, name: &str) -> Option<PathBuf> {
    let packed = fs::read(shared::file(&format!("eml/{name}.eml.xml.gz"))?).unwrap();
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut text).unwrap();
    let path = place.path().join(format!("{name}.eml.xml"));
    fs::write(&path, text).unwrap();
    Some(path)
}

#[test]
fn one_council_for_people() {
    let place = TempDir::new().unwrap();
    let Some(count) = sample(&place, "Telling_GR2026_Assen") else { return };
    let Some(lists) = sample(&place, "Kandidatenlijsten_GR2026_Assen") else { return };
    let told = tally(&[&count, &lists, &"--seats", &"33"]);
    assert_eq!((told.status, &*told.err), (0, ""));
    for line in [
        "Gemeenteraad Assen 2026",
        "44 of 44 reported",
        "            5895   18.4 %  ASSEN CENTRAAL",
        "  2 units with findings: W.206 2",
        "               7    4 ASSEN CENTRAAL",
        "                       5 E.V.J. (Jerome) de Bue",
    ] {
        assert!(told.out.lines().any(|one| one == line), "{line}\n{}", told.out);
    }
    assert!(told.out.contains("  by preference\n"), "{}", told.out);
    // Of one municipality in a country nobody asked for seats.
    let Some(country) = sample(&place, "Telling_TK2025_gemeente_West_Maas_en_Waal") else { return };
    let told = in_json(&[&country]);
    assert_eq!(told["outcome"], Value::Null);
    assert_eq!(told["tallies"]["votes"]["1"], 3216);
    assert_eq!(told["areas"]["0668"]["ballots"]["admitted"], 13_697);
    let told = tally(&[&country, &"--seats", &"150"]);
    assert!(
        told.out.contains("\n  No seats: the files are of a part of the election\n"),
        "{}",
        told.out
    );
    let told = in_json(&[&country, &"--seats", &"150"]);
    assert_eq!(told["no_seats"], "the files are of a part of the election");
    let told = tally(&[&count, &country]);
    let expected = "expected the election GR2026_Assen as in";
    assert!(told.status == 2 && told.err.contains(expected), "{}", told.err);
}

/// The smallest count: one station with 5 votes for each of two lists.
const COUNT: &str = r#"<EML Id="510b"><ManagingAuthority><AuthorityIdentifier Id="9999">Stad</AuthorityIdentifier></ManagingAuthority>
<Count><Election><ElectionIdentifier Id="GR2026_Stad"><ElectionCategory>GR</ElectionCategory><ElectionDate>2026-03-18</ElectionDate></ElectionIdentifier>
<Contests><Contest><ContestIdentifier Id="geen"/>
<TotalVotes><RejectedVotes ReasonCode="blanco">6</RejectedVotes></TotalVotes>
<ReportingUnitVotes><ReportingUnitIdentifier Id="9999::SB1">School</ReportingUnitIdentifier>
<Selection><AffiliationIdentifier Id="1"/><ValidVotes>5</ValidVotes></Selection><Selection><AffiliationIdentifier Id="2"/><ValidVotes>5</ValidVotes></Selection><RejectedVotes ReasonCode="blanco">5</RejectedVotes>
</ReportingUnitVotes></Contest></Contests></Election></Count></EML>"#;

const RESULT: &str = r#"<EML Id="520"><Result><Election><ElectionIdentifier Id="GR2026_Stad"/><Contest><ContestIdentifier Id="geen"/>
<Selection><AffiliationIdentifier Id="1"/><Elected>yes</Elected></Selection>
<Selection><Candidate><CandidateIdentifier Id="1"/></Candidate><Ranking>1</Ranking><Elected>yes</Elected></Selection>
<Selection><Candidate><CandidateIdentifier Id="2"/></Candidate><Ranking>2</Ranking><Elected>yes</Elected></Selection>
</Contest></Election></Result></EML>"#;

#[test]
fn a_result_that_differs_fails() {
    let place = TempDir::new().unwrap();
    let [count, result] = ["count", "result"].map(|name| place.path().join(name));
    fs::write(&count, COUNT).unwrap();
    fs::write(&result, RESULT).unwrap();
    // Two seats for 5 and 5 votes: one each, and not two for list 1.
    let told = tally(&[&count, &result]);
    assert_eq!((told.status, &*told.err), (1, ""));
    assert!(
        told.out.contains("THE OFFICIAL RESULT DIFFERS: 1: 2 (1 by preference)"),
        "{}",
        told.out
    );
    let stated = "9999: F is 6 as the committee stated it, its units add up to 5";
    assert!(told.out.contains(stated), "{}", told.out);
    let told = tally(&[&count, &result, &"--json"]);
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let lists = json!({"1": {"seats": 2, "preferred": 1}});
    assert_eq!(told["official"], json!({"equal": false, "lists": lists}));
    let stated = json!([{"unit": "9999", "field": "F", "expected": 6, "found": 5, "without": 0}]);
    assert_eq!(told["stated"], stated);
    // One seat for two: a lot, and nothing to compare with.
    let told = tally(&[&count, &result, &"--seats", &"1"]);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(told.out.contains("equal averages: who gets a seat: 1 of 1, 2"), "{}", told.out);
    assert!(told.out.contains("  The official result: 1: 2 (1 by preference)"), "{}", told.out);
}

#[test]
fn a_definition_says_how_many_seats_there_are() {
    let place = TempDir::new().unwrap();
    let [count, definition] = ["count", "definition"].map(|name| place.path().join(name));
    fs::write(&count, COUNT).unwrap();
    let with = |seats: u64, threshold: u64| {
        let text = format!(
            "<EML Id=\"110a\"><ElectionEvent><Election><ElectionIdentifier Id=\"GR2026_Stad\"/>\
             <NumberOfSeats>{seats}</NumberOfSeats><PreferenceThreshold>{threshold}</PreferenceThreshold>\
             </Election></ElectionEvent></EML>"
        );
        fs::write(&definition, text).unwrap();
        tally(&[&definition, &count, &"--json"])
    };
    let told = with(4, 50);
    let told: Value = serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("{told:?}"));
    assert_eq!(told["outcome"]["seats"], json!({"1": 2, "2": 2}));
    let told = with(4, 25);
    let expected =
        "countersign: the definition (110a): expected a preference threshold of 50 %, found 25 %\n";
    assert_eq!((told.status, &*told.err), (2, expected));
}

#[test]
fn what_cannot_be_tallied_is_named() {
    let place = TempDir::new().unwrap();
    let count = place.path().join("count.xml");
    fs::write(&count, COUNT).unwrap();
    let text = place.path().join("text.xml");
    fs::write(&text, "no count").unwrap();
    let tiny = program::election("tiny");
    for (words, expected) in [
        (vec![], "FOLDER|FILE.eml.xml"),
        (vec![place.path().join("none")], "none: there is no such file"),
        (vec![text], "text.xml: line 1, byte 0: expected an element, found none"),
        (vec![count.clone(), count.clone()], "expected each unit once (9999::SB1 stands in "),
        (
            vec![tiny.clone(), count.clone()],
            "expected a file that can be read, found Is a directory",
        ),
        (
            vec![count.clone(), "--until".into(), "x".into()],
            "expected a folder with a recorded night",
        ),
        (vec![count.clone(), "--method".into(), "x".into()], "unknown variant `x`"),
        (vec![count.clone(), "--seats".into(), "0".into()], "expected 1 to 100000 seats, found 0"),
        (
            vec![count, "--method".into(), "dhondt".into()],
            "expected how many seats there are, found none",
        ),
        (vec![tiny, "--seats".into(), "3".into()], "found options"),
    ] {
        let words: Vec<&dyn AsRef<OsStr>> = words.iter().map(|word| word as _).collect();
        let told = tally(&words);
        assert_eq!((told.status, told.err.lines().count(), &*told.out), (2, 1, ""), "{}", told.err);
        assert!(told.err.contains(expected), "{}", told.err);
    }
}
