use super::{
    Complaints, Source, check as check_all, crate_docs, median, no_effects, no_floats,
    no_unfinished_work, no_waiting_tests, short_file, short_functions,
};

use crate::json::Json;
use crate::tidy::workspace::Workspace;

#[track_caller]
fn check(rule: fn(&Source) -> Complaints, text: &str, expected: &[&str]) {
    assert_eq!(rule(&Source::new("a/src/a.rs", text)), expected, "{text}");
}

fn function(lines: usize) -> String {
    format!("fn f() {{\n{}}}\n", "x();\n".repeat(lines - 2))
}

#[test]
fn pure_code_has_no_effects() {
    let same = [
        ("use std::fs;", "std::fs"),
        ("use std::{fmt, fs};", "std::fs"),
        ("use std::{\n    env,\n    fmt,\n};", "std::env"),
        ("use std::{net::{IpAddr}};", "std::net"),
        ("std::process::exit(1)", "std::process"),
        ("let now = SystemTime::now();", "SystemTime"),
        ("let now = Instant::now();", "Instant::now"),
        ("rand::random()", "rand::"),
        ("getrandom(x)", "getrandom"),
        ("tokio::spawn(x)", "tokio"),
    ];
    for (text, word) in same {
        check(no_effects, text, &[&format!("a/src/a.rs:1: `{word}` in a pure crate")]);
    }
    for text in [
        "use std::fmt;",
        "use std::{collections::BTreeMap, fmt};",
        "use std::fmt; use other::{fs};",
        "// std::fs",
        "let x = \"std::fs\";",
        "operand::new()",
        "#[cfg(test)] mod tests { use std::fs; }",
    ] {
        check(no_effects, text, &[]);
    }
}

#[test]
fn figures_are_exact() {
    for text in ["let x: f64 = y;", "fn f() -> f32;", "let x = 0.5;", "let x = 1_0.25;"] {
        check(no_floats, text, &["a/src/a.rs:1: floating point where figures are exact"]);
    }
    for text in ["// 0.5 f64", "0..5", "x.0.1", "1.max(2)", "let af64 = 1;", "\"0.5\"", "a1.0"] {
        check(no_floats, text, &[]);
    }
}

#[test]
fn functions_are_short() {
    check(short_functions, &function(60), &[]);
    check(short_functions, &function(61), &["a/src/a.rs:1: `f` has 61 lines, over 60"]);
    check(short_functions, &format!("#[cfg(test)] mod t {{ {} }}", function(61)), &[]);
}

#[test]
fn most_functions_are_very_short() {
    let source = |long: usize| {
        let text = [function(3).repeat(4), function(10).repeat(long)].concat();
        [Source::new("a.rs", &text)]
    };
    assert_eq!(median(&source(3)), Vec::<String>::new());
    assert_eq!(median(&source(5)), ["the median function has 10 lines, not under 10"]);
    assert_eq!(median(&[]), Vec::<String>::new());
}

#[test]
fn files_are_short() {
    let tests = "#[cfg(test)]\nmod tests {\n}\n";
    check(short_file, &"x\n".repeat(500), &[]);
    check(short_file, &"x\n".repeat(501), &["a/src/a.rs: has 501 lines, over 500"]);
    check(short_file, &["x\n".repeat(500), tests.to_owned()].concat(), &[]);
    for path in ["a/src/b/tests.rs", "a/tests/b.rs", "tests/b.rs"] {
        assert_eq!(short_file(&Source::new(path, &"x\n".repeat(501))), Vec::<String>::new());
    }
}

#[test]
fn crates_open_with_their_docs() {
    for (path, text, expected) in [
        ("a/src/lib.rs", "//! What it is.\n", &[][..]),
        (
            "a/src/lib.rs",
            "mod x;\n",
            &["a/src/lib.rs: does not open with `//!` and what the crate is"],
        ),
        (
            "a/src/main.rs",
            "// x\n",
            &["a/src/main.rs: does not open with `//!` and what the crate is"],
        ),
        ("a/src/b.rs", "mod x;\n", &[]),
    ] {
        assert_eq!(crate_docs(&Source::new(path, text), &["a"]), expected, "{path} {text}");
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for word in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
        let complaint = format!("a/src/a.rs:2: `{word}`");
        check(no_unfinished_work, &format!("\n{word}(x)]"), &[&complaint]);
        check(no_unfinished_work, &format!("#[cfg(test)] mod t {{\n{word}(x)] }}"), &[&complaint]);
        check(no_unfinished_work, &format!("// {word}"), &[]);
    }
}

#[test]
fn tests_do_not_sleep() {
    let complaint = "a/src/a.rs:1: a test sleeps";
    check(no_waiting_tests, "fn f() { thread::sleep(x) }", &[]);
    check(no_waiting_tests, "#[cfg(test)] mod t { thread::sleep(x) }", &[complaint]);
    let file = Source::new("a/tests/b.rs", "sleep(x)");
    assert_eq!(no_waiting_tests(&file), ["a/tests/b.rs:1: a test sleeps"]);
}

/// A crate is pure above the store, and its figures are exact above `remarkable`.
#[test]
fn the_place_in_the_list_decides_what_is_asked() {
    let manifest = "\nmembers = [\n\"crates/tally\",\n\"crates/remarkable\",\n\"crates/store\",\n]";
    let package = |name: &str| {
        format!(
            r#"{{"name":"{name}","manifest_path":"/w/crates/{name}/Cargo.toml","dependencies":[]}}"#
        )
    };
    let packages = ["tally", "remarkable", "store"].map(package).join(",");
    let metadata = format!(r#"{{"workspace_root":"/w","packages":[{packages}]}}"#);
    let workspace = Workspace::read(manifest, &Json::parse(&metadata).unwrap()).unwrap();
    for (path, expected) in [
        ("crates/tally/src/x.rs", &["`SystemTime` in a pure crate", "floating point where"][..]),
        ("crates/tally/tests/x.rs", &[]),
        ("crates/remarkable/src/x.rs", &["`SystemTime` in a pure crate"]),
        ("crates/store/src/x.rs", &[]),
        ("sim/src/x.rs", &[]),
    ] {
        let found = check_all(&[Source::new(path, "SystemTime f64")], &workspace);
        let all = found.iter().zip(expected).all(|(text, part)| text.contains(part));
        assert!(all && found.len() == expected.len(), "{path}: {found:?}");
    }
}
