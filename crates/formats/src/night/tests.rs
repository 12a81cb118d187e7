//! Tests of the recorded night: rows that a clerk could read.

use std::fmt::Write;

use super::{Night, What};

fn parse(files: &[(&str, &str)]) -> Result<Night, String> {
    let owned: Vec<(String, String)> =
        files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    Night::parse(&owned).map_err(|e| e.to_string())
}

/// One line an entry: label, moment, channel, unit, what it says.
fn print(night: &Night) -> String {
    let mut text = String::new();
    for e in night.entries() {
        let at = e.at.map_or_else(|| "-".to_owned(), |at| at.seconds().to_string());
        let label = &night.labels()[e.label];
        write!(text, "{label} {at} {} {}", e.channel, e.unit).unwrap();
        match &e.what {
            What::Returns { form, counts } => {
                write!(text, " {form}").unwrap();
                counts.iter().for_each(|(code, n)| write!(text, " {code}={n}").unwrap());
            }
            What::Turnout { admitted } => write!(text, " turnout {admitted}").unwrap(),
        }
        writeln!(text, "{}", e.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default())
            .unwrap();
    }
    text
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    assert_eq!(parse(files).map(|night| print(&night)), Ok(expected.to_owned()));
}

#[track_caller]
fn refuse(file: &str, text: &str, expected: &str) {
    let files = [("labels.txt", "day\nevening\n"), (file, text)];
    assert_eq!(parse(&files).map(|night| print(&night)), Err(expected.to_owned()));
}

const EVENING: &str = "\
unit,label,at,channel,E.1,3/7,reason
0668::SB2,evening,2000,app,5,,
0668::SB1,day,1000,phone,0,7,
0668::SB1,evening,2000,phone,1,7,\"a seven, not a one\"
";

#[test]
fn rows_are_read() {
    check(&[("labels.txt", "all"), ("01-n10-1.csv", "unit\nA\n")], "all - file A n10-1\n");
    check(
        &[("labels.txt", "all"), ("01-n10-1.csv", "E.1,unit\n7,A\n,B\n")],
        "all - file A n10-1 E.1=7\nall - file B n10-1\n",
    );
    check(
        &[("labels.txt", "all"), ("02-turnout.csv", "unit,at,admitted\nA,-5,120\n")],
        "all -5 file A turnout 120\n",
    );
}

#[test]
fn the_order_is_label_moment_file_row() {
    let expected = "\
day - file Z n10-1 E.1=1
day 500 file 0668::SB1 turnout 80
day 1000 phone 0668::SB1 n10-1 E.1=0 3/7=7
evening 2000 app 0668::SB2 n10-1 E.1=5
evening 2000 phone 0668::SB1 n10-1 E.1=1 3/7=7 (a seven, not a one)
evening 2000 file B n10-1 E.1=9
";
    let late = "unit,at,E.1,label\nB,2000,9,evening\nZ,,1,\n";
    let turnout = "unit,at,admitted\n0668::SB1,500,80\n";
    let labels = "day\nevening\n";
    check(
        &[
            ("03-turnout.csv", turnout),
            ("02-n10-1.csv", late),
            ("labels.txt", labels),
            ("01-n10-1.csv", EVENING),
        ],
        expected,
    );
}

#[test]
fn a_night_is_cut_at_a_label() {
    let night = parse(&[("labels.txt", "day\nevening\nlate\n"), ("01-n10-1.csv", EVENING)]);
    let night = night.unwrap();
    for (label, count) in [("day", 1), ("evening", 3), ("late", 3)] {
        assert_eq!(night.until(label).unwrap().len(), count, "{label}");
    }
    assert_eq!(
        night.until("dawn").unwrap_err().to_string(),
        "no label \"dawn\", expected one of: day, evening, late"
    );
}

/// File and its lines, and behind the arrow what is said about it.
const REFUSED: &str = r#"
n10-1.csv: unit -> expected a name such as 01-n10-1.csv or 02-turnout.csv
01-.csv: unit -> expected a name such as 01-n10-1.csv or 02-turnout.csv
1-f.csv: unit -> expected a name such as 01-n10-1.csv or 02-turnout.csv
01-f.csv:  -> line 1, column "unit": expected it once, found it 0
01-f.csv: unit,A,A -> line 1, column "A": expected it once, found it 2
01-turnout.csv: unit -> line 1, column "admitted": expected it once, found it 0
01-turnout.csv: unit,admitted,D -> line 1, column "D": expected it never, found it 1
01-turnout.csv: unit,admitted / A, -> line 2, column "admitted": expected a whole number, found ""
01-f.csv: unit,A / X,1 / Y,1,2 -> line 3: expected 2 cells, found 3
01-f.csv: unit,A / X,1 / ,2 -> line 3, column "unit": expected a unit's id, found ""
01-f.csv: unit,A / X,+1 -> line 2, column "A": expected a whole number, found "+1"
01-f.csv: unit,A / X,1.0 -> line 2, column "A": expected a whole number, found "1.0"
01-f.csv: unit,A / X,99999999999999999999 -> line 2, column "A": expected a whole number, found "99999999999999999999"
01-f.csv: unit,at / X,noon -> line 2, column "at": expected whole seconds since 1970, found "noon"
01-f.csv: unit,label / X,dawn -> line 2, column "label": expected a label of labels.txt, found "dawn"
01-f.csv: unit,reason / X,late -> line 2: a correction, but X handed in nothing through file before
01-f.csv: unit,channel,reason / X,app, / X,desk,late -> line 3: a correction, but X handed in nothing through desk before
"#;

#[test]
fn what_cannot_be_read_is_named() {
    for row in REFUSED.lines().filter(|row| !row.is_empty()) {
        let (input, expected) = row.split_once(" -> ").unwrap();
        let (file, text) = input.split_once(": ").unwrap_or((input, ""));
        refuse(file, &text.replace(" / ", "\n"), &format!("night/{file}: {expected}"));
    }
}

#[test]
fn labels_are_one_a_line() {
    for (text, expected) in [
        ("", "night/labels.txt: expected one label a line, found none"),
        ("a\n\nb\n", "night/labels.txt: line 2: expected a label of its own, found \"\""),
        ("a\nb\na\n", "night/labels.txt: line 3: expected a label of its own, found \"a\""),
        ("a \n", "night/labels.txt: line 1: expected a label of its own, found \"a \""),
    ] {
        assert_eq!(parse(&[("labels.txt", text)]).unwrap_err(), expected);
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(file in "0[0-9]-(turnout|f).csv", text in "(unit|at|label|,|\"|\n|A|1|-){0,40}") {
        drop(parse(&[("labels.txt", "1\nA\n"), (&file, &text)]));
    }
}
