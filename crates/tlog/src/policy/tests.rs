use super::*;
use crate::{CosigningKey, Hash};
use record::note::SigningKey;

fn log() -> SigningKey {
    SigningKey::ed25519("log.example/tiny".parse().unwrap(), &[1; 32]).unwrap()
}

fn witness(number: u8) -> CosigningKey {
    let name = format!("w{number}.example/witness").parse().unwrap();
    CosigningKey::new(name, &[10 + number; 32]).unwrap()
}

/// A policy in which the words LOG and W1 to W9 stand for keys.
fn write(pattern: &str) -> String {
    let key = |word: &str| match (word, word.strip_prefix('W').map(str::parse)) {
        ("LOG", _) => log().public().to_string(),
        (_, Some(Ok(number))) => witness(number).public().to_string(),
        _ => word.to_owned(),
    };
    let words = pattern.split_inclusive([' ', '\n', '\t']);
    let words = words.map(|word| word.split_at(word.trim_end().len()));
    words.map(|(word, space)| key(word) + space).collect()
}

/// The specification's example.
const TWO_LEVELS: &str = "\
log LOG

witness X1 W1
witness X2 W2
witness X3 W3
group X-witnesses 2 X1 X2 X3

witness Y1 W4
witness Y2 W5
witness Y3 W6
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
";

#[track_caller]
fn check_quorum(pattern: &str, cosigned: &str, expected: &str) {
    let policy: Policy = write(pattern).parse().unwrap();
    let found = match policy.check_quorum(&cosigned.split_whitespace().collect()) {
        Ok(()) => "enough".to_owned(),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected, "{cosigned}");
}

#[test]
fn a_quorum_is_counted_group_by_group() {
    let few = |found| {
        format!("quorum X-and-Y: 2 of its members were expected to have cosigned, found {found}")
    };
    let rows = [
        ("X1 X2 Y1", "enough".to_owned()),
        ("X1 X3 Y3 Y1 X2", "enough".to_owned()),
        ("", few(0)),
        ("X1 X2 X3", few(1)),
        ("X1 Y1 Y2 Y3", few(1)),
        ("X1", few(0)),
        ("X-witnesses Y-witnesses stranger", few(0)),
    ];
    rows.iter().for_each(|(cosigned, expected)| check_quorum(TWO_LEVELS, cosigned, expected));
    check_quorum("quorum none\n", "", "enough");
    check_quorum("witness a W1\nquorum a\n", "a", "enough");
    let one = "quorum a: 1 of its members were expected to have cosigned, found 0";
    check_quorum("witness a W1\nquorum a\n", "b", one);
}

#[track_caller]
fn check_read(pattern: &str, expected: &str) {
    let found = match write(pattern).parse::<Policy>() {
        Ok(policy) => {
            assert_eq!(policy.to_string().parse(), Ok(policy.clone()));
            let counts = [policy.logs.len(), policy.witnesses.len(), policy.groups.len()];
            format!("{counts:?} {}", policy.definition().map_or(0, |hash| hash[31]))
        }
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected, "{pattern}");
}

#[test]
fn a_policy_is_read_line_by_line() {
    let definition = format!("#definition {}2a\n", "0".repeat(62));
    check_read(TWO_LEVELS, "[1, 6, 3] 0");
    check_read("quorum none\n", "[0, 0, 0] 0");
    check_read(&format!("{definition}log LOG https://log.example\nquorum none\n"), "[1, 0, 0] 42");
    check_read(" # so\n\t\n#definitions vary\n\tquorum\t none \n", "[0, 0, 0] 0");
    check_read("witness ŵ W1 https://w.example/é\nquorum ŵ\nlog LOG\n", "[1, 1, 0] 0");
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let rows = [
        ("", "1: a quorum was expected before the end, found none"),
        ("quorum none", "1: a newline was expected at the end of the file"),
        ("\nquorum none\r\n", "2: printable text was expected, found the control character 0x0d"),
        ("x\x7f\n", "1: printable text was expected, found the control character 0x7f"),
        ("logs LOG\n", "1: log, witness, group or quorum was expected, found \"logs\""),
        ("log\n", "1: \"log VKEY [URL]\" was expected, found 1 words"),
        ("log LOG a b\n", "1: \"log VKEY [URL]\" was expected, found 4 words"),
        ("log x\n", "1: a key \"NAME+ID+BASE64\" was expected, found \"x\""),
        ("witness a\n", "1: \"witness NAME VKEY [URL]\" was expected, found 2 words"),
        ("group g any\n", "1: \"group NAME all|any|NUMBER MEMBER…\" was expected, found 3 words"),
        ("group g\n", "1: \"group NAME all|any|NUMBER MEMBER…\" was expected, found 2 words"),
        ("quorum\n", "1: \"quorum NAME\" was expected, found 1 words"),
        ("quorum none\nquorum none\n", "2: one quorum was expected, found a second"),
        (
            "#definition\n",
            "1: \"#definition\" and 64 lowercase hexadecimal digits were expected, found \"\"",
        ),
    ];
    rows.iter().for_each(|(text, found)| check_read(text, &format!("policy, line {found}")));
}

#[test]
fn names_and_keys_are_new_once_and_known_afterwards() {
    let new = "a key that is new was expected, found that of";
    let free = "a name that is free was expected, found";
    let known = "a witness or group from a line above was expected, found";
    let single = "a member of no other group was expected, found \"a\"";
    let threshold = "all, any or a number from 1 to 1 was expected, found";
    let rows = [
        ("log LOG\nlog LOG\n", format!("2: {new} log.example/tiny again")),
        ("witness a W1\nwitness b W1\n", format!("2: {new} a again")),
        ("witness a W1\nwitness a W2\n", format!("2: {free} \"a\"")),
        ("witness none W1\n", format!("1: {free} \"none\"")),
        ("witness a W1\nwitness b W2\ngroup a all b\n", format!("3: {free} \"a\"")),
        ("group g any a\n", format!("1: {known} \"a\"")),
        ("group g any none\n", format!("1: {known} \"none\"")),
        ("group g any g\n", format!("1: {known} \"g\"")),
        ("quorum a\nwitness a W1\n", format!("1: {known} \"a\"")),
        ("witness a W1\ngroup g 0 a\n", format!("2: {threshold} \"0\"")),
        ("witness a W1\ngroup g 2 a\n", format!("2: {threshold} \"2\"")),
        ("witness a W1\ngroup g 01 a\n", format!("2: {threshold} \"01\"")),
        ("witness a W1\ngroup g all a a\n", format!("2: {single}")),
        ("witness a W1\ngroup g 1 a\ngroup h 1 a\n", format!("3: {single}")),
    ];
    rows.iter().for_each(|(text, found)| check_read(text, &format!("policy, line {found}")));
}

#[test]
fn a_policy_has_limits() {
    let many = |line: fn(u8) -> String| (0..65).map(line).collect::<String>();
    let witnesses = many(|number| {
        let name = format!("w{number}").parse().unwrap();
        let key = CosigningKey::new(name, &[number; 32]).unwrap();
        format!("witness {number} {}\n", key.public())
    });
    check_read(&witnesses, "policy, line 65: at most 64 witnesses were expected, found more");
    let logs = many(|number| {
        let name = format!("l{number}").parse().unwrap();
        format!("log {}\n", SigningKey::ed25519(name, &[number; 32]).unwrap().public())
    });
    check_read(&logs, "policy, line 65: at most 64 logs were expected, found more");
    let groups = (1..66).map(|number| format!("group {number} all {}\n", number - 1));
    let groups = format!("witness 0 W1\n{}", groups.collect::<String>());
    check_read(&groups, "policy, line 66: at most 64 groups were expected, found more");
    let large = "#\n".repeat(40_000);
    check_read(
        &large,
        "policy, line 40001: a file of at most 65536 bytes was expected, found 80000",
    );
    let upper = format!("#definition {}\n", "A".repeat(64));
    let hex = "#definition\" and 64 lowercase hexadecimal digits were expected, found";
    check_read(&upper, &format!("policy, line 1: \"{hex} \"{}\"", "A".repeat(64)));
    let twice = format!("#definition {}\n", "a".repeat(64)).repeat(2);
    check_read(&twice, "policy, line 2: one definition was expected, found a second");
    let p256 = SigningKey::p256("p".parse().unwrap(), &[1; 32]).unwrap();
    let other =
        "policy, line 1: an Ed25519 key was expected for the log, found one of another type";
    check_read(&format!("log {}\n", p256.public()), other);
}

/// A checkpoint signed by the log and cosigned by these witnesses, each at its number.
fn cosigned(witnesses: &[u8]) -> Vec<u8> {
    let checkpoint = Checkpoint::new(log().public().name().clone(), 5, Hash([5; 32]));
    let text = checkpoint.to_string();
    let cosign = |number: &u8| witness(*number).cosign(&text, Timestamp((*number).into())).unwrap();
    let signatures = std::iter::once(log().sign(&text)).chain(witnesses.iter().map(cosign));
    Note::new(&text, signatures.collect()).unwrap().to_bytes()
}

#[test]
fn a_checkpoint_is_accepted_with_its_log_and_its_quorum() {
    let policy: Policy = write(TWO_LEVELS).parse().unwrap();
    let accepted = policy.accept(&cosigned(&[2, 3, 9, 5])).unwrap();
    assert_eq!(accepted.checkpoint.size, 5);
    let times = [("X2", 2), ("X3", 3), ("Y2", 5)];
    let times = times.map(|(name, time)| (name.to_owned(), Timestamp(time)));
    assert_eq!(accepted.cosigned, times);
    let few = policy.accept(&cosigned(&[2, 2, 5])).unwrap_err();
    let expected = QuorumError { quorum: "X-and-Y".to_owned(), expected: 2, found: 1 };
    assert_eq!(few, RejectedError::Quorum(expected));
    let other: Policy = "quorum none\n".parse().unwrap();
    let stranger = other.accept(&cosigned(&[])).unwrap_err();
    assert_eq!(stranger, RejectedError::Log(VerifyError::NoKnownSigner));
    let alone = Policy::without_witnesses(log().public().clone(), [7; 32]);
    assert_eq!(alone.accept(&cosigned(&[1])).unwrap().cosigned, []);
    assert_eq!(alone.to_string().parse(), Ok(alone));
}

/// One false cosignature of a known witness condemns a checkpoint that has its quorum without it.
#[test]
fn a_false_cosignature_is_not_passed_over() {
    let policy: Policy = write(TWO_LEVELS).parse().unwrap();
    let (good, later) = (cosigned(&[1, 2, 4]), witness(3));
    let note = Note::parse(&good, 2000).unwrap();
    let mut signatures = note.signatures().to_vec();
    signatures.push(later.cosign("another text\n", Timestamp(1)).unwrap());
    let bad = Note::new(note.text(), signatures).unwrap().to_bytes();
    assert!(policy.accept(&good).is_ok());
    let expected =
        RejectedError::Cosignature { witness: "X3".to_owned(), reason: CosignatureError::Invalid };
    assert_eq!(policy.accept(&bad), Err(expected));
}
