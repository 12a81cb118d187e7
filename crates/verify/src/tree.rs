//! The tree: do checkpoint and tiles say the same, do those stand behind it that the policy asks
//! for, and does it continue what was seen before?

use std::collections::{BTreeSet, HashMap};

use record::note::VerifyingKey;
use tally::Rulebook;
use tlog::{Checkpoint, SplitView, Tile, TileError, Tree, policy::Policy, tile};

use crate::{Options, Source, files::Files, report::Findings};

/// Checkpoint and tiles: the leaves, if their root is the one that the log signed.
pub(crate) fn check_tree<S: Source>(
    files: &Files<'_, S>,
    rulebook: &Rulebook,
    options: &Options<'_>,
    tree: Result<tile::ReadLog, TileError>,
    findings: &mut Findings,
) -> Option<Vec<[u8; 32]>> {
    let size = files.head().size;
    let bytes = files.get("checkpoint").unwrap_or_default();
    let bytes = bytes.as_slice();
    check_accepted(bytes, options.policy, findings);
    let checkpoint = match Checkpoint::verify(bytes, rulebook.log()) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            findings.failed("checkpoint", "signature", "the log's", error);
            return None;
        }
    };
    if checkpoint.size != size {
        findings.failed("checkpoint", "line 2", size, checkpoint.size);
        return None;
    }
    let log = match tree {
        Ok(log) => log,
        Err(error) => {
            findings.failed(tile_of(&error).to_string(), "tile", "what the log holds", error);
            return None;
        }
    };
    match log.tree.root_at(size) {
        Ok(root) if root == checkpoint.root => {}
        Ok(root) => findings.failed("checkpoint", "line 3", root, checkpoint.root),
        Err(error) => findings.failed("checkpoint", "line 3", checkpoint.root, error),
    }
    if let Some(seen) = options.seen {
        check_seen(seen, (&checkpoint, bytes), &log.tree, rulebook.log(), findings);
    }
    check_tiles(files, size, findings);
    check_once(&log.entries, findings);
    findings.checked("leaves", log.entries.len());
    Some(log.entries)
}

/// Do the log and the witnesses stand behind the checkpoint as the policy asks?
fn check_accepted(checkpoint: &[u8], policy: Option<&Policy>, findings: &mut Findings) {
    match policy.map(|policy| policy.accept(checkpoint)) {
        None => {}
        Some(Ok(accepted)) => {
            if !accepted.cosigned.is_empty() {
                findings.checked("cosignatures", accepted.cosigned.len());
            }
            findings.cosigned(accepted.cosigned);
        }
        Some(Err(error)) => {
            findings.failed("checkpoint", "signatures", "those that the policy asks for", error);
        }
    }
}

/// Does the log continue the checkpoint that was seen before? If not, both are proof against it.
fn check_seen(
    seen: &[u8],
    (checkpoint, bytes): (&Checkpoint, &[u8]),
    tree: &Tree,
    log: &VerifyingKey,
    findings: &mut Findings,
) {
    let before = match Checkpoint::verify(seen, log) {
        Ok(before) => before,
        Err(error) => {
            findings.failed("the checkpoint seen before", "signature", "the log's", error);
            return;
        }
    };
    if before.size > checkpoint.size {
        let expected = format!("at least {}, seen before", before.size);
        findings.failed("checkpoint", "line 2", expected, checkpoint.size);
        return;
    }
    let texts = (String::from_utf8_lossy(seen), String::from_utf8_lossy(bytes));
    match SplitView::find(tree, (&before, &texts.0), (checkpoint, &texts.1)) {
        Ok(None) => findings.checked("checkpoint seen before", 1),
        Ok(Some(proof)) => {
            let expected = format!("a log that continues the one of {} seen before", before.size);
            findings.failed("checkpoint", "history", expected, "another history");
            findings.split_view(proof);
        }
        Err(error) => findings.failed("checkpoint", "history", "one of that size", error),
    }
}

fn tile_of(error: &TileError) -> Tile {
    match error {
        TileError::Beyond { tile, .. }
        | TileError::Missing { tile }
        | TileError::Length { tile, .. }
        | TileError::EntryLength { tile, .. }
        | TileError::Hash { tile, .. } => *tile,
    }
}

/// No tile stands here that the log of this size has not.
fn check_tiles<S: Source>(files: &Files<'_, S>, size: u64, findings: &mut Findings) {
    let tiles = tile::new_tiles(0, size);
    let named: BTreeSet<String> = tiles.iter().map(ToString::to_string).collect();
    for tile in files.under("tile/").filter(|tile| !named.contains(&tile.path)) {
        findings.failed(&tile.path, "file", format!("a tile of a log of {size}"), "another");
    }
}

/// No record stands in the log twice.
fn check_once(entries: &[[u8; 32]], findings: &mut Findings) {
    let mut seen = HashMap::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        if let Some(first) = seen.insert(entry, position) {
            let place = format!("position {position}");
            findings.failed("tile/entries", place, "a new record", format!("that of {first}"));
        }
    }
}
