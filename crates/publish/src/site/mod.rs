//! Pages: HTML that works without a script, in every language of the election.

mod frame;
mod front;
pub(crate) mod number;
mod seats;
mod tables;
mod unit;
pub(crate) mod words;

use election::{Language, UnitIndex};

use crate::View;

/// The one style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Where a front page stands, and so how it links to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the top of the bundle.
    Top,
    /// In its language's folder.
    Language,
}

impl Place {
    /// The way to the top of the bundle.
    fn top(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Language => "../",
        }
    }
}

/// The election's page.
pub(crate) fn front_page(view: &View<'_>, language: &Language, place: Place) -> Vec<u8> {
    front::page(&frame::Frame::new(view, language, place, view.election().units().root()))
}

/// The page of one unit below the root: an area or a place that counts.
pub(crate) fn unit_page(view: &View<'_>, language: &Language, unit: UnitIndex) -> Vec<u8> {
    unit::page(&frame::Frame::new(view, language, Place::Language, unit))
}
