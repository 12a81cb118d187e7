//! From a policy file to a [`Policy`], line by line.

use super::{Group, Log, Policy, Quorum, Witness};
use crate::decimal;
use record::note::{KeyError, PublicKey, VerifyingKey};
use std::{collections::BTreeSet, str::FromStr};
use thiserror::Error;

/// The specification asks readers to take 32 logs, 32 witnesses and 32 groups.
const MAX_OF_A_KIND: usize = 64;
/// Room for all of those and as many comments.
const MAX_BYTES: usize = 64 * 1024;
const NONE: &str = "none";

/// Where and why a text is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("policy, line {line}: {problem}")]
pub struct PolicyError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: PolicyProblem,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyProblem {
    /// The file is too large to be one.
    #[error("a file of at most {limit} bytes was expected, found {found}")]
    TooLarge {
        /// The most there may be.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// A control character other than tab and newline.
    #[error("printable text was expected, found the control character 0x{found:02x}")]
    ControlCharacter {
        /// The character.
        found: u32,
    },
    /// The last line does not end.
    #[error("a newline was expected at the end of the file")]
    NoNewline,
    /// An unknown first word.
    #[error("log, witness, group or quorum was expected, found {found:?}")]
    Keyword {
        /// The word.
        found: String,
    },
    /// Too few or too many words.
    #[error("\"{expected}\" was expected, found {found} words")]
    Words {
        /// The form of such a line.
        expected: &'static str,
        /// How many words there are.
        found: usize,
    },
    /// A word that is not a key of the right sort.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A log that does not sign with Ed25519.
    #[error("an Ed25519 key was expected for the log, found one of another type")]
    LogKey,
    /// One key twice.
    #[error("a key that is new was expected, found that of {other} again")]
    DuplicateKey {
        /// The name it has already.
        other: String,
    },
    /// A name that is taken, or `none`, which is reserved.
    #[error("a name that is free was expected, found {name:?}")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A name that no line above defines.
    #[error("a witness or group from a line above was expected, found {name:?}")]
    UnknownName {
        /// The name.
        name: String,
    },
    /// A member that stands in a group already.
    #[error("a member of no other group was expected, found {name:?}")]
    MemberTwice {
        /// The name.
        name: String,
    },
    /// A threshold that the members cannot meet, or always do.
    #[error("all, any or a number from 1 to {members} was expected, found {found:?}")]
    Threshold {
        /// How many members there are.
        members: usize,
        /// What stands there.
        found: String,
    },
    /// More than any policy needs.
    #[error("at most {MAX_OF_A_KIND} {kind} were expected, found more")]
    TooMany {
        /// Of what.
        kind: &'static str,
    },
    /// A second quorum line.
    #[error("one quorum was expected, found a second")]
    SecondQuorum,
    /// The file ends without a quorum.
    #[error("a quorum was expected before the end, found none")]
    NoQuorum,
    /// The definition's hash is not one.
    #[error("\"#definition\" and 64 lowercase hexadecimal digits were expected, found {found:?}")]
    Definition {
        /// What stands there.
        found: String,
    },
    /// A second definition.
    #[error("one definition was expected, found a second")]
    SecondDefinition,
}

/// What the lines so far have said.
#[derive(Default)]
struct Reader<'a> {
    definition: Option<[u8; 32]>,
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Quorum>,
    /// Witnesses and groups share one namespace.
    names: BTreeSet<&'a str>,
    /// Each name may be a member once, so no witness counts twice.
    members: BTreeSet<&'a str>,
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let end = text.matches('\n').count() + 1;
        let at = |line| move |problem| PolicyError { line, problem };
        check_file(text).map_err(at(end))?;
        let mut reader = Reader::default();
        for (line, text) in (1..).zip(text.split('\n')) {
            reader.line(text).map_err(at(line))?;
        }
        reader.finish().map_err(at(end))
    }
}

fn check_file(text: &str) -> Result<(), PolicyProblem> {
    if text.len() > MAX_BYTES {
        return Err(PolicyProblem::TooLarge { limit: MAX_BYTES, found: text.len() });
    }
    if text.is_empty() || text.ends_with('\n') { Ok(()) } else { Err(PolicyProblem::NoNewline) }
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), PolicyProblem> {
        let control = |c: &char| (*c < ' ' && *c != '\t') || *c == '\x7f';
        if let Some(found) = line.chars().find(control) {
            return Err(PolicyProblem::ControlCharacter { found: found.into() });
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            ["#definition", rest @ ..] => self.definition(rest),
            [comment, ..] if comment.starts_with('#') => Ok(()),
            ["log", rest @ ..] => self.log(rest),
            ["witness", rest @ ..] => self.witness(rest),
            ["group", rest @ ..] => self.group(rest),
            ["quorum", rest @ ..] => self.quorum(rest),
            [word, ..] => Err(PolicyProblem::Keyword { found: (*word).to_owned() }),
        }
    }

    fn definition(&mut self, words: &[&str]) -> Result<(), PolicyProblem> {
        let found = words.join(" ");
        let hash = read_hex(&found).ok_or(PolicyProblem::Definition { found })?;
        if self.definition.replace(hash).is_some() {
            return Err(PolicyProblem::SecondDefinition);
        }
        Ok(())
    }

    fn log(&mut self, words: &[&str]) -> Result<(), PolicyProblem> {
        let ([vkey], url) = with_url(words, "log VKEY [URL]")?;
        let key: VerifyingKey = vkey.parse()?;
        if !matches!(key.public(), PublicKey::Ed25519(_)) {
            return Err(PolicyProblem::LogKey);
        }
        if let Some(same) = self.logs.iter().find(|log| log.key.public() == key.public()) {
            return Err(PolicyProblem::DuplicateKey { other: same.key.name().to_string() });
        }
        self.logs.push(Log { key, url });
        check_count(self.logs.len(), "logs")
    }

    fn witness(&mut self, words: &[&'a str]) -> Result<(), PolicyProblem> {
        let ([name, vkey], url) = with_url(words, "witness NAME VKEY [URL]")?;
        let key: crate::WitnessKey = vkey.parse()?;
        if let Some(same) = self.witnesses.iter().find(|old| old.key.public() == key.public()) {
            return Err(PolicyProblem::DuplicateKey { other: same.name.clone() });
        }
        self.define(name)?;
        self.witnesses.push(Witness { name: name.to_owned(), key, url });
        check_count(self.witnesses.len(), "witnesses")
    }

    fn group(&mut self, words: &[&'a str]) -> Result<(), PolicyProblem> {
        let [name, threshold, members @ ..] = words else {
            return Err(group_words(words));
        };
        if members.is_empty() {
            return Err(group_words(words));
        }
        let threshold = read_threshold(threshold, members.len())?;
        for member in members {
            self.check_known(member)?;
            if !self.members.insert(member) {
                return Err(PolicyProblem::MemberTwice { name: (*member).to_owned() });
            }
        }
        self.define(name)?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group { name: (*name).to_owned(), threshold, members });
        check_count(self.groups.len(), "groups")
    }

    fn quorum(&mut self, words: &[&str]) -> Result<(), PolicyProblem> {
        let [name] = words else {
            return Err(PolicyProblem::Words { expected: "quorum NAME", found: words.len() + 1 });
        };
        let quorum = if *name == NONE {
            Quorum::None
        } else {
            self.check_known(name)?;
            Quorum::Of((*name).to_owned())
        };
        if self.quorum.replace(quorum).is_some() {
            return Err(PolicyProblem::SecondQuorum);
        }
        Ok(())
    }

    fn define(&mut self, name: &'a str) -> Result<(), PolicyProblem> {
        if name == NONE || !self.names.insert(name) {
            return Err(PolicyProblem::NameTaken { name: name.to_owned() });
        }
        Ok(())
    }

    fn check_known(&self, name: &str) -> Result<(), PolicyProblem> {
        if self.names.contains(name) {
            return Ok(());
        }
        Err(PolicyProblem::UnknownName { name: name.to_owned() })
    }

    fn finish(self) -> Result<Policy, PolicyProblem> {
        Ok(Policy {
            definition: self.definition,
            logs: self.logs,
            witnesses: self.witnesses,
            groups: self.groups,
            quorum: self.quorum.ok_or(PolicyProblem::NoQuorum)?,
        })
    }
}

/// The words of a line that may end in a URL.
fn with_url<'a, const N: usize>(
    words: &[&'a str],
    expected: &'static str,
) -> Result<([&'a str; N], Option<String>), PolicyProblem> {
    match words.split_first_chunk() {
        Some((first, [])) => Ok((*first, None)),
        Some((first, [url])) => Ok((*first, Some((*url).to_owned()))),
        _ => Err(PolicyProblem::Words { expected, found: words.len() + 1 }),
    }
}

fn group_words(words: &[&str]) -> PolicyProblem {
    PolicyProblem::Words { expected: "group NAME all|any|NUMBER MEMBER…", found: words.len() + 1 }
}

fn read_threshold(word: &str, members: usize) -> Result<usize, PolicyProblem> {
    let threshold = match word {
        "all" => Some(members),
        "any" => Some(1),
        number => decimal::parse(number).and_then(|number| usize::try_from(number).ok()),
    };
    let fault = || PolicyProblem::Threshold { members, found: word.to_owned() };
    threshold.filter(|threshold| (1..=members).contains(threshold)).ok_or_else(fault)
}

fn check_count(found: usize, kind: &'static str) -> Result<(), PolicyProblem> {
    if found <= MAX_OF_A_KIND { Ok(()) } else { Err(PolicyProblem::TooMany { kind }) }
}

/// Reads 64 lowercase hexadecimal digits.
fn read_hex(text: &str) -> Option<[u8; 32]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?));
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}
