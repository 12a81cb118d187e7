//! The module that `cargo xtask wasm` built, held against the native verifier by `xtask/wasm-proof`.

use std::path::PathBuf;
use std::process::Command;

use crate::nights::Nights;
use crate::steps::{cargo_command, output, run, step};
use crate::{root, wasm};

/// The night that takes the interpreter an hour; docs/benchmarks.md says what it takes a browser.
const COUNTRY: &str = "nl-tk2025";
/// The night that Chromium is shown.
const SMALL: &str = "tiny";

/// The same answers in the interpreter, and the worker in a browser; what both say at the end.
///
/// # Errors
/// When the module cannot be built, or answers anything else.
pub(crate) fn prove(nights: &Nights) -> Result<Vec<String>, String> {
    let module = wasm::build()?;
    let build = cargo_command(&["build", "--package", "wasm-proof"]);
    step("wasm-proof", "the program that compares", || run(build))?;
    let proof = || Command::new(nights.programs.join("wasm-proof"));
    let mut compare = proof();
    let compared: Vec<PathBuf> = nights.all().filter(|night| !night.ends_with(COUNTRY)).collect();
    compare.arg("compare").arg(&module).arg(root()).args(compared);
    let compared = step("wasm-proof", "WebAssembly and native, byte for byte", || said(compare))?;
    let mut browse = proof();
    let origin = nights.programs.join("countersign-origin");
    browse.arg("browse").arg(&module).arg(root()).arg(origin).arg(nights.folder.join(SMALL));
    let browsed = step("browser", "the verifier in Chromium", || said(browse))?;
    Ok(vec![compared, browsed])
}

fn said(command: Command) -> Result<String, String> {
    output(command).map(|text| text.trim().to_owned())
}
