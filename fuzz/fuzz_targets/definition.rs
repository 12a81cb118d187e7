//! election.json with units.csv.
#![no_main]

use countersign_fuzz::{definition, seeds, target};

target!(definition::definition, seeds::definitions());
