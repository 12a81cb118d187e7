//! All files of a bundle that are drawn from the board, each by itself: no file depends on another,
//! so they may be made anywhere and in any order.

use std::collections::BTreeSet;

use election::{Language, UnitIndex};

use crate::{View, data, site};

/// A path in the bundle and its bytes.
pub type File = (String, Vec<u8>);

/// A file that follows from a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing<'a> {
    /// The whole tally.
    Tally,
    /// The table of a form, by its place among the layouts.
    Table(usize),
    /// What became of every key.
    Keys,
    /// The figures of an area.
    Area(UnitIndex),
    /// The style of all pages.
    Style,
    /// The first page, in the first language.
    Top(&'a Language),
    /// The first page in a language.
    Front(&'a Language),
    /// The page of a unit in a language.
    Page(&'a Language, UnitIndex),
}

impl Drawing<'_> {
    /// Where it stands in the bundle.
    #[must_use]
    pub fn path(self, view: &View<'_>) -> String {
        let name = |unit| view.election().units().get(unit).id.path_name();
        match self {
            Self::Tally => "data/tally.json".to_owned(),
            Self::Table(form) => {
                let layout = view.board.forms().layouts().get(form);
                format!("data/{}.csv", layout.map_or("", |layout| &*layout.id))
            }
            // In a folder of its own: a form may be called keys.
            Self::Keys => "data/keys/history.csv".to_owned(),
            Self::Area(area) => format!("data/units/{}.json", name(area)),
            Self::Style => "style.css".to_owned(),
            Self::Top(_) => "index.html".to_owned(),
            Self::Front(language) => format!("{}/index.html", language.as_str()),
            Self::Page(language, unit) => format!("{}/{}.html", language.as_str(), name(unit)),
        }
    }

    /// Its bytes, handed over piece by piece: the table of a country has hundreds of megabytes.
    pub fn draw(self, view: &View<'_>, put: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Tally => put(&data::tally_file(view)),
            Self::Table(form) => data::form_table(view, form, put),
            Self::Keys => data::key_table(view, put),
            Self::Area(area) => put(&data::area_file(view, area)),
            Self::Style => put(site::STYLE.as_bytes()),
            Self::Top(language) => put(&site::front_page(view, language, site::Place::Top)),
            Self::Front(language) => put(&site::front_page(view, language, site::Place::Language)),
            Self::Page(language, unit) => put(&site::unit_page(view, language, unit)),
        }
    }

    /// Path and bytes.
    #[must_use]
    pub fn file(self, view: &View<'_>) -> File {
        let mut bytes = Vec::new();
        self.draw(view, &mut |piece| bytes.extend_from_slice(piece));
        (self.path(view), bytes)
    }
}

/// Is this path one of a page, or of what a page looks like? Its hash is in the signed list, and
/// nothing follows from it.
#[must_use]
pub fn is_page(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "html" || end == "css")
}

/// The data files of the whole, and of those areas that `changed` names; all of them when it is
/// `None`.
#[must_use]
pub fn data_drawings(
    view: &View<'_>,
    changed: Option<&BTreeSet<UnitIndex>>,
) -> Vec<Drawing<'static>> {
    let tables = (0..view.board.forms().layouts().len()).map(Drawing::Table);
    let is_area = |unit: &UnitIndex| !view.election().units().get(*unit).is_leaf();
    let areas = wanted(view, changed).filter(is_area).map(Drawing::Area);
    [Drawing::Tally, Drawing::Keys].into_iter().chain(tables).chain(areas).collect()
}

/// The pages of the whole, and of those units that `changed` names, in every language.
#[must_use]
pub fn page_drawings<'a>(
    view: &View<'a>,
    changed: Option<&BTreeSet<UnitIndex>>,
) -> Vec<Drawing<'a>> {
    let languages = view.languages();
    let root = view.election().units().root();
    let mut drawings = vec![Drawing::Style];
    drawings.extend(languages.first().map(Drawing::Top));
    for language in languages {
        drawings.push(Drawing::Front(language));
        let units = wanted(view, changed).filter(|unit| *unit != root);
        drawings.extend(units.map(|unit| Drawing::Page(language, unit)));
    }
    drawings
}

/// The data files of [`data_drawings`], with their bytes.
#[must_use]
pub fn data_files(view: &View<'_>, changed: Option<&BTreeSet<UnitIndex>>) -> Vec<File> {
    data_drawings(view, changed).into_iter().map(|drawing| drawing.file(view)).collect()
}

/// The pages of [`page_drawings`], with their bytes.
#[must_use]
pub fn page_files(view: &View<'_>, changed: Option<&BTreeSet<UnitIndex>>) -> Vec<File> {
    page_drawings(view, changed).into_iter().map(|drawing| drawing.file(view)).collect()
}

fn wanted<'a>(
    view: &'a View<'_>,
    changed: Option<&'a BTreeSet<UnitIndex>>,
) -> impl Iterator<Item = UnitIndex> + 'a {
    let all = view.election().units().all().map(|(unit, _)| unit);
    let wanted = all.filter(move |unit| changed.is_none_or(|changed| changed.contains(unit)));
    wanted.filter(|unit| view.is_shown(*unit))
}
