//! Sums of every figure over every area, kept up to date as readings come and go. A unit with none
//! inside it needs none: its sums are the figures of the reading that counts.

use election::{Column, Count, Election, Sum, UnitIndex};
use form::{Layout, Returns};

use crate::Board;

/// One figure of one area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The sum.
    pub sum: Sum,
    /// Over how many units: of 0 the sum is unknown, which is not 0.
    pub known: u32,
}

/// A row of cells for each unit: its own figures and those of all inside it.
#[derive(Clone, Copy)]
pub struct Sums<'b> {
    board: &'b Board,
}

/// The rows of the units that have others inside them.
#[derive(Clone, Debug)]
pub(crate) struct AreaSums {
    width: usize,
    cells: Vec<Cell>,
}

/// Whether a reading comes into the sums or goes out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    In,
    Out,
}

impl<'b> Sums<'b> {
    pub(crate) fn new(board: &'b Board) -> Self {
        Self { board }
    }

    /// The figures of an area, by [`Column`].
    #[must_use]
    pub fn row(self, unit: UnitIndex) -> Vec<Cell> {
        let forms = self.board.forms();
        if let Some(area) = forms.election().units().get(unit).area() {
            return self.board.area_sums().row(area).to_vec();
        }
        let mut row = vec![Cell::default(); forms.election().contests().width()];
        let counted = self.board.unit(unit).counted().map(|reading| &reading.returns);
        let layout = counted.and_then(|returns| forms.layouts().get(returns.form()));
        if let Some((returns, layout)) = counted.zip(layout) {
            shift(&mut row, layout, returns, Motion::In);
        }
        row
    }

    /// One figure of an area; `None` when no unit in it gave it.
    #[must_use]
    pub fn get(self, unit: UnitIndex, column: Column) -> Option<Sum> {
        let forms = self.board.forms();
        match forms.election().units().get(unit).area() {
            Some(area) => {
                let cell = self.board.area_sums().row(area).get(column.get())?;
                (cell.known > 0).then_some(cell.sum)
            }
            None => {
                let returns = &self.board.unit(unit).counted()?.returns;
                let field = forms.layouts().get(returns.form())?.adds_to(column)?;
                returns.get(field).map(Count::get)
            }
        }
    }
}

impl AreaSums {
    pub(crate) fn new(election: &Election) -> Self {
        let width = election.contests().width();
        Self { width, cells: vec![Cell::default(); width * election.units().areas()] }
    }

    /// The figures of an area by its number, by [`Column`].
    fn row(&self, area: usize) -> &[Cell] {
        let start = area * self.width;
        self.cells.get(start..start + self.width).unwrap_or_default()
    }

    /// Moves one unit's figures into, or out of, the sums of every area that it is or lies in.
    pub(crate) fn shift(
        &mut self,
        election: &Election,
        layout: &Layout,
        returns: &Returns,
        motion: Motion,
    ) {
        let units = election.units();
        for area in units.upwards(returns.unit()).filter_map(|unit| units.get(unit).area()) {
            let start = area * self.width;
            let Some(row) = self.cells.get_mut(start..start + self.width) else { continue };
            shift(row, layout, returns, motion);
        }
    }
}

fn shift(row: &mut [Cell], layout: &Layout, returns: &Returns, motion: Motion) {
    for (field, count) in layout.fields.iter().zip(returns.counts()) {
        let cell = field.column.and_then(|column| row.get_mut(column.get()));
        if let (Some(cell), Some(count)) = (cell, count) {
            cell.shift(*count, motion);
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
