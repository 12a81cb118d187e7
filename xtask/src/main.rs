//! The one runner: every task of the workspace, here and in CI, is `cargo xtask TASK`.
//! It holds no code of the product and uses no crate at all, so that it is built in seconds.
//! People and `.ci/run` call it; nothing builds on it.
//!
//! ```text
//! cargo xtask test      what CI runs, and no more
//! cargo xtask demo      build, then `countersign demo`
//! ```
//!
//! Building is skipped where nothing changed, by cargo itself: a second set of stamps beside
//! cargo's could only disagree with it. Checks and tests are never skipped.

mod date;
mod debian;
mod fuzz;
mod gate;
mod hash;
mod json;
mod nights;
mod proof;
mod rebuild;
mod soak;
mod steps;
mod tidy;
mod tools;
mod verifiers;
mod wasm;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
The one runner of this workspace.

Usage: cargo xtask TASK [ARGS]

  test             the gate: tidy, fmt, clippy, all tests, the second verifier, fuzzing, the
                   verifier as WebAssembly, dependency licences and sources
  fuzz             only the fuzzing of the gate
  verifiers        only the second verifier: its tests, and both on a night of every election
  demo [ARGS]      build the program and run `countersign demo ARGS`
  convert ARGS     published figures -> an election folder; `convert --help` tells more
  soak [JOB]...    the long jobs, all or those named; each adds a dated line to docs/soak.md
  wasm             the verifier as a WebAssembly module; prints where it is
  wasm-proof       only the gate's proof of that module
  tidy             only the style and structure checks
  fmt              format all code
  help             this text

On a machine without cargo-deny `test` builds it once, into the target folder (two minutes on two
cores). cargo-nextest runs the tests where it is installed, otherwise `cargo test` does.
";

/// What a task hands to `main`: the status to leave with, or the sentence that says what failed.
type Outcome = Result<ExitCode, String>;

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let task = words.next().unwrap_or_default();
    let args: Vec<OsString> = words.collect();
    run(&task.to_string_lossy(), &args).unwrap_or_else(|reason| {
        eprintln!("xtask {}: {reason}", task.display());
        ExitCode::FAILURE
    })
}

fn run(task: &str, args: &[OsString]) -> Outcome {
    match task {
        "test" => done(gate::check()),
        "demo" => demo(args),
        "convert" => convert(args),
        "soak" => done(soak::run(args)),
        "tidy" => done(steps::step("tidy", "style and structure", tidy::check)),
        "verifiers" => done(verifiers().map(|told| println!("{told}"))),
        "fuzz" => done(gate::fuzz().map(|told| println!("{told}"))),
        "wasm" => wasm(),
        "wasm-proof" => done(wasm_proof().map(|told| println!("{}", told.join("\n")))),
        "fmt" => done(format()),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("there is no such task\n\n{HELP}");
            Ok(ExitCode::from(2))
        }
    }
}

fn wasm() -> Outcome {
    println!("{}", wasm::build()?.display());
    Ok(ExitCode::SUCCESS)
}

fn done(result: Result<(), String>) -> Outcome {
    result.map(|()| ExitCode::SUCCESS)
}

fn verifiers() -> Result<String, String> {
    verifiers::compare(&nights::Nights::play()?)
}

fn wasm_proof() -> Result<Vec<String>, String> {
    proof::prove(&nights::Nights::play()?)
}

/// The fuzz targets are no member of the workspace.
fn format() -> Result<(), String> {
    steps::cargo("fmt", "format all code", &["fmt", "--all"])?;
    steps::cargo("fmt", "and the fuzz targets", &["fmt", "--manifest-path", "fuzz/Cargo.toml"])
}

/// Both programs are built: `countersign serve` starts `countersign-origin` from beside itself.
fn demo(args: &[OsString]) -> Outcome {
    steps::cargo("build", "the programs, optimised", &["build", "--release"])?;
    let program = tools::target_folder()?.join("release").join("countersign");
    steps::hand_over(&program, &["demo"], args)
}

fn convert(args: &[OsString]) -> Outcome {
    let manifest = root().join("Cargo.toml").into_os_string();
    let fixed = ["run", "--release", "--quiet", "--package", "convert"].map(OsString::from);
    let path = [OsString::from("--manifest-path"), manifest, OsString::from("--")];
    let all: Vec<OsString> = [&fixed[..], &path[..], args].concat();
    steps::hand_over(Path::new(&tools::cargo()), &[], &all)
}

/// The workspace, as it stood when this program was built.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}
