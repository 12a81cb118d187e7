//! Checkpoints with signatures and cosignatures.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::cosigned, seeds::cosigned());
