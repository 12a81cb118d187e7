//! The way from the root down to what a proof is about, with the subtrees left aside on it.
//! Proofs are made and checked along the same way (RFC 6962, sections 2.1.1 and 2.1.2).

/// Subtrees left aside, lowest first, and the subtree where the way ends.
pub(crate) struct Way {
    pub(crate) siblings: Vec<Sibling>,
    pub(crate) end: Range,
}

/// A subtree that the way passes by.
pub(crate) struct Sibling {
    pub(crate) side: Side,
    pub(crate) leaves: Range,
}

/// On which side of the way a sibling lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// The leaves of a subtree: from `start` up to `end`, never none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

impl Way {
    /// To one leaf of a tree; `index` is below `size`.
    pub(crate) fn to_leaf(index: u64, size: u64) -> Self {
        Self::down(index, size, |at| at.end - at.start == 1)
    }

    /// To the subtree that ends where the tree of `old` leaves ended; 1 ≤ `old` ≤ `new`.
    pub(crate) fn to_prefix(old: u64, new: u64) -> Self {
        Self::down(old - 1, new, |at| at.end == old)
    }

    fn down(index: u64, size: u64, arrived: impl Fn(Range) -> bool) -> Self {
        let mut end = Range { start: 0, end: size };
        let mut siblings = Vec::new();
        while !arrived(end) {
            let (left, right) = end.split();
            let (side, leaves, next) = if index < left.end {
                (Side::Right, right, left)
            } else {
                (Side::Left, left, right)
            };
            siblings.push(Sibling { side, leaves });
            end = next;
        }
        siblings.reverse();
        Self { siblings, end }
    }
}

impl Range {
    /// As RFC 6962 divides two or more leaves: left gets the largest power of two that leaves
    /// something to the right.
    pub(crate) fn split(self) -> (Self, Self) {
        let middle = self.start + (1 << (self.end - self.start - 1).ilog2());
        (Self { end: middle, ..self }, Self { start: middle, ..self })
    }
}
