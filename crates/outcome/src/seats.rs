//! From a request to an answer.

use std::collections::BTreeMap;

use election::MOST_SEATS;
use serde::de::DeserializeOwned;

use crate::{
    Answer, AwardRequest, CaucusRequest, Complete, LotRequired, Method, NamedQuota, Purpose, Quota,
    Ratio, Request, SatellitesRequest, Step, StepKind, Stop, award,
    bounds::bounds,
    caucus, divisor, dutch,
    elect::{Bar, Elected, elect},
    group::{divide, elect_parts},
    lists::{self, Entry},
    lots::Lots,
    parties::{self, Threshold, is_group, parties},
    quota, satellites,
    senate::{Weighed, weighed},
    table::{Party, Rule, Table},
};

/// Answers a question about seats.
#[must_use]
pub fn answer(request: &Request) -> Answer {
    match weighed(request) {
        Ok(None) => answer_counted(request),
        Ok(Some(Weighed { request, vote_values })) => match answer_counted(&request) {
            Answer::Complete(complete) => {
                Answer::Complete(Box::new(Complete { vote_values, ..*complete }))
            }
            other => other,
        },
        Err(stop) => stopped(stop, BTreeMap::new(), Vec::new()),
    }
}

/// The same where the votes are as they count.
fn answer_counted(request: &Request) -> Answer {
    let mut work = Work::new(request);
    let answer = match work.run() {
        Ok(complete) => Answer::Complete(Box::new(complete)),
        Err(stop) => stopped(stop, work.seats, work.steps),
    };
    // What can still change can be said before a lot is drawn; and it may still fall away.
    match (answer, bounds(request)) {
        (Answer::Complete(complete), Ok(bounds)) => {
            Answer::Complete(Box::new(Complete { bounds, ..*complete }))
        }
        (Answer::LotRequired(lot), Ok(bounds)) => {
            Answer::LotRequired(LotRequired { bounds, ..lot })
        }
        (Answer::Complete(_) | Answer::LotRequired(_), Err(Stop::Bad(error))) => {
            Answer::Error { error }
        }
        (answer, _) => answer,
    }
}

/// Why there is no answer yet, with what is known so far.
fn stopped(stop: Stop, seats: BTreeMap<String, u64>, steps: Vec<Step>) -> Answer {
    match stop {
        Stop::Bad(error) => Answer::Error { error },
        Stop::Lot { purpose, among, places } => {
            let lot =
                LotRequired { purpose, among, seats_left: places, seats, steps, bounds: None };
            Answer::LotRequired(lot)
        }
    }
}

/// What is known so far, also when a lot is missing.
struct Work<'a> {
    request: &'a Request,
    seats: BTreeMap<String, u64>,
    steps: Vec<Step>,
}

impl<'a> Work<'a> {
    fn new(request: &'a Request) -> Self {
        Self { request, seats: BTreeMap::new(), steps: Vec::new() }
    }

    fn run(&mut self) -> Result<Complete, Stop> {
        let entries = lists::read(self.request)?;
        let mut lots = Lots::new(&self.request.lots);
        let (quota, unassigned) = match &self.request.assigned {
            Some(assigned) => (self.assigned(&entries, assigned)?, 0),
            None => self.deal(&entries, &mut lots)?,
        };
        let bar = quota
            .zip(self.request.seats)
            .and_then(|(quota, seats)| Bar::new(self.request.method, seats, quota));
        let mut complete = Complete { unassigned, quota, ..Complete::default() };
        if let Some(bar) = bar {
            self.elect(&entries, bar, &mut lots, &mut complete)?;
        }
        lots.finish()?;
        complete.seats = std::mem::take(&mut self.seats);
        complete.steps = std::mem::take(&mut self.steps);
        Ok(complete)
    }

    /// Only who is elected is asked.
    fn assigned(
        &mut self,
        entries: &[Entry],
        assigned: &BTreeMap<String, u64>,
    ) -> Result<Option<Ratio>, Stop> {
        let seats = number_of_seats(self.request)?;
        let dealt = assigned.values().fold(0, |sum: u64, seats| sum.saturating_add(*seats));
        if dealt > seats {
            return Err(Stop::Bad(format!(
                "assigned: expected at most {seats} seats, found {dealt}"
            )));
        }
        for (name, seats) in assigned {
            let Some(entry) = entries.iter().find(|entry| entry.name == *name) else {
                return Err(Stop::Bad(format!("assigned: there is no list {name}")));
            };
            if let Some(room) = entry.room.filter(|room| seats > room) {
                let problem = format!("expected at most {room} seats, one for each candidate");
                return Err(Stop::Bad(format!("assigned: list {name}: {problem}, found {seats}")));
            }
        }
        self.seats.clone_from(assigned);
        match self.request.quota {
            Some(Quota::Votes(quota)) if quota.numerator() == 0 => {
                Err(Stop::Bad("quota: expected more than 0 votes, found 0".to_owned()))
            }
            Some(Quota::Votes(quota)) => {
                let denominator = u128::from(quota.denominator().get());
                Ok(Some(Ratio::new(u128::from(quota.numerator()), denominator)))
            }
            _ => Err(Stop::Bad("quota: expected a fraction of votes beside assigned".to_owned())),
        }
    }

    /// Deals out the seats among lists and groups, and inside the groups.
    fn deal(
        &mut self,
        entries: &[Entry],
        lots: &mut Lots<'a>,
    ) -> Result<(Option<Ratio>, u64), Stop> {
        let seats = number_of_seats(self.request)?;
        let mut parties = parties(entries)?;
        if let Some(threshold) = Threshold::of(self.request)? {
            threshold.apply(&mut parties);
        }
        let mut table = Table::with_lots(parties, seats, lots.clone());
        let dealt = self.by_method(&mut table, seats);
        (self.seats, self.steps) = (table.by_name(), std::mem::take(&mut table.steps));
        let quota = dealt?;
        *lots = table.lots;
        self.divide_groups(entries, lots)?;
        Ok((quota, table.left))
    }

    fn by_method(&self, table: &mut Table<'_>, seats: u64) -> Result<Option<Ratio>, Stop> {
        let method = self.request.method;
        match method {
            Method::NlSenate | Method::NlCouncil | Method::NlParliament | Method::NlEuropean => {
                dutch::deal(table, method, seats)
            }
            Method::Hamilton => quota::deal(table, named_quota(self.request)?, seats).map(Some),
            Method::FirstPastThePost => first_past_the_post(table).map(|()| None),
            _ => divisor::deal(table, method).map(|()| None),
        }
    }

    fn divide_groups(&mut self, entries: &[Entry], lots: &mut Lots<'a>) -> Result<(), Stop> {
        let groups: Vec<String> =
            self.seats.keys().filter(|name| is_group(name)).cloned().collect();
        for group in groups {
            let seats = self.seats.remove(&group).unwrap_or(0);
            let inside = entries.iter().filter(|entry| parties::name(entry) == group);
            let lists =
                inside.map(|e| Party { name: e.name.clone(), votes: e.votes, room: e.room });
            let (table, divided) = divide(lists.collect(), seats, lots.clone());
            self.seats.extend(table.by_name());
            self.steps.extend(table.steps);
            *lots = table.lots;
            divided?;
        }
        Ok(())
    }

    fn elect(
        &mut self,
        entries: &[Entry],
        bar: Bar,
        lots: &mut Lots<'a>,
        complete: &mut Complete,
    ) -> Result<(), Stop> {
        for entry in entries.iter().filter(|entry| !entry.candidates.is_empty()) {
            let seats = self.seats.get(&entry.name).copied().unwrap_or(0);
            let Elected { elected, succession, preferred } = match entry.parts.is_empty() {
                true => elect(&entry.candidates, seats, bar, lots, |one| entry.lot(one))?,
                false => self.elect_in_parts(entry, seats, bar, lots)?,
            };
            complete.elected.insert(entry.name.clone(), elected);
            complete.preferred.insert(entry.name.clone(), preferred);
            complete.succession.insert(entry.name.clone(), succession);
        }
        Ok(())
    }

    fn elect_in_parts(
        &mut self,
        entry: &Entry,
        seats: u64,
        bar: Bar,
        lots: &mut Lots<'a>,
    ) -> Result<Elected, Stop> {
        let lists = entry.parts.iter().map(|part| Party {
            name: format!("{}/{}", entry.name, part.name),
            votes: part.votes,
            room: Some(part.people.len() as u64),
        });
        let (table, divided) = divide(lists.collect(), seats, lots.clone());
        self.steps.extend(table.steps);
        divided?;
        *lots = table.lots;
        elect_parts(entry, &table.seats, bar, lots)
    }
}

pub(crate) fn number_of_seats(request: &Request) -> Result<u64, Stop> {
    let seats = request.seats.filter(|seats| (1..=MOST_SEATS).contains(seats));
    let found = || request.seats.map_or_else(|| "none".to_owned(), |seats| seats.to_string());
    seats.ok_or_else(|| Stop::Bad(format!("seats: expected 1 to {MOST_SEATS}, found {}", found())))
}

/// The quota of [`Method::Hamilton`].
pub(crate) fn named_quota(request: &Request) -> Result<NamedQuota, Stop> {
    match request.quota {
        Some(Quota::Named(name)) => Ok(name),
        _ => Err(Stop::Bad(
            "quota: expected hare, droop, hagenbach-bischoff or imperiali".to_owned(),
        )),
    }
}

/// Only the seats of lists with these votes, by these lots.
pub(crate) fn deal(
    request: &Request,
    entries: &[Entry],
    lots: &[String],
) -> Result<BTreeMap<String, u64>, Stop> {
    let mut work = Work::new(request);
    work.deal(entries, &mut Lots::new(lots))?;
    Ok(work.seats)
}

fn first_past_the_post(table: &mut Table<'_>) -> Result<(), Stop> {
    let rule = Rule { kind: StepKind::MostVotes, purpose: Purpose::MostVotes, article: None };
    let mut once = std::collections::BTreeSet::new();
    table.deal(&rule, Some(&mut once), |table, place| {
        Some(Ratio::whole(u128::from(table.votes(place)))).filter(|_| table.votes(place) > 0)
    })?;
    Ok(())
}

/// Answers a question that is written in JSON.
#[must_use]
pub fn answer_json(text: &str) -> Answer {
    let method = serde_json::from_str::<Asked>(text).map(|asked| asked.method).unwrap_or_default();
    match method.as_str() {
        "caucus" => read(text, answer_caucus),
        "caucus-award" => read(text, answer_award),
        "satellites" => read(text, answer_satellites),
        _ => read(text, answer),
    }
}

/// What a question is about; its other keys depend on that.
#[derive(serde::Deserialize)]
struct Asked {
    method: String,
}

fn read<T: DeserializeOwned>(text: &str, answer: fn(&T) -> Answer) -> Answer {
    match serde_json::from_str(text) {
        Ok(request) => answer(&request),
        Err(error) => Answer::Error { error: error.to_string() },
    }
}

/// Answers a question about a caucus.
#[must_use]
pub fn answer_caucus(request: &CaucusRequest) -> Answer {
    without_steps(caucus::answer(request).map(Answer::Caucus))
}

/// Says whether an award of a caucus is legal.
#[must_use]
pub fn answer_award(request: &AwardRequest) -> Answer {
    without_steps(award::answer(request).map(Answer::Judged))
}

/// Answers a question about the satellites of a district.
#[must_use]
pub fn answer_satellites(request: &SatellitesRequest) -> Answer {
    without_steps(satellites::answer(request).map(Answer::Satellites))
}

fn without_steps(answered: Result<Answer, Stop>) -> Answer {
    answered.unwrap_or_else(|stop| stopped(stop, BTreeMap::new(), Vec::new()))
}

/// An answer as one line of JSON.
#[must_use]
pub fn to_json(answer: &Answer) -> String {
    // Numbers, texts and lists of them can always be written.
    serde_json::to_string(answer).unwrap_or_default()
}
