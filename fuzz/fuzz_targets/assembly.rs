//! EML files of one election together.
#![no_main]

use countersign_fuzz::{files, seeds, target};

target!(files::assembly, seeds::assemblies());
