//! One form's figures while they are checked: what a check can see.

use election::{Count, UnitIndex, Units};

use crate::{FieldIndex, Layout, layout::Origin};

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

/// Fills in the figures that the paper does not carry because others settle them.
pub(crate) fn derive(
    layout: &Layout,
    units: &Units,
    unit: UnitIndex,
    counts: &mut [Option<Count>],
) {
    for (index, field) in layout.fields.iter().enumerate() {
        let sheet = Sheet { units, unit, counts };
        let value = match &field.origin {
            Origin::Paper => continue,
            Origin::Sum(parts) => sheet.sum(parts),
            Origin::Quotient { from, decimals, numerator, denominator } => {
                let ratio = units.number(unit, *numerator).zip(units.number(unit, *denominator));
                let figure = sheet.get(*from).zip(ratio);
                figure.and_then(|(f, (n, d))| divide_half_up(f, decimals.unit(), n, d))
            }
        };
        if let Some(slot) = counts.get_mut(index) {
            *slot = value.and_then(|v| Count::new(v).ok());
        }
    }
}

/// `units / unit / (numerator / denominator)`, rounded half up; unknown when the ratio is 0.
fn divide_half_up(units: u64, unit: u64, numerator: u64, denominator: u64) -> Option<u64> {
    let above = u128::from(units) * u128::from(denominator);
    let below = u128::from(unit) * u128::from(numerator);
    u64::try_from((2 * above + below).checked_div(2 * below)?).ok()
}
