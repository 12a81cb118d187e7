//! One municipality from its count in EML_NL 510b: the municipality, its polling stations, the
//! form as far as EML carries it, and every station's figures.

use std::collections::BTreeSet;

use election::{Candidates, Check, FormSpec, Head, SelectionSpec, Texts};
use formats::eml::{CountFile, ListVotes, UnitVotes, Votes, field_of_reason, read_count};

use crate::{
    dutch::{self, Dutch, Own},
    error::ConvertError,
    folder::{Folder, cells, table},
    json,
};

const NIGHT: &str = "01-n10-1.csv";
const KINDS: [&str; 2] = ["municipality", "polling-station"];
const FIGURES: [&str; 5] = ["eligible", "admitted", "counted", "blank", "invalid"];
/// What EML does not carry: tick boxes, and the second of the two figures for a list.
const NOT_CARRIED: [&str; 5] = ["equal", "more", "fewer", "explained_yes", "explained_no"];
/// Rules that ask for what EML does not carry; F.203 would compare H with itself.
const NOT_ASKED: [&str; 7] = ["F.203", "F.301", "F.302", "F.303", "F.304", "F.310", "F.403"];

/// Makes the folder out of the text of a count.
///
/// # Errors
/// When the text is no count, or lacks what a definition needs.
pub(crate) fn convert(xml: &str) -> Result<Folder, ConvertError> {
    let mut stations = Vec::new();
    let file = read_count(xml.as_bytes(), |unit| stations.push(unit))?;
    let total = file.contests.first().and_then(|contest| contest.total.as_ref());
    let total = total.ok_or(ConvertError::Missing("which lists take part (TotalVotes)"))?;
    let head = head(&file, total)?;
    Ok(Folder {
        definition: json::pretty(&head)?,
        units: units(&file, &stations)?,
        night: vec![
            ("labels.txt".to_owned(), "final\n".to_owned()),
            (NIGHT.to_owned(), night(total, &stations)?),
        ],
        provenance: provenance(&file, total, &stations),
    })
}

fn head(file: &CountFile, total: &Votes) -> Result<Head, ConvertError> {
    let election = &file.election;
    let date = election.date.as_deref().and_then(|date| date.parse().ok());
    Dutch::read()?.head(Own {
        id: election.id.clone(),
        name: Texts::Same(election.name.clone().unwrap_or_else(|| election.id.clone())),
        date: date.ok_or(ConvertError::Missing("on which day the vote was (ElectionDate)"))?,
        kinds: &KINDS,
        lists: total.lists.iter().map(list).collect::<Result<_, _>>()?,
        figures: &FIGURES,
        forms: vec![form()?],
    })
}

/// A list as the definition writes it; the 510b numbers its candidates and names none.
fn list(list: &ListVotes) -> Result<SelectionSpec, ConvertError> {
    let numbers = list.candidates.iter().map(|c| c.id.as_ref()?.parse().ok());
    let in_order = numbers.zip(1..).all(|(number, place)| number == Some(place));
    let count = u16::try_from(list.candidates.len()).ok().filter(|_| in_order);
    let unknown = ConvertError::Missing("the candidates of each list by number, from 1 on");
    Ok(SelectionSpec {
        id: list.list.id.clone(),
        name: Texts::Same(list.list.name.clone()),
        candidates: Candidates::Number(count.ok_or(unknown)?),
        within: Vec::new(),
    })
}

/// Model N 10-1 as far as EML carries it. H is the sum of its parts, every other field may be
/// missing, and the checks of a list against its candidates look at the one figure for a list.
pub(crate) fn form() -> Result<FormSpec, ConvertError> {
    let mut form = dutch::keep(
        dutch::n10_1()?,
        |section| section != "pages",
        |field| !NOT_CARRIED.contains(&field),
        |rule| !NOT_ASKED.contains(&rule),
    );
    form.kinds.retain(|kind| KINDS.contains(&&**kind));
    dutch::make_optional(&mut form);
    for field in dutch::plain_fields(&mut form).flatten().filter(|field| field.code == "H") {
        field.sum = cells(["E", "F", "G"]);
    }
    for rule in &mut form.rules {
        if let Check::ListTotalsGiven { totals, .. } | Check::ListSums { totals, .. } =
            &mut rule.check
        {
            "lists".clone_into(totals);
        }
    }
    Ok(form)
}

fn units(file: &CountFile, stations: &[UnitVotes]) -> Result<String, ConvertError> {
    let root = &file.authority;
    let mut rows = vec![cells([&root.id, "municipality", "", &root.name, ""])];
    rows.extend(stations.iter().map(|station| {
        let postcode = station.postcode.as_deref().unwrap_or_default();
        cells([&station.id, "polling-station", &root.id, &station.name, postcode])
    }));
    table("units.csv", &cells(["id", "kind", "parent", "name", "postcode"]), rows)
}

/// A column for each field that any station or the total has, in the order of the total.
fn night(total: &Votes, stations: &[UnitVotes]) -> Result<String, ConvertError> {
    let mut columns: Vec<String> = total.fields().into_iter().map(|(code, _)| code).collect();
    let fields: Vec<_> = stations.iter().map(|station| station.votes.fields()).collect();
    for (code, _) in fields.iter().flatten() {
        if !columns.contains(code) {
            columns.push(code.clone());
        }
    }
    let rows = stations.iter().zip(&fields).map(|(station, fields)| {
        let cell = |code: &String| fields.iter().find(|(c, _)| c == code);
        let cells =
            columns.iter().map(|c| cell(c).map_or_else(String::new, |(_, n)| n.to_string()));
        [station.id.clone()].into_iter().chain(cells).collect::<Vec<_>>()
    });
    let header: Vec<String> = ["unit".to_owned()].into_iter().chain(columns.clone()).collect();
    table(NIGHT, &header, rows)
}

fn provenance(file: &CountFile, total: &Votes, stations: &[UnitVotes]) -> String {
    let candidates: usize = total.lists.iter().map(|list| list.candidates.len()).sum();
    let without = stations.iter().filter(|station| station.postcode.is_none()).count();
    let reasons = stations.iter().flat_map(|station| &station.votes.reasons);
    let foreign: BTreeSet<&str> =
        reasons.map(|(reason, _)| &**reason).filter(|r| field_of_reason(r).is_none()).collect();
    let foreign: Vec<&str> = foreign.into_iter().collect();
    let foreign = if foreign.is_empty() { "none".to_owned() } else { foreign.join(", ") };
    include_str!("../data/eml510-provenance.md")
        .replace("{kind}", &file.kind)
        .replace("{authority}", &file.authority.name)
        .replace("{election}", &file.election.id)
        .replace("{stations}", &stations.len().to_string())
        .replace("{lists}", &total.lists.len().to_string())
        .replace("{candidates}", &candidates.to_string())
        .replace("{without}", &without.to_string())
        .replace("{foreign}", &foreign)
}
