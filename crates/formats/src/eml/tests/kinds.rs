//! The other kinds: definitions, polling stations, lists of candidates and results.

use super::{
    super::{CandidateLists, Definition, Document, RegionId, ResultFile, StationList, read},
    SMALL, shared, unpacked,
};

const DEFINITION: &str = r#"<EML xmlns:kr="http://www.kiesraad.nl/extensions" Id="110a"><ElectionEvent><Election>
  <ElectionIdentifier Id="PS2027_Proefland"><kr:ElectionDomain Id="1">Proefland</kr:ElectionDomain></ElectionIdentifier>
  <Contest><ContestIdentifier Id="1"><ContestName>Noord</ContestName></ContestIdentifier></Contest>
  <kr:NumberOfSeats>43</kr:NumberOfSeats><kr:PreferenceThreshold>25</kr:PreferenceThreshold>
  <kr:ElectionTree>
    <kr:Region RegionCategory="PROVINCIE" RegionNumber="1"><kr:RegionName>Proefland</kr:RegionName><kr:Committee CommitteeCategory="CSB"/></kr:Region>
    <kr:Region RegionCategory="KIESKRING" RegionNumber="1" SuperiorRegionCategory="PROVINCIE" SuperiorRegionNumber="1"><kr:RegionName>Noord</kr:RegionName></kr:Region>
  </kr:ElectionTree>
  <kr:RegisteredParties><kr:RegisteredParty><kr:RegisteredAppellation>Water &amp; Land</kr:RegisteredAppellation></kr:RegisteredParty></kr:RegisteredParties>
</Election></ElectionEvent></EML>"#;

const STATIONS: &str = r#"<EML Id="110b"><ManagingAuthority><AuthorityIdentifier Id="9999">Stad</AuthorityIdentifier></ManagingAuthority><ElectionEvent><Election>
  <ElectionIdentifier Id="GR2026_Stad"/>
  <Contest><ContestIdentifier Id="geen"/><ReportingUnit><ReportingUnitIdentifier Id="9999">Stad</ReportingUnitIdentifier></ReportingUnit><MaxVotes>1273</MaxVotes>
    <PollingPlace Channel="polling"><PhysicalLocation><Address><Locality><LocalityName>School</LocalityName><PostalCode><PostalCodeNumber>9999 AB</PostalCodeNumber></PostalCode></Locality></Address><PollingStation Id="7">1273</PollingStation></PhysicalLocation></PollingPlace>
    <PollingPlace Channel="polling"><OtherLocation><Address><Locality><LocalityName>Bus (postcode: 9999 AC)</LocalityName></Locality></Address><PollingStation Id="8"></PollingStation></OtherLocation></PollingPlace>
  </Contest>
</Election></ElectionEvent></EML>"#;

const LISTS: &str = r#"<EML Id="230b"><CandidateList><Election><ElectionIdentifier Id="TK2029"/>
  <Contest><ContestIdentifier Id="6"><ContestName>Nijmegen</ContestName></ContestIdentifier>
    <Affiliation><AffiliationIdentifier Id="4"><RegisteredName>Wij</RegisteredName></AffiliationIdentifier><Type>lijstengroep</Type>
      <Candidate><CandidateIdentifier Id="1" ShortCode="BergA"/><CandidateFullName><PersonName><NameLine NameType="Initials">A.</NameLine><FirstName>Anna</FirstName><NamePrefix>van den</NamePrefix><LastName>Berg</LastName></PersonName></CandidateFullName><QualifyingAddress><Country><CountryNameCode>BE</CountryNameCode><Locality><LocalityName>Gent</LocalityName></Locality></Country></QualifyingAddress></Candidate>
      <Candidate><CandidateIdentifier Id="2"/><CandidateFullName><PersonName><LastName>Ōtani</LastName></PersonName></CandidateFullName><QualifyingAddress><Locality><LocalityName>Urk</LocalityName></Locality></QualifyingAddress></Candidate>
    </Affiliation>
  </Contest></Election></CandidateList></EML>"#;

const RESULT: &str = r#"<EML Id="520"><Result><Election><ElectionIdentifier Id="GR2026_Stad"/><Contest><ContestIdentifier Id="geen"/>
  <Selection><AffiliationIdentifier Id="2"><RegisteredName>Wij</RegisteredName></AffiliationIdentifier><Elected>yes</Elected></Selection>
  <Selection><Candidate><CandidateIdentifier Id="1"/><CandidateFullName><PersonName><LastName>Berg</LastName></PersonName></CandidateFullName></Candidate><Ranking>1</Ranking><Elected>yes</Elected></Selection>
  <Selection><Candidate><CandidateIdentifier Id="2"/></Candidate><Ranking>2</Ranking><Elected>yes</Elected></Selection>
</Contest></Election></Result></EML>"#;

fn document(xml: &str) -> Document {
    read(xml.as_bytes(), |_| {}).unwrap()
}

fn definition(xml: &str) -> Definition {
    let Document::Definition(definition) = document(xml) else { panic!("no definition") };
    definition
}

fn stations(xml: &str) -> StationList {
    let Document::Stations(stations) = document(xml) else { panic!("no stations") };
    stations
}

fn lists(xml: &str) -> CandidateLists {
    let Document::Candidates(lists) = document(xml) else { panic!("no lists") };
    lists
}

fn result(xml: &str) -> ResultFile {
    let Document::Result(result) = document(xml) else { panic!("no result") };
    result
}

#[test]
fn a_definition_is_read() {
    let read = definition(DEFINITION);
    assert_eq!((read.seats, read.preference_threshold), (43, 25));
    assert_eq!(read.election.domain.as_deref(), Some("Proefland"));
    assert_eq!((&*read.contests[0].id, &*read.contests[0].name), ("1", "Noord"));
    let [province, district] = &*read.regions else { panic!("two regions") };
    assert_eq!((&*province.name, &province.superior), ("Proefland", &None));
    assert_eq!(province.committees, ["CSB"]);
    assert_eq!(district.superior, Some(province.id.clone()));
    let number = Some("1".to_owned());
    assert_eq!(district.id, RegionId { category: "KIESKRING".to_owned(), number });
    assert_eq!(read.parties, ["Water & Land"]);
}

#[test]
fn stations_are_read() {
    let read = stations(STATIONS);
    assert_eq!((&*read.authority.id, &*read.municipality.id), ("9999", "9999"));
    assert_eq!((&*read.contest.id, read.eligible), ("geen", Some(1273)));
    let rows = read.stations.iter();
    let rows: Vec<_> = rows
        .map(|one| (&*one.number, &*one.name, one.postcode.as_deref().unwrap(), one.eligible))
        .collect();
    let expected = [("7", "School", "9999 AB", Some(1273)), ("8", "Bus", "9999 AC", None)];
    assert_eq!(rows, expected);
}

#[test]
fn lists_of_candidates_are_read() {
    let read = lists(LISTS);
    let (contest, lists) = &read.contests[0];
    assert_eq!((&*contest.id, &*contest.name, lists.len()), ("6", "Nijmegen", 1));
    let list = &lists[0];
    assert_eq!((&*list.list.id, &*list.list.name, &*list.kind), ("4", "Wij", "lijstengroep"));
    let [first, second] = &*list.candidates else { panic!("two candidates") };
    assert_eq!((first.place, first.short_code.as_deref()), (1, Some("BergA")));
    let name = [&first.person.initials, &first.person.first, &first.person.prefix];
    assert_eq!(name, ["A.", "Anna", "van den"]);
    assert_eq!((&*first.person.last, &*first.person.town), ("Berg", "Gent"));
    assert_eq!((second.place, &*second.person.last, &*second.person.town), (2, "Ōtani", "Urk"));
}

#[test]
fn a_result_is_read() {
    let read = result(RESULT);
    let [list] = &*read.lists else { panic!("one list") };
    let elected: Vec<_> =
        list.elected.iter().map(|one| (&*one.rank, &*one.person.last, one.by_preference)).collect();
    assert_eq!((&*list.list.id, &*list.list.name), ("2", "Wij"));
    assert_eq!(elected, [("1", "Berg", true), ("2", "", false)]);
}

/// The file, what is changed in it, by what, where the error points, and what it says.
type Refused = (&'static str, &'static str, &'static str, &'static str, &'static str);

const REFUSED: &[Refused] = &[
    (DEFINITION, "43<", "<", "<kr:NumberOfSeats", "a whole number in <NumberOfSeats>, found \"\""),
    (DEFINITION, "NumberOfSeats>", "Other>", "<EML", "a NumberOfSeats, found none"),
    (DEFINITION, "PreferenceThreshold>", "Other>", "<EML", "a PreferenceThreshold, found none"),
    (
        DEFINITION,
        "RegionCategory=\"P",
        "Other=\"P",
        "<kr:Region ",
        "an attribute RegionCategory of <Region>, found none",
    ),
    (
        DEFINITION,
        "110a",
        "110c",
        "<EML",
        "110a, 110b, 230b, 230c, 510a to 510d or 520, found \"110c\"",
    ),
    (
        STATIONS,
        "<PollingStation Id=\"7\">1273</PollingStation>",
        "",
        "<PollingPlace",
        "a PollingStation, found none",
    ),
    (
        STATIONS,
        ">1273</Po",
        ">many</Po",
        "<PollingStation",
        "a whole number or nothing, found \"many\"",
    ),
    (STATIONS, "ReportingUnitIdentifier", "Other", "<EML", "a ReportingUnitIdentifier, found none"),
    (
        LISTS,
        "Id=\"2\"",
        "Id=\"3\"",
        "<Candidate><CandidateIdentifier Id=\"3\"",
        "candidate 2, found \"3\"",
    ),
    (
        LISTS,
        "<CandidateIdentifier Id=\"2\"/>",
        "",
        "<Candidate><CandidateFullName><PersonName><LastName>Ō",
        "a CandidateIdentifier, found none",
    ),
    (
        LISTS,
        "AffiliationIdentifier",
        "Other",
        "<Affiliation>",
        "an AffiliationIdentifier, found none",
    ),
    (
        RESULT,
        "<Ranking>1<",
        "<Ranking>3<",
        "<Ranking>3",
        "1 (by preference) or 2 (list order), found 3",
    ),
    (
        RESULT,
        "<Ranking>2</Ranking>",
        "",
        "<Selection><Candidate><CandidateIdentifier Id=\"2\"",
        "a Ranking, found none",
    ),
    (
        RESULT,
        "AffiliationIdentifier",
        "Other",
        "<Selection>",
        "a list or a candidate, found neither",
    ),
];

#[test]
fn what_is_none_of_them_is_named() {
    for (xml, old, new, place, expected) in REFUSED {
        assert!(xml.contains(old), "{old}");
        let changed = xml.replace(old, new);
        let error = read(changed.as_bytes(), |_| {}).unwrap_err();
        let (before, from) = changed.split_at(error.byte);
        assert!(from.starts_with(place), "{old}: {error}");
        let line = before.matches('\n').count() + 1;
        let byte = error.byte;
        assert_eq!(error.to_string(), format!("line {line}, byte {byte}: expected {expected}"));
    }
}

#[test]
fn a_count_is_told_from_the_others() {
    let mut units = 0;
    let read = read(SMALL.as_bytes(), |_| units += 1).unwrap();
    assert!(matches!(read, Document::Count(count) if count.kind == "510b"));
    assert_eq!(units, 1);
}

fn file(name: &str) -> Option<String> {
    shared::file(&format!("eml/{name}.eml.xml.gz")).map(|path| unpacked(&path))
}

#[test]
fn the_electoral_councils_definitions() {
    for (name, seats, regions, districts, parties) in [
        ("Verkiezingsdefinitie_TK2021", 150, 376, 20, 37),
        ("Verkiezingsdefinitie_GR2026_Stadskanaal", 23, 1, 0, 10),
    ] {
        let Some(xml) = file(name) else { return };
        let read = definition(&xml);
        let of = read.regions.iter().filter(|region| region.id.category == "KIESKRING").count();
        let found = (read.seats, read.regions.len(), of, read.parties.len());
        assert_eq!(found, (seats, regions, districts, parties), "{name}");
        assert_eq!(read.preference_threshold, 25);
    }
}

#[test]
fn the_electoral_councils_polling_stations() {
    let Some(xml) = file("stembureaus_110b_test") else { return };
    let read = stations(&xml);
    let eligible: u64 = read.stations.iter().filter_map(|station| station.eligible).sum();
    assert_eq!((read.stations.len(), eligible, read.eligible), (20, 20_599, Some(612_694)));
    assert!(read.stations.iter().all(|station| station.postcode.is_some()));
}

#[test]
fn the_electoral_councils_lists() {
    for (name, lists_expected, candidates) in [
        ("Kandidatenlijsten_TK2025_Nijmegen", 24, 1085),
        ("Kandidatenlijsten_GR2026_Assen", 13, 228),
    ] {
        let Some(xml) = file(name) else { return };
        let read = lists(&xml);
        let (_, lists) = &read.contests[0];
        let people: Vec<_> = lists.iter().flat_map(|list| &list.candidates).collect();
        assert_eq!((lists.len(), people.len()), (lists_expected, candidates), "{name}");
        for one in people {
            let person = &one.person;
            let all = [&person.initials, &person.last, &person.town];
            assert!(all.iter().all(|part| !part.is_empty()), "{name}: {person:?}");
        }
    }
}
