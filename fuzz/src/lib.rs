//! Coverage-guided fuzzing of everything here that reads the bytes of strangers.
//! It is no part of the product and of no release, and it judges no figure: it asks that reading
//! never panics, that what reads prints as the same bytes, and that memory stays in proportion.
//! `cargo xtask test` runs every target for some thousand inputs, `cargo xtask soak fuzz-long` for
//! some million; nobody builds on it.
//!
//! ```text
//! fuzz_targets/note.rs ─► texts::note(bytes) ─► Note::parse ─► to_bytes, the same bytes?
//!                            ▲
//!                         seeds::notes()     what the real code writes, to begin with
//! ```
//!
//! A target is told whether its bytes were read, so that a seed which no longer reads is noticed
//! before the first input: a fuzzer that only ever sees refusals proves nothing.

pub mod bundle;
pub mod definition;
pub mod files;
#[path = "../../tests/night.rs"]
mod night;
pub mod seeds;
pub mod texts;

use peak_alloc::PeakAlloc;
use std::{env, fs, path::Path};

/// Counts what Rust code holds; the fuzzer's own memory is not in it.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Reads bytes, checks what must hold, and says whether they were read at all.
pub type Reader = fn(&[u8]) -> bool;

/// What a reader may hold at once whatever it reads: tables that are built on first use.
const BASE: usize = 4 << 20;
/// What it may hold for each byte that it reads.
const EACH: usize = 2000;

/// Runs a reader on an input.
///
/// # Panics
/// When something does not hold, which is what the fuzzer looks for.
pub fn run(reader: Reader, bytes: &[u8]) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    reader(bytes);
    let (held, most) = (MEMORY.peak_usage().saturating_sub(before), BASE + EACH * bytes.len());
    assert!(held <= most, "{held} bytes were held for {} that were read", bytes.len());
}

/// Holds the seeds of a target against its reader, and puts them into the folder that
/// `COUNTERSIGN_SEEDS` names, for the fuzzer to begin with.
///
/// # Panics
/// When a seed is not read, or cannot be written.
pub fn plant(reader: Reader, seeds: &[Vec<u8>]) {
    for (number, seed) in seeds.iter().enumerate() {
        assert!(reader(seed), "seed {number} does not read: {}", String::from_utf8_lossy(seed));
    }
    let Some(folder) = env::var_os("COUNTERSIGN_SEEDS") else { return };
    for (number, seed) in seeds.iter().enumerate() {
        let path = Path::new(&folder).join(format!("seed-{number:02}"));
        fs::write(&path, seed).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// The target of a reader: its seeds first, then whatever the fuzzer makes of them.
#[macro_export]
macro_rules! target {
    ($reader:expr, $seeds:expr) => {
        libfuzzer_sys::fuzz_target!(init: $crate::plant($reader, &$seeds), |bytes: &[u8]| {
            $crate::run($reader, bytes);
        });
    };
}
