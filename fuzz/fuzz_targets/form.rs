//! The figures of a form.
#![no_main]

use countersign_fuzz::{definition, seeds, target};

target!(definition::form, seeds::forms());
