//! From bytes to a note, refusing at the first byte that is out of place.

use super::{KeyId, KeyName, MAX_SIGNATURES, Note, NoteError, Signature};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The key id stands before the signature's own bytes.
pub(super) const ID_LENGTH: usize = 4;

pub(super) fn note(bytes: &[u8], max_bytes: usize) -> Result<Note<'_>, NoteError> {
    if bytes.len() > max_bytes {
        return Err(NoteError::TooLarge { limit: max_bytes, found: bytes.len() });
    }
    let whole = std::str::from_utf8(bytes)
        .map_err(|fault| NoteError::NotUtf8 { offset: fault.valid_up_to() })?;
    check_text(whole)?;
    let (text, signatures) = split(whole)?;
    check_count(signatures.lines().count())?;
    let first_line = line_count(text) + 2;
    let signatures = (first_line..).zip(signatures.lines());
    let signatures = signatures.map(|(line, text)| signature(line, text));
    Ok(Note { text, signatures: signatures.collect::<Result<_, _>>()? })
}

/// The text may itself hold empty lines; the last one of the note is the separator.
fn split(whole: &str) -> Result<(&str, &str), NoteError> {
    let fault = NoteError::NoSeparator { lines: line_count(whole) };
    let middle = whole.rfind("\n\n").ok_or(fault.clone())?;
    let (text, rest) = whole.split_at_checked(middle + 1).ok_or(fault.clone())?;
    Ok((text, rest.strip_prefix('\n').ok_or(fault)?))
}

/// A text ends in a newline and has no other control character.
pub(super) fn check_text(text: &str) -> Result<(), NoteError> {
    let mut line = 1;
    for found in text.bytes().filter(|byte| *byte < b' ') {
        if found != b'\n' {
            return Err(NoteError::ControlCharacter { line, found });
        }
        line += 1;
    }
    if text.ends_with('\n') { Ok(()) } else { Err(NoteError::NoNewline { line }) }
}

pub(super) fn check_count(found: usize) -> Result<(), NoteError> {
    match found {
        0 => Err(NoteError::NoSignature),
        1..=MAX_SIGNATURES => Ok(()),
        _ => Err(NoteError::TooManySignatures { found }),
    }
}

/// `found` counts the key id and the signature's own bytes.
pub(super) fn check_length(line: usize, found: usize) -> Result<(), NoteError> {
    if found > ID_LENGTH { Ok(()) } else { Err(NoteError::SignatureTooShort { line, found }) }
}

fn signature(line: usize, text: &str) -> Result<Signature, NoteError> {
    let shape = || NoteError::SignatureLine { line, found: text.to_owned() };
    let (name, blob) =
        text.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(shape)?;
    let name: KeyName = name.parse().map_err(|reason| NoteError::Name { line, reason })?;
    // The engine demands padding and zero trailing bits, so one blob has one text.
    let bytes =
        STANDARD.decode(blob).map_err(|_| NoteError::Base64 { line, found: blob.to_owned() })?;
    check_length(line, bytes.len())?;
    let (id, own) = bytes.split_first_chunk().ok_or_else(shape)?;
    Ok(Signature { name, id: KeyId(*id), bytes: own.to_vec() })
}

/// How many newlines: in a text that ends in one, the number of its lines.
fn line_count(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}
