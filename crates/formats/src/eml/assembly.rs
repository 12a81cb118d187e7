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
    collections::{BTreeMap, BTreeSet, HashSet},
    io::BufRead,
    sync::Arc,
};

use election::{Head, Method, OutcomeRule, Texts, UnitTable};

pub use error::AssemblyError;
pub use forms::{station_form, sum_form};
pub use totals::StatedTotal;

use super::{
    CountFile, Definition, Document, ElectionIdentity, Named, ResultFile, UnitVotes, Votes, read,
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
    definition: Option<Definition>,
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
    /// Why no seats are dealt out, though it is known how many there are.
    pub no_seats: Option<NoSeats>,
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
                only(&mut self.definition, definition, name, "definition (110a)")?;
            }
            Document::Stations(stations) => self.stations.push(stations),
            Document::Candidates(candidates) => self.lists.name(&candidates),
            Document::Count(count) => {
                let totals = count.contests.iter().filter_map(|contest| contest.total.as_ref());
                totals.for_each(|total| self.lists.see(total));
                self.take_lone_totals(name, &count, before)?;
                self.counts.push((name.to_owned(), count));
            }
            Document::Result(result) => {
                only(&mut self.result, result, name, "result (520)")?;
            }
        }
        Ok(())
    }

    /// A total without units is the committee's own count.
    fn take_lone_totals(
        &mut self,
        name: &str,
        count: &CountFile,
        before: usize,
    ) -> Result<(), AssemblyError> {
        let own = self.units.get(before..).unwrap_or_default();
        let has_units: BTreeSet<usize> = own.iter().map(|unit| unit.contest).collect();
        for (contest, votes) in count.contests.iter().enumerate() {
            let Some(total) = votes.total.as_ref().filter(|_| !has_units.contains(&contest)) else {
                continue;
            };
            let Some(Named { id, name }) = of_total(count, &votes.contest) else { continue };
            let (counts, file) = (self.codes.counts(total), self.counts.len());
            self.units.push(Counted { file, contest, id, name, postcode: None, counts });
        }
        if self.units.len() > before {
            return Ok(());
        }
        let found = format!("only totals of {}", count.authority.id);
        Err(AssemblyError::unlike(name, "figures of units".to_owned(), found))
    }

    fn check_election(&mut self, name: &str, document: &Document) -> Result<(), AssemblyError> {
        let election = document.election();
        let (first, known) =
            self.election.get_or_insert_with(|| (name.to_owned(), election.clone()));
        if known.id != election.id {
            let expected = format!("the election {} as in {first}", known.id);
            return Err(AssemblyError::unlike(name, expected, election.id.clone()));
        }
        let days = known.date.as_ref().zip(election.date.as_ref());
        if let Some((known, found)) = days.filter(|(known, found)| known != found) {
            let expected = format!("the day {known} as in {first}");
            return Err(AssemblyError::unlike(name, expected, found.clone()));
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
        let mut unlike = totals::stated(&self.counts, &self.units);
        let tree = self.tree(&election, &mut unlike)?;
        let outcome = outcome(&election, self.seats(asked), asked.method)?;
        let whole = !is_over_many(&election) || tree.is_over_all() || self.has_country();
        let no_seats = outcome.as_ref().and_then(|_| no_seats(whole, &unlike));
        let outcome = outcome.filter(|_| no_seats.is_none()).map(|rule| OutcomeRule {
            // Candidates of one place may be other people in another district, and who is elected
            // is nobody's to say while their votes are no sums.
            seats_only: is_over_many(&election) || unlike.iter().any(StatedTotal::is_of_candidates),
            ..rule
        });
        let head = Head { outcome, ..head(&election, &tree, lists)? };
        let entries = entries(&tree, self.units)?;
        let preference_threshold = self.definition.map(|one| one.preference_threshold);
        let (units, result) = (tree.table(), self.result);
        Ok(Assembled { head, units, entries, unlike, no_seats, preference_threshold, result })
    }

    /// Is there a count of the central committee, which is of all?
    fn has_country(&self) -> bool {
        self.counts.iter().any(|(_, count)| count.kind == "510d")
    }

    /// As people said, or the definition, or as many as were elected.
    fn seats(&self, asked: Asked) -> Option<u64> {
        let elected = |result: &ResultFile| {
            result.lists.iter().map(|list| list.elected.len() as u64).sum::<u64>()
        };
        let defined = self.definition.as_ref().map(|definition| definition.seats);
        asked.seats.or(defined).or_else(|| self.result.as_ref().map(elected))
    }

    /// The units, and what coarser figures say that finer ones do not.
    fn tree(
        &self,
        election: &ElectionIdentity,
        unlike: &mut Vec<StatedTotal>,
    ) -> Result<Tree, AssemblyError> {
        let mut tree = self.reported()?;
        self.stations.iter().for_each(|list| tree.expect(list));
        if let Some(definition) = &self.definition {
            tree.expect_regions(&definition.regions);
        }
        tree.choose(|unit, own, inside| {
            let differs = totals::of_covered(unit, own, inside, &self.units);
            let agrees = !differs.iter().any(StatedTotal::is_of_lists);
            unlike.extend(differs);
            agrees
        });
        tree.close(election);
        Ok(tree)
    }

    /// The units that counts are of.
    fn reported(&self) -> Result<Tree, AssemblyError> {
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
                // Without a figure it has not reported.
                figures: Some((unit.file, place)).filter(|_| !unit.counts.is_empty()),
            };
            tree.add(&path, reported, contest, &count.authority).map_err(|first| {
                let first = self.counts.get(first).map_or("", |(name, _)| name);
                let expected = format!("each unit once ({} stands in {first})", unit.id);
                AssemblyError::unlike(file, expected, "it again".to_owned())
            })?;
        }
        Ok(tree)
    }
}

/// There is one of a kind: a second would take the first one's place, or not.
fn only<T>(slot: &mut Option<T>, found: T, file: &str, what: &str) -> Result<(), AssemblyError> {
    match slot.replace(found) {
        None => Ok(()),
        Some(_) => {
            Err(AssemblyError::unlike(file, format!("one {what}"), "a second one".to_owned()))
        }
    }
}

/// Does such an election go over many municipalities, each with a count of its own?
fn is_over_many(election: &ElectionIdentity) -> bool {
    !matches!(election.category.as_deref(), Some("GR" | "ER" | "BC" | "GC"))
}

/// Why no seats can be dealt out, though it is known how many there are.
fn no_seats(whole: bool, unlike: &[StatedTotal]) -> Option<NoSeats> {
    if !whole {
        Some(NoSeats::Part)
    } else if unlike.iter().any(StatedTotal::is_of_lists) {
        Some(NoSeats::NoSums)
    } else {
        None
    }
}

/// Why no seats are dealt out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSeats {
    /// One municipality or district of an election that goes over several.
    #[error("the files are of a part of the election")]
    Part,
    /// What committees stated of votes for lists is not what their units add up to.
    #[error("votes for lists that committees stated are not the sums of their units")]
    NoSums,
}

/// The unit that a total alone is of: the one whose file it is, or in a file of the country the
/// district that is its contest.
fn of_total(count: &CountFile, contest: &Named) -> Option<Named> {
    if Path::parse(&count.authority.id).is_some() {
        return Some(count.authority.clone());
    }
    let id = tree::district(&contest.id)?;
    Some(Named { id, name: contest.name.clone() })
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
