//! EML's figures by the codes of our form: the table of Model N 10-1 against EML_NL 510.

use super::count::{ListVotes, Votes};

/// Reasons of RejectedVotes and UncountedVotes, and the field that each one fills.
const REASONS: [(&str, &str); 16] = [
    ("geldige stempassen", "A"),
    ("geldige volmachtbewijzen", "B"),
    ("geldige kiezerspassen", "C"),
    ("toegelaten kiezers", "D"),
    ("blanco", "F"),
    ("ongeldig", "G"),
    ("meer getelde stembiljetten", "I"),
    ("minder getelde stembiljetten", "J"),
    ("meegenomen stembiljetten", "taken"),
    ("te weinig uitgereikte stembiljetten", "few_handed"),
    ("te veel uitgereikte stembiljetten", "many_handed"),
    ("geen briefstembiljetten", "no_postal"),
    ("te veel briefstembiljetten", "many_postal"),
    ("kwijtgeraakte stembiljetten", "lost"),
    ("geen verklaring", "unexplained"),
    ("andere verklaring", "other"),
];

/// The field that a reason of RejectedVotes or UncountedVotes fills; `None` for a reason that the
/// form has no field for.
#[must_use]
pub fn field_of_reason(reason: &str) -> Option<&'static str> {
    REASONS.iter().find(|(name, _)| *name == reason).map(|(_, field)| *field)
}

impl Votes {
    /// The figures by field code: `Z`, `A` to `D`, `E.3` for lists, `E`, `F`, `G`, `I`, `J`, the
    /// explanations, and `3/7` for candidates. Left out is what the file leaves out, what the form
    /// has no field for, and candidates without a place on their list. H is not carried by EML.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, u64)> {
        let reasons = self.reasons.iter().chain(&self.rejected);
        let reasons = reasons.filter_map(|(r, n)| Some((field_of_reason(r)?.to_owned(), *n)));
        let lists = self.lists.iter().filter_map(|l| Some((format!("E.{}", l.list.id), l.votes?)));
        let mut fields: Vec<(String, u64)> = Vec::new();
        fields.extend(self.eligible.map(|n| ("Z".to_owned(), n)));
        fields.extend(reasons);
        fields.extend(self.for_candidates.map(|n| ("E".to_owned(), n)));
        fields.extend(lists);
        fields.extend(self.lists.iter().flat_map(ListVotes::candidate_fields));
        fields
    }
}

impl ListVotes {
    fn candidate_fields(&self) -> impl Iterator<Item = (String, u64)> {
        let code = |id: &String| format!("{}/{id}", self.list.id);
        self.candidates.iter().filter_map(move |c| Some((code(c.id.as_ref()?), c.votes?)))
    }
}
