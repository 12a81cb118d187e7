//! Thousands of forms as people could type them, and worse: the same figures, findings and refusals.

use std::{collections::BTreeMap, path::Path};

use browser::Session;
use election::{Election, Head};
use form::{Forms, Layout};
use serde_json::json;

use crate::{
    definitions::{Defined, elections, vectors},
    module::Module,
    same,
};

/// How many forms of each definition.
const FORMS: usize = 1000;

/// Requests that are none.
const BROKEN: [&str; 6] =
    ["", "{", "[]", "{\"unit\":1}", "{\"unit\":\"x\",\"counts\":{},\"z\":1}", "\u{e9}"];

/// All definitions; how many forms were compared.
pub(crate) fn all(module: &mut Module, root: &Path, vectors_at: &Path) -> Result<usize, String> {
    let mut session = Session::default();
    let mut done = ask(module, &session, "before any definition", "{}")?;
    for defined in vectors(vectors_at)?.into_iter().chain(elections(root)?) {
        let native = session.definition(&defined.note);
        same(&defined.name, &native, &module.ask("definition", [&defined.note])?)?;
        let forms = forms(&defined)?;
        let mut dice = Dice(FORMS as u64);
        for number in 0..FORMS {
            let request = typed(&forms, &defined, &mut dice);
            done += ask(module, &session, &format!("{}, form {number}", defined.name), &request)?;
        }
        for request in BROKEN {
            done += ask(module, &session, &defined.name, request)?;
        }
    }
    Ok(done)
}

fn ask(module: &mut Module, session: &Session, what: &str, request: &str) -> Result<usize, String> {
    let native = session.form(request.as_bytes());
    same(&format!("{what}: {request}"), &native, &module.ask("form", [request.as_bytes()])?)?;
    Ok(1)
}

fn forms(defined: &Defined) -> Result<Forms, String> {
    let head = Head::from_json(&defined.head.to_string()).map_err(|error| error.to_string())?;
    let election = Election::new(head, &defined.units).map_err(|error| error.to_string())?;
    Forms::new(election).map_err(|error| error.to_string())
}

/// One form of a unit by chance: mostly every field of its paper with a number that it can hold,
/// sometimes a field too few, one that is unknown, or a number that no field holds.
fn typed(forms: &Forms, defined: &Defined, dice: &mut Dice) -> String {
    let row = defined.units.rows.get(dice.below(defined.units.rows.len()));
    let unit = row.and_then(|row| row.get(0)).unwrap_or("nowhere");
    let layout = forms.election().units().find(unit).and_then(|unit| forms.of(unit));
    let mut counts = layout.map(|(_, layout)| filled_in(layout, dice)).unwrap_or_default();
    match dice.below(10) {
        0 => drop(counts.pop_first()),
        1 => drop(counts.insert("no such field".to_owned(), 1)),
        2 => {
            if let Some(mut field) = counts.first_entry() {
                field.insert(dice.pick([-1, 1_000_000_000, i64::MIN, i64::MAX]));
            }
        }
        _ => {}
    }
    json!({ "unit": unit, "counts": counts }).to_string()
}

fn filled_in(layout: &Layout, dice: &mut Dice) -> BTreeMap<String, i64> {
    let most = dice.pick([1, 3, 50, 2_000, 999_999_999]);
    let skipped = dice.below(4) == 0;
    let fields = layout.fields.iter().filter(|field| field.is_on_paper());
    let counts = fields.filter_map(|field| {
        let count = i64::try_from(dice.below(most + 1)).unwrap_or(0);
        (!skipped || dice.below(8) > 0).then(|| (field.code.to_string(), count))
    });
    counts.collect()
}

/// Numbers that look like chance and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn pick<T: Default + Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        from.get(self.below(N)).copied().unwrap_or_default()
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % (limit.max(1) as u64)).unwrap_or(0)
    }
}
