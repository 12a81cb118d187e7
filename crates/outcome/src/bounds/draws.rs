//! Bounds where all votes are certain: the law itself, with every way in which its lots can fall.

use super::Range;
use crate::{Request, Stop, lists::Entry, seats};

/// So many times the law is asked at most: five lots between two lists each take 63.
const MOST: usize = 64;

/// The fewest and the most seats of each list; `None` where the lots are too many to try.
pub(super) fn every(request: &Request, entries: &[Entry]) -> Result<Option<Vec<Range>>, Stop> {
    let mut ranges: Option<Vec<Range>> = None;
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    for _ in 0..MOST {
        let Some(lots) = waiting.pop() else { return Ok(ranges) };
        match seats::deal(request, entries, &lots) {
            Ok(seats) => {
                let of = |entry: &Entry| seats.get(&entry.name).copied().unwrap_or(0);
                let found = entries.iter().map(of).map(|seats| Range::new(seats, seats));
                ranges = Some(match ranges {
                    None => found.collect(),
                    Some(all) => all.into_iter().zip(found).map(|(a, b)| a.with(b)).collect(),
                });
            }
            Err(Stop::Lot { among, .. }) => {
                waiting.extend(among.into_iter().map(|drawn| [lots.as_slice(), &[drawn]].concat()));
            }
            Err(bad) => return Err(bad),
        }
    }
    Ok(ranges.filter(|_| waiting.is_empty()))
}
