//! A file is read piece by piece, and what is found does not depend on the pieces.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;

use super::{
    super::{Document, EmlError, UnitVotes, read},
    SMALL,
};

fn in_pieces(xml: &[u8], size: usize) -> (Result<Document, EmlError>, Vec<UnitVotes>) {
    let mut units = Vec::new();
    let input = BufReader::with_capacity(size, xml);
    (read(input, |unit| units.push(unit)), units)
}

proptest! {
    /// Whole or in pieces, sound or broken: the same units, the same end, the same place.
    #[test]
    fn pieces_make_no_difference(size in 1..80usize, at in 0..SMALL.len(), with in "[<>&/!\\[\"a0\n ]?") {
        let head: String = SMALL.chars().take(at).collect();
        let tail: String = SMALL.chars().skip(at + 1).collect();
        let broken = head + &with + &tail;
        for xml in [SMALL, &broken] {
            prop_assert_eq!(in_pieces(xml.as_bytes(), size), in_pieces(xml.as_bytes(), 1 << 20));
        }
    }
}

#[test]
fn a_byte_order_mark_counts() {
    let marked = format!("\u{feff}{}", SMALL.replace("<Cast>10", "<Cast>x"));
    let error = in_pieces(marked.as_bytes(), 7).0.unwrap_err();
    assert!(marked.split_at(error.byte).1.starts_with("<Cast>x"), "{error}");
    assert!(in_pieces(format!("\u{feff}{SMALL}").as_bytes(), 7).0.is_ok());
}

#[test]
fn another_encoding_is_refused() {
    let latin: Vec<u8> = SMALL.replace("&#233;", "é").chars().map(|c| c as u8).collect();
    let error = in_pieces(&latin, 64).0.unwrap_err();
    assert_eq!(error.expected, "well-formed XML");
    assert!(error.found.contains("UTF-8") && error.line == 3, "{error}");
}

/// Reads once and fails then, as a disk that is pulled out.
struct Pulled(bool);

impl Read for Pulled {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.0 {
            return Err(io::Error::other("the disk is gone"));
        }
        self.0 = true;
        (&SMALL.as_bytes()[..200]).read(to)
    }
}

#[test]
fn what_cannot_be_read_any_further_is_told() {
    let error = read(BufReader::new(Pulled(false)), |_| {}).unwrap_err();
    assert_eq!((&*error.expected, &*error.found), ("a file that can be read", "the disk is gone"));
    assert!(error.byte > 0 && error.line > 1, "{error}");
}

/// The units of a file that is much longer than what is held of it.
#[test]
fn a_long_file_is_read_unit_by_unit() {
    let (head, rest) = SMALL.split_once("<ReportingUnitVotes>").unwrap();
    let (unit, tail) = rest.split_once("</ReportingUnitVotes>").unwrap();
    let unit = format!("<ReportingUnitVotes>{unit}</ReportingUnitVotes>");
    let long = [head, &unit.repeat(1000), tail].concat();
    let (read, units) = in_pieces(long.as_bytes(), 100);
    assert_eq!((read.is_ok(), units.len()), (true, 1000));
}

/// A name without end is no name, and nobody waits for its end with all of it in hand.
#[test]
fn a_text_that_is_too_long_is_refused_before_it_is_held() {
    let long = SMALL.replace("Voorbeeldstad", &"x".repeat(3 << 20));
    let error = in_pieces(long.as_bytes(), 1 << 12).0.unwrap_err();
    assert_eq!((&*error.expected, error.line), ("a file that can be read", 3));
    assert_eq!(error.found, "a text of more than 1048576 bytes");
}

#[test]
fn a_unit_has_only_so_many_of_a_kind() {
    let (head, tail) = SMALL.split_once("<RejectedVotes").unwrap();
    let lists: String = (2..=1001)
        .map(|list| format!("<Selection><AffiliationIdentifier Id=\"{list}\"/></Selection>"))
        .collect();
    let error = in_pieces(format!("{head}{lists}<RejectedVotes{tail}").as_bytes(), 1 << 12).0;
    assert_eq!(error.unwrap_err().found, "list 1001");
    let reasons: String = (0..100)
        .map(|reason| format!("<UncountedVotes ReasonCode=\"{reason}\">1</UncountedVotes>"))
        .collect();
    let error = in_pieces(format!("{head}{reasons}<RejectedVotes{tail}").as_bytes(), 1 << 12).0;
    assert_eq!(error.unwrap_err().expected, "at most 100 reasons");
}
