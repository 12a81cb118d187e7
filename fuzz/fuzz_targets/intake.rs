//! Records on their way in, under the definition of a night that is on.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::intake, seeds::incoming());
