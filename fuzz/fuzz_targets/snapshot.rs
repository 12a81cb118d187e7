//! Snapshots.
#![no_main]

use countersign_fuzz::{bundle, seeds, target};

target!(bundle::snapshot, seeds::snapshots());
