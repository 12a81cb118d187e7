//! The tally: readings that are decoded already, summed up the tree of units. Its floor is the bare
//! adding of as many numbers into a dense array.

use std::{hint::black_box, sync::Arc, time::Instant};

use election::Election;
use form::Forms;
use record::{Digest, RecordId};
use tally::{Board, Change, Placement, Reading};

use super::{Goal, Measured, median, setting::Setting};
use crate::{
    exit::Stop,
    offline::{self, Decoded},
    progress,
};

/// So often is the whole night summed up.
const NIGHTS: usize = 21;

pub(super) fn run(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    progress::show("tally: reading the night");
    let forms = setting.election()?.forms;
    let decoded = offline::decode(&forms, &setting.night()?)?;
    progress::show(&format!("tally: {} forms, {NIGHTS} times", decoded.len()));
    let bare = Bare::of(forms.election(), &decoded);
    let (mut floors, mut times) = (Vec::new(), Vec::new());
    let mut board = Board::new(Arc::clone(&forms));
    for _ in 0..NIGHTS {
        floors.push(bare.night());
        let time;
        (time, board) = night(&forms, &decoded);
        times.push(time);
    }
    let (value, floor) = (median(times) * 1e3, Some(median(floors) * 1e3));
    let goal = Goal::new("under 5 ms", value < 5.0);
    let tally = Measured { name: "tally", value, unit: "ms", floor, goal };
    Ok(vec![tally, update(&mut board, &bare, &decoded)])
}

/// Seconds that the whole night takes, and what came out.
fn night(forms: &Arc<Forms>, decoded: &[Decoded]) -> (f64, Board) {
    let decoded = decoded.to_vec();
    let started = Instant::now();
    let mut board = Board::new(Arc::clone(forms));
    for Decoded { key, reading, placement } in decoded {
        board.take(key, reading, placement);
    }
    (started.elapsed().as_secs_f64(), board)
}

/// A correction of each form: its old figures go out of all sums above it, its new ones come in.
fn update(board: &mut Board, bare: &Bare, decoded: &[Decoded]) -> Measured {
    let corrections = decoded.iter().map(correction).collect::<Vec<_>>().into_iter();
    let times = corrections.map(|Decoded { key, reading, placement }| {
        let started = Instant::now();
        board.take(key, reading, placement);
        started.elapsed().as_secs_f64()
    });
    let value = median(times.collect()) * 1e6;
    let goal = Goal::new("under 50 µs", value < 50.0);
    Measured { name: "tally-update", value, unit: "µs", floor: Some(bare.update() * 1e6), goal }
}

fn correction(first: &Decoded) -> Decoded {
    let id: RecordId = Digest::of(first.reading.id.as_bytes());
    let reading = Reading {
        id,
        seq: first.reading.seq + 1,
        change: Change::of(Some(first.reading.id), Some("counted again".into())),
        ..first.reading.clone()
    };
    Decoded { key: first.key.clone(), reading, placement: Placement::Correction }
}

/// The numbers of the night and where each of them is added to, without anything else.
struct Bare {
    cells: usize,
    forms: Vec<BareForm>,
}

struct BareForm {
    counts: Vec<u64>,
    /// Where the rows of the unit and of all areas above it begin.
    rows: Vec<usize>,
}

impl Bare {
    fn of(election: &Election, decoded: &[Decoded]) -> Self {
        let width = election.contests().width();
        let forms = decoded.iter().map(|decoded| {
            let returns = &decoded.reading.returns;
            let areas = election.units().upwards(returns.unit());
            BareForm {
                counts: returns.counts().iter().flatten().map(|count| count.get()).collect(),
                rows: areas.map(|area| area.get() * width).collect(),
            }
        });
        // A form may have more figures than there are columns; then it runs on into the next row.
        let widest = decoded.iter().map(|d| d.reading.returns.counts().len()).max();
        let cells = width * election.units().count() + widest.unwrap_or(0);
        Self { cells, forms: forms.collect() }
    }

    /// Seconds for the whole night.
    fn night(&self) -> f64 {
        let started = Instant::now();
        let mut cells = vec![0; self.cells];
        self.forms.iter().for_each(|form| form.add(&mut cells));
        black_box(&cells);
        started.elapsed().as_secs_f64()
    }

    /// Seconds for one form that goes and another that comes.
    fn update(&self) -> f64 {
        let mut cells = vec![0; self.cells];
        let times = self.forms.iter().map(|form| {
            let started = Instant::now();
            form.add(&mut cells);
            form.add(&mut cells);
            started.elapsed().as_secs_f64()
        });
        let update = median(times.collect());
        black_box(&cells);
        update
    }
}

impl BareForm {
    fn add(&self, cells: &mut [u64]) {
        for start in &self.rows {
            let row = cells.get_mut(*start..).unwrap_or_default();
            row.iter_mut().zip(&self.counts).for_each(|(cell, count)| *cell += count);
        }
    }
}
