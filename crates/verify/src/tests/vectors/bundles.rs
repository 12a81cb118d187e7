//! Whole bundles with their verdicts: those of small nights, and lies of every kind. Pages are left
//! out, for they are compared by their hashes only.

mod bases;
mod codes;
mod figures;
mod files;
mod keys;
mod log;
mod records;
mod told;

use std::collections::BTreeMap;

use record::Digest;
use serde_json::{Value, json};
use tlog::Policy;

use self::told::Told;
use super::{base64, folds, hold};
use crate::{
    Origin, Report,
    tests::{Bundle, Pages, night::Night},
};

#[test]
fn bundles() {
    let whole: Vec<Value> = folds::nights().iter().map(|(name, night)| good(name, night)).collect();
    hold("bundles-small", &json!(whole));
}

#[test]
fn lies() {
    let bases: BTreeMap<&str, Base> =
        bases::bases().into_iter().map(|(name, told)| (name, Base::new(told))).collect();
    let lies = files::lies().into_iter().chain(log::lies()).chain(records::lies());
    let lies = lies.chain(keys::lies()).chain(codes::lies()).chain(figures::lies());
    let mut kept = Kept::default();
    let cases: Vec<Value> = lies.map(|lie| lie.row(&bases[lie.base], &mut kept)).collect();
    let seen =
        |row: &&Value| row["verdict"]["holds"] == row["name"].as_str().unwrap().ends_with("holds");
    let unseen: Vec<&Value> =
        cases.iter().filter(|row| !seen(row)).map(|row| &row["name"]).collect();
    assert_eq!(unseen, Vec::<&Value>::new());
    let told: BTreeMap<&str, Value> =
        bases.iter().map(|(name, base)| (*name, base.row(&mut kept))).collect();
    hold(
        "bundles-broken",
        &json!({"files": kept.text, "files_base64": kept.base64, "bases": told, "cases": cases}),
    );
}

/// A log, and the bundle that tells it truly.
struct Base {
    told: Told,
    bundle: Bundle,
}

impl Base {
    fn new(told: Told) -> Self {
        let bundle = told.bundle();
        Self { told, bundle }
    }

    fn row(&self, kept: &mut Kept) -> Value {
        let files = self.bundle.files.iter();
        let files: BTreeMap<&String, String> =
            files.map(|(path, bytes)| (path, kept.keep(bytes))).collect();
        json!({"policy": self.bundle.policy().to_string(), "files": files})
    }
}

/// Files by the beginning of their hash, so that what several bundles hold stands here once; those
/// that are text as it stands.
#[derive(Default)]
struct Kept {
    text: BTreeMap<String, String>,
    base64: BTreeMap<String, String>,
}

impl Kept {
    fn keep(&mut self, bytes: &[u8]) -> String {
        let name = Digest::of(bytes).to_string().chars().take(16).collect::<String>();
        let (kept, written) = match str::from_utf8(bytes) {
            Ok(text) => (&mut self.text, text.to_owned()),
            Err(_) => (&mut self.base64, base64(bytes)),
        };
        let before = kept.insert(name.clone(), written.clone());
        assert!(before.is_none_or(|before| before == written), "two files named {name}");
        name
    }
}

/// One lie. Its name ends in "holds" where nobody can see it, or where it is none.
struct Lie {
    base: &'static str,
    name: &'static str,
    how: How,
}

/// Who tells it.
enum How {
    /// The log: entries and texts are others, and tree, checkpoint, packs, figures, snapshot and head
    /// are made anew from them, so that nothing but the lie remains. And then perhaps the publisher.
    Log(Box<dyn Fn(&mut Told)>, Option<Change>),
    /// The publisher, who signs for other files.
    Publisher(Change),
    /// Somebody who has no key.
    Nobody(Change),
    /// No lie: the bundle is asked by a policy of this text, or by none.
    Policy(Ask),
    /// The bundle is asked whether it continues this checkpoint.
    Seen(Keep),
}

type Change = Box<dyn Fn(&mut Bundle)>;
type Ask = Box<dyn Fn(&Bundle) -> Option<String>>;
type Keep = Box<dyn Fn(&Told) -> Vec<u8>>;
type Row = (&'static str, How);
type Lies = Vec<Lie>;

/// The rows of one base.
fn of(base: &'static str, rows: impl IntoIterator<Item = Row>) -> Lies {
    rows.into_iter().map(|(name, how)| Lie { base, name, how }).collect()
}

fn log(name: &'static str, lie: impl Fn(&mut Told) + 'static) -> Row {
    (name, How::Log(Box::new(lie), None))
}

/// The log lies, and figures are changed that would follow from what it says.
fn log_and(
    name: &'static str,
    lie: impl Fn(&mut Told) + 'static,
    then: impl Fn(&mut Bundle) + 'static,
) -> Row {
    (name, How::Log(Box::new(lie), Some(Box::new(then))))
}

fn publisher(name: &'static str, lie: impl Fn(&mut Bundle) + 'static) -> Row {
    (name, How::Publisher(Box::new(lie)))
}

fn nobody(name: &'static str, lie: impl Fn(&mut Bundle) + 'static) -> Row {
    (name, How::Nobody(Box::new(lie)))
}

impl Lie {
    /// The bundle that tells it.
    fn told(&self, base: &Base) -> Bundle {
        let (mut told, mut bundle) = (base.told.clone(), base.bundle.clone());
        match &self.how {
            How::Log(lie, then) => {
                lie(&mut told);
                bundle = told.bundle();
                if let Some(then) = then {
                    then(&mut bundle);
                    bundle.sign();
                }
            }
            How::Publisher(lie) => {
                lie(&mut bundle);
                bundle.sign();
            }
            How::Nobody(lie) => lie(&mut bundle),
            How::Policy(_) | How::Seen(_) => {}
        }
        bundle
    }

    /// What is written over the base and removed, what it is asked by, and the verdict.
    fn row(&self, base: &Base, kept: &mut Kept) -> Value {
        let bundle = self.told(base);
        let before = &base.bundle.files;
        let written = bundle.files.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes));
        let written: BTreeMap<&String, String> =
            written.map(|(path, bytes)| (path, kept.keep(bytes))).collect();
        let removed: Vec<&String> =
            before.keys().filter(|path| !bundle.files.contains_key(*path)).collect();
        let mut row =
            json!({"name": self.name, "base": self.base, "write": written, "remove": removed});
        let mut policy = Some(base.bundle.policy().to_string());
        let mut seen = None;
        match &self.how {
            How::Policy(text) => {
                policy = text(&base.bundle);
                row["policy"] = json!(policy);
            }
            How::Seen(checkpoint) => {
                let checkpoint = checkpoint(&base.told);
                row["seen_base64"] = json!(base64(&checkpoint));
                seen = Some(checkpoint);
            }
            _ => {}
        }
        let policy: Option<Policy> = policy.map(|text| text.parse().unwrap());
        let report = bundle.verify_seen(policy.as_ref(), Pages::Hash, seen.as_deref());
        row["verdict"] = verdict(&report);
        row
    }
}

/// A bundle of a few files, two of which are a page and a style sheet.
fn bare(night: &Night) -> Bundle {
    let mut bundle = Bundle::of(night);
    bundle.files.retain(|path, _| !path.ends_with(".html") && !path.ends_with(".css"));
    bundle.files.extend(told::pages());
    bundle.sign();
    bundle
}

fn good(name: &str, night: &Night) -> Value {
    let bundle = bare(night);
    let policy = bundle.policy();
    let verdict = verdict(&bundle.verify_with(Some(&policy), Pages::Hash));
    let files: BTreeMap<&String, String> =
        bundle.files.iter().map(|(path, bytes)| (path, base64(bytes))).collect();
    json!({"name": name, "policy": policy.to_string(), "files_base64": files, "verdict": verdict})
}

fn verdict(report: &Report) -> Value {
    let (origin, unproven) = match report.origin {
        Origin::Pinned => ("pinned", 0),
        Origin::Unproven => ("unproven", 3),
    };
    let status = if report.holds { unproven } else { 1 };
    let checked = report.checked.iter().map(|checked| json!([checked.what, checked.count]));
    let failed = report.failed.iter();
    let failed = failed.map(|told| json!([told.file, told.place, told.expected, told.found]));
    json!({
        "holds": report.holds, "origin": origin, "status": status, "withheld": report.withheld,
        "checked": checked.collect::<Vec<_>>(), "failed": failed.collect::<Vec<_>>(),
    })
}
