//! The module that `cargo xtask wasm` built, held against the native verifier by `xtask/wasm-proof`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::{cargo_command, output, run, step};
use crate::{root, tools, wasm};

/// The recorded nights that are published and checked. The fourth, a country, takes the interpreter an
/// hour; docs/benchmarks.md says what it takes a browser.
const NIGHTS: [&str; 3] = ["tiny", "nl-gr2022-reusel", "iowa-2020"];
const BUILT: [&str; 6] = ["-p", "countersign", "-p", "countersign-origin", "-p", "wasm-proof"];

/// The same answers in the interpreter, and the worker in a browser; what both say at the end.
///
/// # Errors
/// When the module cannot be built, or answers anything else.
pub(crate) fn prove() -> Result<Vec<String>, String> {
    let module = wasm::build()?;
    let target = tools::target_folder()?;
    let mut cargo = cargo_command(&["build", "--bins"]);
    cargo.args(BUILT);
    step("programs", "those that the module is held against", || run(cargo))?;
    let programs = target.join("debug");
    let nights = step("nights", "recorded nights, published", || {
        NIGHTS.iter().map(|name| publish(&programs, &target, name)).collect::<Result<Vec<_>, _>>()
    })?;
    let proof = || Command::new(programs.join("wasm-proof"));
    let mut compare = proof();
    compare.arg("compare").arg(&module).arg(root()).args(&nights);
    let compared = step("wasm-proof", "WebAssembly and native, byte for byte", || said(compare))?;
    let mut browse = proof();
    let origin = programs.join("countersign-origin");
    browse.arg("browse").arg(&module).arg(root()).arg(origin).args(nights.first());
    let browsed = step("browser", "the verifier in Chromium", || said(browse))?;
    Ok(vec![compared, browsed])
}

/// Replays a night and keeps what was published.
fn publish(programs: &Path, target: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = target.join("wasm").join("nights").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut demo = Command::new(programs.join("countersign"));
    demo.arg("demo").arg(root().join("elections").join(name)).arg("--data").arg(&folder);
    demo.arg("--exit").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    run(demo).map(|()| folder)
}

fn said(command: Command) -> Result<String, String> {
    output(command).map(|text| text.trim().to_owned())
}
