//! Files of one election put together.

use std::fmt::Write as _;

use super::super::{Asked, Assembled, Assembly, AssemblyError, NoSeats};
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
    for (code, number) in figures.split(' ').filter_map(|part| part.split_once('=')) {
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
    let made = assembly.finish(asked)?;
    // Whatever comes out is an election that every other part takes.
    let election = election::Election::new(made.head.clone(), &made.units).unwrap();
    for entry in &made.entries {
        let unit = election.units().find(entry.unit.as_str()).unwrap();
        let What::Returns { form, .. } = &entry.what else { panic!("turnout") };
        let own = election.form_of(unit).map(|form| &election.head().forms[form].id);
        assert_eq!(own.map(String::as_str), Some(&**form), "{}", entry.unit);
        assert!(election.is_expected(unit), "{}", entry.unit);
    }
    Ok(made)
}

fn assembled(files: &[String]) -> Assembled {
    assemble(files, Asked::default()).unwrap()
}

/// `id kind parent` of every unit, in order.
fn units(assembled: &Assembled) -> Vec<String> {
    let first = |row: election::UnitRow<'_>| row.cells().take(3).collect::<Vec<_>>().join(" ");
    assembled.units.rows.iter().map(|row| first(row).trim_end().to_owned()).collect()
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
    assert_eq!(made.units.rows.get(0).unwrap().get(3), Some("Town"));
    assert_eq!(returns(&made), ["0668::SB1 n10-1 4", "0668::SB2 n10-1 4"]);
    assert_eq!((made.unlike, made.head.outcome), (vec![], None));
}

#[test]
fn municipalities_lie_in_their_districts() {
    let same = [municipality("0668", "6 Nijmegen", 5), municipality("0268", "6 Nijmegen", 5)];
    let made = assembled(&same);
    assert_eq!(units(&made)[..2], ["HSB6 district", "0668 municipality HSB6"]);
    assert_eq!(made.units.rows.get(0).unwrap().get(3), Some("Nijmegen"));
    let zero = [municipality("0668", "6 Nijmegen", 5), municipality("0268", "06 Nijmegen", 5)];
    assert_eq!(units(&assembled(&zero)), units(&made));
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

fn district(votes: u64) -> String {
    let figures = format!("1={votes} 1/1={votes} E={votes} D={votes}");
    let units = [("HSB6::0668", &*figures), ("HSB6::0268", &*figures)];
    count("510c", "HSB6 Nijmegen", "6 Nijmegen", "", &units)
}

#[test]
fn what_stands_on_finer_figures_is_compared_and_not_added() {
    let alone = assembled(&[district(10)]);
    assert_eq!(
        units(&alone),
        [
            "HSB6 district",
            "HSB6::0668 municipality-count HSB6",
            "HSB6::0268 municipality-count HSB6"
        ]
    );
    assert_eq!(returns(&alone), ["HSB6::0668 na31-2 4", "HSB6::0268 na31-2 4"]);
    let town = || municipality("0668", "6", 5);
    for files in [[district(10), town()], [town(), district(10)]] {
        let made = assembled(&files);
        let mut found = returns(&made);
        found.sort();
        assert_eq!(found, ["0668::SB1 n10-1 4", "0668::SB2 n10-1 4", "HSB6::0268 na31-2 4"]);
        assert_eq!(made.unlike, []);
    }
}

#[test]
fn finer_figures_that_do_not_cover_a_coarser_one_do_not_take_its_place() {
    // 22 votes stated of 0668, where stations have 10: some of them are not here, or votes were lost.
    let made = assembled(&[district(22), municipality("0668", "6", 5)]);
    assert_eq!(returns(&made), ["0668 na31-2 4", "HSB6::0268 na31-2 4"]);
    let unlike: Vec<_> =
        made.unlike.iter().map(|one| (&*one.unit, &*one.field, one.stated, one.sum)).collect();
    let expected = ["D", "E", "E.1", "1/1"].map(|field| ("0668", field, 22, 10));
    assert_eq!(unlike, expected);
    // A difference in something else does not hide the stations.
    let made = assembled(&[
        district(10).replace("\"toegelaten kiezers\">10", "\"toegelaten kiezers\">11"),
        municipality("0668", "6", 5),
    ]);
    assert_eq!(returns(&made).len(), 3);
    assert_eq!((made.unlike.len(), &*made.unlike[0].field), (1, "D"));
}

#[test]
fn a_list_of_stations_takes_no_figure_away() {
    let stations = "<EML Id=\"110b\"><ManagingAuthority><AuthorityIdentifier Id=\"0668\"/></ManagingAuthority><ElectionEvent><Election>\
         <ElectionIdentifier Id=\"TK2029\"/><Contest><ContestIdentifier Id=\"6\"/><ReportingUnit><ReportingUnitIdentifier Id=\"0668\">Town</ReportingUnitIdentifier></ReportingUnit>\
         <PollingPlace><PhysicalLocation><PollingStation Id=\"1\">9</PollingStation></PhysicalLocation></PollingPlace></Contest></Election></ElectionEvent></EML>";
    let made = assembled(&[district(10), stations.to_owned()]);
    assert_eq!(returns(&made), ["0668 na31-2 4", "HSB6::0268 na31-2 4"]);
}

#[test]
fn a_total_alone_is_a_count() {
    let made = assembled(&[
        count("510b", "0668 Town", "geen", "1=9 E=9", &[]),
        municipality("0268", "6", 5),
    ]);
    assert_eq!(returns(&made)[0], "0668 na31-2 2");
    let refused = error(&[count("510d", "CSB", "alle", "1=9 E=9", &[])]);
    assert_eq!(refused, "file0: expected figures of units, found only totals of CSB");
    // A count of the country that has each district as a contest, and all of them as one more.
    let all = count("510d", "CSB", "alle", "1=9 E=10", &[]);
    let district = |number: u32| {
        let one = count("510d", "CSB", &format!("{number} Name"), "1=5 E=5", &[]);
        let (_, rest) = one.split_once("<Contest>").unwrap();
        format!("<Contest>{}</Contest>", rest.split_once("</Contest>").unwrap().0)
    };
    let file = all.replace("</Contests>", &format!("{}{}</Contests>", district(1), district(2)));
    let made = assembled(&[file]);
    assert_eq!(returns(&made), ["HSB1 na31-2 2", "HSB2 na31-2 2"]);
    let unlike: Vec<_> = made.unlike.iter().map(|one| (&*one.field, one.stated, one.sum)).collect();
    assert_eq!(unlike, [("E.1", 9, 10)]);
}

#[test]
fn a_unit_without_figures_has_not_reported() {
    let made =
        assembled(&[count("510b", "0668 Town", "geen", "", &[("SB1", "1=1"), ("SB2 Bus", "")])]);
    assert_eq!(returns(&made), ["0668::SB1 n10-1 1"]);
    assert_eq!(units(&made).len(), 3);
}

#[test]
fn a_total_that_is_no_sum_is_named() {
    let units = [("0668::SB1", "1=5 E=5 D=6"), ("0668::SB2", "1=5 E=5")];
    let made = assembled(&[count("510b", "0668 Town", "geen", "1=9 2=70 E=10 D=99", &units)]);
    let told: Vec<_> = made
        .unlike
        .iter()
        .map(|one| (&*one.unit, &*one.field, one.stated, one.sum, one.without))
        .collect();
    // D is unknown at one of them; list 2 at both.
    let expected = [("0668", "D", 99, 6, 1), ("0668", "E.1", 9, 10, 0), ("0668", "E.2", 70, 0, 2)];
    assert_eq!(told, expected);
}

#[test]
fn a_country_by_districts_knows_candidates_by_short_code() {
    let units = [("HSB1 Groningen", "1=7 1/x=7 E=7"), ("HSB2 Leeuwarden", "1=8 1/x=8 E=8")];
    let made = assembled(&[count("510d", "CSB De Kiesraad", "alle", "1=15 1/x=15 E=15", &units)]);
    assert_eq!(
        self::units(&made),
        ["CSB country", "HSB1 district-count CSB", "HSB2 district-count CSB"]
    );
    assert_eq!(returns(&made), ["HSB1 na31-2 2", "HSB2 na31-2 2"]);
    assert_eq!(made.head.selections["lists"][0].candidates.count(), 0);
}

#[test]
fn a_station_without_its_municipality_is_put_into_it() {
    let made = assembled(&[count("510b", "0668 Town", "geen", "", &[("SB7", "1=1")])]);
    assert_eq!(units(&made), ["0668 municipality", "0668::SB7 polling-station 0668"]);
    // A station of a district lies in no municipality, whoever's file it stands in.
    let both = [("HSB6::SB9", "1=1"), ("0668::SB1", "1=1")];
    let made = assembled(&[count("510b", "0668 Town", "geen", "", &both)]);
    assert!(
        units(&made).contains(&"HSB6::SB9 polling-station HSB6".to_owned()),
        "{:?}",
        units(&made)
    );
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
    // One town of a parliament; its number of seats is known all the same.
    assert_eq!((made.head.outcome.as_ref(), made.no_seats), (None, Some(NoSeats::Part)));
    assert_eq!(made.preference_threshold, Some(25));
    assert_eq!(made.units.columns.last().unwrap(), "eligible");
    let row = |id: &str| made.units.rows.iter().find(|row| row.get(0) == Some(id)).unwrap();
    let rest = |id: &str| row(id).cells().skip(3).collect::<Vec<_>>();
    assert_eq!(rest("0668::SB2"), ["School", "", "800"]);
    assert_eq!(rest("0668::SB3"), ["Bus", "", "900"]);
    let list = &made.head.selections["lists"][0];
    let election::Candidates::Names(names) = &list.candidates else { panic!("no names") };
    assert_eq!(*names, ["A. (Anna) Berg / A. (Anna) Dal"]);
    assert_eq!(list.name, election::Texts::Same("List 1".to_owned()));
}

fn town_of_a_council(file: &str) -> String {
    file.replace("<ElectionCategory>TK", "<ElectionCategory>GR")
}

#[test]
fn what_people_ask_goes_before_what_files_say() {
    let file = [town_of_a_council(&municipality("0668", "geen", 5))];
    let ask = |seats, method| assemble(&file, Asked { seats, method });
    let made = ask(Some(3), Some(election::Method::Adams)).unwrap().head.outcome.unwrap();
    assert_eq!((made.seats, made.method, made.seats_only), (3, election::Method::Adams, false));
    let refused = ask(None, Some(election::Method::Adams)).unwrap_err().to_string();
    assert_eq!(refused, "expected how many seats there are, found none");
}

#[test]
fn a_part_of_an_election_gives_no_seats() {
    let asked = Asked { seats: Some(150), method: None };
    let made = assemble(&[municipality("0668", "6", 5)], asked).unwrap();
    assert_eq!((made.head.outcome, made.no_seats), (None, Some(NoSeats::Part)));
    // Nor do votes that are no sums, and of candidates that are none only seats are told.
    let council = |total: &str| {
        let units = [("0668::SB1", "1=5 1/1=5 E=5")];
        let file = count("510b", "0668 Town", "geen", total, &units);
        assemble(&[town_of_a_council(&file)], Asked { seats: Some(9), method: None }).unwrap()
    };
    let made = council("1=6 1/1=5 E=5");
    assert_eq!((made.head.outcome, made.no_seats), (None, Some(NoSeats::NoSums)));
    for (total, seats_only) in [("1=5 1/1=5 E=5", false), ("1=5 1/1=4 E=5", true)] {
        assert_eq!(council(total).head.outcome.unwrap().seats_only, seats_only, "{total}");
    }
}

#[test]
fn a_definition_says_which_municipalities_are_waited_for() {
    let region = |category: &str, number: u32, superior: &str| {
        format!(
            "<Region RegionCategory=\"{category}\" RegionNumber=\"{number}\" {superior}><RegionName>Name {number}</RegionName></Region>"
        )
    };
    let in_six = "SuperiorRegionCategory=\"KIESKRING\" SuperiorRegionNumber=\"6\"";
    let definition = format!(
        "<EML Id=\"110a\"><ElectionEvent><Election><ElectionIdentifier Id=\"TK2029\"/>\
         <NumberOfSeats>150</NumberOfSeats><PreferenceThreshold>25</PreferenceThreshold><ElectionTree>{}{}{}{}{}</ElectionTree></Election></ElectionEvent></EML>",
        region("STAAT", 1, ""),
        region("KIESKRING", 6, ""),
        region("GEMEENTE", 668, in_six),
        region("GEMEENTE", 268, in_six),
        region("KIESKRING", 7, "")
    );
    let made = assembled(&[municipality("0668", "6", 5), definition.clone()]);
    let inner: Vec<_> = units(&made).into_iter().filter(|row| !row.contains("::")).collect();
    assert_eq!(
        inner,
        [
            "CSB country",
            "HSB6 district CSB",
            "0668 municipality HSB6",
            "0268 municipality-count HSB6",
            "HSB7 district-count CSB",
        ]
    );
    // All of them are there, so seats are dealt out when they have reported.
    assert!(made.head.outcome.is_some_and(|outcome| outcome.seats_only));
    assert_eq!(
        error(&[definition.clone(), definition]),
        "file1: expected one definition (110a), found a second one"
    );
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
        error(&[one.clone(), municipality("0363", "6", 5).replace("2029-03-14", "2029-03-15")]),
        "file1: expected the day 2029-03-14 as in file0, found 2029-03-15"
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
