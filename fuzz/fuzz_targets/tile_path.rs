//! Paths of tiles.
#![no_main]

use countersign_fuzz::{seeds, target, texts};

target!(texts::tile_path, seeds::tile_paths());
