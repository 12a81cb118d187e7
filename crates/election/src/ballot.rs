//! Which selections stand on which unit's ballot: a list may stand in some districts only.

use std::collections::BTreeMap;

use crate::{ElectionError, SelectionSpec, UnitIndex, Units, unit::is_id};

/// Every selection of every list of selections, numbered through.
pub(crate) struct BallotLines<'a> {
    lists: BTreeMap<&'a str, (usize, &'a [SelectionSpec])>,
    count: usize,
}

impl<'a> BallotLines<'a> {
    pub(crate) fn new(
        selections: &'a BTreeMap<String, Vec<SelectionSpec>>,
    ) -> Result<Self, ElectionError> {
        let mut lines = Self { lists: BTreeMap::new(), count: 0 };
        for (name, specs) in selections {
            check_ids(specs)?;
            lines.lists.insert(name, (lines.count, specs));
            lines.count += specs.len();
        }
        Ok(lines)
    }

    /// The lines of one list of selections with their numbers.
    pub(crate) fn lines_of(
        &self,
        name: &str,
    ) -> Option<impl Iterator<Item = (usize, &'a SelectionSpec)> + use<'a>> {
        let (first, specs) = *self.lists.get(name)?;
        Some(specs.iter().enumerate().map(move |(i, spec)| (first + i, spec)))
    }

    fn all(&self) -> impl Iterator<Item = (usize, &'a SelectionSpec)> {
        self.lists.keys().filter_map(|name| self.lines_of(name)).flatten()
    }
}

fn check_ids(specs: &[SelectionSpec]) -> Result<(), ElectionError> {
    let mut ids: Vec<&str> = specs.iter().map(|s| s.id.as_str()).collect();
    if let Some(id) = ids.iter().find(|id| !is_id(id)) {
        return Err(ElectionError::BadId { what: "selection", id: (*id).to_owned() });
    }
    ids.sort_unstable();
    match ids.array_windows().find(|[a, b]| a == b) {
        Some([id, _]) => Err(ElectionError::Twice { what: "selection", id: (*id).to_owned() }),
        None => Ok(()),
    }
}

/// For every ballot line that does not stand everywhere, one bit a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ballots {
    /// By ballot line; `None`: it stands everywhere.
    standing: Vec<Option<Vec<bool>>>,
}

impl Ballots {
    pub(crate) fn build(lines: &BallotLines<'_>, units: &Units) -> Result<Self, ElectionError> {
        let mut standing = vec![None; lines.count];
        for (line, spec) in lines.all().filter(|(_, spec)| !spec.within.is_empty()) {
            let mut here = vec![false; units.count()];
            for id in &spec.within {
                let unit = units.find(id.as_str()).ok_or_else(|| ElectionError::Undefined {
                    place: format!("selection {:?}", spec.id),
                    what: "unit",
                    id: id.to_string(),
                })?;
                here.iter_mut()
                    .take(units.subtree(unit).end)
                    .skip(unit.get())
                    .for_each(|h| *h = true);
            }
            if let Some(slot) = standing.get_mut(line) {
                *slot = Some(here);
            }
        }
        Ok(Self { standing })
    }

    pub(crate) fn stands(&self, ballot_line: usize, unit: UnitIndex) -> bool {
        match self.standing.get(ballot_line) {
            Some(Some(here)) => here.get(unit.get()).copied().unwrap_or(false),
            _ => true,
        }
    }
}
