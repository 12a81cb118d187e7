//! The files of a log.
#![no_main]

use countersign_fuzz::{bundle, seeds, target};

target!(bundle::log, seeds::logs());
