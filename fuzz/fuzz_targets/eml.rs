//! EML files of every kind.
#![no_main]

use countersign_fuzz::{files, seeds, target};

target!(files::eml, seeds::eml());
