//! The command line as others see it: exit statuses, the one line on standard error, and figures.
#![cfg(test)]

#[path = "common/caucus.rs"]
mod caucus;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    program::{Ended, countersign, countersign_reading, election},
    server::Server,
};

/// Runs a line of arguments, in which `TINY` and `IOWA` are recorded nights and `DIR` a folder.
fn run(line: &str, dir: &Path) -> Ended {
    let known = [("TINY", election("tiny")), ("IOWA", election("iowa-2020")), ("DIR", dir.into())];
    let argument = |word: &str| {
        let place = known.iter().find(|(name, _)| word.starts_with(name));
        place.map_or(word.to_owned(), |(name, path)| word.replacen(name, &text(path), 1))
    };
    countersign(&line.split(' ').filter(|word| !word.is_empty()).map(argument).collect::<Vec<_>>())
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A line that cannot be done: its status, and the one line that says why. `DIR` stands for the
/// folder there too.
#[track_caller]
fn check(dir: &Path, line: &str, status: i32, expected: &str) {
    let ended = run(line, dir);
    let said = ended.err.replace(&text(dir), "DIR").replace(&text(&election("tiny")), "TINY");
    assert_eq!((said, ended.status), (format!("countersign: {expected}\n"), status), "{line}");
    assert_eq!(ended.out, "", "{line}");
}

/// A copy of the tiny night in which one text of one file is another.
fn broken(file: &str, from: &str, to: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("night")).unwrap();
    let night =
        ["labels.txt", "01-turnout.csv", "02-n10-1.csv"].map(|name| format!("night/{name}"));
    for name in ["election.json", "units.csv"].map(str::to_owned).iter().chain(&night) {
        let text = fs::read_to_string(election("tiny").join(name)).unwrap();
        let text = if name == file { text.replacen(from, to, 1) } else { text };
        assert!(name != file || text.contains(to), "{file} has no {from}");
        fs::write(copy.path().join(name), text).unwrap();
    }
    copy
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("policy"), "hello\n").unwrap();
    fs::write(dir.join("empty"), "").unwrap();
    let labels = "no label \"noon\", expected one of: 12h, 16h, postal, 20h, evening, late";
    for (line, status, expected) in [
        ("", 2, "expected a command, found none; see countersign --help"),
        ("dance", 2, "unrecognized subcommand 'dance'; see countersign --help"),
        ("tally TINY --fast", 2, "unexpected argument '--fast' found; see countersign --help"),
        (
            "verify",
            2,
            "the following required arguments were not provided: <URL|DIR>; see countersign --help",
        ),
        (
            "demo TINY --speed 0",
            2,
            "invalid value '0' for '--speed <N|max>': expected a whole number from 1, or max, \
             found \"0\"; see countersign --help",
        ),
        ("tally TINY --until noon", 2, labels),
        ("demo TINY --until noon --exit --data DIR/data", 2, labels),
        ("tally DIR/none", 2, "DIR/none: there is no such file"),
        ("demo DIR/none", 2, "DIR/none/election.json: there is no such file"),
        ("init DIR/new --election DIR/none", 2, "DIR/none/election.json: there is no such file"),
        ("serve DIR/none", 2, "DIR/none/origin: there is no such file"),
        ("verify DIR/none", 2, "DIR/none: there is no such file"),
        ("verify DIR --policy DIR/none", 2, "DIR/none: there is no such file"),
        (
            "verify DIR --policy DIR/policy",
            2,
            "DIR/policy: policy, line 1: log, witness, group or quorum was expected, \
             found \"hello\"",
        ),
        (
            "verify DIR --policy DIR/empty",
            2,
            "DIR/empty: policy, line 1: a quorum was expected before the end, found none",
        ),
        (
            "replay TINY --server ftp://localhost",
            2,
            "ftp://localhost/v1/definition: bad uri: unknown scheme: ftp",
        ),
        // Port 1 is nobody's on a machine that runs tests.
        (
            "verify http://127.0.0.1:1",
            3,
            "http://127.0.0.1:1/head.json: io: Connection refused (os error 111)",
        ),
    ] {
        check(dir, line, status, expected);
    }
    assert!(!dir.join("data").exists() && !dir.join("new").exists(), "nothing was made");
}

#[test]
fn a_broken_folder_is_named_with_file_and_place() {
    for (file, from, to, expected) in [
        (
            "election.json",
            "\"id\": \"tiny\",",
            "\"id\": \"tiny\",,",
            "DIR/election.json: key must be a string at line 2 column 16",
        ),
        (
            "units.csv",
            "9999-zuid,Ontm",
            "9999-oost,Ontm",
            "DIR: units.csv: line 8: parent \"9999-oost\" does not stand above",
        ),
        (
            "night/01-turnout.csv",
            ",212\n",
            ",-212\n",
            "DIR: night/01-turnout.csv: line 2, column \"admitted\": expected a whole number, \
             found \"-212\"",
        ),
    ] {
        let folder = broken(file, from, to);
        check(folder.path(), "tally DIR", 2, expected);
    }
}

#[test]
fn a_folder_that_has_keys_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run("init DIR/a --election TINY", folder.path()).status, 0);
    let before = files(&folder.path().join("a"));
    let expected = "DIR/a/keys/log: exists already, and a key is never overwritten";
    check(folder.path(), "init DIR/a --election IOWA --origin other.example/log", 2, expected);
    assert_eq!(files(&folder.path().join("a")), before);
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn help_and_version_are_no_errors() {
    for (line, expected) in [
        ("--help", "Exit status: 0 holds / done, 1"),
        ("--version", "countersign "),
        ("serve --help", "--no-origin"),
    ] {
        let ended = run(line, Path::new("."));
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{line}");
        assert!(ended.out.contains(expected), "{line}: {}", ended.out);
    }
}

/// A reader that went away has read enough; a disk that is full has not.
#[test]
fn nobody_has_to_read_to_the_end() {
    let (gone, nobody) = std::io::pipe().unwrap();
    drop(gone);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let full_is_told = "countersign: standard output: No space left on device (os error 28)\n";
    for (to, status, complaint) in
        [(Stdio::from(nobody), 0, ""), (Stdio::from(full), 1, full_is_told)]
    {
        let ended = program::saying_to(to, &["tally".to_owned(), text(&election("tiny"))]);
        assert_eq!((ended.status, &*ended.err), (status, complaint));
    }
}

fn tally(line: &str) -> Value {
    let ended = run(line, Path::new("."));
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{line}");
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn the_iowa_night_at_86_percent_has_the_figures_that_the_party_gave() {
    let tally = tally("tally IOWA --until 86 --json");
    for (pointer, expected) in [
        ("/election", "iowa-2020".into()),
        ("/until", "86".into()),
        ("/units_reported", 1520.into()),
        ("/units_expected", 1765.into()),
        ("/heard/sde", "19199351/21501851".into()),
        ("/tallies/first/sanders", 37989.into()),
        ("/tallies/final/buttigieg", 39006.into()),
        ("/tallies/sde/buttigieg", "511.998".into()),
        ("/tallies/sde/sanders", "488.071".into()),
        ("/tallies/sde/delaney", "0".into()),
        ("/outcome", Value::Null),
    ] {
        assert_eq!(tally.pointer(pointer), Some(&expected), "{pointer}");
    }
    let twins = findings(&tally).into_iter().filter(|(_, code, ..)| code == "D1");
    let twins: Vec<_> = twins.map(|(unit, _, _, found)| (unit, found)).collect();
    let named = |unit: &str, other: &str| (unit.to_owned(), other.into());
    assert_eq!(twins, [named("947861", "947876"), named("947876", "947861")]);
}

#[test]
fn the_tiny_night_has_these_findings_and_no_others() {
    let whole = tally("tally TINY --json");
    let row = |unit: &str, code: &str, expected: u64, found: u64| {
        (unit.to_owned(), code.to_owned(), expected.into(), found.into())
    };
    let expected = [
        row("9999::SB2", "W.201", 16, 18),
        row("9999::SB2", "W.001", 38, 24),
        row("9999::SB3", "F.201", 473, 475),
    ];
    assert_eq!(findings(&whole), expected);
    // SB4 was read out wrongly, and corrected half an hour later.
    let evening = tally("tally TINY --until evening --json");
    let of_sb4 = findings(&evening).into_iter().filter(|(unit, ..)| unit == "9999::SB4");
    assert_eq!(of_sb4.map(|(_, code, ..)| code).collect::<Vec<_>>(), ["F.402"]);
    assert_eq!(whole.pointer("/tallies/votes/2~12"), Some(&228.into()));
    assert_eq!(whole.pointer("/areas/9999-noord/ballots/counted"), Some(&1263.into()));
}

/// Unit, code, expected and found of each finding.
fn findings(tally: &Value) -> Vec<(String, String, Value, Value)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = tally["findings"].as_array().unwrap().iter();
    findings
        .map(|f| (text(&f["unit"]), text(&f["code"]), f["expected"].clone(), f["found"].clone()))
        .collect()
}

#[test]
fn a_night_sent_twice_is_known_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run("init DIR/a --election TINY", folder.path()).status, 0);
    let mut server = Server::start(&folder.path().join("a"), Stdio::inherit());
    let line = format!("replay TINY --server {}", server.url());
    for (line, expected) in [
        (format!("{line} --until 20h"), "13 records sent and receipted, 0 of them known already\n"),
        (line.clone(), "20 records sent and receipted, 13 of them known already\n"),
        (line, "20 records sent and receipted, 20 of them known already\n"),
    ] {
        let ended = run(&line, folder.path());
        assert_eq!((ended.out.as_str(), ended.status), (expected, 0), "{line}: {}", ended.err);
    }
    assert!(server.stop().success());
}

#[test]
fn a_server_that_is_stopped_in_the_midst_of_its_work_has_nothing_to_complain_about() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run("init DIR/a --election IOWA", folder.path()).status, 0);
    // It draws the pages of 1,765 precincts from the moment that it listens.
    let mut server = Server::start(&folder.path().join("a"), Stdio::piped());
    let mut complaints = server.child.stderr.take().unwrap();
    server.url();
    assert!(server.stop().success());
    let mut said = String::new();
    complaints.read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
}

#[test]
fn no_recorded_night_gets_into_a_live_log() {
    let folder = tempfile::tempdir().unwrap();
    let officers = ["one", "two"].map(|name| {
        let made = run(&format!("keys new DIR/{name} --name {name}"), folder.path());
        format!("{name} {}", made.out)
    });
    fs::write(folder.path().join("officers"), officers.concat()).unwrap();
    let init = "init DIR/a --election TINY --live --officers DIR/officers";
    assert_eq!(run(init, folder.path()).status, 0);
    let mut server = Server::start(&folder.path().join("a"), Stdio::inherit());
    let url = server.url();
    let expected = format!(
        "{url}/v1/rehearsal: expected status 200, found 404: \
         a recorded night can only be replayed into a rehearsal that listens on its own machine"
    );
    check(folder.path(), &format!("replay TINY --server {url}"), 2, &expected);
    server.kill();
}

#[test]
fn seats_are_asked_and_answered_in_json() {
    let question = r#"{"method":"nl-council","seats":8,"lists":[
        {"number":1,"total":51},{"number":2,"total":17},{"number":3,"total":16},{"number":4,"total":16}]}"#;
    let ended = countersign_reading(question, &["seats"]);
    let answer: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.status, &answer["status"]), (0, &"complete".into()), "{}", ended.err);
    assert_eq!(answer["seats"], serde_json::json!({"1": 5, "2": 1, "3": 1, "4": 1}));
    let ended = countersign_reading(question, &["seats", "--steps"]);
    let expected = "\
quota 25/2
P 6   full seats         list 1 (102/25): 4 seats
P 6   full seats         list 2 (34/25): 1 seats
P 6   full seats         list 3 (32/25): 1 seats
P 6   full seats         list 4 (32/25): 1 seats
P 8   largest surplus    list 2 (9/2): 2 seats
\x20     2: 4.500   3: 3.500   4: 3.500   1: 1
P 9   absolute majority  list 1 from list 2: 5 seats
list    1     5 seats
list    2     1 seats
list    3     1 seats
list    4     1 seats
";
    assert_eq!((ended.status, ended.out.as_str()), (0, expected));
    let unheard = question.replacen('{', r#"{"unheard":[{"unit":"SB1","eligible":2}],"#, 1);
    let ended = countersign_reading(&unheard, &["seats", "--steps"]);
    let expected = "\
list    4     1 seats
            now  at least  at most
list    1     5         4        5
list    2     1         1        2
list    3     1         1        2
list    4     1         1        2
7 seats safe, 1 open
SB1: up to 2 votes, alone 1 open
";
    assert!(ended.out.ends_with(expected), "{}", ended.out);
    let ended = countersign_reading("{}", &["seats"]);
    assert_eq!(ended.status, 2);
    assert_eq!(
        ended.out.trim(),
        r#"{"status":"error","error":"missing field `method` at line 1 column 2"}"#
    );
}
