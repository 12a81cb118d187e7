//! Forms with what is read of them and found wrong with them.

use std::collections::BTreeMap;

use election::{Election, Head, UnitTable};
use form::{Figure, Form, Forms, Returns};
use serde_json::{Map, Value, json};

use super::{dice, hold};

const TINY: &str = include_str!("../../../../../elections/tiny/election.json");
const TINY_UNITS: &str = include_str!("../../../../../elections/tiny/units.csv");
const IOWA: &str = include_str!("../../../../../elections/iowa-2020/election.json");
const IOWA_UNITS: &str = include_str!("../../../../../elections/iowa-2020/units.csv");

pub(super) type Counts = BTreeMap<String, i64>;

/// An election's forms, with the text of its head and its table of units.
struct Given {
    head: Value,
    units: UnitTable,
    forms: Forms,
}

impl Given {
    fn new(head: &str, units: UnitTable) -> Self {
        let election = Election::new(Head::from_json(head).unwrap(), &units).unwrap();
        let head = serde_json::from_str(head).unwrap();
        Self { head, units, forms: Forms::new(election).unwrap() }
    }

    /// A row: the form as typed, and what becomes of it.
    fn row(&self, unit: &str, counts: &Counts) -> Value {
        let form = Form { unit, counts: counts.iter().map(|(code, n)| (code.as_str(), *n)) };
        let closed = form.close(&self.forms);
        let why = closed.as_ref().err().map(ToString::to_string);
        let read = closed.as_ref().ok();
        json!({
            "unit": unit, "counts": counts, "why": why,
            "figures": read.map(|returns| self.figures(returns)),
            "findings": read.map(|returns| self.findings(returns)),
        })
    }

    fn figures(&self, returns: &Returns) -> Map<String, Value> {
        let layout = &self.forms.layouts()[returns.form()];
        let fields = layout.fields.iter().zip(returns.counts());
        let known = fields.filter_map(|(field, count)| {
            Some((field.code.to_string(), json!(count.as_ref()?.get())))
        });
        known.collect()
    }

    fn findings(&self, returns: &Returns) -> Vec<Value> {
        let figure = |figure: &Figure| match figure {
            Figure::Number(number) => json!(number),
            Figure::Text(text) => json!(text),
        };
        let languages = &self.forms.election().head().languages;
        let rows = returns.findings().iter().map(|finding| {
            json!({
                "code": self.forms.code(finding.rule),
                "fields": self.forms.field_codes(finding),
                "expected": figure(&finding.expected),
                "found": figure(&finding.found),
                "text": self.forms.sentence(finding, &languages[0]),
            })
        });
        rows.collect()
    }

    fn vector(&self, rows: &[Value]) -> Value {
        json!({"head": self.head, "units": self.units, "forms": rows})
    }
}

#[test]
fn forms() {
    hold("forms-dutch", &dutch());
    hold("forms-caucus", &caucus());
    hold("forms-every-check", &every_check());
}

/// A form of a polling station with one or two figures changed, and forms that cannot be read.
fn dutch() -> Value {
    let given = Given::new(TINY, UnitTable::from_csv(TINY_UNITS).unwrap());
    let good = good_counts();
    let mut rows =
        vec![given.row("9999::SB1", &good), given.row("nobody", &good), given.row("9999", &good)];
    for code in good.keys() {
        rows.push(given.row("9999::SB1", &changed(&good, code, Some(17))));
        rows.push(given.row("9999::BSB1", &changed(&good, code, None)));
    }
    for number in [-1, 1_000_000_000, 999_999_999] {
        rows.push(given.row("9999::SB1", &changed(&good, "A", Some(number))));
    }
    rows.push(given.row("9999::SB1", &changed(&good, "X", Some(1))));
    let zeros: Counts = good.keys().map(|code| (code.clone(), 0)).collect();
    rows.push(given.row("9999::SB1", &zeros));
    given.vector(&rows)
}

/// A form that adds up.
pub(super) fn good_counts() -> Counts {
    let good = "Z=1205 A=700 B=61 C=0 D=761 E.1=301 E.2=251 E.3=198 E=750 F=6 G=5 H=761 equal=1 more=0 fewer=0 \
        I=0 J=0 taken=0 few_handed=0 many_handed=0 no_postal=0 many_postal=0 lost=0 unexplained=0 other=0 \
        explained_yes=0 explained_no=0 1/1=201 1/2=64 1/3=36 2/1=142 2/2=71 2/3=38 3/1=120 3/2=55 3/3=23 \
        T.1=301 T.2=251 T.3=198";
    counts(good)
}

/// Worksheets of invented rooms in units of the caucus night.
fn caucus() -> Value {
    let (head, units, rooms) = rooms(60);
    let given = Given::new(&head.to_string(), units);
    let rows = rooms.iter().map(|(unit, counts)| given.row(unit, counts));
    given.vector(&rows.collect::<Vec<_>>())
}

/// The caucus night's definition with a few of its units, and a room in each.
pub(super) fn rooms(few: usize) -> (Value, UnitTable, Vec<(String, Counts)>) {
    let all = UnitTable::from_csv(IOWA_UNITS).unwrap();
    let whole = Given::new(IOWA, all.clone());
    let form_units: Vec<(String, usize)> = leaves(&whole.forms);
    let chosen: Vec<(String, usize)> =
        form_units.iter().step_by(form_units.len() / few).cloned().collect();
    let units = only(&whole.forms, &all, &chosen);
    let given = Given::new(IOWA, units.clone());
    let room = |(unit, form): &(String, usize)| (unit.clone(), room(&given.forms, *form, unit));
    let rooms = chosen.iter().map(room).collect();
    (given.head, units, rooms)
}

fn leaves(forms: &Forms) -> Vec<(String, usize)> {
    let election = forms.election();
    let expected = election.units().all().filter(|(index, _)| election.is_expected(*index));
    expected.map(|(index, unit)| (unit.id.to_string(), forms.of(index).unwrap().0)).collect()
}

/// The table with these units and all above them.
fn only(forms: &Forms, all: &UnitTable, chosen: &[(String, usize)]) -> UnitTable {
    let units = forms.election().units();
    let mut kept = std::collections::BTreeSet::new();
    for (id, _) in chosen {
        kept.extend(
            units.upwards(units.find(id).unwrap()).map(|unit| units.get(unit).id.to_string()),
        );
    }
    let at = all.columns.iter().position(|column| column == "id").unwrap();
    let rows = all.rows.iter().filter(|row| kept.contains(row.get(at).unwrap()));
    let rows = rows.map(|row| row.cells()).collect();
    UnitTable { columns: all.columns.clone(), rows }
}

/// Few groups with few people, so that many are tied or close to viable; awards of whole delegates.
fn room(forms: &Forms, form: usize, unit: &str) -> Counts {
    let fields = forms.layouts()[form].fields.iter().filter(|field| field.is_on_paper());
    let units = forms.election().units();
    let [state, total] = ["county_state_delegates", "county_total_delegates"].map(|id| {
        units.number(units.find(unit).unwrap(), units.attribute(id).unwrap()).unwrap_or(1)
    });
    let figure = |code: &str| {
        let (section, group) = code.split_once('.').unwrap();
        let there = dice(&format!("{unit} {group}"), 4) == 0;
        let people = if there { dice(&format!("{unit} {group} people"), 30) } else { 0 };
        let moved = dice(&format!("{unit} {group} moved"), 5);
        match section {
            "first" => people,
            "final" => people + if there { moved } else { 0 },
            _ => (people / 7 * 10_000 * state + total / 2) / total,
        }
    };
    let cells =
        fields.map(|field| (field.code.to_string(), i64::try_from(figure(&field.code)).unwrap()));
    cells.collect()
}

/// A form made for this: every kind of check over figures of 0 to 4, some of them unknown.
fn every_check() -> Value {
    let head = made_up().to_string();
    let units = "id,kind,parent,name,above,below\nM,whole,,M,,\nS,station,M,S,3,2\nT,station,M,T,0,1\nU,other,M,U,,1\n";
    let given = Given::new(&head, UnitTable::from_csv(units).unwrap());
    let codes = ["a", "b", "c", "t", "x", "y", "L.1", "L.2", "K.1", "K.2", "1/1", "1/2", "2/1"];
    let rows = (0..60).map(|number: u32| {
        let unit = ["S", "T", "U"][number as usize % 3];
        let stands = |code: &str| unit == "S" || !(code.ends_with(".2") || code.starts_with("2/"));
        let known = |code: &str| dice(&format!("{number} {code} known"), 5) > 0;
        let most = |code: &str| if ["x", "y"].contains(&code) { 2 } else { 5 };
        let value = |code: &str| dice(&format!("{number} {code}"), most(code)).cast_signed();
        let filled = codes.into_iter().filter(|code| stands(code) && known(code));
        given.row(unit, &filled.map(|code| (code.to_owned(), value(code))).collect())
    });
    // With the first of these a rule ends the checks, with the second it does not.
    let ended =
        ["a=1 b=0 c=0 1/1=3", "a=1 b=1 c=0 1/1=3"].map(|cells| given.row("S", &counts(cells)));
    given.vector(&rows.chain(ended).collect::<Vec<_>>())
}

fn made_up() -> Value {
    let kind = |id: &str| json!({"id": id, "one": "", "many": ""});
    let field = |code: &str, more: Value| {
        merged(json!({"code": code, "name": "", "presence": "optional"}), more)
    };
    let lists = |id: &str, prefix: &str, source: &str| {
        json!({"id": id, "name": "", "body": {
        "kind": "selections", "contest": "votes", "prefix": prefix, "source": source, "presence": "optional"}})
    };
    let plain = ["a", "b", "c", "t"].map(|code| field(code, json!({})));
    let ticks = ["x", "y"].map(|code| field(code, json!({"at_most": 1})));
    let sum = field("sum", json!({"sum": ["a", "@lists"]}));
    let fields: Vec<Value> = plain.into_iter().chain(ticks).chain([sum]).collect();
    let moment = "2025-10-29T20:00:00Z";
    json!({
        "id": "checks", "name": "", "languages": ["en"],
        "calendar": {"zone": "UTC", "polls_close": moment, "release": moment},
        "kinds": [kind("whole"), kind("station"), kind("other")],
        "attributes": [{"id": "above", "kind": "count"}, {"id": "below", "kind": "count"}],
        "selections": {"lists": [
            {"id": "1", "name": "", "candidates": 2},
            {"id": "2", "name": "", "candidates": ["N"], "in": ["S"]},
        ]},
        "contests": [
            {"id": "votes", "name": "", "selections": "lists"},
            {"id": "parts", "name": "", "selections": "lists", "decimals": 1},
        ],
        "forms": [{"id": "f", "name": "", "kinds": ["station", "other"], "rules": rules(), "sections": [
            {"id": "plain", "name": "", "body": {"kind": "fields", "fields": fields}},
            lists("lists", "L.", "tally"), lists("control", "K.", "control"),
            {"id": "people", "name": "", "body": {"kind": "candidates", "contest": "votes", "presence": "optional"}},
            {"id": "parts", "name": "", "body": {"kind": "quotient", "contest": "parts", "prefix": "Q.", "quotient": {
                "section": "lists", "numerator": "above", "denominator": "below"}}},
        ]}],
        "signatures": {"channels": {}, "officers": 1},
    })
}

fn rules() -> Vec<Value> {
    let when = json!({"left": "a", "is": "more", "right": "b"});
    let checks = [
        json!({"kind": "sum-equals", "parts": ["a", "b"], "total": "t"}),
        json!({"kind": "sums-equal", "left": ["@lists"], "right": ["@control"]}),
        json!({"kind": "sum-at-most", "parts": ["a", "b"], "limit": ["c", "t"]}),
        json!({"kind": "total-given", "total": "t", "parts": ["a", "b"]}),
        json!({"kind": "tick-true", "tick": "x", "when": when}),
        json!({"kind": "one-ticked", "ticks": ["x", "y"]}),
        json!({"kind": "one-ticked", "ticks": ["x", "y"], "when": {"left": "a", "is": "unequal", "right": "b"}}),
        json!({"kind": "zero-when", "fields": ["c", "t"], "when": {"left": "a", "is": "equal", "right": "b"}}),
        json!({"kind": "difference-is", "field": "t", "larger": "a", "smaller": "b"}),
        json!({"kind": "share-below", "part": "a", "whole": "t", "share": "1/3"}),
        json!({"kind": "difference-below", "left": "a", "right": "b", "whole": "t", "share": "1/2", "count": 3}),
        json!({"kind": "not-zero", "field": "c"}),
        json!({"kind": "at-most", "field": "a", "limit": "t"}),
        json!({"kind": "both-or-neither", "some": ["a"], "also": ["b", "c"]}),
        json!({"kind": "not-all-zero", "of": ["a", "b"]}),
        json!({"kind": "list-totals-given", "totals": "lists", "candidates": "people"}),
        json!({"kind": "list-sums", "totals": "lists", "candidates": "people"}),
        json!({"kind": "lists-equal", "left": "lists", "right": "control"}),
        json!({"kind": "zero-when", "fields": ["a"], "when": {"left": "x", "is": "fewer", "right": "y"}}),
    ];
    let text = "{fields}: {expected}, not {found}";
    let rule = |(number, check): (usize, Value)| {
        let only = if number % 5 == 4 { vec!["other"] } else { vec![] };
        let then = if number == 13 { "stop" } else { "go-on" };
        json!({"code": format!("R{number}"), "severity": "error", "source": "", "check": check, "text": text, "only": only, "then": then})
    };
    checks.into_iter().enumerate().map(rule).collect()
}

fn merged(mut into: Value, more: Value) -> Value {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
    into
}

fn counts(cells: &str) -> Counts {
    let cells = cells.split_whitespace().map(|cell| cell.split_once('=').unwrap());
    cells.map(|(code, number)| (code.to_owned(), number.parse().unwrap())).collect()
}

fn changed(counts: &Counts, code: &str, number: Option<i64>) -> Counts {
    let mut counts = counts.clone();
    counts.remove(code);
    counts.extend(number.map(|number| (code.to_owned(), number)));
    counts
}
