//! One form's figures while they are checked: what a check can see.

use election::{Count, UnitIndex, Units};

use crate::{Field, FieldIndex, Layout, Refusal, layout::Origin};

/// The figures of one form with its unit. An unknown figure is `None`, never 0.
pub(crate) struct Sheet<'a> {
    pub(crate) units: &'a Units,
    pub(crate) unit: UnitIndex,
    pub(crate) counts: &'a [Option<Count>],
}

impl Sheet<'_> {
    /// The figure of a field.
    pub(crate) fn get(&self, field: FieldIndex) -> Option<u64> {
        self.counts.get(field).copied().flatten().map(Count::get)
    }

    /// The sum of fields that are all known.
    pub(crate) fn sum(&self, fields: &[FieldIndex]) -> Option<u64> {
        fields.iter().map(|f| self.get(*f)).sum()
    }

    /// The sum of those fields that are known, when one is.
    pub(crate) fn known_sum(&self, fields: &[FieldIndex]) -> Option<u64> {
        let known = || fields.iter().filter_map(|f| self.get(*f));
        known().next().map(|_| known().sum())
    }
}

/// Fills in the figures that the paper does not carry because others settle them, in the order of
/// the fields: none is settled by one below it that is settled itself. One that its field cannot
/// hold is refused, as if it had been typed: unknown would be another thing.
pub(crate) fn derive(
    layout: &Layout,
    units: &Units,
    unit: UnitIndex,
    counts: &mut [Option<Count>],
) -> Result<(), Refusal> {
    for (index, field) in layout.fields.iter().enumerate() {
        let sheet = Sheet { units, unit, counts };
        let value = match &field.origin {
            Origin::Paper => continue,
            Origin::Sum(parts) => sheet.sum(parts).map(u128::from),
            Origin::Quotient { from, decimals, numerator, denominator } => {
                let ratio = units.number(unit, *numerator).zip(units.number(unit, *denominator));
                let figure = sheet.get(*from).zip(ratio);
                figure.and_then(|(f, (n, d))| divide_half_up(f, decimals.unit(), n, d))
            }
        };
        let count = value.map(|value| hold(field, value)).transpose()?;
        if let Some(slot) = counts.get_mut(index) {
            *slot = count;
        }
    }
    Ok(())
}

fn hold(field: &Field, value: u128) -> Result<Count, Refusal> {
    let count = u64::try_from(value).ok().and_then(|value| Count::new(value).ok());
    count.filter(|count| *count <= field.at_most).ok_or_else(|| Refusal::OutOfRange {
        field: field.code.to_string(),
        most: field.at_most,
        found: i64::try_from(value).unwrap_or(i64::MAX),
    })
}

/// `units / unit / (numerator / denominator)`, rounded half up; unknown when the ratio is 0.
fn divide_half_up(units: u64, unit: u64, numerator: u64, denominator: u64) -> Option<u128> {
    let above = u128::from(units) * u128::from(denominator);
    let below = u128::from(unit) * u128::from(numerator);
    (2 * above + below).checked_div(2 * below)
}
