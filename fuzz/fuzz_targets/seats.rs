//! Questions about seats.
#![no_main]

use countersign_fuzz::{definition, seeds, target};

target!(definition::seats, seeds::seats());
