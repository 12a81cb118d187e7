//! Where units lie: EML says it in their ids (`HSB6::0668::SB1`), in whose file they stand, and in
//! the contest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use election::{AttributeKind, AttributeSpec, UnitTable};

use crate::eml::{ElectionIdentity, Named, Region, RegionId, StationList};

/// How far down a unit lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    #[default]
    Root,
    District,
    Municipality,
    Station,
}

impl Level {
    /// The kind of unit, as definitions call it. What lies above all districts depends on the
    /// election; see [`Tree::close`].
    fn kind(self) -> &'static str {
        match self {
            Self::Root => "election-area",
            Self::District => "district",
            Self::Municipality => "municipality",
            Self::Station => "polling-station",
        }
    }

    /// The kind of a unit that has figures of its own: forms belong to kinds, and a municipality of
    /// stations fills in none.
    pub(super) fn kind_that_counts(self) -> &'static str {
        match self {
            Self::District => "district-count",
            Self::Municipality => "municipality-count",
            other => other.kind(),
        }
    }
}

/// The districts, municipalities and stations that an id names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path {
    district: Option<String>,
    municipality: Option<String>,
    station: Option<String>,
}

impl Path {
    /// Reads `HSB6`, `0668`, `HSB6::0668`, `0668::SB1`, `HSB6::0668::SB1`, `HSB6::SB1` or `SB1`.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let mut path = Self::default();
        for part in id.split("::") {
            let slot = match part {
                part if is_numbered(part, "HSB") => &mut path.district,
                part if is_numbered(part, "SB") => &mut path.station,
                part if is_municipality(part) => &mut path.municipality,
                _ => return None,
            };
            if slot.replace(part.to_owned()).is_some() {
                return None;
            }
        }
        // Some files write a district's number with a zero before it, and others do not.
        path.district = path.district.as_deref().and_then(|id| district(id.strip_prefix("HSB")?));
        Some(path)
    }

    /// Where a region of a definition lies; `None` for what is no district and no municipality.
    fn of_region(region: &Region) -> Option<Self> {
        let number = |id: &RegionId| id.number.as_deref()?.parse::<u32>().ok();
        let district = |id: &RegionId| {
            id.number.as_deref().filter(|_| id.category == "KIESKRING").and_then(district)
        };
        match &*region.id.category {
            "KIESKRING" => Some(Self { district: district(&region.id), ..Self::default() }),
            "GEMEENTE" => Some(Self {
                district: region.superior.as_ref().and_then(district),
                municipality: Some(format!("{:04}", number(&region.id)?)),
                station: None,
            }),
            _ => None,
        }
    }

    /// Fills in what the file says and the id does not: the municipality whose file it is, and the
    /// district that is the contest.
    pub(super) fn inside(self, authority: &Named, contest: Option<&Named>) -> Self {
        let district = contest.and_then(|contest| district(&contest.id));
        let municipality = Some(&authority.id).filter(|id| is_municipality(id)).cloned();
        // A district's own figures lie in no municipality.
        let inside = self.station.is_some() && self.district.is_none();
        Self {
            municipality: self.municipality.or(municipality.filter(|_| inside)),
            district: self.district.or(district),
            station: self.station,
        }
    }

    /// The id as it is written, and with its municipality where that was left out.
    pub(super) fn shown(&self, written: &str) -> String {
        match self.station.as_deref() == Some(written) {
            true => self.keys().pop().map_or_else(String::new, |(_, key)| key),
            false => written.to_owned(),
        }
    }

    /// The unit and those that it lies in, from the outermost on. Municipalities have numbers of
    /// their own in the whole country; stations have not.
    fn keys(&self) -> Vec<(Level, String)> {
        let mut keys = Vec::new();
        keys.extend(self.district.clone().map(|key| (Level::District, key)));
        keys.extend(self.municipality.clone().map(|key| (Level::Municipality, key)));
        if let Some(station) = &self.station {
            let outer = keys.last().map_or_else(String::new, |(_, key)| format!("{key}::"));
            keys.push((Level::Station, format!("{outer}{station}")));
        }
        keys
    }
}

/// A district's id by its number.
pub(super) fn district(number: &str) -> Option<String> {
    number.parse::<u32>().ok().filter(|_| is_number(number)).map(|number| format!("HSB{number}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_numbered(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(is_number)
}

fn is_municipality(text: &str) -> bool {
    text.len() == 4 && is_number(text)
}

/// What a count says of a unit beside its figures.
pub(super) struct Reported {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) postcode: Option<String>,
    /// Its file and its place among all units; none where it only says that there is such a unit.
    pub(super) figures: Option<(usize, usize)>,
}

/// A unit.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) level: Level,
    name: String,
    postcode: Option<String>,
    /// How many may vote there, from the list of stations.
    eligible: Option<u64>,
    /// Its file and its place among all units, if it has figures.
    figures: Option<(usize, usize)>,
    /// What it is called as a place that others lie in.
    key: String,
    kind: &'static str,
    parent: Option<usize>,
    children: Vec<usize>,
}

impl Node {
    fn kind(&self) -> &'static str {
        match self.children.is_empty() {
            true => self.level.kind_that_counts(),
            false => self.kind,
        }
    }
}

/// All units.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    by_key: HashMap<String, usize>,
    root: usize,
}

impl Tree {
    /// Adds a unit of a count.
    ///
    /// # Errors
    /// When it has some already: the file that they stand in.
    pub(super) fn add(
        &mut self,
        path: &Path,
        unit: Reported,
        contest: Option<&Named>,
        authority: &Named,
    ) -> Result<(), usize> {
        let Some(place) = self.reach(path, contest, authority) else { return Ok(()) };
        let Some(known) = self.nodes.get_mut(place) else { return Ok(()) };
        if let Some((file, _)) = known.figures.filter(|_| unit.figures.is_some()) {
            return Err(file);
        }
        known.figures = known.figures.or(unit.figures);
        known.postcode = unit.postcode.or(known.postcode.take());
        if !unit.name.is_empty() {
            known.name = unit.name;
        }
        if known.children.is_empty() {
            known.id = unit.id;
        }
        Ok(())
    }

    /// Adds the stations of a list: those that no count has are still waited for.
    pub(super) fn expect(&mut self, list: &StationList) {
        let Some(municipality) = Path::parse(&list.municipality.id) else { return };
        for station in &list.stations {
            let path =
                Path { station: Some(format!("SB{}", station.number)), ..municipality.clone() };
            let path = path.inside(&list.municipality, Some(&list.contest));
            let place = self.reach(&path, Some(&list.contest), &list.municipality);
            let Some(node) = place.and_then(|place| self.nodes.get_mut(place)) else { continue };
            node.eligible = station.eligible;
            if node.name.is_empty() {
                node.name.clone_from(&station.name);
            }
            node.postcode = node.postcode.take().or_else(|| station.postcode.clone());
        }
    }

    /// Adds the municipalities and districts of a definition: those that no count has are still
    /// waited for.
    pub(super) fn expect_regions(&mut self, regions: &[Region]) {
        for region in regions {
            let Some(path) = Path::of_region(region) else { continue };
            let own = Named { id: String::new(), name: region.name.clone() };
            let Some(place) = self.reach(&path, None, &own) else { continue };
            if let Some(node) = self.nodes.get_mut(place).filter(|node| node.name.is_empty()) {
                node.name.clone_from(&region.name);
            }
        }
    }

    /// Decides for every unit with figures of its own and others inside it which of them count: the
    /// finer ones where all of them are there and `agrees` finds that they say the same, and
    /// otherwise its own.
    pub(super) fn choose(&mut self, mut agrees: impl FnMut(&str, usize, &[usize]) -> bool) {
        let mut places: Vec<usize> = (0..self.nodes.len()).collect();
        places.sort_by_key(|place| std::cmp::Reverse(self.nodes.get(*place).map(|n| n.level)));
        for place in places {
            let Some(node) = self.nodes.get(place).filter(|node| !node.children.is_empty()) else {
                continue;
            };
            let Some((_, own)) = node.figures else { continue };
            let leaves = self.below(place).into_iter().filter(|node| node.children.is_empty());
            let inside: Vec<Option<usize>> = leaves.map(|node| Some(node.figures?.1)).collect();
            let all: Option<Vec<usize>> = inside.iter().copied().collect();
            let finer = all.is_some_and(|all| agrees(&node.id, own, &all));
            if !finer && let Some(node) = self.nodes.get_mut(place) {
                node.children.clear();
            }
        }
    }

    /// The place of a unit, which is made with all above it where it is new.
    fn reach(&mut self, path: &Path, contest: Option<&Named>, authority: &Named) -> Option<usize> {
        let mut parent = None;
        for (level, key) in path.keys() {
            let place = self.one(level, key, parent);
            let named = match level {
                Level::District => contest,
                Level::Municipality => Some(authority),
                Level::Root | Level::Station => None,
            };
            let node = self.nodes.get_mut(place)?;
            // Whose file it is has a name only for its own unit.
            let own = named.filter(|named| level == Level::District || named.id == node.id);
            if let Some(named) = own.filter(|_| node.name.is_empty()) {
                node.name.clone_from(&named.name);
            }
            parent = Some(place);
        }
        parent
    }

    fn one(&mut self, level: Level, key: String, parent: Option<usize>) -> usize {
        let new = self.nodes.len();
        let place = *self.by_key.entry(key.clone()).or_insert(new);
        if place == new {
            let kind = level.kind();
            self.nodes.push(Node { id: key.clone(), key, level, kind, ..Node::default() });
        }
        self.put_inside(place, parent);
        place
    }

    fn put_inside(&mut self, place: usize, parent: Option<usize>) {
        let Some((node, outer)) = self.nodes.get_mut(place).zip(parent) else { return };
        if node.parent.is_none() {
            node.parent = Some(outer);
            if let Some(outer) = self.nodes.get_mut(outer) {
                outer.id.clone_from(&outer.key);
                outer.children.push(place);
            }
        }
    }

    /// Finds the root: the unit that all others lie in, or the area of the whole election.
    pub(super) fn close(&mut self, election: &ElectionIdentity) {
        let tops = self.nodes.iter().enumerate().filter(|(_, node)| node.parent.is_none());
        let tops: Vec<usize> = tops.map(|(place, _)| place).collect();
        if let [top] = *tops {
            self.root = self.last_alone(top);
        } else {
            self.root = self.nodes.len();
            let name = election.domain.clone().or_else(|| election.name.clone());
            self.nodes.push(Node {
                id: "CSB".to_owned(),
                key: "CSB".to_owned(),
                name: name.unwrap_or_else(|| election.id.clone()),
                kind: match election.category.as_deref() {
                    Some("TK" | "EP" | "EK" | "NR") => "country",
                    Some("PS" | "PR") => "province",
                    _ => Level::Root.kind(),
                },
                ..Node::default()
            });
            tops.iter().for_each(|top| self.put_inside(*top, Some(self.root)));
        }
    }

    /// Down from a unit as long as it only holds one that holds others.
    fn last_alone(&self, top: usize) -> usize {
        let node = self.nodes.get(top);
        let Some([only]) = node.map(|node| &*node.children) else { return top };
        match self.nodes.get(*only).is_some_and(|child| !child.children.is_empty()) {
            true => self.last_alone(*only),
            false => top,
        }
    }

    /// Units below a unit and itself, each behind the one it lies in.
    fn below(&self, top: usize) -> Vec<&Node> {
        let mut below = Vec::new();
        let mut open = vec![top];
        while let Some(node) = open.pop().and_then(|place| self.nodes.get(place)) {
            below.push(node);
            open.extend(node.children.iter().rev());
        }
        below
    }

    /// The units with figures and none inside them, by the place of their figures.
    pub(super) fn leaves(&self) -> BTreeMap<usize, &Node> {
        let leaves = self.below(self.root).into_iter().filter(|node| node.children.is_empty());
        leaves.filter_map(|node| Some((node.figures?.1, node))).collect()
    }

    /// Kinds of unit, from the outermost on.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        let kinds: BTreeSet<_> =
            self.below(self.root).iter().map(|node| (node.level, node.kind())).collect();
        kinds.into_iter().map(|(_, kind)| kind).collect()
    }

    /// The levels of units with none inside them.
    pub(super) fn leaf_kinds(&self) -> Vec<Level> {
        let leaves = self.below(self.root).into_iter().filter(|node| node.children.is_empty());
        let levels: BTreeSet<Level> = leaves.map(|node| node.level).collect();
        levels.into_iter().collect()
    }

    /// Is it all of an election that goes over municipalities and districts?
    pub(super) fn is_over_all(&self) -> bool {
        self.nodes.get(self.root).is_some_and(|root| root.level == Level::Root)
    }

    /// What the units have beside their postcodes.
    pub(super) fn attributes(&self) -> Option<AttributeSpec> {
        let told = self.nodes.iter().any(|node| node.eligible.is_some());
        told.then(|| AttributeSpec { id: "eligible".to_owned(), kind: AttributeKind::Count })
    }

    /// The units as a table.
    pub(super) fn table(&self) -> UnitTable {
        let eligible = self.attributes().is_some();
        let columns = ["id", "kind", "parent", "name", "postcode"].into_iter();
        let columns = columns.chain(Some("eligible").filter(|_| eligible));
        let row = |node: &Node| {
            let outer = node.parent.filter(|_| !self.is_root(node));
            let outer = outer.and_then(|place| self.nodes.get(place));
            let outer = outer.map_or_else(String::new, |outer| outer.id.clone());
            let name = if node.name.is_empty() { node.id.clone() } else { node.name.clone() };
            let postcode = node.postcode.clone().unwrap_or_default();
            let mut row = vec![node.id.clone(), node.kind().to_owned(), outer, name, postcode];
            let voters = node.eligible.map_or_else(String::new, |voters| voters.to_string());
            row.extend(Some(voters).filter(|_| eligible));
            row
        };
        let rows = self.below(self.root).into_iter().map(row).collect();
        UnitTable { columns: columns.map(str::to_owned).collect(), rows }
    }

    fn is_root(&self, node: &Node) -> bool {
        self.nodes.get(self.root).is_some_and(|root| root.id == node.id)
    }
}
