//! Files of one election put together.

use std::fmt::Write as _;

use super::super::{Asked, Assembled, Assembly, AssemblyError, StatedTotal};
use crate::What;

/// A count as files have it: kind, whose, which contest, and the units with what they say.
fn count(
    kind: &str,
    authority: &str,
    contest: &str,
    total: &str,
    units: &[(&str, &str)],
) -> String {
    let (id, name) = authority.split_once(' ').unwrap_or((authority, ""));
    let (contest, contest_name) = contest.split_once(' ').unwrap_or((contest, ""));
    let mut xml = format!(
        "<EML Id=\"{kind}\"><ManagingAuthority><AuthorityIdentifier Id=\"{id}\">{name}</AuthorityIdentifier></ManagingAuthority>\
         <Count><Election><ElectionIdentifier Id=\"TK2029\"><ElectionName>Kamer</ElectionName><ElectionCategory>TK</ElectionCategory><ElectionDate>2029-03-14</ElectionDate></ElectionIdentifier>\
         <Contests><Contest><ContestIdentifier Id=\"{contest}\"><ContestName>{contest_name}</ContestName></ContestIdentifier>"
    );
    if !total.is_empty() {
        let _ = write!(xml, "<TotalVotes>{}</TotalVotes>", votes(total));
    }
    for (unit, figures) in units {
        let (id, name) = unit.split_once(' ').unwrap_or((unit, ""));
        let _ = write!(
            xml,
            "<ReportingUnitVotes><ReportingUnitIdentifier Id=\"{id}\">{name}</ReportingUnitIdentifier>{}</ReportingUnitVotes>",
            votes(figures)
        );
    }
    xml + "</Contest></Contests></Election></Count></EML>"
}

/// `1=7 1/1=4 1/x=3 E=7`: list 1 has 7 votes, of them 4 for candidate 1 and 3 for the one with the
/// short code x.
fn votes(figures: &str) -> String {
    let mut xml = String::new();
    for (code, number) in figures.split(' ').map(|part| part.split_once('=').unwrap()) {
        let _ = match (code, code.split_once('/')) {
            ("E", _) => write!(xml, "<TotalCounted>{number}</TotalCounted>"),
            ("D", _) => {
                write!(
                    xml,
                    "<UncountedVotes ReasonCode=\"toegelaten kiezers\">{number}</UncountedVotes>"
                )
            }
            (_, Some((_, "x"))) => write!(
                xml,
                "<Selection><Candidate><CandidateIdentifier ShortCode=\"X\"/></Candidate><ValidVotes>{number}</ValidVotes></Selection>"
            ),
            (_, Some((_, id))) => write!(
                xml,
                "<Selection><Candidate><CandidateIdentifier Id=\"{id}\"/></Candidate><ValidVotes>{number}</ValidVotes></Selection>"
            ),
            (list, None) => write!(
                xml,
                "<Selection><AffiliationIdentifier Id=\"{list}\"><RegisteredName>List {list}</RegisteredName></AffiliationIdentifier><ValidVotes>{number}</ValidVotes></Selection>"
            ),
        };
    }
    xml
}

fn assemble(files: &[String], asked: Asked) -> Result<Assembled, AssemblyError> {
    let mut assembly = Assembly::default();
    for (number, xml) in files.iter().enumerate() {
        assembly.read(&format!("file{number}"), xml.as_bytes())?;
    }
    assembly.finish(asked)
}

fn assembled(files: &[String]) -> Assembled {
    assemble(files, Asked::default()).unwrap()
}

/// `id kind parent` of every unit, in order.
fn units(assembled: &Assembled) -> Vec<String> {
    assembled.units.rows.iter().map(|row| row[..3].join(" ").trim_end().to_owned()).collect()
}

/// Unit, form and number of figures.
fn returns(assembled: &Assembled) -> Vec<String> {
    let row = |entry: &crate::NightEntry| match &entry.what {
        What::Returns { form, counts } => format!("{} {form} {}", entry.unit, counts.len()),
        What::Turnout { .. } => panic!("turnout"),
    };
    assembled.entries.iter().map(row).collect()
}

fn error(files: &[String]) -> String {
    assemble(files, Asked::default()).unwrap_err().to_string()
}

fn municipality(id: &str, district: &str, votes: u64) -> String {
    let figures = format!("1={votes} 1/1={votes} E={votes} D={votes}");
    let stations = [1, 2].map(|number| format!("{id}::SB{number} School"));
    let units: Vec<_> = stations.iter().map(|station| (&**station, &*figures)).collect();
    let twice = votes * 2;
    let total = format!("1={twice} 1/1={twice} E={twice} D={twice}");
    count("510b", &format!("{id} Town"), district, &total, &units)
}

#[test]
fn one_municipality_is_its_own_root() {
    let made = assembled(&[municipality("0668", "6 Nijmegen", 5)]);
    let expected =
        ["0668 municipality", "0668::SB1 polling-station 0668", "0668::SB2 polling-station 0668"];
    assert_eq!(units(&made), expected);
    assert_eq!(made.units.rows[0][3], "Town");
    assert_eq!(returns(&made), ["0668::SB1 n10-1 4", "0668::SB2 n10-1 4"]);
    assert_eq!((made.unlike, made.head.outcome), (vec![], None));
}

#[test]
fn municipalities_lie_in_their_districts() {
    let same = [municipality("0668", "6 Nijmegen", 5), municipality("0268", "6 Nijmegen", 5)];
    let made = assembled(&same);
    assert_eq!(units(&made)[..2], ["HSB6 district", "0668 municipality HSB6"]);
    assert_eq!(made.units.rows[0][3], "Nijmegen");
    let other = [&same[..], &[municipality("0363", "9 Amsterdam", 5)]].concat();
    let made = assemble(&other, Asked { seats: Some(150), method: None }).unwrap();
    let inner: Vec<_> = units(&made)
        .into_iter()
        .filter(|row| !row.contains("SB1 ") && !row.contains("SB2 "))
        .collect();
    assert_eq!(
        inner,
        [
            "CSB country",
            "HSB6 district CSB",
            "0668 municipality HSB6",
            "0268 municipality HSB6",
            "HSB9 district CSB",
            "0363 municipality HSB9",
        ]
    );
    // In another district somebody else may stand at the same place.
    assert!(made.head.outcome.unwrap().seats_only);
}

#[test]
fn what_stands_on_finer_figures_is_compared_and_not_added() {
    let district = |votes| {
        let figures = format!("1={votes} 1/1={votes} E={votes} D={votes}");
        count(
            "510c",
            "HSB6 Nijmegen",
            "6 Nijmegen",
            "",
            &[("HSB6::0668", &figures), ("HSB6::0268", &figures)],
        )
    };
    let alone = assembled(&[district(10)]);
    assert_eq!(
        units(&alone),
        ["HSB6 district", "HSB6::0668 municipality HSB6", "HSB6::0268 municipality HSB6"]
    );
    assert_eq!(returns(&alone), ["HSB6::0668 na31-2 4", "HSB6::0268 na31-2 4"]);
    for files in
        [[district(10), municipality("0668", "6", 5)], [municipality("0668", "6", 5), district(10)]]
    {
        let made = assembled(&files);
        let mut found = returns(&made);
        found.sort();
        assert_eq!(found, ["0668::SB1 n10-1 4", "0668::SB2 n10-1 4", "HSB6::0268 na31-2 4"]);
        assert_eq!(made.unlike, []);
    }
    let made = assembled(&[district(11), municipality("0668", "6", 5)]);
    let unlike: Vec<_> =
        made.unlike.iter().map(|one| (&*one.unit, &*one.field, one.stated, one.sum)).collect();
    assert_eq!(unlike[..2], [("0668", "D", 11, 10), ("0668", "E", 11, 10)]);
}

#[test]
fn a_total_that_is_no_sum_is_named() {
    let units = [("0668::SB1", "1=5 E=5 D=6"), ("0668::SB2", "1=5 E=5")];
    let made = assembled(&[count("510b", "0668 Town", "geen", "1=9 E=10 D=99", &units)]);
    let unlike = StatedTotal { unit: "0668".into(), field: "E.1".into(), stated: 9, sum: 10 };
    // D is unknown at one of them, so there is no sum to compare.
    assert_eq!(made.unlike, [unlike]);
}

#[test]
fn a_country_by_districts_knows_candidates_by_short_code() {
    let units = [("HSB1 Groningen", "1=7 1/x=7 E=7"), ("HSB2 Leeuwarden", "1=8 1/x=8 E=8")];
    let made = assembled(&[count("510d", "CSB De Kiesraad", "alle", "1=15 1/x=15 E=15", &units)]);
    assert_eq!(self::units(&made), ["CSB country", "HSB1 district CSB", "HSB2 district CSB"]);
    assert_eq!(returns(&made), ["HSB1 na31-2 2", "HSB2 na31-2 2"]);
    assert_eq!(made.head.selections["lists"][0].candidates.count(), 0);
}

#[test]
fn a_station_without_its_municipality_is_put_into_it() {
    let made = assembled(&[count("510b", "0668 Town", "geen", "", &[("SB7", "1=1")])]);
    assert_eq!(units(&made), ["0668 municipality", "0668::SB7 polling-station 0668"]);
    let made = assembled(&[count("510a", "SB7", "geen", "", &[("0668::SB7 School", "1=1")])]);
    assert_eq!(units(&made), ["0668 municipality", "0668::SB7 polling-station 0668"]);
}

#[test]
fn other_files_say_what_is_waited_for_and_who_stands() {
    let head = "<ElectionIdentifier Id=\"TK2029\"><ElectionDate>2029-03-14</ElectionDate></ElectionIdentifier>";
    let definition = format!(
        "<EML Id=\"110a\"><ElectionEvent><Election>{head}<NumberOfSeats>9</NumberOfSeats><PreferenceThreshold>25</PreferenceThreshold></Election></ElectionEvent></EML>"
    );
    let stations = format!(
        "<EML Id=\"110b\"><ManagingAuthority><AuthorityIdentifier Id=\"0668\"/></ManagingAuthority><ElectionEvent><Election>{head}\
         <Contest><ContestIdentifier Id=\"6\"/><ReportingUnit><ReportingUnitIdentifier Id=\"0668\">Town</ReportingUnitIdentifier></ReportingUnit>\
         <PollingPlace><PhysicalLocation><Address><Locality><LocalityName>Hall</LocalityName></Locality></Address><PollingStation Id=\"2\">800</PollingStation></PhysicalLocation></PollingPlace>\
         <PollingPlace><PhysicalLocation><Address><Locality><LocalityName>Bus</LocalityName></Locality></Address><PollingStation Id=\"3\">900</PollingStation></PhysicalLocation></PollingPlace>\
         </Contest></Election></ElectionEvent></EML>"
    );
    let lists = |last: &str| {
        format!(
            "<EML Id=\"230b\"><CandidateList><Election>{head}<Contest><ContestIdentifier Id=\"6\"/><Affiliation><AffiliationIdentifier Id=\"1\"/>\
             <Candidate><CandidateIdentifier Id=\"1\"/><CandidateFullName><PersonName><NameLine NameType=\"Initials\">A.</NameLine><FirstName>Anna</FirstName><LastName>{last}</LastName></PersonName></CandidateFullName></Candidate>\
             </Affiliation></Contest></Election></CandidateList></EML>"
        )
    };
    let files = [definition, stations, lists("Berg"), municipality("0668", "6", 5), lists("Dal")];
    let made = assembled(&files);
    let outcome = made.head.outcome.as_ref().unwrap();
    assert_eq!((outcome.seats, outcome.method), (9, election::Method::NlParliament));
    assert_eq!(made.preference_threshold, Some(25));
    assert_eq!(made.units.columns.last().unwrap(), "eligible");
    let row = |id: &str| made.units.rows.iter().find(|row| row[0] == id).unwrap().clone();
    assert_eq!(row("0668::SB2")[3..], ["School", "", "800"]);
    assert_eq!(row("0668::SB3")[3..], ["Bus", "", "900"]);
    let list = &made.head.selections["lists"][0];
    let election::Candidates::Names(names) = &list.candidates else { panic!("no names") };
    assert_eq!(*names, ["A. (Anna) Berg / A. (Anna) Dal"]);
    assert_eq!(list.name, election::Texts::Same("List 1".to_owned()));
}

#[test]
fn what_people_ask_goes_before_what_files_say() {
    let file = [municipality("0668", "6", 5)];
    let ask = |seats, method| assemble(&file, Asked { seats, method });
    let made = ask(Some(3), Some(election::Method::Adams)).unwrap().head.outcome.unwrap();
    assert_eq!((made.seats, made.method), (3, election::Method::Adams));
    let refused = ask(None, Some(election::Method::Adams)).unwrap_err().to_string();
    assert_eq!(refused, "expected how many seats there are, found none");
}

#[test]
fn what_makes_no_election_is_named() {
    let one = municipality("0668", "6", 5);
    assert_eq!(error(&[]), "expected a count (EML 510a to 510d), found none");
    assert_eq!(
        error(&[one.clone(), one.replace("TK2029", "TK2030")]),
        "file1: expected the election TK2029 as in file0, found TK2030"
    );
    assert_eq!(
        error(&[one.clone(), one.clone()]),
        "file1: expected each unit once (0668::SB1 stands in file0), found it again"
    );
    assert_eq!(
        error(&[one.clone(), municipality("0363", "6", 5).replace("List 1", "Other")]),
        "list 1: expected one name, found \"List 1\" and \"Other\""
    );
    assert_eq!(
        error(&[one.replace("Identifier Id=\"1\"/>", "Identifier Id=\"0\"/>")]),
        "list 1: expected candidates by number from 1 on, found \"0\""
    );
    assert_eq!(
        error(&[one.replace("0668::SB1", "0668:SB1")]),
        "file0: expected a unit's id such as 0668::SB1, found \"0668:SB1\""
    );
    assert_eq!(
        error(&[one.replace("2029-03-14", "soon")]),
        "expected the day of the vote (ElectionDate), found none"
    );
    let broken = error(&[one.replace("</Count>", "</Cunt>")]);
    assert!(broken.starts_with("file0: line 1, byte "), "{broken}");
}
