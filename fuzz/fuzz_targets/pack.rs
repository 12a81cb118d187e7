//! Packs of released records.
#![no_main]

use countersign_fuzz::{bundle, seeds, target};

target!(bundle::pack, seeds::packs());
