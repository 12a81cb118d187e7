//! Small values: fractions, decimals, moments, ids, digests, texts.
#![no_main]

use countersign_fuzz::{definition, seeds, target};

target!(definition::value, seeds::values());
