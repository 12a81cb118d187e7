//! The checks of a Dutch polling station's form (Model N 10-1; Na 31-2, annex 1).

use serde_json::{Value, json};

use super::{findings, forms, rule};
use crate::Forms;

fn dutch() -> Forms {
    let section = |id: &str, body: Value| json!({"id": id, "name": "", "body": body});
    let fields = |id: &str, codes: &[(&str, &str)]| {
        let field = |(code, presence): &(&str, &str)| match *presence {
            "tick" => json!({"code": code, "name": "", "at_most": 1}),
            presence => json!({"code": code, "name": "", "presence": presence}),
        };
        let fields: Vec<Value> = codes.iter().map(field).collect();
        section(id, json!({"kind": "fields", "fields": fields}))
    };
    let lists = |id: &str, prefix: &str, source: &str, presence: &str| {
        section(
            id,
            json!({
                "kind": "selections", "contest": "votes", "prefix": prefix,
                "source": source, "presence": presence,
            }),
        )
    };
    let (must, may, tick) = ("required", "optional", "tick");
    let voters = [("Z", may), ("A", must), ("B", must), ("C", may), ("D", must)];
    let totals = [("E", may), ("F", must), ("G", must), ("H", must)];
    let ticks = [("same", tick), ("more", tick), ("fewer", tick), ("yes", tick), ("no", tick)];
    let sections = json!([
        fields("voters", &voters),
        lists("lists", "E.", "tally", must),
        fields("totals", &totals),
        fields("ticks", &ticks),
        fields("difference", &[("I", must), ("J", must)]),
        section("candidates", json!({"kind": "candidates", "contest": "votes"})),
        lists("pages", "T.", "control", may),
    ]);
    forms(&sections, &rules())
}

fn rules() -> Value {
    let when = |left: &str, is: &str, right: &str| json!({"left": left, "is": is, "right": right});
    let (same, more, fewer) =
        (when("D", "equal", "H"), when("H", "more", "D"), when("H", "fewer", "D"));
    let tick = |tick: &str, when: &Value| json!({"kind": "tick-true", "tick": tick, "when": when});
    let zero =
        |fields: Value, when: &Value| json!({"kind": "zero-when", "fields": fields, "when": when});
    let difference = |field: &str, larger: &str, smaller: &str| json!({"kind": "difference-is", "field": field, "larger": larger, "smaller": smaller});
    let share =
        |part: &str| json!({"kind": "share-below", "part": part, "whole": "H", "share": "3/100"});
    let pages = |kind: &str| json!({"kind": kind, "totals": "pages", "candidates": "candidates"});
    let rows = [
        ("F.201", json!({"kind": "sum-equals", "parts": ["A", "B", "C"], "total": "D"})),
        ("F.202", json!({"kind": "sum-equals", "parts": ["@lists"], "total": "E"})),
        ("F.203", json!({"kind": "sum-equals", "parts": ["E", "F", "G"], "total": "H"})),
        ("F.204", json!({"kind": "total-given", "total": "E", "parts": ["@lists"]})),
        ("F.301", tick("same", &same)),
        ("F.302", tick("more", &more)),
        ("F.303", tick("fewer", &fewer)),
        ("F.304", json!({"kind": "one-ticked", "ticks": ["same", "more", "fewer"]})),
        ("F.305", zero(json!(["I", "J"]), &same)),
        ("F.306", difference("I", "H", "D")),
        ("F.307", zero(json!(["J"]), &more)),
        ("F.308", difference("J", "D", "H")),
        ("F.309", zero(json!(["I"]), &fewer)),
        (
            "F.310",
            json!({"kind": "one-ticked", "ticks": ["yes", "no"], "when": when("D", "unequal", "H")}),
        ),
        ("F.401", pages("list-totals-given")),
        ("F.402", pages("list-sums")),
        ("F.403", json!({"kind": "lists-equal", "left": "pages", "right": "lists"})),
        ("W.201", share("F")),
        ("W.202", share("G")),
        (
            "W.203",
            json!({
                "kind": "difference-below", "left": "D", "right": "H", "whole": "H",
                "share": "1/50", "count": 15,
            }),
        ),
        ("W.204", json!({"kind": "not-zero", "field": "H"})),
        ("W.205", json!({"kind": "not-zero", "field": "Z"})),
        ("W.206", json!({"kind": "at-most", "field": "A", "limit": "Z"})),
    ];
    rows.iter().map(|(code, check)| rule(code, check)).collect()
}

/// A form of 1,000 votes that closes.
const CLOSES: &str = "Z=1200 A=900 B=90 C=10 D=1000 E.1=600 E.2=380 E=980 F=10 G=10 H=1000 \
                      same=1 more=0 fewer=0 yes=0 no=0 I=0 J=0 \
                      1/1=400 1/2=200 2/1=380 T.1=600 T.2=380";

/// The form that closes with some fields replaced, or left out (`C=-`).
fn with(changes: &str) -> String {
    let cell = |cell: &'static str| {
        let (code, _) = cell.split_once('=').unwrap();
        let change = changes.split_whitespace().find(|c| c.split_once('=').unwrap().0 == code);
        change.unwrap_or(cell).to_owned()
    };
    let cells = CLOSES.split_whitespace().map(cell).filter(|cell| !cell.ends_with("=-"));
    cells.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(changes: &str, expected: &[&str]) {
    assert_eq!(findings(&dutch(), "S", &with(changes)), expected, "{changes:?}");
}

#[test]
fn the_form_closes() {
    check("", &[]);
}

#[test]
fn f_201_cards_and_proxies_make_up_the_admitted() {
    check("A=899", &["F.201 [A B C D]: expected 999, found 1000"]);
    check("C=11", &["F.201 [A B C D]: expected 1001, found 1000"]);
    // Where nobody may vote outside their municipality there are no voter cards.
    check("C=- A=910", &[]);
    check("C=-", &["F.201 [A B C D]: expected 990, found 1000"]);
}

#[test]
fn f_202_to_204_lists_make_up_the_votes() {
    check("E.1=601 1/1=401 T.1=601", &["F.202 [E.1 E.2 E]: expected 981, found 980"]);
    check("G=11", &["F.203 [E F G H]: expected 1001, found 1000"]);
    check("E=-", &["F.203 [E F G H]: expected 20, found 1000", "F.204 [E]: expected 980, found —"]);
    check(
        "E=- E.1=0 E.2=0 1/1=0 1/2=0 2/1=0 T.1=0 T.2=0 F=0 G=0 H=0 A=0 B=0 C=0 D=0",
        &["W.204 [H]: expected 1, found 0"],
    );
}

#[test]
fn f_301_to_304_one_true_tick() {
    check("same=0", &["F.304 [same more fewer]: expected 1, found 0"]);
    check(
        "same=1 more=1",
        &[
            "F.302 [more H D]: expected 1000, found 1000",
            "F.304 [same more fewer]: expected 1, found 2",
        ],
    );
    check("same=0 fewer=1", &["F.303 [fewer H D]: expected 1000, found 1000"]);
    check("A=901 D=1001 J=1 yes=1", &["F.301 [same D H]: expected 1001, found 1000"]);
}

#[test]
fn f_305_no_difference_to_explain() {
    check("I=1", &["F.305 [I J]: expected 0, found 1"]);
    check("J=2", &["F.305 [I J]: expected 0, found 2"]);
}

#[test]
fn f_306_and_307_more_counted_than_admitted() {
    // H is 3 more than D.
    let more = "A=897 D=997 same=0 more=1 no=1";
    check(&format!("{more} I=3"), &[]);
    check(&format!("{more} I=2"), &["F.306 [I H D]: expected 3, found 2"]);
    check(&format!("{more} I=3 J=1"), &["F.307 [J]: expected 0, found 1"]);
    check(
        &format!("{more} J=3"),
        &["F.306 [I H D]: expected 3, found 0", "F.307 [J]: expected 0, found 3"],
    );
}

#[test]
fn f_308_and_309_fewer_counted_than_admitted() {
    let fewer = "A=903 D=1003 same=0 fewer=1 yes=1";
    check(&format!("{fewer} J=3"), &[]);
    check(&format!("{fewer} J=4"), &["F.308 [J D H]: expected 3, found 4"]);
    check(&format!("{fewer} J=3 I=1"), &["F.309 [I]: expected 0, found 1"]);
}

#[test]
fn f_310_the_question_is_answered_once() {
    let fewer = "A=903 D=1003 same=0 fewer=1 J=3";
    check(&format!("{fewer} yes=1"), &[]);
    check(&format!("{fewer} no=1"), &[]);
    check(fewer, &["F.310 [yes no]: expected 1, found 0"]);
    check(&format!("{fewer} yes=1 no=1"), &["F.310 [yes no]: expected 1, found 2"]);
    // Without a difference nobody asks.
    check("yes=1 no=1", &[]);
}

#[test]
fn f_401_to_403_candidates_make_up_their_list() {
    check("T.1=-", &["F.401 [T.1]: expected 600, found —"]);
    check("1/1=401", &["F.402 [T.1]: expected 601, found 600"]);
    check(
        "T.2=381",
        &["F.402 [T.2]: expected 380, found 381", "F.403 [T.2 E.2]: expected 381, found 380"],
    );
    check("T.2=381 2/1=381", &["F.403 [T.2 E.2]: expected 381, found 380"]);
}

#[test]
fn w_201_and_202_three_per_cent_blank_or_invalid() {
    check("F=29 E=961 E.1=581 T.1=581 1/1=381", &[]);
    check("F=30 E=960 E.1=580 T.1=580 1/1=380", &["W.201 [F H]: expected 30, found 30"]);
    check("G=29 E=961 E.1=581 T.1=581 1/1=381", &[]);
    check("G=30 E=960 E.1=580 T.1=580 1/1=380", &["W.202 [G H]: expected 30, found 30"]);
    // 3 % of 1,001 is 30.03, so 31.
    let one_more = "A=901 D=1001 H=1001";
    check(&format!("{one_more} F=30 E=961 E.1=581 T.1=581 1/1=381"), &[]);
    check(
        &format!("{one_more} F=31 E=960 E.1=580 T.1=580 1/1=380"),
        &["W.201 [F H]: expected 31, found 31"],
    );
}

#[test]
fn w_203_a_difference_of_two_per_cent_or_fifteen() {
    let fewer = "same=0 fewer=1 yes=1";
    check(&format!("{fewer} A=914 D=1014 J=14"), &[]);
    check(&format!("{fewer} A=915 D=1015 J=15"), &["W.203 [D H]: expected 15, found 15"]);
    let more = "same=0 more=1 yes=1";
    check(&format!("{more} A=886 D=986 I=14"), &[]);
    check(&format!("{more} A=885 D=985 I=15"), &["W.203 [D H]: expected 15, found 15"]);
    // Of 100 votes two are enough.
    let small = "E.1=60 1/1=40 1/2=20 T.1=60 E.2=38 2/1=38 T.2=38 E=98 F=1 G=1 H=100 B=0 C=0";
    check(&format!("{fewer} {small} A=101 D=101 J=1"), &[]);
    check(&format!("{fewer} {small} A=102 D=102 J=2"), &["W.203 [D H]: expected 2, found 2"]);
}

#[test]
fn w_204_to_206_voters() {
    let empty = "A=0 B=0 C=0 E.1=0 E.2=0 E=0 F=0 G=0 H=0 1/1=0 1/2=0 2/1=0 T.1=0 T.2=0";
    check(&format!("{empty} D=0"), &["W.204 [H]: expected 1, found 0"]);
    check("Z=0", &["W.205 [Z]: expected 1, found 0"]);
    check("Z=-", &[]);
    check("Z=900", &[]);
    check("Z=899", &["W.206 [A Z]: expected 899, found 900"]);
}
