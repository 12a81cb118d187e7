//! What witnesses are asked.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::add_checkpoint, seeds::add_checkpoints());
