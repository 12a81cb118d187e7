//! Where the text of each position stands: packs are read once to find out, and their records are
//! fetched again one by one, in the order of the log, whatever the order of the packs is.

use std::num::NonZeroU32;

use publish::{Listed, read_pack};

use crate::{Failure, Options, Source, files::Files, in_order::in_order, report::Findings};

/// The published texts, by position.
pub(crate) struct Index<'a> {
    packs: Vec<&'a Listed>,
    /// For each position of the log, where its text is, if it is published.
    places: Vec<Option<Place>>,
}

/// Where a text stands. Twelve bytes, there or not: there are millions of them.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Which pack.
    pack: u32,
    /// From which byte.
    start: u32,
    /// How many bytes, one higher: so that a text that is not published takes no more room than
    /// one that is. The highest bit says whether it is one of keys.
    length: NonZeroU32,
}

/// Marks a text that says who may sign. A pack that is read whole is far below 2 GiB.
const OF_KEYS: u32 = 1 << 31;

impl Place {
    fn new(pack: u32, start: usize, length: usize, of_keys: bool) -> Self {
        let [start, length] = [start, length].map(|n| u32::try_from(n).unwrap_or(0));
        let mark = if of_keys { OF_KEYS } else { 0 };
        let higher = (length & !OF_KEYS).saturating_add(1) | mark;
        Self { pack, start, length: NonZeroU32::new(higher).unwrap_or(NonZeroU32::MIN) }
    }

    fn length(self) -> u32 {
        (self.length.get() & !OF_KEYS).saturating_sub(1)
    }

    /// Does it say who may sign? Only by its first line, which is all that its kind needs.
    fn is_of_keys(self) -> bool {
        self.length.get() & OF_KEYS != 0
    }
}

/// What a pack holds: positions with places, or why it cannot be read.
type Entries = Result<Vec<(u64, Place)>, Failure>;

impl<'a> Index<'a> {
    /// Reads every pack of a log of this size.
    pub(crate) fn read<S: Source>(
        files: &'a Files<'_, S>,
        options: &Options<'_>,
        findings: &mut Findings,
    ) -> Self {
        let size = files.head().size;
        let packs: Vec<&Listed> = files.under("pack/").collect();
        let numbered: Vec<(u32, &Listed)> = (0..).zip(packs.iter().copied()).collect();
        let mut places = vec![None; usize::try_from(size).unwrap_or(0)];
        let read = |(number, pack): &(u32, &Listed)| read_entries(files, *number, pack);
        in_order(&numbered, options.threads, read, |(_, pack), entries| {
            check_name(pack, findings);
            match entries {
                Ok(entries) => take(&mut places, pack, entries, size, findings),
                Err(failure) => findings.add([failure]),
            }
        });
        Self { packs, places }
    }

    /// The positions whose text is published and says who may sign, and those of all others.
    pub(crate) fn published(&self) -> (Vec<u32>, Vec<u32>) {
        let (mut of_keys, mut others) = (Vec::new(), Vec::new());
        for (position, place) in (0..).zip(&self.places) {
            match place {
                Some(place) if place.is_of_keys() => of_keys.push(position),
                Some(_) => others.push(position),
                None => {}
            }
        }
        (of_keys, others)
    }

    /// The positions whose text is not published.
    pub(crate) fn withheld(&self) -> Vec<u64> {
        let places = (0..).zip(&self.places);
        places.filter(|(_, place)| place.is_none()).map(|(position, _)| position).collect()
    }

    /// The path of the pack that a position's text stands in.
    pub(crate) fn pack(&self, position: usize) -> &'a str {
        self.find(position).map_or("pack", |(pack, _)| &pack.path)
    }

    /// The text of a position with its signatures; `None` if it is not published.
    pub(crate) fn note<S: Source>(
        &self,
        files: &Files<'_, S>,
        position: usize,
    ) -> Option<Result<Vec<u8>, String>> {
        let (pack, place) = self.find(position)?;
        Some(files.part(pack, place.start.into(), place.length().into()))
    }

    fn find(&self, position: usize) -> Option<(&'a Listed, Place)> {
        let place = self.places.get(position).copied().flatten()?;
        let pack = usize::try_from(place.pack).ok().and_then(|pack| self.packs.get(pack))?;
        Some((pack, place))
    }
}

fn read_entries<S: Source>(files: &Files<'_, S>, number: u32, pack: &Listed) -> Entries {
    let failure = |place: String, expected: &str, found: String| Failure {
        file: pack.path.clone(),
        place,
        expected: expected.to_owned(),
        found,
    };
    let bytes = files.part(pack, 0, pack.length);
    let bytes = bytes.map_err(|problem| failure("file".to_owned(), "a file", problem))?;
    let entries = read_pack(&bytes).map_err(|error| {
        failure(format!("byte {}", error.at), error.expected, "something else".to_owned())
    })?;
    let mut at = 0;
    let places = entries.iter().map(|entry| {
        let start = at + entry.head().len();
        at = start + entry.note.len();
        let is_of = |kind: &[u8]| entry.note.starts_with(kind);
        let of_keys = is_of(b"countersign/key/") || is_of(b"countersign/invite/");
        (entry.position, Place::new(number, start, entry.note.len(), of_keys))
    });
    Ok(places.collect())
}

fn check_name(pack: &Listed, findings: &mut Findings) {
    let name = format!("pack/{}", pack.hash);
    if pack.path != name {
        findings.failed(&pack.path, "name", name, &pack.path);
    }
}

fn take(
    places: &mut [Option<Place>],
    pack: &Listed,
    entries: Vec<(u64, Place)>,
    size: u64,
    findings: &mut Findings,
) {
    for (position, place) in entries {
        let slot = usize::try_from(position).ok().and_then(|index| places.get_mut(index));
        let at = || format!("position {position}");
        match slot {
            Some(slot @ None) => *slot = Some(place),
            Some(Some(_)) => findings.failed(&pack.path, at(), "one text", "two"),
            None => findings.failed(&pack.path, at(), format!("below {size}"), "beyond"),
        }
    }
}
