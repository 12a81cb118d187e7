use super::{entry, log, name, tree, witness};
use crate::{
    Checkpoint, CosignatureError, CosigningKey, Proof, ReadProofError, Timestamp, Tree, WitnessKey,
    proof::ProofError,
};
use proptest::prelude::*;
use record::note::{Note, SigningKey, Vkey};

fn checkpoint_of(tree: &Tree) -> Checkpoint {
    let root = tree.root_at(tree.size()).unwrap();
    Checkpoint::new(name("log.example/tiny"), tree.size(), root)
}

fn receipt(index: u64, size: u64) -> Proof {
    let tree = tree(size);
    let note = checkpoint_of(&tree).sign(&log()).unwrap();
    Proof::new(index, tree.inclusion_proof(index, size).unwrap(), &note).unwrap()
}

#[track_caller]
fn check_checkpoint(text: &str, expected: &str) {
    let found = match text.parse::<Checkpoint>() {
        Ok(checkpoint) => {
            assert_eq!(checkpoint.to_string(), text);
            format!("{} {}", checkpoint.size, checkpoint.extensions.len())
        }
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn a_checkpoint_is_three_lines_or_more() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let lines = "three or more lines that end in a newline were expected, found";
    let size = "line 2: a number of entries was expected, found";
    check_checkpoint(&format!("example.com/behind-the-sofa\n20852163\n{root}\n"), "20852163 0");
    check_checkpoint(&format!("a\n0\n{root}\n"), "0 0");
    check_checkpoint(
        &format!("a\n18446744073709551615\n{root}\nb\nc d\n"),
        "18446744073709551615 2",
    );
    check_checkpoint("", &format!("{lines} 0"));
    check_checkpoint("a\n1\n", &format!("{lines} 2"));
    check_checkpoint(&format!("a\n1\n{root}"), &format!("{lines} 2"));
    for bad in ["", "01", "+1", "-1", "1 ", "1x", "18446744073709551616"] {
        check_checkpoint(&format!("a\n{bad}\n{root}\n"), &format!("{size} {bad:?}"));
    }
    check_checkpoint(
        "a\n1\nCsUY\n",
        "line 3: 32 bytes in canonical base64 were expected, found \"CsUY\"",
    );
    check_checkpoint(
        &format!("a b\n1\n{root}\n"),
        "line 1: a key name without spaces, control characters and \"+\" was expected, found \"a b\"",
    );
    check_checkpoint(
        &format!("a\n1\n{root}\nx\n\n"),
        "line 5: a line of printable text was expected, found \"\"",
    );
    check_checkpoint(
        &format!("a\n1\n{root}\nx\ty\n"),
        "line 4: a line of printable text was expected, found \"x\\ty\"",
    );
}

#[test]
fn a_checkpoint_is_its_logs_word() {
    let checkpoint = checkpoint_of(&tree(5));
    let note = checkpoint.sign(&log()).unwrap();
    assert_eq!(Checkpoint::verify(&note, log().public()), Ok(checkpoint.clone()));
    let other = SigningKey::ed25519(name("other.example"), &[1; 32]).unwrap();
    let origin = "origin other.example, the name of the key, was expected, found log.example/tiny";
    assert_eq!(checkpoint.sign(&other).unwrap_err().to_string(), origin);
    let text = checkpoint.to_string();
    let stolen = Note::new(&text, vec![other.sign(&text)]).unwrap().to_bytes();
    let found = Checkpoint::verify(&stolen, other.public());
    assert_eq!(found.unwrap_err().to_string(), origin);
    let found = Checkpoint::verify(&note, other.public()).unwrap_err().to_string();
    assert_eq!(
        found,
        "the checkpoint is not proved: a signature by a known key was expected, found none"
    );
    let later = SigningKey::ed25519(name("log.example/tiny"), &[9; 32]).unwrap();
    assert!(Checkpoint::verify(&note, later.public()).is_err());
}

#[test]
fn a_receipt_proves_one_entry() {
    for (index, size) in [(0, 1), (0, 2), (1, 2), (6, 7), (700, 1000)] {
        let receipt = receipt(index, size);
        let read: Proof = receipt.to_string().parse().unwrap();
        assert_eq!(read, receipt);
        let found = read.verify(&entry(index), log().public()).unwrap();
        assert_eq!(found.size, size);
        let fault = read.verify(&entry(index + 1), log().public()).unwrap_err();
        assert!(matches!(fault, ProofError::Inclusion { .. }), "{fault}");
    }
}

#[track_caller]
fn check_receipt(text: &str, expected: &str) {
    let found = text.parse::<Proof>().map(|proof| proof.to_string());
    match found {
        Ok(printed) => assert_eq!((printed.as_str(), "reads"), (text, expected)),
        Err(fault) => assert_eq!(fault.to_string(), expected),
    }
}

#[test]
fn a_receipt_has_one_form() {
    let good = receipt(1, 3).to_string();
    let header = "c2sp.org/tlog-proof@v1\n";
    check_receipt(&good, "reads");
    check_receipt(&good.replace(header, &format!("{header}extra AQI=\n")), "reads");
    check_receipt(
        &good.replace(header, &format!("{header}extra AQJ=\n")),
        "line 2: canonical base64 was expected, found \"AQJ=\"",
    );
    check_receipt(
        "",
        "an empty line and a checkpoint were expected after the proof, found neither",
    );
    check_receipt(
        &good.replace("@v1", "@v2"),
        "line 1: \"c2sp.org/tlog-proof@v1\" was expected, found \"c2sp.org/tlog-proof@v2\"",
    );
    check_receipt(
        &good.replace("index 1\n", ""),
        &format!("line 2: \"index NUMBER\" was expected, found {:?}", good.lines().nth(2).unwrap()),
    );
    check_receipt(
        &good.replace("index 1", "index 01"),
        "line 2: \"index NUMBER\" was expected, found \"index 01\"",
    );
    check_receipt(
        &good.replace("index 1\n", "index 1\nx\n"),
        "line 3: 32 bytes in canonical base64 were expected, found \"x\"",
    );
    let hash = format!("index 1\n{}\n", good.lines().nth(2).unwrap());
    check_receipt(
        &good.replace(
            "index 1\n",
            &hash.replacen("index 1\n", "", 1).repeat(65).replacen("", "index 1\n", 1),
        ),
        "at most 64 hashes were expected, found 67",
    );
    check_receipt(
        good.trim_end(),
        "the checkpoint is not a signed note: line 5 does not end in a newline",
    );
    let huge = "x".repeat(200_000);
    let limit = ReadProofError::TooLarge { limit: 131_072, found: 200_000 };
    assert_eq!(huge.parse::<Proof>(), Err(limit));
}

#[test]
fn a_witness_signs_a_text_and_a_time() {
    let text = checkpoint_of(&tree(5)).to_string();
    let witness = witness();
    let time = Timestamp(1_679_315_147);
    let good = witness.cosign(&text, time).unwrap();
    assert_eq!(witness.public().verify(&text, &good), Ok(time));
    let other = CosigningKey::new(name("w2.example"), &[5; 32]).unwrap();
    let fault = other.public().verify(&text, &good).unwrap_err();
    assert!(matches!(fault, CosignatureError::OtherKey { .. }), "{fault}");
    for at in 0..good.bytes.len() {
        let mut bad = good.clone();
        bad.bytes[at] ^= 1;
        assert!(witness.public().verify(&text, &bad).is_err(), "byte {at}");
    }
    let mut bad = good.clone();
    bad.bytes.pop();
    let length = CosignatureError::Length { found: 71 };
    assert_eq!(witness.public().verify(&text, &bad), Err(length));
    bad.bytes = vec![255; 72];
    let late = CosignatureError::Time { found: u64::MAX };
    assert_eq!(witness.public().verify(&text, &bad), Err(late));
    let late = CosignatureError::Time { found: 1 << 63 };
    assert_eq!(witness.cosign(&text, Timestamp(1 << 63)), Err(late));
    assert!(witness.cosign(&text, Timestamp::MAX).is_ok());
    // A log's own signature does not pass for a witness's, even by the same secret.
    let log = SigningKey::ed25519(name("w1.example/witness"), &[4; 32]).unwrap();
    assert_ne!(log.public().id(), witness.public().id());
    let read: WitnessKey = witness.public().to_string().parse().unwrap();
    assert_eq!(&read, witness.public());
    assert!(log.public().to_string().parse::<WitnessKey>().is_err());
    let weak = Vkey::new(name("w"), [&[4, 1], &[0; 31][..]].concat());
    let fault = "the key of w is not a usable point of Ed25519";
    assert_eq!(WitnessKey::try_from(&weak).unwrap_err().to_string(), fault);
    let shown = format!("{witness:?}");
    assert!(!shown.contains("secret") && shown.ends_with(".. }"), "{shown}");
}

/// The strongest fact about a receipt: no byte of it can be another.
#[test]
fn any_flipped_bit_of_a_receipt_or_checkpoint_makes_it_fail() {
    let (receipt, log) = (receipt(6, 7), log());
    let text = receipt.to_string().into_bytes();
    each_flip(&text, |bad| {
        let proof: Option<Proof> = std::str::from_utf8(bad).ok().and_then(|text| text.parse().ok());
        proof.is_some_and(|proof| proof.verify(&entry(6), log.public()).is_ok())
    });
    each_flip(receipt.checkpoint().as_bytes(), |bad| Checkpoint::verify(bad, log.public()).is_ok());
}

#[track_caller]
fn each_flip(good: &[u8], holds: impl Fn(&[u8]) -> bool) {
    assert!(holds(good));
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.to_vec();
            bad[at] ^= 1 << bit;
            assert!(!holds(&bad), "bit {bit} of byte {at}");
        }
    }
}

proptest! {
    /// Whatever reads as a receipt prints as the same text.
    #[test]
    fn what_reads_is_its_own_print(cut in 0..400_usize, paste in "[ -~\n—]{0,3}") {
        let good = receipt(1, 3).to_string();
        let Some((left, right)) = good.split_at_checked(cut % good.len()) else { return Ok(()) };
        let text = format!("{left}{paste}{right}");
        if let Ok(proof) = text.parse::<Proof>() {
            prop_assert_eq!(proof.to_string(), text);
        }
    }
}
