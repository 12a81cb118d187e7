//! Records of every kind.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::record, seeds::records());
