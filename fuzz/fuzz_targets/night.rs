//! The files of a recorded night.
#![no_main]

use countersign_fuzz::{files, seeds, target};

target!(files::night, seeds::nights());
