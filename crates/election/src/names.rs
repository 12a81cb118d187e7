//! What the names in a definition are made of. They become names of files and folders, heads of
//! columns and words in rules, so they are checked once, before anything is made of them.

use std::collections::HashSet;

use crate::{ElectionError, FormSpec, Head, Section, SectionBody, unit::is_id};

pub(crate) fn check_names(head: &Head) -> Result<(), ElectionError> {
    check_id("election", &head.id)?;
    check_languages(head)?;
    head.kinds.iter().try_for_each(|kind| check_id("kind", &kind.id))?;
    head.attributes.iter().try_for_each(|attribute| check_id("attribute", &attribute.id))?;
    head.signatures.channels.keys().try_for_each(|channel| check_id("channel", channel))?;
    head.forms.iter().try_for_each(check_form)
}

fn check_id(what: &'static str, id: &str) -> Result<(), ElectionError> {
    if is_id(id) { Ok(()) } else { Err(ElectionError::BadId { what, id: id.to_owned() }) }
}

/// The pages of a language stand in a folder of its name.
fn check_languages(head: &Head) -> Result<(), ElectionError> {
    if head.languages.is_empty() {
        return Err(ElectionError::NoLanguage);
    }
    let mut seen = HashSet::new();
    for code in head.languages.iter().map(crate::Language::as_str) {
        if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return Err(ElectionError::BadLanguage { found: code.to_owned() });
        }
        if !seen.insert(code) {
            return Err(ElectionError::Twice { what: "language", id: code.to_owned() });
        }
    }
    Ok(())
}

fn check_form(form: &FormSpec) -> Result<(), ElectionError> {
    check_id("form", &form.id)?;
    // `data/FORM.csv`: no file has a colon in its name that every system could read.
    if form.id.contains(':') {
        return Err(ElectionError::FormId { id: form.id.clone() });
    }
    form.sections.iter().try_for_each(|section| check_section(form, section))
}

fn check_section(form: &FormSpec, section: &Section) -> Result<(), ElectionError> {
    check_id("section", &section.id)?;
    let bad = |code: &str| ElectionError::BadCode {
        form: form.id.clone(),
        section: section.id.clone(),
        code: code.to_owned(),
    };
    match &section.body {
        SectionBody::Fields { fields } => {
            let mut codes = fields.iter().map(|field| &field.code);
            let wrong = codes.find(|code| code.is_empty() || !fits_a_table(code));
            wrong.map_or(Ok(()), |code| Err(bad(code)))
        }
        SectionBody::Selections { prefix, .. } | SectionBody::Quotient { prefix, .. } => {
            if fits_a_table(prefix) {
                Ok(())
            } else {
                Err(bad(prefix))
            }
        }
        // Their codes are those of the ballot.
        SectionBody::Candidates { .. } => Ok(()),
    }
}

/// Can it stand unquoted in a table, and between spaces in a sentence?
fn fits_a_table(code: &str) -> bool {
    let unfit = |c: char| c.is_whitespace() || c.is_control() || [',', '"', '\''].contains(&c);
    !code.contains(unfit)
}
