//! What goes into the envelopes: one sheet for each person, to be printed and sealed.

use election::{Head, Language};
use maud::{DOCTYPE, Markup, html};
use qrcode::{EcLevel, QrCode, render::svg};
use record::{
    body::Role,
    enrolment::{Code, CodeError},
};
use tally::Rulebook;

use super::codes::{Given, Kept};
use crate::papers::short;

/// The words of a sheet.
struct Words {
    title: &'static str,
    for_whom: &'static str,
    at: &'static str,
    registrar: &'static str,
    code: &'static str,
    what: &'static [&'static str],
    election: &'static str,
}

const EN: Words = Words {
    title: "One-time code",
    for_whom: "For",
    at: "at",
    registrar: "as a registrar",
    code: "Your code",
    what: &[
        "Open this envelope yourself. If the seal is broken, say so and ask for another code.",
        "Type the code on the device that you will sign with. The device makes a key, which never leaves it.",
        "The code works once, for you and for this unit only. When your key is enrolled it is worth nothing, and anybody may see it.",
        "Is your code refused as used, or is a key enrolled in your name that is not yours? Say so at once: that key is then revoked. All keys stand on the public page of your unit.",
    ],
    election: "The device shows this number of the election; it must be the same",
};

const NL: Words = Words {
    title: "Eenmalige code",
    for_whom: "Voor",
    at: "bij",
    registrar: "als beheerder van sleutels",
    code: "Uw code",
    what: &[
        "Open deze envelop zelf. Is de sluiting verbroken, meld dat dan en vraag een andere code.",
        "Typ de code op het apparaat waarmee u gaat ondertekenen. Het apparaat maakt een sleutel, die er nooit af gaat.",
        "De code werkt één keer, alleen voor u en alleen hier. Is uw sleutel ingeschreven, dan is de code niets meer waard en mag iedereen haar zien.",
        "Wordt uw code geweigerd omdat zij al gebruikt is, of is er op uw naam een sleutel ingeschreven die niet van u is? Meld dat meteen: die sleutel wordt dan ingetrokken. Alle sleutels staan op de openbare pagina van uw stembureau.",
    ],
    election: "Het apparaat toont dit nummer van de verkiezing; het moet hetzelfde zijn",
};

/// One sheet of A5 for each person, also with long names.
const STYLE: &str = "@page{size:A5;margin:12mm}\
body{font:10.5pt/1.45 sans-serif;margin:0;color:#000;background:#fff}\
section{break-after:page;break-inside:avoid;max-width:36em}\
section:last-child{break-after:auto}@media screen{section{padding:1em}}\
h1{font-size:1.3em;margin:0 0 .2em}h2{font-size:1.1em}\
p.code{font:bold 1.8em monospace;border:2px solid;padding:.4em;margin:.5em 0;text-align:center}\
svg{width:26mm;height:26mm}";

/// All sheets of a list of codes.
pub(super) fn page(rulebook: &Rulebook, kept: &Kept) -> Result<String, CodeError> {
    let head = rulebook.election().head();
    let language = head.languages.first();
    let tag = language.map_or("en", Language::as_str);
    let words = if tag == "nl" { &NL } else { &EN };
    let sheets = kept.codes.iter().map(|given| sheet(rulebook, kept, given, words));
    let sheets = sheets.collect::<Result<Vec<_>, _>>()?;
    let page = html! {
        (DOCTYPE)
        html lang=(tag) {
            head { meta charset="utf-8"; title { (words.title) ": " (name(head)) } style { (STYLE) } }
            body { @for sheet in &sheets { (sheet) } }
        }
    };
    Ok(page.into_string())
}

fn name(head: &Head) -> &str {
    head.languages.first().map_or("", |language| head.name.get(language))
}

fn sheet(
    rulebook: &Rulebook,
    kept: &Kept,
    given: &Given,
    words: &Words,
) -> Result<Markup, CodeError> {
    let units = rulebook.election().units();
    let unit = units.find(&given.unit).map_or("", |unit| units.get(unit).name);
    let code: Code = given.code.parse()?;
    Ok(html! {
        section {
            h1 { (words.title) }
            p { (name(rulebook.election().head())) }
            h2 {
                (words.for_whom) " " bdi { (given.person) } " " (words.at) " " bdi { (unit) } " (" (given.unit) ")"
                @if given.role == Some(Role::Registrar) { ", " (words.registrar) }
            }
            p { (words.code) ":" }
            p.code { (code.on_paper()) }
            (picture(&code))
            ol { @for line in words.what { li { (line) } } }
            p { small { (words.election) ": " code { (short(kept.definition)) } } }
        }
    })
}

/// The same code for a camera; nothing where it cannot be drawn, for the code stands above it.
fn picture(code: &Code) -> Markup {
    let drawn = QrCode::with_error_correction_level(code.as_str(), EcLevel::M);
    let picture = drawn.map(|code| code.render::<svg::Color<'_>>().build());
    // The picture is our own, and drawn from sixteen letters and digits.
    html! { @if let Ok(picture) = picture { p aria-hidden="true" { (maud::PreEscaped(body_of(&picture))) } } }
}

/// An SVG without what stands before its first element in a file of its own.
fn body_of(svg: &str) -> &str {
    svg.find("<svg").and_then(|start| svg.get(start..)).unwrap_or_default()
}
