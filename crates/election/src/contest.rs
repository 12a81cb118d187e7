//! Contests and what a vote in them is for.

use serde::{Deserialize, Serialize};

use crate::{Decimals, ElectionError, Texts, UnitId, unit::is_id};

/// One question, as the definition writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestSpec {
    /// Its id, as in the tally: `votes`.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// Which of the definition's lists of selections it is about.
    pub selections: String,
    /// Decimals of its figures.
    #[serde(default, skip_serializing_if = "Decimals::is_whole")]
    pub decimals: Decimals,
}

/// What a vote is for, as the definition writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionSpec {
    /// Its id, as in the tally: a list's number, a candidate's short name, a figure's name.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// The candidates of a list, numbered from 1 in list order.
    #[serde(default, skip_serializing_if = "Candidates::is_none")]
    pub candidates: Candidates,
    /// The units on whose ballot it stands, with all inside them; none named: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty", rename = "in")]
    pub within: Vec<UnitId>,
}

/// Candidates of a list: how many, or who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Candidates {
    /// Their number; the names are not known.
    Number(u16),
    /// Their names, in list order.
    Names(Vec<String>),
}

impl Default for Candidates {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Candidates {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Number(number) => usize::from(*number),
            Self::Names(names) => names.len(),
        }
    }

    fn is_none(&self) -> bool {
        self.count() == 0
    }

    fn name(&self, index: usize) -> String {
        match self {
            Self::Names(names) => names.get(index).cloned().unwrap_or_default(),
            Self::Number(_) => (index + 1).to_string(),
        }
    }
}

/// Where a contest stands in [`Contests`].
pub type ContestIndex = usize;

/// One figure of a tally: a selection of a contest. Columns of all contests stand in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(usize);

impl Column {
    /// The place in a row of a tally.
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

/// A selection of one contest: a list, or a candidate on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// `3`, or `3/7` for candidate 7 of list 3.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// For a candidate, the place of the list in [`Contest::selections`].
    pub list: Option<usize>,
    /// The place of the list itself among the ballot's lists, for [`crate::Election::on_ballot`].
    pub(crate) ballot_line: usize,
}

/// One question with all its selections, candidates behind their list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// Decimals of its figures.
    pub decimals: Decimals,
    /// What a vote is for.
    pub selections: Vec<Selection>,
    first: usize,
}

impl Contest {
    /// The column of a selection.
    #[must_use]
    pub fn column(&self, selection: usize) -> Column {
        Column(self.first + selection)
    }

    /// All columns with their selections.
    pub fn columns(&self) -> impl Iterator<Item = (Column, &Selection)> {
        self.selections.iter().enumerate().map(|(i, s)| (self.column(i), s))
    }

    /// The name of a selection by its id.
    #[must_use]
    pub fn name_of(&self, id: &str) -> Option<&Texts> {
        self.selections.get(self.find(id)?).map(|selection| &selection.name)
    }

    /// The place of a selection by its id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.selections.iter().position(|s| s.id == id)
    }
}

/// All contests of an election.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contests {
    all: Vec<Contest>,
    columns: usize,
}

impl Contests {
    /// All contests, in the definition's order.
    #[must_use]
    pub fn all(&self) -> &[Contest] {
        &self.all
    }

    /// The contest with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<ContestIndex> {
        self.all.iter().position(|c| c.id == id)
    }

    /// The contest with an id, itself.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Contest> {
        self.all.iter().find(|c| c.id == id)
    }

    /// How many columns a row of a tally has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns
    }

    pub(crate) fn build(
        specs: &[ContestSpec],
        ballot: &crate::ballot::BallotLines,
    ) -> Result<Self, ElectionError> {
        let mut contests = Self { all: Vec::new(), columns: 0 };
        for spec in specs {
            let lines =
                ballot.lines_of(&spec.selections).ok_or_else(|| ElectionError::Undefined {
                    place: format!("contest {:?}", spec.id),
                    what: "list of selections",
                    id: spec.selections.clone(),
                })?;
            if !is_id(&spec.id) {
                return Err(ElectionError::BadId { what: "contest", id: spec.id.clone() });
            }
            if contests.find(&spec.id).is_some() {
                return Err(ElectionError::Twice { what: "contest", id: spec.id.clone() });
            }
            contests.push(spec, lines);
        }
        Ok(contests)
    }

    fn push<'a>(
        &mut self,
        spec: &ContestSpec,
        lines: impl Iterator<Item = (usize, &'a SelectionSpec)>,
    ) {
        let mut selections = Vec::new();
        for (ballot_line, line) in lines {
            let list = selections.len();
            let (id, name) = (line.id.clone(), line.name.clone());
            selections.push(Selection { id, name, list: None, ballot_line });
            selections.extend((0..line.candidates.count()).map(|index| Selection {
                id: format!("{}/{}", line.id, index + 1),
                name: Texts::Same(line.candidates.name(index)),
                list: Some(list),
                ballot_line,
            }));
        }
        let first = self.columns;
        self.columns += selections.len();
        let (id, name, decimals) = (spec.id.clone(), spec.name.clone(), spec.decimals);
        self.all.push(Contest { id, name, decimals, selections, first });
    }
}
