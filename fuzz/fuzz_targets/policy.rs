//! Policies.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::policy, seeds::policies());
