//! Receipts.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::receipt, seeds::receipts());
