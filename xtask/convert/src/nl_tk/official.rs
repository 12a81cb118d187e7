//! The official result: one row a figure of a region.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    error::ConvertError,
    source::{Row, Table},
};

/// The official result as far as a folder needs it.
pub(super) struct Official<'a> {
    /// Regions by level and number, so parents stand before children.
    pub(super) regions: BTreeMap<Key<'a>, Region<'a>>,
    /// Lists by number.
    pub(super) lists: BTreeMap<u32, List<'a>>,
    numbers: HashMap<&'a str, u32>,
}

/// A region's code, such as `G0014`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub(super) level: Level,
    number: u64,
    pub(super) id: &'a str,
}

/// How far a region is from the country. The public bodies in the Caribbean are municipalities of
/// a sort: letter O, numbers 9001 to 9003.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Country,
    Province,
    District,
    Municipality,
}

/// A region with its figures.
pub(super) struct Region<'a> {
    pub(super) key: Key<'a>,
    pub(super) name: &'a str,
    /// The code of the region it lies in; empty for the country.
    pub(super) parent: &'a str,
    /// Figures that are about no list, by their official names.
    pub(super) figures: BTreeMap<&'a str, u64>,
}

/// A list.
pub(super) struct List<'a> {
    pub(super) name: &'a str,
    /// The districts where it stands.
    pub(super) districts: BTreeSet<Key<'a>>,
}

impl<'a> Official<'a> {
    pub(super) fn read(table: &'a Table) -> Result<Self, ConvertError> {
        let (regions, lists) = (BTreeMap::new(), BTreeMap::new());
        let mut official = Self { regions, lists, numbers: HashMap::new() };
        for row in table.rows() {
            official.take(row)?;
        }
        Ok(official)
    }

    /// Seats, candidates and the list totals themselves stay behind.
    fn take(&mut self, row: Row<'a>) -> Result<(), ConvertError> {
        let key = key(row)?;
        let (name, parent) = (row.get("Regio")?, row.get("OuderRegioCode")?);
        let region = Region { key, name, parent, figures: BTreeMap::new() };
        let region = self.regions.entry(key).or_insert(region);
        match (row.get("VeldType")?, row.get("LijstNaam")?) {
            ("LijstAantalStemmen", name) => {
                let number = row.read("LijstNummer", "a list's number", |n| n.parse().ok())?;
                let list = List { name, districts: BTreeSet::new() };
                let list = self.lists.entry(number).or_insert(list);
                list.districts.extend((key.level == Level::District).then_some(key));
                self.numbers.insert(name, number);
            }
            (figure, "") => {
                region.figures.insert(figure, row.number("Waarde")?);
            }
            _ => {}
        }
        Ok(())
    }

    /// All regions of a level.
    pub(super) fn at(&self, level: Level) -> impl Iterator<Item = &Region<'a>> {
        self.regions.values().filter(move |region| region.key.level == level)
    }

    /// The municipality or public body with a number.
    pub(super) fn municipality(&self, number: u64) -> Option<&Region<'a>> {
        let least = Key { level: Level::Municipality, number, id: "" };
        let region = self.regions.range(least..).next().map(|(_, region)| region)?;
        (region.key.number == number).then_some(region)
    }

    /// The number of a list, by its name.
    pub(super) fn number_of(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

fn key<'a>(row: Row<'a>) -> Result<Key<'a>, ConvertError> {
    let (level, number) = row.read("RegioCode", "a letter of L P K G O and a number", split)?;
    Ok(Key { level, number, id: row.get("RegioCode")? })
}

fn split(code: &str) -> Option<(Level, u64)> {
    let (letter, number) = code.split_at_checked(1)?;
    let level = match letter {
        "L" => Level::Country,
        "P" => Level::Province,
        "K" => Level::District,
        "G" | "O" => Level::Municipality,
        _ => return None,
    };
    Some((level, number.parse().ok()?))
}

impl Key<'_> {
    /// The kind of unit.
    pub(super) fn kind(self) -> &'static str {
        match self.level {
            Level::Country => "country",
            Level::Province => "province",
            Level::District => "district",
            Level::Municipality if self.id.starts_with('O') => "public-body",
            Level::Municipality => "municipality",
        }
    }
}
