//! What was checked, and what does not hold.

use tlog::{SplitView, Timestamp};

/// Whether what holds is known to be this election's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A policy pinned the log's key and the definition.
    Pinned,
    /// There was no policy: anybody could have made a bundle that is consistent in itself.
    Unproven,
}

/// How many of one kind of thing were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In which file.
    pub file: String,
    /// Where in it: a position of the log, a line, a byte.
    pub place: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Does everything that was checked hold?
    pub holds: bool,
    /// Whose it is known to be.
    pub origin: Origin,
    /// What was checked.
    pub checked: Vec<Checked>,
    /// What does not hold.
    pub failed: Vec<Failure>,
    /// Positions of the log whose text is not published.
    pub withheld: Vec<u64>,
    /// The policy's witnesses that cosigned the checkpoint, and when.
    pub cosigned: Vec<(String, Timestamp)>,
    /// The proof that this log has shown another history before, for whoever else should know.
    pub split_view: Option<SplitView>,
}

/// A report while it is written.
#[derive(Default)]
pub(crate) struct Findings {
    checked: Vec<Checked>,
    failed: Vec<Failure>,
    withheld: Vec<u64>,
    cosigned: Vec<(String, Timestamp)>,
    split_view: Option<SplitView>,
}

impl Findings {
    pub(crate) fn checked(&mut self, what: &'static str, count: usize) {
        self.checked.push(Checked { what, count });
    }

    #[allow(clippy::needless_pass_by_value, reason = "call sites read like sentences")]
    pub(crate) fn failed(
        &mut self,
        file: impl Into<String>,
        place: impl ToString,
        expected: impl ToString,
        found: impl ToString,
    ) {
        self.failed.push(Failure {
            file: file.into(),
            place: place.to_string(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    pub(crate) fn add(&mut self, failures: impl IntoIterator<Item = Failure>) {
        self.failed.extend(failures);
    }

    pub(crate) fn withheld(&mut self, positions: Vec<u64>) {
        self.withheld = positions;
    }

    pub(crate) fn cosigned(&mut self, by: Vec<(String, Timestamp)>) {
        self.cosigned = by;
    }

    pub(crate) fn split_view(&mut self, proof: SplitView) {
        self.split_view = Some(proof);
    }

    pub(crate) fn report(self, origin: Origin, finished: Option<()>) -> Report {
        let holds = finished.is_some() && self.failed.is_empty();
        let Self { checked, failed, withheld, cosigned, split_view } = self;
        Report { holds, origin, checked, failed, withheld, cosigned, split_view }
    }
}
