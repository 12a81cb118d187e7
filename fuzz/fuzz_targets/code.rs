//! One-time codes.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::code, seeds::codes());
