//! Pages: for everybody, in every language, whatever names people have.

use election::{Decimals, Fraction};

use super::{
    House,
    night::{Night, definition},
    published,
};
use crate::site::{number, words};

fn night() -> Night {
    let mut night = Night::new();
    night.release("M");
    night.returns("S:1", "E.1=1234567 E.2=7 P.1=12345");
    night.returns("S:2", "E.1=1000 E.2=0");
    night
}

#[test]
fn numbers_are_written_as_people_of_the_language_do() {
    for (decimals, figure, nl, en) in [
        (0, 0, "0", "0"),
        (0, 999, "999", "999"),
        (0, 1000, "1.000", "1,000"),
        (0, 12_345, "12.345", "12,345"),
        (0, 1_234_567, "1.234.567", "1,234,567"),
        (1, 12_345, "1.234,5", "1,234.5"),
        (4, 5_119_980, "511,998", "511.998"),
        (4, 12_340_000, "1.234", "1,234"),
        (2, 5, "0,05", "0.05"),
        (0, u64::MAX, "18.446.744.073.709.551.615", "18,446,744,073,709,551,615"),
    ] {
        let decimals = Decimals::new(decimals).unwrap();
        let print = |language: &str| number::sum(words::words(&language.into()), decimals, figure);
        assert_eq!((print("nl").as_str(), print("en").as_str()), (nl, en));
    }
    for (part, whole, nl, en) in [
        (0, 3, "0,0", "0.0"),
        (1, 3, "33,3", "33.3"),
        (2, 3, "66,7", "66.7"),
        (3, 3, "100,0", "100.0"),
    ] {
        let share = Fraction::new(part, whole).unwrap();
        let print = |language: &str| number::per_cent(words::words(&language.into()), share);
        assert_eq!((print("nl").as_str(), print("en").as_str()), (nl, en));
    }
    let house = published(&night());
    assert!(house.text("nl/A.html").contains("<td class=\"number\">1.235.567 <small>"));
    assert!(house.text("en/A.html").contains("<td class=\"number\">1,235,567 <small>"));
    assert!(house.text("nl/S-1.html").contains("<td class=\"number\">1.234,5</td>"));
    assert!(house.text("en/S-1.html").contains("<td class=\"number\">1,234.5</td>"));
}

#[test]
fn a_moment_is_told_in_the_elections_own_time() {
    for (zone, seconds, expected) in [
        ("Europe/Amsterdam", 1_761_768_000, "2025-10-29 21:00 CET"),
        ("Europe/Amsterdam", 1_750_000_000, "2025-06-15 17:06 CEST"),
        ("America/Chicago", 1_580_779_800, "2020-02-03 19:30 CST"),
        ("UTC", 0, "1970-01-01 00:00 UTC"),
        ("Nowhere/City", 0, "1970-01-01 00:00 UTC"),
        ("UTC", i64::MAX, "9223372036854775807"),
    ] {
        assert_eq!(number::moment(zone, seconds), expected);
    }
}

#[test]
fn an_unknown_figure_is_a_dash() {
    let house = published(&night());
    // Nobody gave points of list 2; list 1 has them from one station.
    let page = house.text("nl/A.html");
    let row = page.split("<bdi>Blue</bdi>").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(row.ends_with("<td class=\"number\">–</td>"), "{row}");
    // List 2 was counted and got no vote in one of them: that is a 0, and a figure.
    let page = house.text("nl/S-2.html");
    assert!(page.contains("<td class=\"number\">0</td>") && !page.contains("P.1"), "{page}");
    let page = house.text("en/S-3.html");
    assert!(page.contains("no form has come in, or two signed ones contradict"), "{page}");
    // From B nothing came: there is no table that could be read as a table of zeros.
    let page = house.text("nl/B.html");
    assert!(page.contains("0 van 2 stations binnen") && !page.contains("Red"), "{page}");
}

/// What every page has, for whoever cannot see it, cannot use a mouse, or is offline.
#[track_caller]
fn check_page(path: &str, page: &str) {
    let language = path.split_once('/').map_or("nl", |(language, _)| language);
    assert!(page.starts_with(&format!("<!DOCTYPE html><html lang=\"{language}\">")), "{path}");
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.trim().is_empty(), "{path}");
    assert!(page.contains("<a class=\"skip\" href=\"#figures\">"), "{path}");
    assert_eq!(page.matches("<main id=\"figures\">").count(), 1, "{path}");
    assert_eq!(page.matches("<h1>").count(), 1, "{path}");
    // Nothing comes from elsewhere (links are looked at below), and nothing runs.
    let tags = page.split('<').filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag);
    for tag in tags.map(|tag| tag.split('"').step_by(2).collect::<String>()) {
        for forbidden in ["script", "iframe", "img", "src=", "style=", " on"] {
            assert!(!tag.contains(forbidden), "{path}: <{tag}>");
        }
    }
}

/// Every link leads to a file of the bundle.
#[track_caller]
fn check_links(house: &House, path: &str, page: &str) {
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let target = match link.strip_prefix("../") {
            _ if link.starts_with('#') => continue,
            Some(rest) => rest.to_owned(),
            None if folder.is_empty() => link.to_owned(),
            None => format!("{folder}/{link}"),
        };
        assert!(house.files.contains_key(&target), "{path} leads to {target}");
    }
}

#[test]
fn every_page_is_complete_and_stands_alone() {
    let mut turnout = Night::new();
    turnout.take(turnout.pen.turnout("S:3", 40, 0));
    // Three front pages; in two languages B and S:3; in two languages all six.
    for (night, pages) in [(Night::new(), 3), (turnout, 7), (night(), 15)] {
        let house = published(&night);
        assert_eq!(house.pages().count(), pages);
        for (path, page) in house.pages() {
            check_page(path, page);
            check_links(&house, path, page);
        }
        assert!(!house.text("style.css").contains("url("));
    }
}

/// A council's municipality is the whole, and may say how many voters came.
#[test]
fn the_turnout_of_the_whole_is_on_the_front_page() {
    let mut night = Night::new();
    night.take(night.pen.keys(record::body::KeyAction::Enrol, &["M/1", "M/2"]));
    night.take(night.pen.turnout("M", 6_540, 0));
    let house = published(&night);
    assert!(house.text("nl/index.html").contains("<td class=\"number\">6.540</td>"));
    assert!(house.text("data/units/M.json").contains("\"turnout\":[{\"admitted\":6540,"));
}

/// Names of everything that has one, as somebody with bad intentions would choose them.
fn hostile(name: &str) -> House {
    let mut definition = definition();
    let rows = definition.units.rows.iter();
    let named = rows.map(|row| row.cells().enumerate().map(|(i, c)| if i == 3 { name } else { c }));
    definition.units.rows = named.collect();
    let texts = serde_json::json!({"nl": name, "en": name});
    let head = &mut definition.head;
    for path in [
        "/name",
        "/kinds/0/one",
        "/kinds/2/many",
        "/selections/lists/0/name",
        "/contests/0/name",
        "/heard/name",
        "/forms/0/name",
        "/forms/0/sections/0/name",
        "/forms/0/rules/0/text",
        "/forms/0/sections/2/body/fields/0/name",
        "/across/0/text",
    ] {
        *head.pointer_mut(path).unwrap() = texts.clone();
    }
    *head.pointer_mut("/forms/0/rules/0/source").unwrap() = name.into();
    let mut night = Night::of(definition);
    let pen = night.pen;
    night.release("M");
    let first = night.returns("S:1", "E.1=0 E.2=7 F=3");
    let reading = pen.reading("S:1", "app", "E.1=0 E.2=8 F=3");
    let reason = Some(name.to_owned());
    let body = record::body::Returns { prev: Some(first), seq: 2, reason, ..reading };
    night.take(super::night::sign(&record::Body::Returns(body), &["S:1/1", "S:1/2"]));
    night.take(pen.phoned("S:1", "E.1=0 E.2=9"));
    published(&night)
}

#[test]
fn names_are_text_and_nothing_else() {
    let plain = hostile("plain");
    let tags = |page: &str| {
        let tags = page.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap());
        tags.map(str::to_owned).collect::<Vec<_>>()
    };
    for (name, escaped) in [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"><img src=x onerror=x>", "&quot;&gt;&lt;img src=x onerror=x&gt;"),
        ("' onclick='x", "' onclick='x"),
        ("</title><h1>", "&lt;/title&gt;&lt;h1&gt;"),
        ("&amp;", "&amp;amp;"),
        ("{expected} <b>", "&lt;b&gt;"),
        ("\u{202e}nedrow", "\u{202e}nedrow"),
        ("\u{5d1}\u{5d9}\u{5ea} \u{5e1}\u{5e4}\u{5e8}", "\u{5d1}\u{5d9}\u{5ea}"),
        ("\u{1f5f3}\u{fe0f} stemmen", "\u{1f5f3}\u{fe0f} stemmen"),
    ] {
        let house = hostile(name);
        for ((path, page), (_, quiet)) in house.pages().zip(plain.pages()) {
            check_page(path, page);
            assert!(page.contains(escaped), "{path} has no {escaped}: {page}");
            assert_eq!(tags(page), tags(quiet), "{path} of {name}");
        }
    }
}

#[test]
fn a_name_in_another_direction_stays_in_its_place() {
    let name = "\u{202e}nedrow";
    let house = hostile(name);
    for (path, page) in house.pages() {
        let body = page.split("<body>").nth(1).unwrap();
        for (at, _) in body.match_indices(name) {
            // Inside an inline element with text behind it, only <bdi> keeps the direction in.
            let before = &body.get(..at).unwrap();
            let link = before.ends_with("html\">") || before.ends_with("\"page\">");
            assert!(
                !link,
                "{path}: …{}{name}",
                before.get(at.saturating_sub(60)..).unwrap_or(before)
            );
        }
    }
}

#[test]
fn a_correction_and_a_contradiction_are_told() {
    let mut night = Night::new();
    let pen = night.pen;
    night.release("M");
    let first = night.returns("S:1", "E.1=5 E.2=3");
    night.take(pen.correction("S:1", "E.1=6 E.2=3", first));
    night.returns("S:3", "E.1=1");
    night.returns("S:3", "E.1=2");
    let house = published(&night);
    let page = house.text("nl/S-1.html");
    assert!(page.contains("vervangt een eerdere lezing, omdat: <q>hertelling</q>"), "{page}");
    assert_eq!(page.matches("<strong>telt</strong>").count(), 1);
    let (_, readings) = page.split_once("<ol class=\"readings\">").unwrap();
    let (readings, _) = readings.split_once("</ol>").unwrap();
    assert_eq!(readings.matches("Positie in het logboek").count(), 2);
    assert!(
        house.text("en/S-3.html").contains("Disputed: a second signed text contradicts this one")
    );
    assert!(house.text("en/S-3.html").contains("<p class=\"assurance\">One source</p>"));
}

/// Whoever finds a name that should not be there can say so.
#[test]
fn a_unit_tells_the_history_of_its_keys() {
    let mut night = super::night::night_of_codes();
    let quiet = published(&night);
    assert_eq!(quiet.text("data/keys/history.csv").lines().count(), 1);
    assert!(quiet.pages().all(|(_, page)| !page.contains("left on a train")));
    night.take(night.pen.turnout("S:1", 4, 0));
    let house = published(&night);
    let page = house.text("en/S-1.html");
    let (_, keys) = page.split_once("<h2>Who may sign</h2>").unwrap();
    let rows: Vec<String> = keys.split("<tr>").skip(2).map(words_of).collect();
    let told = [
        "0 key for the whole election enrolled jansen , M",
        "0 key for the whole election enrolled de-vries , M",
        "0 key for the whole election enrolled bakker , M",
        "1 one-time code given out A/r1 , A",
        "1 one-time code given out A/r2 , A",
        "2 key for keys enrolled A/r1 , A A/r1+",
        "2 key for keys enrolled A/r2 , A A/r2+",
        "3 one-time code given out S:1/1 , S:1",
        "3 one-time code given out S:1/2 , S:1",
        "4 key enrolled S:1/1 , S:1 phone+",
        "4 key enrolled S:1/2 , S:1 S:1/2+",
        "5 key revoked: left on a train S:1/1 , S:1 phone+",
        "6 one-time code given out S:1/1 , S:1",
        "7 key enrolled: a new phone S:1/1 , S:1 S:1/1+",
    ];
    assert_eq!(rows.len(), told.len(), "{rows:?}");
    assert!(rows.iter().zip(told).all(|(row, told)| row.starts_with(told)), "{rows:?}");
    assert!(house.text("nl/A.html").contains("sleutel voor sleutels ingeschreven"));
    // Officers sign everywhere, and the front page says so.
    let front = house.text("en/index.html");
    assert!(
        front.contains("Who may sign") && front.contains("jansen+") && !front.contains("phone+")
    );
}

/// What a reader sees of a row.
fn words_of(row: &str) -> String {
    let text = row.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = text.collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" :", ":")
}

/// A night with an outcome, in which all stations but the last have reported; `last` votes for Red
/// come from there.
fn with_seats(seats: u64, candidates: u64, last: Option<u64>) -> House {
    let mut definition = definition();
    definition.head["outcome"] =
        serde_json::json!({"contest": "votes", "method": "nl-council", "seats": seats});
    definition.head["selections"]["lists"][1]["candidates"] = candidates.into();
    if candidates > 0 {
        let section = serde_json::json!({"id": "candidates", "name": "Candidates", "body": {
            "kind": "candidates", "contest": "votes", "presence": "optional"}});
        definition.head["forms"][0]["sections"].as_array_mut().unwrap().push(section);
    }
    let mut night = Night::of(definition);
    night.release("M");
    let blue = if candidates > 0 { " 2/1=3 2/2=57" } else { "" };
    night.returns("S:1", &format!("E.1=20 E.2=60{blue}"));
    night.returns(
        "S:2",
        &format!("E.1=0 E.2=0{}", if candidates > 0 { " 2/1=0 2/2=0" } else { "" }),
    );
    night.returns("S:3", "E.1=10");
    if let Some(votes) = last {
        night.returns("S:4", &format!("E.1={votes}"));
    }
    published(&night)
}

#[test]
fn seats_wait_for_the_last_station() {
    let page = with_seats(3, 0, None);
    assert!(!page.text("nl/index.html").contains("Zetels"));
    // 40 and 60 votes: one full seat and one, and the third by the largest surplus.
    let house = with_seats(3, 0, Some(10));
    for (path, words) in [
        ("nl/index.html", ["Zetels", "volle zetels", "grootste overschot"]),
        ("en/index.html", ["Seats", "full seats", "largest surplus"]),
    ] {
        let page = house.text(path);
        check_page(path, page);
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
        let row = "<tr><th scope=\"row\"><bdi>Blue</bdi></th><td class=\"number\">2</td></tr>";
        assert!(page.contains(row), "{page}");
        assert!(page.contains("<td>P 8</td>") && page.contains(">80/3</td>"), "{page}");
        assert!(!page.contains("<ol>"), "nobody can be said to be elected: {page}");
    }
}

#[test]
fn who_is_elected_is_told_with_the_way_there() {
    let mut house = with_seats(3, 2, Some(10));
    let page = house.text("nl/index.html").to_owned();
    // 57 votes are more than half of the quota; the list has nobody else but number 1.
    let list = "<ol><li>2 (met voorkeurstemmen)</li><li>1</li></ol>";
    assert!(page.contains(list), "{page}");
    house = with_seats(9, 2, Some(10));
    // Five seats for two people: three go round again.
    let page = house.text("en/index.html");
    assert!(page.contains("no candidate left"), "{page}");
    house = with_seats(1, 0, Some(30));
    let page = house.text("en/index.html");
    let lot =
        "a lot has to be drawn for who gets a seat, 1 of them · <bdi>Red</bdi> · <bdi>Blue</bdi>.";
    assert!(page.contains(lot), "{page}");
}
