//! Commitments and proofs: every part of a claim is under both.

use super::{definition, key, salt};
use crate::{
    Digest,
    enrolment::{Claim, Code, CodeError, check_proof, commitment, prove},
};

fn claim() -> Claim<'static> {
    let (person, unit) = ("1667::SB1/1", "1667::SB1");
    Claim { code: "8QW2T4HXM1C9ZK3R", definition: definition(), person, unit }
}

/// The claim with one thing changed, in every way.
fn others() -> [Claim<'static>; 4] {
    [
        Claim { code: "8QW2T4HXM1C9ZK3S", ..claim() },
        Claim { definition: Digest::from_bytes([0x23; 32]), ..claim() },
        Claim { person: "1667::SB1/2", ..claim() },
        Claim { unit: "1667::SB2", ..claim() },
    ]
}

/// The id is of `sha256sum`, over the two lines of docs/spec.
#[test]
fn a_commitment_is_the_hash_of_these_two_lines() {
    let found = commitment(&claim(), salt()).unwrap().to_string();
    assert_eq!(found, "afd62486c20cb1c83435b71a1f10be376cb57e0842b555382f844bdf2f464fee");
    for other in others() {
        assert_ne!(commitment(&other, salt()).unwrap().to_string(), found, "{other:?}");
    }
    assert_ne!(commitment(&claim(), definition()).unwrap().to_string(), found);
}

#[test]
fn a_proof_holds_for_its_claim_and_its_key_only() {
    let (own, other_key) = (key("1667::SB1/1", 1), key("1667::SB1/1", 2));
    let proof = prove(&claim(), &own).unwrap();
    assert_eq!(check_proof(&claim(), own.public(), &proof), Ok(()));
    for other in others() {
        assert!(check_proof(&other, own.public(), &proof).is_err(), "{other:?}");
    }
    assert!(check_proof(&claim(), other_key.public(), &proof).is_err());
    // The same key under another name is another key to those who read signature lines.
    let renamed = key("1667::SB1/9", 1);
    assert!(check_proof(&claim(), renamed.public(), &proof).is_err());
}

#[test]
fn what_is_no_proof_says_what_it_is() {
    let own = key("1667::SB1/1", 1);
    let cut = prove(&claim(), &own).unwrap().get(..4).map(str::to_owned).unwrap();
    for (proof, why) in [
        ("", "its proof: a signature of 64 bytes was expected, found 0"),
        (&cut, "its proof: a signature of 64 bytes was expected, found 3"),
        ("x", "expected base64 of a signature, found \"x\""),
        ("AA", "expected base64 of a signature, found \"AA\""),
    ] {
        let found = check_proof(&claim(), own.public(), proof).unwrap_err().to_string();
        assert_eq!(found, why, "{proof:?}");
    }
    let composed = Claim { person: "e\u{301}", ..claim() };
    assert!(prove(&composed, &own).is_err());
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = Code::from_random(*b"any fifteen byt");
    let paper = code.on_paper();
    assert_eq!((paper.len(), paper.matches('-').count(), code.as_str().len()), (19, 3, 16));
    let lower = paper.to_lowercase();
    for typed in [&paper, &lower, code.as_str(), &paper.replace('-', " "), &format!(" {paper}\n")] {
        assert_eq!(typed.parse().as_ref(), Ok(&code), "{typed}");
    }
    // What looks like another sign is read as that one.
    let zeros = Code::from_random([0; 15]);
    assert_eq!("oooo-OOOO-oooo-ooo0".parse(), Ok(zeros));
    let ones = Code::from_random([1; 15]);
    let typed = ones.as_str().replacen('1', "l", 1).replacen('1', "I", 1).replacen('1', "i", 1);
    assert_eq!(typed.parse(), Ok(ones));
    assert_eq!(format!("{code:?}"), "Code(…)");
}

#[test]
fn what_is_mistyped_is_no_code() {
    let code = Code::from_random(*b"any fifteen byt");
    let symbols: Vec<char> = code.as_str().chars().collect();
    let parse = |symbols: &[char]| symbols.iter().collect::<String>().parse::<Code>();
    for place in 0..symbols.len() {
        for symbol in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars() {
            let mut typed = symbols.clone();
            let right = std::mem::replace(&mut typed[place], symbol) == symbol;
            assert_eq!(parse(&typed).is_ok(), right, "{symbol} at {place}");
        }
        let mut short = symbols.clone();
        short.remove(place);
        assert_eq!(parse(&short), Err(CodeError::Length { expected: 16, found: 15 }));
    }
    assert_eq!("".parse::<Code>(), Err(CodeError::Length { expected: 16, found: 0 }));
    for sign in ['U', 'u', '*', 'Ä', '١'] {
        let typed = format!("{sign}{}", code.as_str().get(1..).unwrap());
        assert_eq!(typed.parse::<Code>(), Err(CodeError::Symbol { found: sign }));
    }
}
