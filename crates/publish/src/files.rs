//! All files of a bundle that are drawn from the board.

use std::collections::BTreeSet;

use election::UnitIndex;

use crate::{View, data, site};

/// A path in the bundle and its bytes.
pub type File = (String, Vec<u8>);

/// The data files of the whole, and of those areas that `changed` names; all of them when it is
/// `None`.
#[must_use]
pub fn data_files(view: &View<'_>, changed: Option<&BTreeSet<UnitIndex>>) -> Vec<File> {
    let mut files = summary_files(view);
    files.extend(area_files(view, wanted(view, changed)));
    files
}

/// The data files of the whole.
#[must_use]
pub fn summary_files(view: &View<'_>) -> Vec<File> {
    let mut files = vec![("data/tally.json".to_owned(), data::tally_file(view))];
    for (form, layout) in view.board.forms().layouts().iter().enumerate() {
        files.push((format!("data/{}.csv", layout.id), data::form_table(view, form, layout)));
    }
    files
}

/// The data files of those of some units that are areas and have anything to show. No file depends
/// on another, so they may be made anywhere and in any order.
#[must_use]
pub fn area_files(view: &View<'_>, units: impl IntoIterator<Item = UnitIndex>) -> Vec<File> {
    let areas = units.into_iter().filter(|unit| is_shown_area(view, *unit));
    let files = areas.map(|area| {
        let name = view.election().units().get(area).id.path_name();
        (format!("data/units/{name}.json"), data::area_file(view, area))
    });
    files.collect()
}

/// The pages of the whole, and of those units that `changed` names, in every language.
#[must_use]
pub fn page_files(view: &View<'_>, changed: Option<&BTreeSet<UnitIndex>>) -> Vec<File> {
    let mut files = vec![("style.css".to_owned(), site::STYLE.as_bytes().to_vec())];
    if let Some(first) = view.languages().first() {
        files.push(("index.html".to_owned(), site::front_page(view, first, site::Place::Top)));
    }
    for language in view.languages() {
        let root = format!("{}/index.html", language.as_str());
        files.push((root, site::front_page(view, language, site::Place::Language)));
        let units = wanted(view, changed).filter(|u| *u != view.election().units().root());
        files.extend(units.map(|unit| {
            let name = view.election().units().get(unit).id.path_name();
            let page = site::unit_page(view, language, unit);
            (format!("{}/{name}.html", language.as_str()), page)
        }));
    }
    files
}

fn wanted<'a>(
    view: &'a View<'_>,
    changed: Option<&'a BTreeSet<UnitIndex>>,
) -> impl Iterator<Item = UnitIndex> + 'a {
    let all = view.election().units().all().map(|(unit, _)| unit);
    let wanted = all.filter(move |unit| changed.is_none_or(|changed| changed.contains(unit)));
    wanted.filter(|unit| view.is_shown(*unit))
}

fn is_shown_area(view: &View<'_>, unit: UnitIndex) -> bool {
    view.is_shown(unit) && !view.election().units().get(unit).is_leaf(unit)
}
