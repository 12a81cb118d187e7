//! The workspace forbids `unsafe`. One file cannot do without the word; here is what it may say.

use super::{Complaints, File};
use crate::tidy::scan::{code_only, line_number, words};

/// The file whose functions have the names that JavaScript calls.
const EXPORTS: &str = "crates/wasm/src/exports.rs";
/// The crate that it belongs to, which has lints of its own.
const ITS_MANIFEST: &str = "crates/wasm/Cargo.toml";
/// How the word may stand there.
const ALLOWED: [&str; 2] = ["unsafe(no_mangle)", "unsafe extern \"C\" {"];
const MOST_LINES: usize = 60;

/// All checks on all files.
pub(super) fn check(files: &[File]) -> Complaints {
    files
        .iter()
        .flat_map(|file| [stands_in_one_file(file), lints_are_shared(file)].concat())
        .collect()
}

fn stands_in_one_file(file: &File) -> Complaints {
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let code = code_only(&file.text);
    let is_exports = file.path == EXPORTS;
    let allowed = |at: usize| {
        let rest = file.text.get(at..).unwrap_or_default();
        is_exports && ALLOWED.iter().any(|form| rest.starts_with(form))
    };
    let found = words(&code, "unsafe").filter(|at| !allowed(*at));
    let mut complaints: Complaints = found
        .map(|at| format!("{}:{}: `unsafe`", file.path, line_number(&file.text, at)))
        .collect();
    let lines = file.text.lines().count();
    if is_exports && lines >= MOST_LINES {
        complaints.push(format!(
            "{EXPORTS}: {lines} lines, and less than {MOST_LINES} are looked through"
        ));
    }
    complaints
}

/// A crate without the workspace's lints would be free to do anything.
fn lints_are_shared(file: &File) -> Complaints {
    let is_crate = file.path.ends_with("Cargo.toml") && file.text.contains("[package]");
    let exempt = file.path == ITS_MANIFEST || file.path.starts_with("fuzz/");
    if !is_crate || exempt || file.text.contains("[lints]\nworkspace = true") {
        return Vec::new();
    }
    vec![format!("{}: does not take the workspace's lints", file.path)]
}

#[cfg(test)]
mod tests {
    use super::{EXPORTS, check};
    use crate::tidy::File;

    #[track_caller]
    fn complaints(path: &str, text: &str, expected: &[&str]) {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(check(&[file]), expected, "{text:?}");
    }

    #[test]
    fn the_word_stands_in_one_file_and_in_two_forms() {
        let named = "#[unsafe(no_mangle)]\nextern \"C\" fn a() {}\n";
        complaints(EXPORTS, named, &[]);
        complaints(EXPORTS, "unsafe extern \"C\" {\n}\n", &[]);
        complaints("crates/wasm/src/lib.rs", named, &["crates/wasm/src/lib.rs:1: `unsafe`"]);
        let block = format!("{named}fn b() {{ unsafe {{ c() }} }}\n");
        complaints(EXPORTS, &block, &["crates/wasm/src/exports.rs:3: `unsafe`"]);
        complaints("a.rs", "// unsafe\nconst A: &str = \"unsafe\";\n", &[]);
        let long = "\n".repeat(60);
        let told = "crates/wasm/src/exports.rs: 60 lines, and less than 60 are looked through";
        complaints(EXPORTS, &long, &[told]);
    }

    #[test]
    fn every_crate_takes_the_lints() {
        complaints("a/Cargo.toml", "[package]\n[lints]\nworkspace = true\n", &[]);
        complaints("Cargo.toml", "[workspace]\n", &[]);
        let told = ["a/Cargo.toml: does not take the workspace's lints"];
        complaints("a/Cargo.toml", "[package]\n", &told);
        complaints("crates/wasm/Cargo.toml", "[package]\n", &[]);
    }
}
