//! Files of one election put together: definitions, stations, candidates, counts and a result become
//! one definition, its units and their figures, as a folder of our own has them.
//!
//! A count may stand on another: a municipality's over its stations, a district's over its
//! municipalities. Only the finest figures are added up; every coarser one is a second statement of
//! the same votes and is compared with their sum.

mod error;
mod forms;
mod lists;
mod totals;
mod tree;

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
    sync::Arc,
};

use election::{Head, Method, OutcomeRule, Texts, UnitTable};

pub use error::AssemblyError;
pub use forms::{station_form, sum_form};
pub use totals::StatedTotal;

use super::{
    CountFile, Document, ElectionIdentity, ResultFile, UnitVotes, Votes, read,
    stations::StationList,
};
use crate::{
    NightEntry, What,
    dutch::{Dutch, Own},
};
use lists::Lists;
use tree::{Node, Path, Reported, Tree};

const FIGURES: [&str; 5] = ["eligible", "admitted", "counted", "blank", "invalid"];
/// The contest that lists compete in.
const VOTES: &str = "votes";

/// Files on their way into one election.
#[derive(Default)]
pub struct Assembly {
    /// The first file's name and its election, which every other must have.
    election: Option<(String, ElectionIdentity)>,
    counts: Vec<(String, CountFile)>,
    units: Vec<Counted>,
    stations: Vec<StationList>,
    lists: Lists,
    seats: Option<u64>,
    preference_threshold: Option<u64>,
    result: Option<ResultFile>,
    codes: Codes,
}

/// A unit's figures and where they stand.
struct Counted {
    /// The file, as a place in the assembly's counts, and the contest in it.
    file: usize,
    contest: usize,
    id: String,
    name: String,
    postcode: Option<String>,
    counts: Counts,
}

/// Figures by field.
type Counts = Vec<(Arc<str>, u64)>;

/// One text for each field code: a country has millions of figures.
#[derive(Default)]
struct Codes(HashSet<Arc<str>>);

impl Codes {
    fn counts(&mut self, votes: &Votes) -> Counts {
        votes.fields().into_iter().map(|(code, count)| (self.one(&code), count)).collect()
    }

    fn one(&mut self, code: &str) -> Arc<str> {
        if let Some(known) = self.0.get(code) {
            return Arc::clone(known);
        }
        let code = Arc::from(code);
        self.0.insert(Arc::clone(&code));
        code
    }
}

/// What came out.
#[derive(Debug)]
pub struct Assembled {
    /// The definition.
    pub head: Head,
    /// Its units.
    pub units: UnitTable,
    /// The figures of every unit that has none inside it, in the order of the files.
    pub entries: Vec<NightEntry>,
    /// What committees stated that is not the sum of what it is made of.
    pub unlike: Vec<StatedTotal>,
    /// The preference threshold in per cent of the quota, where there is a definition: the law has
    /// one too, and they have to be the same.
    pub preference_threshold: Option<u64>,
    /// The official result, where there is a file of it.
    pub result: Option<ResultFile>,
}

/// What people say of the seats, where no file does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// How many there are.
    pub seats: Option<u64>,
    /// The law.
    pub method: Option<Method>,
}

impl Assembly {
    /// Takes a file in; `name` is for errors.
    ///
    /// # Errors
    /// When it is none of the kinds, or of another election than the files before it.
    pub fn read(&mut self, name: &str, input: impl BufRead) -> Result<(), AssemblyError> {
        let (file, before) = (self.counts.len(), self.units.len());
        let Self { units, lists, codes, .. } = self;
        let document = read(input, |unit| {
            lists.see(&unit.votes);
            units.push(counted(file, unit, codes));
        });
        let document = document.map_err(|problem| {
            self.units.truncate(before);
            AssemblyError::File { file: name.to_owned(), problem }
        })?;
        self.check_election(name, &document)?;
        match document {
            Document::Definition(definition) => {
                self.seats = Some(definition.seats);
                self.preference_threshold = Some(definition.preference_threshold);
            }
            Document::Stations(stations) => self.stations.push(stations),
            Document::Candidates(candidates) => self.lists.name(&candidates),
            Document::Count(count) => {
                let totals = count.contests.iter().filter_map(|contest| contest.total.as_ref());
                totals.for_each(|total| self.lists.see(total));
                self.counts.push((name.to_owned(), count));
            }
            Document::Result(result) => self.result = Some(result),
        }
        Ok(())
    }

    fn check_election(&mut self, name: &str, document: &Document) -> Result<(), AssemblyError> {
        let election = document.election();
        let (first, known) =
            self.election.get_or_insert_with(|| (name.to_owned(), election.clone()));
        if known.id != election.id {
            let expected = format!("the election {} as in {first}", known.id);
            return Err(AssemblyError::unlike(name, expected, election.id.clone()));
        }
        // A definition may know what a count leaves out.
        known.category = known.category.take().or_else(|| election.category.clone());
        known.date = known.date.take().or_else(|| election.date.clone());
        known.name = known.name.take().or_else(|| election.name.clone());
        Ok(())
    }

    /// Puts the files together.
    ///
    /// # Errors
    /// When there is no count among them, two files have figures of one unit, a list has two names,
    /// or an id says nothing about where its unit lies.
    pub fn finish(mut self, asked: Asked) -> Result<Assembled, AssemblyError> {
        let (_, election) = self
            .election
            .take()
            .filter(|_| !self.counts.is_empty())
            .ok_or(AssemblyError::Missing("a count (EML 510a to 510d)"))?;
        let lists = std::mem::take(&mut self.lists).specs()?;
        let tree = self.tree(&election)?;
        let outcome = outcome(&election, self.seats(asked), asked.method)?;
        // Candidates of one place may be other people in another district.
        let seats_only = tree.districts() > 1;
        let outcome = outcome.map(|rule| OutcomeRule { seats_only, ..rule });
        let head = Head { outcome, ..head(&election, &tree, lists)? };
        let mut unlike = totals::stated(&self.counts, &self.units);
        unlike.extend(totals::covered(&tree, &self.units));
        let entries = entries(&tree, self.units)?;
        Ok(Assembled {
            head,
            units: tree.table(),
            entries,
            unlike,
            preference_threshold: self.preference_threshold,
            result: self.result,
        })
    }

    /// As people said, or the definition, or as many as were elected.
    fn seats(&self, asked: Asked) -> Option<u64> {
        let elected = |result: &ResultFile| {
            result.lists.iter().map(|list| list.elected.len() as u64).sum::<u64>()
        };
        asked.seats.or(self.seats).or_else(|| self.result.as_ref().map(elected))
    }

    fn tree(&self, election: &ElectionIdentity) -> Result<Tree, AssemblyError> {
        let mut tree = Tree::default();
        for (place, unit) in self.units.iter().enumerate() {
            let Some((file, count)) = self.counts.get(unit.file) else { continue };
            let unreadable = || {
                let expected = "a unit's id such as 0668::SB1".to_owned();
                AssemblyError::unlike(file, expected, format!("{:?}", unit.id))
            };
            let contest = count.contests.get(unit.contest).map(|one| &one.contest);
            let path = Path::parse(&unit.id).ok_or_else(unreadable)?;
            let path = path.inside(&count.authority, contest);
            let reported = Reported {
                id: path.shown(&unit.id),
                name: unit.name.clone(),
                postcode: unit.postcode.clone(),
                figures: (unit.file, place),
            };
            tree.add(&path, reported, contest, &count.authority).map_err(|first| {
                let first = self.counts.get(first).map_or("", |(name, _)| name);
                let expected = format!("each unit once ({} stands in {first})", unit.id);
                AssemblyError::unlike(file, expected, "it again".to_owned())
            })?;
        }
        self.stations.iter().for_each(|list| tree.expect(list));
        tree.close(election);
        Ok(tree)
    }
}

fn counted(file: usize, unit: UnitVotes, codes: &mut Codes) -> Counted {
    let UnitVotes { contest, id, name, postcode, votes } = unit;
    Counted { file, contest, id, name, postcode, counts: codes.counts(&votes) }
}

impl Document {
    /// The election that the file is of.
    #[must_use]
    pub fn election(&self) -> &ElectionIdentity {
        match self {
            Self::Definition(file) => &file.election,
            Self::Stations(file) => &file.election,
            Self::Candidates(file) => &file.election,
            Self::Count(file) => &file.election,
            Self::Result(file) => &file.election,
        }
    }
}

/// The law of an election by its category. Votes of the Senate have to be weighted by province
/// first, so its counts alone say nothing.
fn method(category: &str) -> Option<Method> {
    match category {
        "GR" | "PS" | "AB" | "ER" | "BC" | "GC" => Some(Method::NlCouncil),
        "TK" => Some(Method::NlParliament),
        "EP" => Some(Method::NlEuropean),
        _ => None,
    }
}

fn outcome(
    election: &ElectionIdentity,
    seats: Option<u64>,
    asked: Option<Method>,
) -> Result<Option<OutcomeRule>, AssemblyError> {
    let method = asked.or_else(|| election.category.as_deref().and_then(method));
    match (seats, method) {
        (Some(seats), Some(method)) => Ok(Some(OutcomeRule {
            contest: VOTES.to_owned(),
            method,
            seats,
            quota: None,
            seats_only: false,
        })),
        (None, _) if asked.is_some() => Err(AssemblyError::Missing("how many seats there are")),
        _ => Ok(None),
    }
}

fn head(
    election: &ElectionIdentity,
    tree: &Tree,
    lists: Vec<election::SelectionSpec>,
) -> Result<Head, AssemblyError> {
    let date = election.date.as_deref().and_then(|date| date.parse().ok());
    let kinds = tree.kinds();
    let mut head = Dutch::read()?.head(Own {
        id: election.id.clone(),
        name: Texts::Same(election.name.clone().unwrap_or_else(|| election.id.clone())),
        date: date.ok_or(AssemblyError::Missing("the day of the vote (ElectionDate)"))?,
        kinds: &kinds,
        lists,
        figures: &FIGURES,
        forms: forms::forms(&kinds, &tree.leaf_kinds())?,
    })?;
    head.attributes.extend(tree.attributes());
    Ok(head)
}

/// The figures of units that have none inside them, in the order of the files.
fn entries(tree: &Tree, units: Vec<Counted>) -> Result<Vec<NightEntry>, AssemblyError> {
    let leaves: BTreeMap<usize, &Node> = tree.leaves();
    let mut entries = Vec::with_capacity(leaves.len());
    for (place, unit) in units.into_iter().enumerate() {
        let Some(node) = leaves.get(&place) else { continue };
        let id = election::UnitId::try_from(node.id.clone());
        let form = forms::form_of(node.level);
        entries.push(NightEntry {
            label: 0,
            at: None,
            channel: Arc::from("file"),
            unit: id.map_err(|problem| AssemblyError::Id(problem.to_string()))?,
            what: What::Returns { form: Arc::from(form), counts: unit.counts },
            reason: None,
        });
    }
    Ok(entries)
}
