//! What a browser asks of the verifier, as bytes and JSON: one station, one form, a whole bundle.
//! It fetches nothing and knows no file, no page and no JavaScript: whoever holds a [`Session`]
//! brings the bytes, and shows the answers.
//! `countersign-wasm` puts it behind a WebAssembly module; `countersign verify --json` prints the same
//! answers from the same functions.
//!
//! ```text
//! begin    {"policy":"…"}          ─► {"wanted":["head.json"]}
//! give     head.json               ─► {"wanted":["snapshot/7"]}
//! give     snapshot/7              ─► {"wanted":["checkpoint","data/tally.json",…]}
//! give     each of them, any order ─► {"wanted":[]}
//! verify                           ─► {"holds":true,"origin":"pinned","checked":[…],…}
//! ```
//!
//! What cannot be read at all is answered `{"error":"…"}`.

mod answer;
mod gathered;
mod station;

use std::{num::NonZeroUsize, sync::Arc};

use record::Record;
use serde::Deserialize;
use serde_json::{Value, json};
use tally::Rulebook;
use tlog::Policy;
use verify::{Options, Pages};

pub use answer::{PolicyError, read_policy, receipt_answer, report_answer};

pub use verify::Progress;

use gathered::{Gathered, HEAD};

/// One visitor's questions. The definition that was read last is used for forms and stations.
#[derive(Default)]
pub struct Session {
    rulebook: Option<Arc<Rulebook>>,
    asked: Option<(Asked, Gathered)>,
}

/// How a bundle is to be checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    /// The policy's text.
    policy: Option<String>,
    /// A checkpoint that was seen before, as the log signed it.
    seen: Option<String>,
    /// Whether pages are drawn again.
    #[serde(default)]
    render: bool,
    /// Every path there is, where that can be known.
    paths: Option<Vec<String>>,
}

/// The same, read.
struct Asked {
    policy: Option<Policy>,
    seen: Option<String>,
    pages: Pages,
}

impl Session {
    /// Reads the definition of an election, a signed note, for [`Session::form`] and
    /// [`Session::station`].
    pub fn definition(&mut self, note: &[u8]) -> String {
        let record = Record::parse(note).map_err(|error| error.to_string());
        let rulebook = record.and_then(|r| Rulebook::new(&r).map_err(|error| error.to_string()));
        answer(rulebook.map(|rulebook| {
            let election = rulebook.election().head().id.clone();
            let read =
                json!({"definition": rulebook.definition().to_string(), "election": election});
            self.rulebook = Some(Arc::new(rulebook));
            read
        }))
    }

    /// Closes one form, as somebody typed it: `{"unit":"…","counts":{"E.1":12}}`.
    #[must_use]
    pub fn form(&self, request: &[u8]) -> String {
        let rulebook = self.rulebook.as_deref().ok_or_else(|| "no definition was read".to_owned());
        answer(rulebook.and_then(|rulebook| station::close(rulebook, request)))
    }

    /// Checks the receipt of one record, and the record's own form:
    /// `{"record":"…","receipt":"…","policy":"…"}`. Without a definition, only the receipt.
    #[must_use]
    pub fn station(&self, request: &[u8]) -> String {
        answer(station::check(self.rulebook.as_deref(), request))
    }

    /// Begins with a bundle, and forgets the one before: `{"policy":"…"}`, and if wanted `seen`, `render`
    /// and `paths`.
    pub fn begin(&mut self, request: &[u8]) -> String {
        let asked = serde_json::from_slice(request).map_err(|error| error.to_string());
        let asked = asked.and_then(|begin: Begin| {
            let policy = begin.policy.as_deref().map(read_policy).transpose();
            let policy = policy.map_err(|error| format!("the policy: {error}"))?;
            let pages = if begin.render { Pages::Render } else { Pages::Hash };
            Ok((Asked { policy, seen: begin.seen, pages }, Gathered::new(begin.paths)))
        });
        answer(asked.map(|asked| {
            self.asked = Some(asked);
            wanted(&[HEAD.to_owned()])
        }))
    }

    /// Takes a file of the bundle, and says which ones it names that are wanted next.
    pub fn give(&mut self, path: &[u8], bytes: Vec<u8>) -> String {
        self.gather(path, |gathered, path| gathered.give(path, bytes))
    }

    /// Notes that a file cannot be had, and why.
    pub fn absent(&mut self, path: &[u8], problem: &[u8]) -> String {
        let problem = String::from_utf8_lossy(problem).into_owned();
        self.gather(path, |gathered, path| {
            gathered.absent(path, problem);
            Vec::new()
        })
    }

    fn gather(
        &mut self,
        path: &[u8],
        take: impl FnOnce(&mut Gathered, String) -> Vec<String>,
    ) -> String {
        let path = String::from_utf8_lossy(path).into_owned();
        let gathered = self.asked.as_mut().map(|(_, gathered)| gathered);
        let gathered = gathered.ok_or_else(|| "no bundle was begun".to_owned());
        answer(gathered.map(|gathered| wanted(&take(gathered, path))))
    }

    /// Checks the files that were given, and forgets them. `tell` is told how far it is, after
    /// every file and every record.
    pub fn verify(&mut self, tell: &dyn Fn(Progress)) -> String {
        let asked = self.asked.take().ok_or_else(|| "no bundle was begun".to_owned());
        answer(asked.map(|(asked, gathered)| {
            let options = Options {
                policy: asked.policy.as_ref(),
                seen: asked.seen.as_deref().map(str::as_bytes),
                pages: asked.pages,
                threads: NonZeroUsize::MIN,
            };
            report_answer(&verify::verify(&gathered, &options, tell))
        }))
    }
}

fn wanted(paths: &[String]) -> Value {
    json!({ "wanted": paths })
}

fn answer(answer: Result<Value, String>) -> String {
    answer.unwrap_or_else(|error| json!({ "error": error })).to_string()
}

#[cfg(test)]
mod tests;
