//! How far a verification is.

/// What is being checked, and how much of it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What.
    pub stage: Stage,
    /// How many of it are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// What is checked, in this order. A stage that a bundle has nothing for is never told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Every listed file is hashed.
    Files,
    /// Checkpoint, tiles and packs, of which only the beginning and the end are told.
    Log,
    /// Records that say who may sign.
    Keys,
    /// All other records, with their signatures.
    Records,
    /// The data files are drawn again.
    Figures,
    /// The pages are drawn again.
    Pages,
}

impl Stage {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Log => "the log",
            Self::Keys => "records of keys",
            Self::Records => "records",
            Self::Figures => "figures",
            Self::Pages => "pages",
        }
    }
}

/// Who is told.
pub(crate) struct Told<'a> {
    tell: &'a dyn Fn(Progress),
    stage: Stage,
    done: usize,
    total: usize,
}

impl<'a> Told<'a> {
    /// Begins a stage.
    pub(crate) fn new(tell: &'a dyn Fn(Progress), stage: Stage, total: usize) -> Self {
        tell(Progress { stage, done: 0, total });
        Self { tell, stage, done: 0, total }
    }

    /// One more is done.
    pub(crate) fn one(&mut self) {
        self.done += 1;
        (self.tell)(Progress { stage: self.stage, done: self.done, total: self.total });
    }
}
