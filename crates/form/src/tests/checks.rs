//! Each kind of check alone: a form of optional fields, one rule, and what it finds.

use serde_json::{Value, json};

use super::{definition, fields, findings, forms, read, rule};

/// One rule on the fields a to f; an empty text is no finding.
#[track_caller]
fn check(check: &Value, rows: &[(&str, &str)]) {
    let forms = forms(&json!([fields("a b c d e f")]), &json!([rule("X", check)]));
    for (counts, expected) in rows {
        assert_eq!(findings(&forms, "S", counts).join("; "), *expected, "{counts:?}");
    }
}

#[test]
fn parts_add_up_to_the_total() {
    check(
        &json!({"kind": "sum-equals", "parts": ["a", "b"], "total": "c"}),
        &[
            ("a=1 b=2 c=3", ""),
            ("a=1 b=2 c=4", "X [a b c]: expected 3, found 4"),
            ("a=1 b=2 c=0", "X [a b c]: expected 3, found 0"),
            // A part that is left out is nothing to add as long as another is there.
            ("a=3 c=3", ""),
            ("a=1 c=3", "X [a b c]: expected 1, found 3"),
            // Nothing known to add, or no total: nothing to say.
            ("c=3", ""),
            ("a=1 b=2", ""),
            ("", ""),
        ],
    );
}

#[test]
fn both_sides_add_up_to_the_same() {
    check(
        &json!({"kind": "sums-equal", "left": ["a", "b"], "right": ["c", "d"]}),
        &[
            ("a=1 b=2 c=3 d=0", ""),
            ("a=1 b=2 c=3 d=1", "X [a b c d]: expected 3, found 4"),
            ("a=1 c=3 d=1", ""),
            ("a=1 b=2 c=4", ""),
        ],
    );
}

#[test]
fn parts_add_up_to_no_more_than_the_limit() {
    check(
        &json!({"kind": "sum-at-most", "parts": ["a", "b"], "limit": ["c", "d"]}),
        &[
            ("a=1 b=2 c=3 d=0", ""),
            ("a=1 b=1 c=3 d=0", ""),
            ("a=2 b=2 c=3 d=0", "X [a b]: expected 3, found 4"),
            ("a=9 c=3 d=0", ""),
            ("a=9 b=9 c=3", ""),
        ],
    );
}

#[test]
fn a_total_is_given_when_a_part_has_votes() {
    check(
        &json!({"kind": "total-given", "total": "c", "parts": ["a", "b"]}),
        &[
            ("a=1 b=2 c=9", ""),
            ("a=1 b=2 c=0", ""),
            ("a=1 b=2", "X [c]: expected 3, found —"),
            ("b=2", "X [c]: expected 2, found —"),
            ("a=0 b=0", ""),
            ("", ""),
        ],
    );
}

#[test]
fn a_tick_is_true() {
    check(
        &json!({"kind": "tick-true", "tick": "a", "when": {"left": "b", "is": "more", "right": "c"}}),
        &[
            ("a=1 b=2 c=1", ""),
            ("a=1 b=1 c=1", "X [a b c]: expected 1, found 1"),
            ("a=1 b=1 c=2", "X [a b c]: expected 1, found 2"),
            ("a=0 b=1 c=2", ""),
            ("b=1 c=2", ""),
            ("a=1 b=1", ""),
        ],
    );
}

#[test]
fn a_comparison_is_one_of_four() {
    for (is, less, same, more) in
        [("equal", 1, 0, 1), ("more", 1, 1, 0), ("fewer", 0, 1, 1), ("unequal", 0, 1, 0)]
    {
        let when = json!({"left": "b", "is": is, "right": "c"});
        let rule = rule("X", &json!({"kind": "tick-true", "tick": "a", "when": when}));
        let forms = forms(&json!([fields("a b c")]), &json!([rule]));
        let found = |counts| findings(&forms, "S", counts).len();
        assert_eq!(found("a=1 b=1 c=2"), less, "1 {is} 2");
        assert_eq!(found("a=1 b=2 c=2"), same, "2 {is} 2");
        assert_eq!(found("a=1 b=3 c=2"), more, "3 {is} 2");
    }
}

#[test]
fn exactly_one_box_is_ticked() {
    check(
        &json!({"kind": "one-ticked", "ticks": ["a", "b"]}),
        &[
            ("a=1 b=0", ""),
            ("b=1", ""),
            ("a=0 b=0", "X [a b]: expected 1, found 0"),
            ("a=1 b=1", "X [a b]: expected 1, found 2"),
            ("", "X [a b]: expected 1, found 0"),
        ],
    );
    let when = json!({"left": "c", "is": "unequal", "right": "d"});
    check(
        &json!({"kind": "one-ticked", "ticks": ["a", "b"], "when": when}),
        &[
            ("a=0 b=0 c=1 d=1", ""),
            ("a=1 b=1 c=1 d=1", ""),
            ("a=0 b=0 c=1 d=2", "X [a b]: expected 1, found 0"),
            ("a=1 b=0 c=1 d=2", ""),
            ("a=0 b=0 c=1", ""),
        ],
    );
}

#[test]
fn fields_are_zero_when_asked() {
    let when = json!({"left": "c", "is": "equal", "right": "d"});
    check(
        &json!({"kind": "zero-when", "fields": ["a", "b"], "when": when}),
        &[
            ("a=0 b=0 c=1 d=1", ""),
            ("a=0 b=2 c=1 d=1", "X [a b]: expected 0, found 2"),
            ("a=3 b=2 c=1 d=1", "X [a b]: expected 0, found 3"),
            ("a=3 b=2 c=1 d=2", ""),
            ("b=2 c=1 d=1", "X [a b]: expected 0, found 2"),
            ("a=3 b=2 c=1", ""),
        ],
    );
}

#[test]
fn a_field_holds_the_difference() {
    check(
        &json!({"kind": "difference-is", "field": "a", "larger": "b", "smaller": "c"}),
        &[
            ("a=3 b=10 c=7", ""),
            ("a=4 b=10 c=7", "X [a b c]: expected 3, found 4"),
            ("a=0 b=10 c=7", "X [a b c]: expected 3, found 0"),
            // Not larger: another check asks.
            ("a=4 b=7 c=7", ""),
            ("a=4 b=7 c=10", ""),
            ("b=10 c=7", ""),
            ("a=4 b=10", ""),
        ],
    );
}

#[test]
fn a_part_stays_below_its_share() {
    check(
        &json!({"kind": "share-below", "part": "a", "whole": "b", "share": "3/100"}),
        &[
            ("a=2 b=100", ""),
            ("a=3 b=100", "X [a b]: expected 3, found 3"),
            ("a=3 b=101", ""),
            ("a=4 b=101", "X [a b]: expected 4, found 4"),
            ("a=0 b=0", ""),
            ("a=5 b=0", ""),
            ("a=999999999 b=999999999", "X [a b]: expected 30000000, found 999999999"),
            ("a=5", ""),
            ("b=5", ""),
        ],
    );
}

#[test]
fn a_difference_stays_below_a_share_and_below_a_number() {
    let check_of = |share: &str, count: u64| {
        json!({
            "kind": "difference-below",
            "left": "a", "right": "b", "whole": "b", "share": share, "count": count,
        })
    };
    check(
        &check_of("1/50", 15),
        &[
            ("a=100 b=100", ""),
            ("a=101 b=100", ""),
            ("a=102 b=100", "X [a b]: expected 2, found 2"),
            ("a=98 b=100", "X [a b]: expected 2, found 2"),
            ("a=103 b=101", ""),
            ("a=104 b=101", "X [a b]: expected 3, found 3"),
            ("a=1014 b=1000", ""),
            ("a=1015 b=1000", "X [a b]: expected 15, found 15"),
            ("a=985 b=1000", "X [a b]: expected 15, found 15"),
            ("a=0 b=0", ""),
            ("a=1 b=0", "X [a b]: expected 0, found 1"),
            ("a=100", ""),
        ],
    );
}

#[test]
fn a_field_is_not_zero() {
    check(
        &json!({"kind": "not-zero", "field": "a"}),
        &[("a=1", ""), ("a=0", "X [a]: expected 1, found 0"), ("", "")],
    );
}

#[test]
fn a_field_is_at_most_its_limit() {
    check(
        &json!({"kind": "at-most", "field": "a", "limit": "b"}),
        &[
            ("a=5 b=5", ""),
            ("a=6 b=5", "X [a b]: expected 5, found 6"),
            ("a=6 b=0", ""),
            ("a=6", ""),
            ("b=5", ""),
        ],
    );
}

#[test]
fn where_one_sum_is_there_the_other_is_too() {
    check(
        &json!({"kind": "both-or-neither", "some": ["a", "b"], "also": ["c", "d"]}),
        &[
            ("a=1 b=0 c=0 d=1", ""),
            ("a=1 b=2 c=0 d=0", "X [c d]: expected 3, found 0"),
            ("a=0 b=0 c=0 d=0", ""),
            ("a=0 b=0 c=1 d=0", ""),
            ("a=1 b=2 c=0", ""),
        ],
    );
}

#[test]
fn not_every_figure_is_zero() {
    check(
        &json!({"kind": "not-all-zero", "of": ["a", "b"]}),
        &[("a=0 b=1", ""), ("a=0 b=0", "X []: expected 1, found 0"), ("a=0", ""), ("", "")],
    );
}

/// Totals `T.`, a second figure `E.` and the candidates of two lists.
fn lists(check: &Value) -> crate::Forms {
    let selections = |id: &str, prefix: &str, source: &str| {
        json!({"id": id, "name": "", "body": {
            "kind": "selections", "contest": "votes", "prefix": prefix,
            "source": source, "presence": "optional",
        }})
    };
    let candidates = json!({"kind": "candidates", "contest": "votes", "presence": "optional"});
    let sections = json!([
        selections("totals", "T.", "tally"),
        selections("again", "E.", "control"),
        {"id": "candidates", "name": "", "body": candidates},
    ]);
    forms(&sections, &json!([rule("X", check)]))
}

#[track_caller]
fn check_lists(check: &Value, rows: &[(&str, &str)]) {
    let forms = lists(check);
    for (counts, expected) in rows {
        assert_eq!(findings(&forms, "S", counts).join("; "), *expected, "{counts:?}");
    }
}

#[test]
fn the_total_of_a_list_is_given() {
    check_lists(
        &json!({"kind": "list-totals-given", "totals": "totals", "candidates": "candidates"}),
        &[
            ("T.1=3 T.2=1 1/1=1 1/2=2 2/1=1", ""),
            ("T.2=1 1/1=1 1/2=2 2/1=1", "X [T.1]: expected 3, found —"),
            ("1/2=2 2/1=1", "X [T.1]: expected 2, found —; X [T.2]: expected 1, found —"),
            ("1/1=0 1/2=0", ""),
            ("T.1=0 1/1=5", ""),
            ("", ""),
        ],
    );
}

#[test]
fn candidates_add_up_to_the_total_of_their_list() {
    check_lists(
        &json!({"kind": "list-sums", "totals": "totals", "candidates": "candidates"}),
        &[
            ("T.1=3 T.2=1 1/1=1 1/2=2 2/1=1", ""),
            ("T.1=4 T.2=1 1/1=1 1/2=2 2/1=1", "X [T.1]: expected 3, found 4"),
            // The votes of one list do not make up for another's.
            (
                "T.1=2 T.2=2 1/1=1 1/2=2 2/1=1",
                "X [T.1]: expected 3, found 2; X [T.2]: expected 1, found 2",
            ),
            ("T.1=9 1/1=1", ""),
            ("1/1=1 1/2=2", ""),
        ],
    );
}

#[test]
fn two_sections_have_the_same_figure_for_every_list() {
    check_lists(
        &json!({"kind": "lists-equal", "left": "totals", "right": "again"}),
        &[
            ("T.1=3 E.1=3 T.2=1 E.2=1", ""),
            (
                "T.1=3 E.1=1 T.2=1 E.2=3",
                "X [T.1 E.1]: expected 3, found 1; X [T.2 E.2]: expected 1, found 3",
            ),
            ("T.1=3 E.2=1", ""),
        ],
    );
}

#[test]
fn a_rule_asks_only_the_kinds_it_names() {
    let mut not_zero = rule("X", &json!({"kind": "not-zero", "field": "a"}));
    not_zero["only"] = json!(["postal"]);
    let forms = forms(&json!([fields("a")]), &json!([not_zero]));
    assert_eq!(findings(&forms, "S", "a=0"), [""; 0]);
    assert_eq!(findings(&forms, "P", "a=0"), ["X [a]: expected 1, found 0"]);
}

#[test]
fn a_rule_that_stops_ends_the_checks_only_when_it_fails() {
    let mut first = rule("1", &json!({"kind": "not-zero", "field": "a"}));
    first["then"] = json!("stop");
    let second = rule("2", &json!({"kind": "not-zero", "field": "b"}));
    let forms = forms(&json!([fields("a b")]), &json!([second, first, second]));
    for (counts, codes) in
        [("a=0 b=0", "2 1"), ("a=1 b=0", "2 2"), ("a=0 b=1", "1"), ("a=1 b=1", "")]
    {
        let found = findings(&forms, "S", counts);
        let found: Vec<_> = found.iter().filter_map(|text| text.split(' ').next()).collect();
        assert_eq!(found.join(" "), codes, "{counts}");
    }
}

#[test]
fn a_finding_says_what_and_where_in_every_language() {
    let mut sum = rule("F.201", &json!({"kind": "sum-equals", "parts": ["a", "b"], "total": "c"}));
    sum["severity"] = json!("warning");
    sum["source"] = json!("Kieswet N 10");
    sum["text"] = json!({
        "nl": "{fields}: samen {expected}, er staat {found}",
        "en": "{fields}: {expected} in all, it says {found}",
    });
    let forms = read(&definition(&json!([fields("a b c")]), &json!([sum])), super::UNITS).unwrap();
    let returns = super::close(&forms, "S", "a=1 b=2 c=4").unwrap();
    let [finding] = returns.findings() else { panic!("{:?}", returns.findings()) };
    assert_eq!(forms.sentence(finding, &"nl".into()), "a, b, c: samen 3, er staat 4");
    assert_eq!(forms.sentence(finding, &"en".into()), "a, b, c: 3 in all, it says 4");
    assert_eq!(forms.severity(finding.rule), election::Severity::Warning);
    assert_eq!(forms.source(finding.rule), "Kieswet N 10");
}
