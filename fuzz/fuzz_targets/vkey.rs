//! Public keys.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::vkey, seeds::vkeys());
