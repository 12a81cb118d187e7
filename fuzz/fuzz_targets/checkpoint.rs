//! Texts of checkpoints.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::checkpoint, seeds::checkpoints());
