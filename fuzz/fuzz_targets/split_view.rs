//! Proofs that a log has shown two histories.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::split_view, seeds::split_views());
