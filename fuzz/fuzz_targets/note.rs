//! Signed notes.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::note, seeds::notes());
