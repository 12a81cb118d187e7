//! head.json.
#![no_main]

use countersign_fuzz::{bundle, seeds, target};

target!(bundle::head, seeds::heads());
