//! What every page has: title, languages, the way up, the edition, how to check.

use election::{Language, Mode, UnitIndex};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Place, number,
    words::{Words, words},
};
use crate::View;

/// A page's surroundings.
pub(crate) struct Frame<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) language: &'a Language,
    pub(crate) words: &'static Words,
    pub(crate) place: Place,
    pub(crate) unit: UnitIndex,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        view: &'a View<'a>,
        language: &'a Language,
        place: Place,
        unit: UnitIndex,
    ) -> Self {
        Self { view, language, words: words(language), place, unit }
    }

    /// The election's name.
    pub(crate) fn election_name(&self) -> &str {
        self.view.election().head().name.get(self.language)
    }

    /// A moment as the public reads it.
    pub(crate) fn moment(&self, seconds: i64) -> String {
        number::moment(&self.view.election().head().calendar.zone, seconds)
    }

    /// The address of a unit's page from here.
    pub(crate) fn link(&self, unit: UnitIndex) -> String {
        let root = unit == self.view.election().units().root();
        let name = match root {
            true => "index".to_owned(),
            false => self.view.election().units().get(unit).id.path_name(),
        };
        match self.place {
            Place::Top => format!("{}/{name}.html", self.language.as_str()),
            Place::Language => format!("{name}.html"),
        }
    }

    /// A unit's name, which leads to its page where it has one.
    pub(crate) fn named(&self, unit: UnitIndex) -> Markup {
        let name = html! { bdi { (self.view.election().units().get(unit).name) } };
        html! {
            @if self.view.is_shown(unit) { a href=(self.link(unit)) { (name) } } @else { (name) }
        }
    }

    /// The whole page around its own part.
    pub(crate) fn page(&self, title: &str, body: &Markup) -> Vec<u8> {
        let top = self.place.top();
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.as_str()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    link rel="stylesheet" href=(format!("{top}style.css"));
                }
                body {
                    a.skip href="#figures" { (self.words.skip) }
                    (self.header())
                    main id="figures" { (body) }
                    (self.footer())
                }
            }
        };
        page.into_string().into_bytes()
    }

    fn header(&self) -> Markup {
        let rehearsal = self.view.edition.mode == Mode::Rehearsal;
        html! {
            header {
                @if rehearsal { p.rehearsal { (self.words.rehearsal) } }
                div.bar {
                    p.name { (self.election_name()) }
                    nav.languages aria-label="Language / taal" {
                        @for language in self.view.languages() { (self.language_link(language)) }
                    }
                }
            }
        }
    }

    fn language_link(&self, language: &Language) -> Markup {
        let code = language.as_str();
        let root = self.unit == self.view.election().units().root();
        let unit = &self.view.election().units().get(self.unit).id;
        let page = if root { "index".to_owned() } else { unit.path_name() };
        let href = format!("{}{code}/{page}.html", self.place.top());
        html! {
            @if language == self.language {
                span aria-current="true" lang=(code) { (code) }
            } @else {
                a href=(href) hreflang=(code) lang=(code) { (code) }
            }
        }
    }

    fn footer(&self) -> Markup {
        let edition = self.view.edition;
        let (sequence, size) = (edition.sequence.to_string(), edition.size.to_string());
        let root = self.unit == self.view.election().units().root();
        let time = self.moment(edition.time);
        html! {
            footer {
                h2 { (self.words.check) }
                p { (self.words.check_how) }
                pre { code { "countersign verify URL --policy policy.txt" } }
                @if root { p { ((self.words.edition)(&sequence, &size, &time)) } }
            }
        }
    }

    /// The way from the election down to this unit.
    pub(crate) fn way_up(&self) -> Markup {
        let units = self.view.election().units();
        let mut above: Vec<UnitIndex> = units.upwards(self.unit).skip(1).collect();
        above.reverse();
        html! {
            nav.way aria-label=(self.words.inside) {
                @for unit in above { (self.named(unit)) " › " }
                span aria-current="page" { bdi { (units.get(self.unit).name) } }
            }
        }
    }
}

/// A bar as wide as a share; the number beside it says the same in text.
pub(crate) fn bar(share: election::Fraction) -> Markup {
    let width = share.print_times(100, 2);
    PreEscaped(format!(
        "<svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect width=\"{width}\" height=\"8\"/></svg>"
    ))
}
