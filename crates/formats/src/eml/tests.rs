//! Tests of the EML readers: small counts, refusals, and the Electoral Council's own files.

use std::{fs, path::Path};

use super::{CountFile, EmlError, UnitVotes, read_count, split_postcode};

mod assembly;
mod kinds;
#[path = "../../../../tests/shared.rs"]
mod shared;
mod streamed;

/// The count and its units.
fn read(xml: &str) -> Result<(CountFile, Vec<UnitVotes>), EmlError> {
    let mut units = Vec::new();
    let file = read_count(xml.as_bytes(), |unit| units.push(unit))?;
    Ok((file, units))
}

const SMALL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<EML xmlns="urn:oasis:names:tc:evs:schema:eml" xmlns:kr="http://www.kiesraad.nl/extensions" Id="510b">
  <ManagingAuthority><AuthorityIdentifier Id="9999">Voorbeeldstad &amp; Om&#233;</AuthorityIdentifier></ManagingAuthority>
  <Count><Election>
    <ElectionIdentifier Id="GR2026_Voorbeeldstad"><kr:ElectionDate>2026-03-18</kr:ElectionDate></ElectionIdentifier>
    <Contests><Contest><ContestIdentifier Id="geen"/>
      <TotalVotes><Cast>10</Cast></TotalVotes>
      <!-- one station -->
      <ReportingUnitVotes>
        <ReportingUnitIdentifier Id="9999::SB1">Buurthuis &apos;t Anker (postcode:9999AB)</ReportingUnitIdentifier>
        <Selection><AffiliationIdentifier Id="1"><RegisteredName><![CDATA[Samen & Nu]]></RegisteredName></AffiliationIdentifier><ValidVotes>7</ValidVotes></Selection>
        <Selection><Candidate><CandidateIdentifier Id="1"/></Candidate><ValidVotes> 7 </ValidVotes></Selection>
        <Selection><Candidate><CandidateIdentifier ShortCode="JansA"/></Candidate></Selection>
        <RejectedVotes ReasonCode="blanco">2</RejectedVotes>
        <UncountedVotes ReasonCode="toegelaten kiezers">9</UncountedVotes>
        <UncountedVotes ReasonCode="iets nieuws">1</UncountedVotes>
        <kr:ReportingUnitInvestigations><kr:Investigation ReasonCode="x">true</kr:Investigation></kr:ReportingUnitInvestigations>
      </ReportingUnitVotes>
    </Contest></Contests>
  </Election></Count>
</EML>
"#;

#[test]
fn a_small_count_is_read() {
    let (file, units) = read(SMALL).unwrap();
    assert_eq!((&*file.kind, &*file.authority.name), ("510b", "Voorbeeldstad & Omé"));
    assert_eq!(file.election.date.as_deref(), Some("2026-03-18"));
    assert_eq!(file.election.name, None);
    assert_eq!(file.contests[0].contest.id, "geen");
    assert_eq!(file.contests[0].total.as_ref().unwrap().eligible, Some(10));
    let [unit] = &*units else { panic!("one unit") };
    assert_eq!((&*unit.id, &*unit.name), ("9999::SB1", "Buurthuis 't Anker"));
    assert_eq!(unit.postcode.as_deref(), Some("9999 AB"));
    assert_eq!(unit.votes.lists[0].list.name, "Samen & Nu");
    assert_eq!(unit.votes.lists[0].candidates[1].short_code.as_deref(), Some("JansA"));
    assert_eq!(unit.votes.reasons[1], ("iets nieuws".to_owned(), 1));
}

/// Z, E and a vote for the second candidate are not in the file: unknown, not 0.
#[test]
fn figures_go_to_their_fields() {
    let (_, units) = read(SMALL).unwrap();
    let fields: Vec<String> =
        units[0].votes.fields().iter().map(|(code, count)| format!("{code}={count}")).collect();
    assert_eq!(fields, ["D=9", "F=2", "E.1=7", "1/1=7"]);
}

/// What is changed in the small count, by what, where the error points, and what it says.
const REFUSED: &[[&str; 4]] = &[
    [r#"Id="510b""#, r#"Id="230b""#, "<EML", r#"expected a count, 510a to 510d, found "230b""#],
    [r#" Id="510b""#, "", "<EML", "expected an attribute Id of <EML>, found none"],
    ["<Cast>10<", "<Cast>-1<", "<Cast>", r#"expected a whole number in <Cast>, found "-1""#],
    ["<Cast>10<", "<Cast><", "<Cast>", r#"expected a whole number in <Cast>, found """#],
    ["<Cast>10<", "<Cast><b/><", "<b/>", "expected a text, found <b>"],
    ["</Cast>", "</Cast><Cast>1</Cast>", "<Cast>1<", "expected one <Cast>, found a second"],
    ["&amp;", "&boom;", "&boom;", "expected one of XML's own entities, found &boom;"],
    ["<EML", "<!DOCTYPE a><EML", "<!DOCTYPE", "expected no document type, found one"],
    [
        r#" ReasonCode="blanco""#,
        "",
        "<RejectedVotes",
        "expected an attribute ReasonCode of <RejectedVotes>, found none",
    ],
    [
        "iets nieuws",
        "toegelaten kiezers",
        "<UncountedVotes ReasonCode=\"toegelaten kiezers\">1",
        r#"expected each reason once, found a second "toegelaten kiezers""#,
    ],
    [
        "ReportingUnitIdentifier",
        "Other",
        "<ReportingUnitVotes>",
        "expected a ReportingUnitIdentifier, found none",
    ],
    ["ElectionIdentifier", "Other", "<EML", "expected an ElectionIdentifier, found none"],
    [
        "AffiliationIdentifier",
        "Other",
        "<Selection>",
        "expected a list or a candidate, found neither",
    ],
    [
        r#"<Selection><Candidate><CandidateIdentifier ShortCode="JansA"/>"#,
        r#"<Selection><Candidate><CandidateIdentifier Id="1" ShortCode="JansA"/>"#,
        "<Selection><Candidate><CandidateIdentifier Id=\"1\" S",
        "expected candidate 1 once, found it again",
    ],
    [
        r#"<CandidateIdentifier Id="1"/>"#,
        r#"<CandidateIdentifier Id="01"/>"#,
        "<Selection><Candidate>",
        r#"expected a candidate's number from 1 to 1000, found "01""#,
    ],
    [
        r#"<CandidateIdentifier Id="1"/>"#,
        r#"<CandidateIdentifier Id="1001"/>"#,
        "<Selection><Candidate>",
        r#"expected a candidate's number from 1 to 1000, found "1001""#,
    ],
    [
        r#"<AffiliationIdentifier Id="1">"#,
        r#"<AffiliationIdentifier Id="01">"#,
        "<AffiliationIdentifier",
        r#"expected a list's number, found "01""#,
    ],
    [
        "<RejectedVotes",
        r#"<Selection><AffiliationIdentifier Id="1"/><ValidVotes>4</ValidVotes></Selection><RejectedVotes"#,
        r#"<Selection><AffiliationIdentifier Id="1"/>"#,
        "expected list 1 once, found it again",
    ],
    ["</EML>", "</EML><EML/>", "<EML/>", "expected the end of the file, found more"],
];

#[test]
fn what_is_no_count_is_named() {
    for [old, new, place, expected] in REFUSED {
        assert!(SMALL.contains(old), "{old}");
        let xml = SMALL.replace(old, new);
        let error = read(&xml).unwrap_err();
        let (before, from) = xml.split_at(error.byte);
        let line = before.matches('\n').count() + 1;
        assert!(from.starts_with(place), "{old}: {error}");
        assert_eq!(error.to_string(), format!("line {line}, byte {}: {expected}", error.byte));
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let deep = SMALL.replace("<Cast>10</Cast>", &"<x>".repeat(40));
    for (xml, expected) in [
        ("", "line 1, byte 0: expected an element, found none"),
        ("text", "line 1, byte 0: expected an element, found none"),
        ("<EML", "line 1, byte 0: expected well-formed XML, found "),
        ("<EML Id=\"510b\">\n<Count></Cunt>", "line 2, byte 23: expected well-formed XML, found "),
        (
            "<EML Id=\"510b\">\n<Count>",
            "line 2, byte 23: expected an end tag, found the end of the file",
        ),
        (&deep, "line 7, byte 552: expected elements at most 32 deep, found a deeper one"),
    ] {
        let found = read(xml).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{found}");
    }
}

/// The schema takes the short code as an attribute and as an element; no other element is one.
#[test]
fn a_short_code_stands_in_two_ways() {
    let with = |inside: &str| {
        let new = format!("<CandidateIdentifier>{inside}</CandidateIdentifier>");
        let (_, units) =
            read(&SMALL.replace(r#"<CandidateIdentifier ShortCode="JansA"/>"#, &new)).unwrap();
        units[0].votes.lists[0].candidates[1].short_code.clone()
    };
    assert_eq!(with("<ShortCode>JansA</ShortCode>").as_deref(), Some("JansA"));
    assert_eq!(with("<CandidateName>Jans</CandidateName>"), None);
}

#[test]
fn postcodes_are_split_off() {
    for (name, expected, postcode) in [
        ("Stadhuis (postcode: 5541 KB)", "Stadhuis", Some("5541 KB")),
        ("Stadhuis (postcode: 5541KB) ", "Stadhuis", Some("5541 KB")),
        ("De Ster (dinsdag) (postcode:5094 GN)", "De Ster (dinsdag)", Some("5094 GN")),
        ("Stadhuis (postcode: 5541 K)", "Stadhuis (postcode: 5541 K)", None),
        ("Stadhuis (postcode: é541 KB)", "Stadhuis (postcode: é541 KB)", None),
        ("Harmonie (RUG)", "Harmonie (RUG)", None),
        ("Mobiel stembureau", "Mobiel stembureau", None),
    ] {
        assert_eq!(split_postcode(name), (expected, postcode.map(str::to_owned)), "{name}");
    }
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let bytes = fs::read(path).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*bytes), &mut text).unwrap();
    text
}

/// File, stations, lists, the sum of E over the stations, and the same as the committee wrote it.
#[test]
fn the_electoral_councils_files_are_read() {
    for (name, units, lists, votes) in [
        ("Telling_GR2026_Assen", 44, 13, 32_073),
        ("Telling_TK2025_gemeente_West_Maas_en_Waal", 11, 24, 13_627),
    ] {
        let Some(path) = shared::file(&format!("eml/{name}.eml.xml.gz")) else { return };
        let (file, read) = read(&unpacked(&path)).unwrap();
        let total = file.contests[0].total.clone().unwrap();
        let sum: u64 = read.iter().filter_map(|unit| unit.votes.for_candidates).sum();
        assert_eq!((read.len(), total.lists.len(), sum), (units, lists, votes), "{name}");
        assert_eq!(total.for_candidates, Some(sum), "{name}");
    }
}

proptest::proptest! {
    /// Any cut, and any byte put in the place of another, is read or refused.
    #[test]
    fn nothing_panics(at in 0..SMALL.len(), with in "[<>&/!\\[\"a0 ]") {
        let head: String = SMALL.chars().take(at).collect();
        let tail: String = SMALL.chars().skip(at + 1).collect();
        drop(read(&head));
        drop(read(&(head + &with + &tail)));
    }
}
