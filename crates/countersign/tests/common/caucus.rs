//! Questions about caucuses, and the tables that a chair reads in the room.

use crate::program::countersign_reading;

#[track_caller]
fn check(question: &str, status: i32, expected: &str) {
    let ended = countersign_reading(question, &["seats", "--steps"]);
    assert_eq!((ended.out.as_str(), ended.status), (expected, status), "{question}");
}

#[test]
fn a_room() {
    check(
        r#"{"method":"caucus","attendees":100,"delegates":4,"groups":{"a":55,"b":20,"c":12},
            "county_state_delegates":6,"county_total_delegates":75}"#,
        0,
        "\
smallest viable group 15
free to move 25
a                        55 people  viable              3 delegates  6/25 (0.2400) state delegate equivalents
b                        20 people  viable              1 delegates  2/25 (0.0800) state delegate equivalents
c                        12 people  needs 3 more        0 delegates
",
    );
    check(
        r#"{"method":"caucus","attendees":9,"delegates":1,"groups":{"a":5,"b":4}}"#,
        0,
        "\
one delegate: it goes to the most people
a                         5 people                      1 delegates
b                         4 people                      0 delegates
",
    );
    check(
        r#"{"method":"caucus","attendees":200,"delegates":6,"groups":{"a":100,"b":50,"c":50}}"#,
        0,
        "a lot is to be drawn, too many delegates: who loses one: 1 of b, c\n",
    );
    check(
        r#"{"method":"caucus","attendees":100,"delegates":2,"groups":{"a":35,"b":33,"c":32}}"#,
        2,
        "groups: expected at most 2 viable ones, one for each delegate, found 3; the smallest has \
         to realign: c (32 people)\n",
    );
}

#[test]
fn an_award() {
    let ask = |award: &str, attendees: &str| {
        format!(
            r#"{{"method":"caucus-award","delegates":3,"groups":{{"a":75,"b":15}},"award":{award}{attendees}}}"#
        )
    };
    let range = r#","attendees":[90,120]"#;
    check(&ask(r#"{"a":2,"b":1}"#, range), 0, "legal with 90 people, of 90 to 120 asked\n");
    check(&ask(r#"{"a":3}"#, range), 0, "legal with 91 to 120 people, of 90 to 120 asked\n");
    check(
        &ask(r#"{"a":1,"b":2}"#, ""),
        0,
        "not legal with 90 to 115 people\nlegal with 90 people, 1 of 1:\n  a 2, b 1\n",
    );
    check(
        r#"{"method":"caucus-award","delegates":4,"groups":{"a":1},"award":{"a":4},"attendees":90}"#,
        0,
        "not legal with 90 to 90 people\nand no other award is\n",
    );
}

#[test]
fn satellites() {
    check(
        r#"{"method":"satellites","reading":"iowa-2020-by-attendance/1","pool":"7","sites":{
            "1":{"attendees":120,"groups":{"a":80,"b":40}},
            "2":{"attendees":20,"groups":{"b":10,"c":10}}}}"#,
        0,
        "\
reading iowa-2020-by-attendance/1
site 1               share 6, elects 9: a 6, b 3
site 2               share 1, elects 4: b 2, c 2
a                    4 (4.0000) state delegate equivalents
b                    5/2 (2.5000) state delegate equivalents
c                    1/2 (0.5000) state delegate equivalents
(nobody)             0 (0.0000) state delegate equivalents
",
    );
}
