use super::{entry, log, tree};
use crate::{
    AddCheckpoint, Checkpoint, Hash, Refusal, Seen, SplitView, Tree, leaf_hash, read_answer,
};
use proptest::prelude::*;
use record::note::{Note, SigningKey};

fn checkpoint(tree: &Tree, size: u64) -> Checkpoint {
    Checkpoint::new(log().public().name().clone(), size, tree.root_at(size).unwrap())
}

fn signed(tree: &Tree, size: u64) -> String {
    String::from_utf8(checkpoint(tree, size).sign(&log()).unwrap()).unwrap()
}

fn request(tree: &Tree, old: u64, size: u64) -> AddCheckpoint {
    let proof = tree.consistency_proof(old, size).unwrap();
    AddCheckpoint::new(old, proof, signed(tree, size).as_bytes()).unwrap()
}

/// A log that went another way after `common` entries.
fn other_way(common: u64, size: u64) -> Tree {
    let mut tree = tree(common);
    for n in common..size {
        tree.append(leaf_hash(&entry(n + 1_000_000)));
    }
    tree
}

fn seen(tree: &Tree, size: u64) -> Seen {
    Seen::of(&checkpoint(tree, size))
}

/// What a witness that has `seen` this says to a request of this log.
fn judge(request: &AddCheckpoint, seen: Seen) -> Result<u64, Refusal> {
    let claimed = request.claim(&[log().public().clone()])?;
    request.check(&claimed, seen)?;
    Ok(claimed.size)
}

/// The example of the specification, and what a reader refuses.
#[test]
fn a_request_has_one_form() {
    let good = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
        \n\
        example.com/behind-the-sofa\n\
        20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
        \n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
    check_read(good, "old 20852014");
    check_read(
        &good.replace("old 20852014", "old 020852014"),
        "line 1: \"old NUMBER\" was expected, found \"old 020852014\"",
    );
    check_read(
        &good.replace("old 20852014\n", ""),
        "line 1: \"old NUMBER\" was expected, found \"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\"",
    );
    check_read(
        &good.replace("jrJZ", "jrJ"),
        "line 3: 32 bytes in canonical base64 were expected, found \"jrJDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\"",
    );
    check_read(
        "old 0\n",
        "an empty line and a checkpoint were expected after the proof, found neither",
    );
    check_read(
        good.trim_end(),
        "the checkpoint is not a signed note: line 6 does not end in a newline",
    );
    let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
    check_read(&good.replace(hash, &hash.repeat(61)), "at most 63 hashes were expected, found 64");
    check_read(&good.replace(hash, &hash.repeat(60)), "old 20852014");
    let found = AddCheckpoint::read(&[0xff]).unwrap_err().to_string();
    assert_eq!(found, "a text of at most 131072 bytes was expected, found 1 bytes");
}

#[track_caller]
fn check_read(text: &str, expected: &str) {
    let found = match AddCheckpoint::read(text.as_bytes()) {
        Ok(request) => {
            assert_eq!(request.to_string(), text);
            format!("old {}", request.old())
        }
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected);
}

#[test]
fn a_witness_cosigns_what_continues_what_it_saw() {
    let ours = tree(20);
    for (old, size) in [(0, 0), (0, 1), (0, 20), (7, 7), (7, 8), (8, 20), (19, 20)] {
        let before = if old == 0 { Seen::nothing() } else { seen(&ours, old) };
        assert_eq!(judge(&request(&ours, old, size), before), Ok(size), "{old} to {size}");
    }
}

/// One row a refusal, in the specification's order.
#[test]
fn a_witness_refuses_everything_else() {
    let (ours, theirs) = (tree(20), other_way(5, 20));
    let stranger = SigningKey::ed25519("log.example/other".parse().unwrap(), &[1; 32]).unwrap();
    let name = stranger.public().name().clone();
    let strange = Checkpoint::new(name.clone(), 7, ours.root_at(7).unwrap());
    let strange = AddCheckpoint::new(0, vec![], &strange.sign(&stranger).unwrap()).unwrap();
    assert_eq!(judge(&strange, Seen::nothing()), Err(Refusal::UnknownLog { found: name }));

    let false_key = SigningKey::ed25519(log().public().name().clone(), &[2; 32]).unwrap();
    let text = checkpoint(&ours, 7).to_string();
    let unsigned = Note::new(&text, vec![false_key.sign(&text)]).unwrap().to_bytes();
    let unsigned = AddCheckpoint::new(0, vec![], &unsigned).unwrap();
    assert!(matches!(judge(&unsigned, Seen::nothing()), Err(Refusal::Unsigned(_))));

    let backwards = AddCheckpoint::new(9, vec![], signed(&ours, 7).as_bytes()).unwrap();
    let expected = Refusal::Order { size: 7, old: 9 };
    assert_eq!(judge(&backwards, seen(&ours, 9)), Err(expected));

    let conflict = judge(&request(&ours, 7, 9), seen(&ours, 8));
    assert_eq!(conflict, Err(Refusal::Conflict { latest: 8, old: 7 }));
    let conflict = judge(&request(&ours, 0, 9), seen(&ours, 8));
    assert_eq!(conflict, Err(Refusal::Conflict { latest: 8, old: 0 }));

    let forked = judge(&request(&theirs, 9, 9), seen(&ours, 9));
    let [expected, found] = [&ours, &theirs].map(|tree| tree.root_at(9).unwrap());
    assert_eq!(forked, Err(Refusal::OtherRoot { size: 9, expected, found }));

    let forked = judge(&request(&theirs, 9, 20), seen(&ours, 9));
    assert!(matches!(forked, Err(Refusal::Inconsistent { old: 9, .. })), "{forked:?}");
    // Where both are still one, going the other way is no fork.
    assert_eq!(judge(&request(&theirs, 5, 20), seen(&ours, 5)), Ok(20));
}

#[test]
fn an_answer_is_the_witnesses_own_line() {
    let ours = tree(7);
    let (one, two) = (witness(4), witness(5));
    let text = checkpoint(&ours, 7).to_string();
    let time = crate::Timestamp(1_679_315_147);
    let [line, other] = [&one, &two].map(|witness| witness.cosign(&text, time).unwrap());
    let note = signed(&ours, 7);
    let read = |answer: &str| read_answer(&note, answer, one.public());
    assert_eq!(read(&format!("{line}\n")), Ok((line.clone(), time)));
    assert_eq!(read(&format!("{other}\n{line}\n")), Ok((line.clone(), time)));
    let missing = read(&format!("{other}\n")).unwrap_err().to_string();
    let key = format!("{}+{}", one.public().name(), one.public().id());
    assert_eq!(missing, format!("a cosignature by {key} was expected, found none"));
    let older = one.cosign(&checkpoint(&ours, 6).to_string(), time).unwrap();
    assert!(read(&format!("{older}\n")).is_err());
    assert!(read("hello\n").is_err());
    assert!(read(&line.to_string()).is_err(), "a line must end");
}

fn witness(seed: u8) -> crate::CosigningKey {
    let name = format!("w{seed}.example/witness").parse().unwrap();
    crate::CosigningKey::new(name, &[seed; 32]).unwrap()
}

#[track_caller]
fn check_split(proof: &SplitView, sizes: (u64, u64)) {
    let text = proof.to_string();
    let read: SplitView = text.parse().unwrap();
    assert_eq!(&read, proof);
    let (first, second) = read.verify(log().public()).unwrap();
    assert_eq!((first.size, second.size), sizes);
    let other = SigningKey::ed25519(log().public().name().clone(), &[2; 32]).unwrap();
    assert!(read.verify(other.public()).is_err());
}

#[test]
fn two_histories_are_proved_by_a_file() {
    let (ours, theirs) = (tree(20), other_way(5, 20));
    for (first, second) in [(6, 6), (6, 7), (8, 20), (16, 20), (20, 20)] {
        let (a, b) = (checkpoint(&ours, first), checkpoint(&theirs, second));
        let (a_note, b_note) = (signed(&ours, first), signed(&theirs, second));
        let found = SplitView::find(&theirs, (&a, &a_note), (&b, &b_note)).unwrap().unwrap();
        check_split(&found, (first, second));
    }
    let note = |tree, size| (checkpoint(tree, size), signed(tree, size));
    let ((a, a_note), (b, b_note)) = (note(&ours, 5), note(&theirs, 20));
    assert_eq!(SplitView::find(&theirs, (&a, &a_note), (&b, &b_note)), Ok(None));
    let ((_, a_note), (b, b_note)) = (note(&ours, 9), note(&theirs, 9));
    check_split(&SplitView::of_one_size(&b, &a_note, &b_note), (9, 9));
}

/// Nobody can make a proof against an honest log: whatever root and path are put in.
#[test]
fn an_honest_log_is_not_accused() {
    let ours = tree(20);
    let (first, second) = (signed(&ours, 9), signed(&ours, 20));
    let proof: Vec<String> =
        ours.consistency_proof(9, 20).unwrap().iter().map(Hash::to_string).collect();
    let text = |size: u64, root: Hash, proof: &[String]| {
        let path: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
        format!("countersign/split-view/v1\n{size} {root}\n{path}\n{first}\n{second}")
    };
    let check = |text: String, expected: &str| {
        let found = text.parse::<SplitView>().unwrap().verify(log().public());
        let found = found.unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    };
    let root = ours.root_at(9).unwrap();
    check(text(9, root, &proof), "two histories were expected, found one");
    check(text(8, root, &proof), "size 9, that of the first checkpoint, was expected, found 8");
    check(text(9, ours.root_at(8).unwrap(), &proof), "the second checkpoint does not hold");
    check(text(9, root, &proof[1..]), "found one");
    check(text(9, leaf_hash(b"x"), &proof[1..]), "the second checkpoint does not hold");
}

/// The way from nothing to any log is empty. Whoever could choose the root of nothing could accuse every
/// log that has ever signed an empty one.
#[test]
fn a_log_is_not_accused_of_having_begun_empty() {
    let ours = tree(20);
    let (first, second) = (signed(&ours, 0), signed(&ours, 20));
    let text = |root: Hash| format!("countersign/split-view/v1\n0 {root}\n\n{first}\n{second}");
    let verify = |root| text(root).parse::<SplitView>().unwrap().verify(log().public());
    let found = verify(leaf_hash(b"x")).unwrap_err().to_string();
    assert!(found.contains("the second checkpoint does not hold that root"), "{found}");
    let found = verify(ours.root_at(0).unwrap()).unwrap_err().to_string();
    assert!(found.contains("two histories were expected, found one"), "{found}");
}

#[test]
fn a_proof_of_two_histories_has_one_form() {
    let (ours, theirs) = (tree(20), other_way(5, 20));
    let (a, b) = (checkpoint(&ours, 8), checkpoint(&theirs, 20));
    let notes = (signed(&ours, 8), signed(&theirs, 20));
    let good = SplitView::find(&theirs, (&a, &notes.0), (&b, &notes.1)).unwrap().unwrap();
    let good = good.to_string();
    let check = |text: String, expected: &str| {
        let found = text.parse::<SplitView>().unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    };
    check(good.replace("/v1", "/v2"), "line 1: \"countersign/split-view/v1\" was expected");
    check(good.replace("\n8 ", "\n08 "), "line 2: a size and a root were expected");
    check(good.replacen("\n8 ", "\nx\n8 ", 1), "line 2: a size and a root were expected");
    check(good.replacen("=\n\n", "=\nx\n\n", 1), "32 bytes in canonical base64 were expected");
    check(good.replace(&format!("\n{}", notes.1), ""), "two checkpoints were expected");
    check("countersign/split-view/v1".to_owned(), "two checkpoints were expected");
    check(good.trim_end().to_owned(), "a checkpoint is not a signed note");
    check("x".repeat(200_000), "found 200000");
}

proptest! {
    /// A witness that is asked any number of times, by a log and its twin, never cosigns two
    /// checkpoints of which one does not continue the other.
    #[test]
    fn no_two_cosigned_checkpoints_contradict_each_other(
        common in 0..8_u64,
        asked in prop::collection::vec((any::<bool>(), 0..14_u64, 0..14_u64), 1..30),
    ) {
        let trees = [tree(14), other_way(common, 14)];
        let (mut state, mut cosigned) = (Seen::nothing(), Vec::new());
        for (which, old, size) in asked {
            let tree = &trees[usize::from(which)];
            let (old, size) = (old.min(size), size);
            let Ok(claimed) = judge(&request(tree, old, size), state) else { continue };
            state = seen(tree, claimed);
            cosigned.push((usize::from(which), claimed));
        }
        for pair in cosigned.windows(2) {
            let ((_, before), (which, after)) = (pair[0], pair[1]);
            prop_assert!(before <= after);
            let held = trees[pair[0].0].root_at(before).unwrap();
            prop_assert_eq!(trees[which].root_at(before).unwrap(), held);
        }
    }
}
