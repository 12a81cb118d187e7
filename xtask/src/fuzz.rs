//! Coverage-guided fuzzing with LLVM's libFuzzer: builds the targets of `fuzz/` and runs each.
//!
//! `cargo fuzz` asks for a nightly compiler, mostly for sanitizers that find misused memory; there
//! is no `unsafe` here to misuse any. The pass that counts coverage is in the stable compiler's
//! LLVM, and flags reach it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::{cargo_command, describe, output, run};
use crate::{root, tools};

/// Counters at every edge, a table of where they are, and the values that are compared.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    --cfg fuzzing";

/// What the fuzzer itself watches: seconds for one input, and the whole program's memory.
const LIMITS: [&str; 2] = ["-timeout=30", "-rss_limit_mb=1024"];

/// Where the fuzzer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corpus {
    /// With the seeds alone, so that every run is the same.
    Fresh,
    /// With all that earlier long runs found worth keeping.
    Kept,
}

/// Gives every target so many inputs, and says how many that were together.
///
/// # Errors
/// When something does not build, or at the first target that an input breaks.
pub(crate) fn all(inputs: u64, corpus: Corpus) -> Result<String, String> {
    let target = tools::target_folder()?.join("fuzz");
    let programs = build(&target)?;
    let targets = targets()?;
    let mut done = 0;
    for name in &targets {
        done += one(&programs.join(name), &target, inputs, corpus)?;
    }
    Ok(format!("fuzz: {done} inputs, {} targets", targets.len()))
}

/// Builds all targets under the workspace's own versions, and says where they are.
fn build(target: &Path) -> Result<PathBuf, String> {
    let folder = root().join("fuzz");
    copy(&root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let manifest = folder.join("Cargo.toml");
    let mut fmt = cargo_command(&["fmt", "--check", "--manifest-path"]);
    fmt.arg(&manifest);
    run(fmt)?;
    // With a target named, procedural macros and build scripts are built without the flags.
    let host = host()?;
    let mut cargo = cargo_command(&["build", "--release", "--bins", "--target", &host]);
    cargo.arg("--manifest-path").arg(&manifest);
    cargo.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", FLAGS);
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(cargo)?;
    Ok(target.join(host).join("release"))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|error| format!("{}: {error}", to.display()))
}

/// The machine's own target, as the compiler calls it.
fn host() -> Result<String, String> {
    let mut rustc = Command::new("rustc");
    rustc.arg("-vV").current_dir(root());
    host_line(&output(rustc)?).ok_or_else(|| "`rustc -vV` names no host".to_owned())
}

fn host_line(text: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// The names of the targets, in order: those of their files.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz").join("fuzz_targets");
    let files = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let stems = paths.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = stems.collect();
    names.sort();
    Ok(names)
}

/// Runs one target, silently unless something is found.
fn one(program: &Path, target: &Path, inputs: u64, corpus: Corpus) -> Result<u64, String> {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let seeds = folder(&target.join("corpus").join(format!("{corpus:?}")).join(&name), corpus)?;
    let found = folder(&target.join("found"), Corpus::Kept)?;
    let mut command = Command::new(program);
    command.arg(format!("-runs={inputs}")).args(["-seed=1", "-print_final_stats=1"]).args(LIMITS);
    command.arg(format!("-dict={}", root().join("fuzz").join("words.dict").display()));
    command.arg(format!("-artifact_prefix={}", found.join(format!("{name}-")).display()));
    command.arg(&seeds).env("COUNTERSIGN_SEEDS", &seeds).stdin(Stdio::null());
    let output = command.output().map_err(|error| describe(&command, &error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{name}: {}\n{}", output.status, told(&text)));
    }
    let done = executed(&text).unwrap_or(0);
    if done < inputs {
        return Err(format!("{name}: {done} inputs, but {inputs} were asked"));
    }
    Ok(done)
}

/// A folder that is there, and empty if it is to be fresh.
fn folder(path: &Path, corpus: Corpus) -> Result<PathBuf, String> {
    let fault = |error| format!("{}: {error}", path.display());
    if corpus == Corpus::Fresh && path.exists() {
        fs::remove_dir_all(path).map_err(fault)?;
    }
    fs::create_dir_all(path).map_err(fault)?;
    Ok(path.to_owned())
}

/// What a person needs of a broken target's many lines: what did not hold, and the file with the
/// input that showed it.
fn told(text: &str) -> String {
    let told = text.lines().skip_while(|line| !line.contains("panicked at"));
    let told: Vec<&str> = told.take_while(|line| !line.starts_with("stack backtrace")).collect();
    let file = text.lines().filter(|line| line.contains("Test unit written to"));
    let last = if told.is_empty() { text.lines().rev().take(20).collect() } else { Vec::new() };
    let lines = told.into_iter().chain(last.into_iter().rev()).chain(file);
    lines.collect::<Vec<_>>().join("\n")
}

fn executed(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{executed, host_line, targets, told};

    #[test]
    fn the_host_is_the_compilers() {
        assert_eq!(host_line("rustc 1\nhost: a-b-c\nrelease: 1\n"), Some("a-b-c".to_owned()));
        assert_eq!(host_line("rustc 1\n"), None);
    }

    #[test]
    fn every_target_is_in_the_manifest() {
        let manifest = crate::root().join("fuzz").join("Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let names = targets().unwrap();
        assert!(names.contains(&"note".to_owned()));
        assert_eq!(names.len(), manifest.matches("[[bin]]").count());
        for name in names {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }

    #[test]
    fn a_finding_is_told_with_its_file() {
        let text = "INFO: seed\nthread 'x' panicked at a.rs:1:2:\nnot the same\nstack backtrace:\n \
            0: f\nartifact_prefix='a-'; Test unit written to a-crash-1\n";
        let expected = "thread 'x' panicked at a.rs:1:2:\nnot the same\nartifact_prefix='a-'; Test \
            unit written to a-crash-1";
        assert_eq!(told(text), expected);
        assert_eq!(told("a\nERROR: timeout\n"), "a\nERROR: timeout");
    }

    #[test]
    fn inputs_are_counted_by_the_fuzzer() {
        let text = "Done 20 runs\nstat::number_of_executed_units: 20\nstat::new_units_added: 3\n";
        assert_eq!(executed(text), Some(20));
        assert_eq!(executed("INFO"), None);
    }
}
