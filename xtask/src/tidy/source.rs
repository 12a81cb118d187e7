//! Checks on Rust files: purity, exactness, size, and what never belongs in a test.

use super::scan::{
    self, Function, code_only, functions, is_word, line_number, test_items, without,
};
use super::workspace::Workspace;
use super::{Complaints, File};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 60;
/// The median function must be shorter than this.
const MEDIAN_LINES: usize = 10;

/// Words by which code would reach for a clock, for chance or for an executor.
const IMPURE: [&str; 5] = ["SystemTime", "Instant::now", "rand::", "getrandom", "tokio"];
/// Modules of `std` that reach outside the program.
const IMPURE_STD: [&str; 4] = ["fs", "net", "process", "env"];

/// A Rust file, told apart into what is shipped and what tests it.
pub(super) struct Source {
    path: String,
    text: String,
    /// The code without its tests; comments and literals are overwritten. Blank in a test file.
    product: String,
    /// Only the tests' code.
    tests: String,
    /// Lines of the file without those of its inline tests.
    lines: usize,
}

impl Source {
    /// `None` when the file is not Rust.
    pub(super) fn of(file: &File) -> Option<Source> {
        file.path.ends_with(".rs").then(|| Source::new(&file.path, &file.text))
    }

    fn new(path: &str, text: &str) -> Source {
        let code = code_only(text);
        let whole = std::iter::once(0..code.len());
        let tests = if is_test_file(path) { whole.collect() } else { test_items(&code) };
        let product = without(&code, &tests);
        let test_lines: usize = tests
            .iter()
            .filter_map(|item| text.get(item.clone()))
            .map(|item| item.lines().count())
            .sum();
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
            tests: without(&code, &gaps(&tests, code.len())),
            product,
            lines: text.lines().count() - test_lines,
        }
    }

    fn complain(&self, offset: usize, problem: &str) -> String {
        format!("{}:{}: {problem}", self.path, line_number(&self.text, offset))
    }

    fn is_in(&self, folders: &[&str]) -> bool {
        let mut parents = folders.iter().filter_map(|folder| self.path.strip_prefix(folder));
        parents.any(|rest| rest.starts_with("/src/"))
    }
}

/// What lies between the ranges.
fn gaps(ranges: &[std::ops::Range<usize>], length: usize) -> Vec<std::ops::Range<usize>> {
    let starts = std::iter::once(0).chain(ranges.iter().map(|range| range.end));
    let ends = ranges.iter().map(|range| range.start).chain(std::iter::once(length));
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// A module of tests beside its code, or a folder of them.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.starts_with("tests/") || path.contains("/tests/")
}

/// All checks on all files.
pub(super) fn check(sources: &[Source], workspace: &Workspace) -> Complaints {
    let (pure, exact, folders) = (workspace.pure(), workspace.exact(), workspace.folders());
    let mut complaints = median(sources);
    for source in sources {
        complaints.extend(no_unfinished_work(source));
        complaints.extend(no_waiting_tests(source));
        complaints.extend(short_functions(source));
        complaints.extend(short_file(source));
        complaints.extend(crate_docs(source, &folders));
        if source.is_in(&pure) {
            complaints.extend(no_effects(source));
        }
        if source.is_in(&exact) {
            complaints.extend(no_floats(source));
        }
    }
    complaints
}

/// Pure crates take bytes, time, keys and lots as values.
fn no_effects(source: &Source) -> Complaints {
    let words = IMPURE.iter().flat_map(|word| {
        scan::words(&source.product, word).map(move |at| (at, (*word).to_owned()))
    });
    let modules = std_modules(&source.product).map(|(at, module)| (at, format!("std::{module}")));
    let found = words.chain(modules);
    found.map(|(at, word)| source.complain(at, &format!("`{word}` in a pure crate"))).collect()
}

/// Each use of an impure module of `std`: `std::fs`, and `fs` in `std::{fs, io}`.
fn std_modules(code: &str) -> impl Iterator<Item = (usize, &'static str)> {
    scan::words(code, "std::").flat_map(move |at| {
        let path = code.get(at..).and_then(|tail| tail.strip_prefix("std::")).unwrap_or_default();
        let names = match path.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => path.split(|c| !is_word(c)).next().unwrap_or_default(),
        };
        let named = move |module: &&str| {
            names.split([',', '{']).any(|name| name.trim().split("::").next() == Some(*module))
        };
        IMPURE_STD.into_iter().filter(named).map(move |module| (at, module))
    })
}

/// Counts are whole and shares exact; a float would round a vote away.
fn no_floats(source: &Source) -> Complaints {
    let types = ["f32", "f64"].into_iter().flat_map(|word| scan::words(&source.product, word));
    let found = types.chain(float_literals(&source.product));
    found.map(|at| source.complain(at, "floating point where figures are exact")).collect()
}

/// `0.5`, but neither the range `0..5` nor the field of a field `x.0.5`.
fn float_literals(code: &str) -> impl Iterator<Item = usize> {
    code.match_indices('.').map(|(at, _)| at).filter(move |at| {
        let (before, after) = code.split_at(*at);
        let number = before.trim_end_matches(is_word);
        let digits = before.strip_prefix(number).unwrap_or_default();
        digits.starts_with(|c: char| c.is_ascii_digit())
            && !number.ends_with('.')
            && after.trim_start_matches('.').len() + 1 == after.len()
            && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
    })
}

fn short_functions(source: &Source) -> Complaints {
    let long = |function: &Function| function.lines > FUNCTION_LINES;
    let found = functions(&source.product).into_iter().filter(long);
    found
        .map(|Function { name, offset, lines }| {
            source.complain(offset, &format!("`{name}` has {lines} lines, over {FUNCTION_LINES}"))
        })
        .collect()
}

/// Most functions do one small thing.
fn median(sources: &[Source]) -> Complaints {
    let all = sources.iter().flat_map(|source| functions(&source.product));
    let mut lengths: Vec<usize> = all.map(|function| function.lines).collect();
    lengths.sort_unstable();
    match lengths.get(lengths.len() / 2) {
        Some(median) if *median >= MEDIAN_LINES => {
            vec![format!("the median function has {median} lines, not under {MEDIAN_LINES}")]
        }
        _ => vec![],
    }
}

fn short_file(source: &Source) -> Complaints {
    if source.lines <= FILE_LINES || is_test_file(&source.path) {
        return vec![];
    }
    vec![format!("{}: has {} lines, over {FILE_LINES}", source.path, source.lines)]
}

/// Every crate opens by saying what it is.
fn crate_docs(source: &Source, folders: &[&str]) -> Complaints {
    let roots =
        folders.iter().flat_map(|f| [format!("{f}/src/lib.rs"), format!("{f}/src/main.rs")]);
    let documented = source.text.starts_with("//!");
    if documented || !roots.into_iter().any(|root| root == source.path) {
        return vec![];
    }
    vec![format!("{}: does not open with `//!` and what the crate is", source.path)]
}

/// What is not done is an issue, not a line of code.
fn no_unfinished_work(source: &Source) -> Complaints {
    let mut complaints = Vec::new();
    for word in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
        for code in [&source.product, &source.tests] {
            let found = scan::words(code, word);
            complaints.extend(found.map(|at| source.complain(at, &format!("`{word}`"))));
        }
    }
    complaints
}

/// A test that sleeps is slow on a good day and wrong on a bad one.
fn no_waiting_tests(source: &Source) -> Complaints {
    let found = scan::words(&source.tests, "sleep(");
    found.map(|at| source.complain(at, "a test sleeps")).collect()
}

#[cfg(test)]
mod tests;
