//! Sums of every figure over every area, kept up to date as readings come and go.

use election::{Column, Count, Election, Sum, UnitIndex};
use form::Layout;

/// One figure of one area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The sum.
    pub sum: Sum,
    /// Over how many units: of 0 the sum is unknown, which is not 0.
    pub known: u32,
}

/// A row of cells for each unit: its own figures and those of all inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    width: usize,
    cells: Vec<Cell>,
}

/// Whether a reading comes into the sums or goes out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    In,
    Out,
}

impl Sums {
    pub(crate) fn new(election: &Election) -> Self {
        let width = election.contests().width();
        Self { width, cells: vec![Cell::default(); width * election.units().count()] }
    }

    /// The figures of an area, by [`Column`].
    #[must_use]
    pub fn row(&self, unit: UnitIndex) -> &[Cell] {
        let start = unit.get() * self.width;
        self.cells.get(start..start + self.width).unwrap_or_default()
    }

    /// One figure of an area; `None` when no unit in it gave it.
    #[must_use]
    pub fn get(&self, unit: UnitIndex, column: Column) -> Option<Sum> {
        let cell = self.row(unit).get(column.get())?;
        (cell.known > 0).then_some(cell.sum)
    }

    /// Moves one unit's figures into, or out of, the sums of the unit and everything above it.
    pub(crate) fn shift(
        &mut self,
        election: &Election,
        layout: &Layout,
        unit: UnitIndex,
        counts: &[Option<Count>],
        motion: Motion,
    ) {
        for area in election.units().upwards(unit) {
            let start = area.get() * self.width;
            let Some(row) = self.cells.get_mut(start..start + self.width) else { continue };
            for (field, count) in layout.fields.iter().zip(counts) {
                let cell = field.column.and_then(|column| row.get_mut(column.get()));
                if let (Some(cell), Some(count)) = (cell, count) {
                    cell.shift(*count, motion);
                }
            }
        }
    }
}

impl Cell {
    fn shift(&mut self, count: Count, motion: Motion) {
        match motion {
            Motion::In => {
                self.sum += count.get();
                self.known += 1;
            }
            // What goes out came in before, so neither can fall below 0; overflow checks are on.
            Motion::Out => {
                self.sum -= count.get();
                self.known -= 1;
            }
        }
    }
}
