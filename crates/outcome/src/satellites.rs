//! Satellite caucuses: a district's fixed pool of state delegates, shared among its sites, and each
//! site's share among its groups.
//!
//! The plan of 2020 can be read in more than one way, and the ways differ by more than the leading
//! two were apart. So a reading is named in every question and has no default. The readings are
//! inferred from the figures that were published; the party's own worksheet was not found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Amount, Ratio, Stop,
    caucus::equivalents,
    lots::Lots,
    room::{MOST, Room, within},
};

/// The most sites of one question; in 2020 there were 87 in five districts.
const MOST_SITES: u64 = 10_000;

/// A question about the satellites of one district.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SatellitesRequest {
    /// Always `satellites`.
    pub method: SatellitesMethod,
    /// How the plan is read: the name of a [`Reading`].
    #[serde(default)]
    pub reading: Option<String>,
    /// State delegates of the whole district's satellites.
    pub pool: Amount,
    /// The sites.
    pub sites: BTreeMap<String, Site>,
    /// Lots in the order in which they are asked, as `site/group`: who loses or gains.
    #[serde(default)]
    pub lots: Vec<String>,
}

/// The one method of a [`SatellitesRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SatellitesMethod {
    /// The Iowa Democratic satellite caucuses of 2020.
    Satellites,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Eligible people present at the count.
    pub attendees: u64,
    /// People by group in the final alignment.
    pub groups: BTreeMap<String, u64>,
}

/// How the plan is read: what a site's share of the pool goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// By attendance: what the party published.
    ByAttendance,
    /// By the delegates that the site elects, as precincts share a county: a small site counts for
    /// more than by its people.
    ByDelegates,
    /// The same, where a site that nobody came to counts as the smallest; its share goes to nobody.
    ByDelegatesOfAllSites,
}

impl Reading {
    /// All that are known.
    pub const ALL: [Self; 3] = [Self::ByAttendance, Self::ByDelegates, Self::ByDelegatesOfAllSites];

    /// Its name and version.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ByAttendance => "iowa-2020-by-attendance/1",
            Self::ByDelegates => "iowa-2020-by-delegates/1",
            Self::ByDelegatesOfAllSites => "iowa-2020-by-delegates-of-all-sites/1",
        }
    }

    /// The reading of this name.
    fn named(name: Option<&str>) -> Result<Self, Stop> {
        let reading = Self::ALL.into_iter().find(|reading| Some(reading.name()) == name);
        reading.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            let found = name.map_or_else(|| "none".to_owned(), |name| format!("{name:?}"));
            Stop::Bad(format!("reading: expected one of {known}, found {found}"))
        })
    }

    /// What a site weighs where the pool is shared.
    fn weight(self, site: &Site) -> u64 {
        match self {
            Self::ByAttendance => site.attendees,
            Self::ByDelegates => elects(site.attendees),
            Self::ByDelegatesOfAllSites => elects(site.attendees.max(1)),
        }
    }
}

/// Delegates that a site elects: 4 up to 20 people, one more for every 20 more, 9 above 100.
fn elects(attendees: u64) -> u64 {
    match attendees {
        0 => 0,
        1..=100 => 3 + attendees.div_ceil(20),
        _ => 9,
    }
}

/// What the satellites of a district come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Satellites {
    /// How the plan was read.
    pub reading: &'static str,
    /// Each site.
    pub sites: BTreeMap<String, SiteAward>,
    /// All sites together.
    pub state_delegate_equivalents: BTreeMap<String, Ratio>,
    /// What no group has: shares of sites where nobody was viable, or nobody came.
    pub unawarded: Ratio,
}

/// What a site comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SiteAward {
    /// Its share of the pool.
    pub share: Ratio,
    /// Delegates that it elects.
    pub elects: u64,
    /// Delegates by viable group.
    pub delegates: BTreeMap<String, u64>,
    /// What they are worth.
    pub state_delegate_equivalents: BTreeMap<String, Ratio>,
}

/// Answers a question about satellites.
pub(crate) fn answer(request: &SatellitesRequest) -> Result<Satellites, Stop> {
    let reading = Reading::named(request.reading.as_deref())?;
    let per_weight = per_weight(request, reading)?;
    let mut lots = Lots::new(&request.lots);
    let mut sites = BTreeMap::new();
    for (id, site) in &request.sites {
        let share = per_weight.times(Ratio::whole(u128::from(reading.weight(site))));
        let call = |group: &str| format!("{id}/{group}");
        let award = award(site, share, &mut lots, call).map_err(|stop| at(id, stop))?;
        sites.insert(id.clone(), award);
    }
    lots.finish()?;
    let (state_delegate_equivalents, unawarded) = totals(&sites);
    Ok(Satellites { reading: reading.name(), sites, state_delegate_equivalents, unawarded })
}

/// The pool over the weight of all sites.
fn per_weight(request: &SatellitesRequest, reading: Reading) -> Result<Ratio, Stop> {
    within("sites", request.sites.len() as u64, 1, MOST_SITES).map_err(Stop::Bad)?;
    for (id, site) in &request.sites {
        let problem = within("attendees", site.attendees, 0, MOST);
        problem.map_err(|problem| at(id, Stop::Bad(problem)))?;
    }
    let weights = request.sites.values().map(|site| u128::from(reading.weight(site)));
    match weights.sum() {
        0 => Err(Stop::Bad("sites: expected people at one of them, found nobody".to_owned())),
        all => Ok(request.pool.ratio().over(Ratio::whole(all))),
    }
}

fn award(
    site: &Site,
    share: Ratio,
    lots: &mut Lots<'_>,
    call: impl Fn(&str) -> String,
) -> Result<SiteAward, Stop> {
    let elects = elects(site.attendees);
    if site.attendees == 0 && site.groups.values().all(|people| *people == 0) {
        let (delegates, state_delegate_equivalents) = (BTreeMap::new(), BTreeMap::new());
        return Ok(SiteAward { share, elects, delegates, state_delegate_equivalents });
    }
    let room = Room::new(site.attendees, elects, &site.groups).map_err(Stop::Bad)?;
    let delegates = room.award(lots, call)?;
    let worth = share.over(Ratio::whole(u128::from(elects)));
    let state_delegate_equivalents = equivalents(&delegates, worth);
    Ok(SiteAward { share, elects, delegates, state_delegate_equivalents })
}

/// What each group has of all sites, and what nobody has.
fn totals(sites: &BTreeMap<String, SiteAward>) -> (BTreeMap<String, Ratio>, Ratio) {
    let (mut groups, mut nobody) = (BTreeMap::new(), Ratio::whole(0));
    for site in sites.values() {
        if site.delegates.is_empty() {
            nobody = nobody.plus(site.share);
        }
        for (name, worth) in &site.state_delegate_equivalents {
            let sum = groups.entry(name.clone()).or_insert_with(|| Ratio::whole(0));
            *sum = sum.plus(*worth);
        }
    }
    (groups, nobody)
}

/// A problem with the site that has it.
fn at(id: &str, stop: Stop) -> Stop {
    match stop {
        Stop::Bad(problem) => Stop::Bad(format!("site {id}: {problem}")),
        lot @ Stop::Lot { .. } => lot,
    }
}
