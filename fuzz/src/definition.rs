//! What an election is, and figures under it.

use election::{Decimals, Election, Fraction, Head, Instant, Texts, UnitId, UnitTable};
use form::{Form, Forms, Returns};
use record::Digest;
use std::{
    fmt::{Debug, Display},
    str::FromStr,
    sync::LazyLock,
};

/// election.json, a byte 0, units.csv. The head prints as JSON that reads as the same head.
pub fn definition(bytes: &[u8]) -> bool {
    let Some((head, units)) = texts(bytes) else { return false };
    let Ok(head) = Head::from_json(head) else { return false };
    let printed = serde_json::to_string(&head).unwrap();
    assert_eq!(Head::from_json(&printed).as_ref(), Ok(&head));
    let Ok(units) = UnitTable::from_csv(units) else { return false };
    let Ok(election) = Election::new(head, &units) else { return false };
    assert_eq!(election.units().count(), units.rows.len());
    Forms::new(election).is_ok()
}

/// Two texts with a byte 0 between them.
fn texts(bytes: &[u8]) -> Option<(&str, &str)> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let (head, units) = bytes.split_at(at);
    Some((str::from_utf8(head).ok()?, str::from_utf8(units.get(1..)?).ok()?))
}

/// The forms of the smallest election.
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let head = Head::from_json(include_str!("../../elections/tiny/election.json")).unwrap();
    let units = UnitTable::from_csv(include_str!("../../elections/tiny/units.csv")).unwrap();
    Forms::new(Election::new(head, &units).unwrap()).unwrap()
});

/// A form's figures: the unit's id, then lines `CODE=NUMBER`. What the returns hold is what the
/// paper said, and handed in again it gives the same returns.
pub fn form(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let mut lines = text.lines();
    let unit = lines.next().unwrap_or_default();
    let cells = lines.map(|line| {
        let (code, number) = line.split_once('=')?;
        Some((code, number.parse::<i64>().ok()?))
    });
    let Some(counts) = cells.collect::<Option<Vec<_>>>() else { return false };
    let Ok(returns) = (Form { unit, counts }).close(&FORMS) else { return false };
    let again = Form { unit, counts: on_paper(&returns) }.close(&FORMS);
    assert_eq!(again.as_ref(), Ok(&returns));
    let language = &FORMS.election().head().languages[0];
    for finding in returns.findings() {
        assert!(!FORMS.sentence(finding, language).is_empty());
    }
    true
}

/// The figures that a person wrote, not those that follow from them.
fn on_paper(returns: &Returns) -> Vec<(&str, i64)> {
    let layout = &FORMS.layouts()[returns.form()];
    let cells = layout.fields.iter().zip(returns.counts());
    let cells = cells.filter(|(field, _)| field.is_on_paper());
    cells
        .filter_map(|(field, count)| Some((&*field.code, i64::try_from((*count)?.get()).unwrap())))
        .collect()
}

/// A question about seats in JSON, and its answer. The largest houses only take longer.
pub fn seats(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let asked = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    if asked["seats"].as_u64().is_some_and(|seats| seats > 200) {
        return false;
    }
    let answer = outcome::to_json(&outcome::answer_json(text));
    assert_eq!(answer, outcome::to_json(&outcome::answer_json(text)));
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["status"].is_string(), "{answer}");
    answer["status"] != "error"
}

/// The small values that stand in all these files: each prints as a text that reads as itself.
pub fn value(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let decimals = (0..=9).filter_map(Decimals::new).filter(|decimals| {
        let units = decimals.parse(text);
        units.is_none_or(|units| decimals.parse(&decimals.print(units)) == Some(units))
    });
    assert_eq!(decimals.count(), 10, "{text}");
    let id = UnitId::try_from(text.to_owned());
    assert!(id.as_ref().is_ok_and(|id| id.as_str() == text) || id.is_err());
    let texts = serde_json::from_str::<Texts>(text);
    let instant = reads_as_it_prints::<Instant>(text);
    reads_as_it_prints::<Fraction>(text)
        | reads_as_it_prints::<Digest>(text)
        | instant
        | id.is_ok()
        | texts.is_ok()
}

fn reads_as_it_prints<T: FromStr + Display + PartialEq + Debug>(text: &str) -> bool {
    let Ok(read) = text.parse::<T>() else { return false };
    assert_eq!(read.to_string().parse::<T>().ok(), Some(read), "{text}");
    true
}
