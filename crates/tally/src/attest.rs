//! Does the log hold what a committee vouches for?

use record::{RecordId, body::Attest};

use crate::{Refusal, What};

/// How many positions one record vouches for at most, so that it is quickly checked: its ids are
/// sorted.
pub(crate) const MOST_IN_A_RANGE: u64 = 1 << 16;

/// Compares a range that somebody vouches for with the ids in the log. It needs all of them, also
/// of texts that are sealed, so it stands apart from [`crate::Ledger::judge`], which has none.
///
/// `position` is where the record stands or would stand, `id` what stands at a position. Records of
/// other kinds say nothing about the log, and pass.
///
/// # Errors
/// When the range does not lie before the record, or holds other records.
pub fn check_attest(
    what: &What,
    position: u64,
    id: impl Fn(u64) -> Option<RecordId>,
) -> Result<(), Refusal> {
    let What::Attest { first, last, hash: found, unit: _ } = *what else { return Ok(()) };
    let outside = Refusal::Range { first, last, position };
    let positions = last.checked_sub(first).map(|more| more.saturating_add(1));
    if positions.is_none_or(|positions| positions > MOST_IN_A_RANGE) || last >= position {
        return Err(outside);
    }
    let ids: Option<Vec<RecordId>> = (first..=last).map(id).collect();
    let expected = Attest::hash_of(ids.ok_or(outside)?);
    if expected != found {
        return Err(Refusal::OtherRecords { first, last, expected, found });
    }
    Ok(())
}
