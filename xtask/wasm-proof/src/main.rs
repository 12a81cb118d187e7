//! Holds the built WebAssembly module against the native verifier: in `wasmi`, byte for byte, and in
//! Chromium over the real public server.
//! It builds nothing and decides nothing about an election; the module, bundles and programs are named
//! on the command line.
//! `cargo xtask test` runs both; nothing builds on it.
//!
//! ```text
//! wasm-proof compare MODULE ROOT [NIGHT]...    vectors, forms, receipts and whole bundles, in wasmi
//! wasm-proof browse MODULE ROOT ORIGIN NIGHT   the worker in Chromium, over countersign-origin
//! ```
//!
//! `NIGHT` is a folder as `countersign demo --data` leaves it: `bundle/` and `policy.txt`.

mod browse;
mod bundles;
mod chromium;

mod definitions;
mod folder;
mod forms;
mod module;
mod receipts;

use std::{env, path::Path, process::ExitCode, time::Instant};

use module::Module;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["compare", module, root, nights @ ..] => {
            compare(Path::new(module), Path::new(root), nights)
        }
        ["browse", module, root, origin, night] => {
            browse::night(Path::new(root), Path::new(module), Path::new(origin), Path::new(night))
        }
        _ => Err("expected `compare MODULE ROOT [NIGHT]...` or `browse MODULE ROOT ORIGIN NIGHT`"
            .to_owned()),
    };
    match told {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("wasm-proof: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that the module answers, beside what the native code answers.
fn compare(module: &Path, root: &Path, nights: &[&str]) -> Result<String, String> {
    let started = Instant::now();
    let mut module = Module::load(module)?;
    let vectors = root.join("docs").join("spec").join("vectors");
    let mut bundles = bundles::vectors(&mut module, &vectors)?;
    let forms = forms::all(&mut module, root, &vectors)?;
    let mut receipts = 0;
    for night in nights {
        let night = folder::Night::read(Path::new(night))?;
        receipts += receipts::of(&mut module, &night)?;
        bundles += bundles::night(&mut module, night)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(format!(
        "wasm: {bundles} bundles, {receipts} receipts and {forms} forms, the same bytes as native \
         ({seconds:.0} s)"
    ))
}

/// Both answers, and what was asked, if they differ.
fn same(what: &str, native: &str, wasm: &str) -> Result<(), String> {
    if native == wasm {
        return Ok(());
    }
    let at = native.bytes().zip(wasm.bytes()).take_while(|(a, b)| a == b).count();
    let near = |text: &str| text.chars().skip(at.saturating_sub(60)).take(200).collect::<String>();
    Err(format!(
        "{what}: native and WebAssembly differ from byte {at} on\n  native …{}\n  wasm   …{}",
        near(native),
        near(wasm)
    ))
}
