//! Places in lists of millions.

use std::num::NonZeroU32;

/// A place in a list, from 0. It is kept one higher, so that one that may be missing takes no more
/// than the four bytes of one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(NonZeroU32);

impl Place {
    /// A place of a list with fewer than 2^32 - 1 entries.
    pub(crate) fn new(place: usize) -> Self {
        let higher = place.checked_add(1).and_then(|higher| u32::try_from(higher).ok());
        Self(higher.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX))
    }

    /// The place.
    pub(crate) fn get(self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    /// The place, as a number that is handed out.
    pub(crate) fn number(self) -> u32 {
        self.0.get() - 1
    }
}
