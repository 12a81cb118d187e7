//! `cargo xtask test`: what must hold before a commit lands, cheapest first.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::nights::Nights;
use crate::steps::{cargo, cargo_command, expect_success, run, step, watch};
use crate::{fuzz, proof, tidy, tools, verifiers};

/// What each fuzz target is given here: a few seconds of work.
const FUZZ_INPUTS: u64 = 50_000;

/// Runs the gate and stops at the first step that fails.
///
/// # Errors
/// The name and reason of that step.
pub(crate) fn check() -> Result<(), String> {
    step("tidy", "style and structure", tidy::check)?;
    cargo("fmt", "is all code formatted?", &["fmt", "--all", "--check"])?;
    cargo(
        "clippy",
        "lints, all of them errors",
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    )?;
    let doc_tests = step("doctests", "the examples in the documentation", doc_tests)?;
    let absent_list = tools::target_folder()?.join("shared-data-absent.txt");
    let closing = step("tests", "all tests of the workspace", || tests(&absent_list))?;
    let nights = Nights::play()?;
    let second = verifiers::compare(&nights)?;
    let proved = proof::prove(&nights)?;
    let fuzzed = fuzz()?;
    deny()?;
    let absent = absent_line(&read(&absent_list));
    print_closing(&[vec![doc_tests, closing, second, fuzzed], proved, vec![absent]].concat());
    Ok(())
}

/// Runs the tests and returns the line that closes them.
///
/// # Errors
/// When a test fails; the closing line is then printed at once.
fn tests(absent_list: &Path) -> Result<String, String> {
    fs::write(absent_list, "").map_err(|error| format!("{}: {error}", absent_list.display()))?;
    let nextest = tools::has_subcommand("nextest");
    let mut command = if nextest {
        cargo_command(&["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo_command(&["test", "--workspace", "--tests", "--no-fail-fast"])
    };
    command.env("COUNTERSIGN_SKIPPED", absent_list);
    let (status, text) = watch(&mut command)?;
    let closing = if nextest { nextest_summary(&text) } else { cargo_summary("tests", &text) };
    if !status.success() {
        print_closing(std::slice::from_ref(&closing));
    }
    expect_success(&command, status).map(|()| closing)
}

/// nextest runs no doc tests, `cargo test --doc` does.
///
/// # Errors
/// When one fails.
fn doc_tests() -> Result<String, String> {
    let mut command = cargo_command(&["test", "--workspace", "--doc", "--no-fail-fast"]);
    let (status, text) = watch(&mut command)?;
    expect_success(&command, status)?;
    Ok(cargo_summary("doctests", &text))
}

/// A short run of every fuzz target, the same inputs each time while the code is the same.
///
/// # Errors
/// At the first target that an input breaks.
pub(crate) fn fuzz() -> Result<String, String> {
    let what = "every reader of foreign bytes, fuzzed";
    step("fuzz", what, || fuzz::all(FUZZ_INPUTS, fuzz::Corpus::Fresh))
}

/// Advisories are not asked: their database is a git repository outside, which the gate must not
/// depend on, for CI has package registries and nothing else. `cargo deny check advisories` asks them on a
/// machine with internet.
///
/// # Errors
/// When a dependency has a licence, a source or a ban that deny.toml does not allow.
fn deny() -> Result<(), String> {
    cargo("fetch", "the sources of all dependencies, those of other platforms too", &["fetch"])?;
    let mut command = tools::cargo_deny()?;
    command.args(["--offline", "check", "bans", "licenses", "sources"]);
    step("deny", "licences and sources of all dependencies", || run(command))
}

fn read(list: &Path) -> String {
    fs::read_to_string(list).unwrap_or_default()
}

fn print_closing(lines: &[String]) {
    println!();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        println!("{line}");
    }
}

/// nextest's own last line: `Summary [   0.301s] 12 tests run: 12 passed, 0 skipped`.
fn nextest_summary(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    lines.rfind(|line| line.starts_with("Summary [")).unwrap_or_default().to_owned()
}

/// cargo closes each of its many test programs with a line; their sum is what a person asks for.
/// Empty when there was no test: "0 passed" among the closing lines would read as if none ran.
fn cargo_summary(name: &str, text: &str) -> String {
    let (mut passed, mut failed) = (0, 0);
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        passed += count_before(line, "passed");
        failed += count_before(line, "failed");
    }
    match passed + failed {
        0 => String::new(),
        _ => format!("{name}: {passed} passed, {failed} failed"),
    }
}

/// The number before a word: 12 before `passed` in `ok. 12 passed; 0 failed`.
pub(crate) fn count_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split([' ', ';', ',']).collect();
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [number, unit] if *unit == word => number.parse::<u64>().ok(),
        _ => None,
    });
    pairs.sum()
}

/// One line per missing thing and test, the test after the tab: a test that misses two is one test.
fn absent_line(list: &str) -> String {
    let tests: BTreeSet<&str> =
        list.lines().filter_map(|line| line.split_once('\t')).map(|(_, test)| test).collect();
    let missing: BTreeSet<&str> =
        list.lines().filter_map(|line| line.split_once('\t')).map(|(needs, _)| needs).collect();
    let missing: String = missing.iter().map(|needs| format!("\n  {needs}")).collect();
    match tests.len() {
        0 => String::new(),
        1 => "1 test could not check what it is there for:".to_owned() + &missing,
        n => format!("{n} tests could not check what they are there for:{missing}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{absent_line, cargo_summary, nextest_summary};

    #[test]
    fn the_runners_last_lines_are_found() {
        let text = "   PASS [ 0.1s] a b\n------\n     Summary [   0.3s] 2 tests run: 2 passed, 0 skipped\n";
        assert_eq!(nextest_summary(text), "Summary [   0.3s] 2 tests run: 2 passed, 0 skipped");
        assert_eq!(nextest_summary("error: could not compile"), "");
    }

    #[test]
    fn results_of_many_programs_are_added_up() {
        for (text, expected) in [
            ("", ""),
            ("test result: ok. 3 passed; 0 failed; 0 ignored;", "t: 3 passed, 0 failed"),
            (
                "test result: ok. 3 passed; 0 failed\nx\ntest result: FAILED. 10 passed; 2 failed",
                "t: 13 passed, 2 failed",
            ),
            ("nothing: 3 passed; 0 failed", ""),
        ] {
            assert_eq!(cargo_summary("t", text), expected, "{text}");
        }
    }

    #[test]
    fn tests_that_could_not_check_are_counted_once_each() {
        for (list, expected) in [
            ("", ""),
            (
                "needs a disk: b\t7 x\n",
                "1 test could not check what it is there for:\n  needs a disk: b",
            ),
            (
                "needs shared data: a\t7 x\nneeds shared data: b\t7 x\nneeds shared data: a\t8 x\n",
                "2 tests could not check what they are there for:\n  needs shared data: a\n  \
                 needs shared data: b",
            ),
        ] {
            assert_eq!(absent_line(list), expected, "{list}");
        }
    }
}
