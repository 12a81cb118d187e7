//! The published folder on a real disk: what it holds, what a reader sees, what a crash leaves.

mod crash;
mod reading;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

fn writer() -> (TempDir, PathBuf, BundleWriter) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("bundle");
    let writer = BundleWriter::open(&dir).unwrap();
    (folder, dir, writer)
}

fn file(path: &str, text: &str) -> (String, Vec<u8>) {
    (path.to_owned(), text.as_bytes().to_vec())
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

#[track_caller]
fn check_holds(dir: &Path, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(path, text)| file(path, text)).collect();
    assert_eq!(read_folder(dir), Ok(expected));
}

#[test]
fn a_publication_changes_what_it_names_and_keeps_the_rest() {
    let (_folder, dir, mut writer) = writer();
    check_holds(&dir, &[]);
    let first = [file("checkpoint", "1"), file("data/a.json", "a"), file("data/b.json", "b")];
    let published = writer.publish(&first, &[]);
    assert_eq!(published, Ok(Published { written: 3, bytes: 3, removed: 0 }));
    let kept = inode(&dir.join("data/b.json"));

    let removed = ["data/a.json".to_owned(), "never/there".to_owned()];
    let published = writer.publish(&[file("checkpoint", "20")], &removed);
    assert_eq!(published, Ok(Published { written: 1, bytes: 2, removed: 1 }));
    check_holds(&dir, &[("checkpoint", "20"), ("data/b.json", "b")]);
    assert_eq!(inode(&dir.join("data/b.json")), kept, "what did not change is not written again");
}

#[test]
fn who_has_a_file_open_keeps_its_old_bytes() {
    use std::io::Read;
    let (_folder, dir, mut writer) = writer();
    writer.publish(&[file("page", "old")], &[]).unwrap();
    let mut open = File::open(dir.join("page")).unwrap();
    for text in ["new", "newer", "newest"] {
        writer.publish(&[file("page", text)], &[]).unwrap();
    }
    let mut bytes = String::new();
    open.read_to_string(&mut bytes).unwrap();
    assert_eq!(bytes, "old");
}

#[test]
fn at_no_moment_is_there_no_bundle() {
    let (_folder, dir, mut writer) = writer();
    writer.publish(&[file("page", "0")], &[]).unwrap();
    let page = dir.join("page");
    let mut last = 0;
    std::thread::scope(|scope| {
        let publishing = scope.spawn(|| {
            for number in 1..=200 {
                writer.publish(&[file("page", &number.to_string())], &[]).unwrap();
            }
        });
        while !publishing.is_finished() {
            let found = fs::read_to_string(&page).unwrap().parse().unwrap();
            assert!(last <= found, "first {last}, then {found}");
            last = found;
        }
    });
}

#[test]
fn a_folder_goes_with_its_last_file_and_may_become_one() {
    let (_folder, dir, mut writer) = writer();
    writer.publish(&[file("a/b/c", "1"), file("d", "2")], &[]).unwrap();
    writer.publish(&[file("a", "3")], &["a/b/c".to_owned()]).unwrap();
    check_holds(&dir, &[("a", "3"), ("d", "2")]);
}

#[test]
fn a_refused_publication_leaves_everything_as_it_was() {
    let (_folder, dir, mut writer) = writer();
    writer.publish(&[file("a/b", "1")], &[]).unwrap();
    let bad = BundleError::Path(BadPath { path: "../c".to_owned() });
    assert_eq!(writer.publish(&[file("c", "2"), file("../c", "2")], &[]), Err(bad.clone()));
    assert_eq!(writer.publish(&[file("c", "2")], &["../c".to_owned()]), Err(bad));
    // `a` is a folder, and its name is not free for a file.
    let refused = writer.publish(&[file("c", "2"), file("a", "2")], &[]);
    assert!(matches!(refused, Err(BundleError::File { .. })), "{refused:?}");
    check_holds(&dir, &[("a/b", "1")]);
    writer.publish(&[file("e", "3")], &[]).unwrap();
    check_holds(&dir, &[("a/b", "1"), ("e", "3")]);
}

#[test]
fn only_plain_relative_paths_are_allowed() {
    #[track_caller]
    fn check(path: &str, expected: Result<(), ()>) {
        assert_eq!(FilePath::parse(path).map(drop).map_err(drop), expected, "{path:?}");
    }
    check("index.html", Ok(()));
    check("tile/0/x001/x234/067.p/12", Ok(()));
    check("data/2020-02-04_IA.csv", Ok(()));
    check("a..b", Ok(()));
    check(&"a".repeat(255), Ok(()));
    check(&"a".repeat(256), Err(()));
    let refused = [
        "",
        "/",
        "/etc/passwd",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/..",
        ".hidden",
        "a/.git/b",
        "a\\b",
        "C:a",
        "a b",
        "a\0b",
        "a\nb",
        "é",
        "a%2e",
        "~",
        "a*",
        "-/\u{202e}",
    ];
    for path in refused {
        check(path, Err(()));
    }
}

#[test]
fn the_next_open_sets_right_what_a_crash_left() {
    #[track_caller]
    fn check(crash: impl Fn(&Path)) {
        let (folder, dir, mut writer) = writer();
        writer.publish(&[file("a", "1"), file("b/c", "2")], &[]).unwrap();
        drop(writer);
        crash(folder.path());
        let mut writer = BundleWriter::open(&dir).unwrap();
        check_holds(&dir, &[("a", "1"), ("b/c", "2")]);
        writer.publish(&[file("a", "3")], &[]).unwrap();
        check_holds(&dir, &[("a", "3"), ("b/c", "2")]);
        assert!(!folder.path().join("bundle.old").exists());
    }
    let rename = |from: PathBuf, to: PathBuf| fs::rename(from, to).unwrap();
    // While the twin is made, and while it is written.
    check(|at| fs::remove_dir_all(at.join("bundle.next")).unwrap());
    check(|at| fs::remove_file(at.join("bundle.next/b/c")).unwrap());
    check(|at| fs::write(at.join("bundle.next/half"), "ha").unwrap());
    // Between the first and the second rename, and between the second and the third.
    check(|at| rename(at.join("bundle"), at.join("bundle.old")));
    check(|at| rename(at.join("bundle.next"), at.join("bundle.old")));
}

#[test]
fn two_renames_do_what_the_exchange_does() {
    let (_folder, dir, mut writer) = writer();
    writer.publish(&[file("a", "1")], &[]).unwrap();
    fs::write(writer.twin.join("b"), "2").unwrap();
    writer.rename_twice().unwrap();
    check_holds(&dir, &[("a", "1"), ("b", "2")]);
    check_holds(&writer.twin, &[("a", "1")]);
    assert!(!writer.old.exists());
}

/// One publication: for some of eight paths a new text, or none to remove the file.
fn publication() -> impl Strategy<Value = BTreeMap<String, Option<String>>> {
    prop::collection::btree_map("[ab]/[cd]/[ef]", prop::option::of("[0-9]{0,3}"), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_run_of_publications_gives_what_a_map_gives(
        run in prop::collection::vec(publication(), 1..6)
    ) {
        let (_folder, dir, mut writer) = writer();
        let mut model = BTreeMap::new();
        for publication in run {
            let mut changes = Vec::new();
            let mut removed = Vec::new();
            for (path, text) in publication {
                match text {
                    Some(text) => {
                        changes.push(file(&path, &text));
                        model.insert(path, text.into_bytes());
                    }
                    None => {
                        model.remove(&path);
                        removed.push(path);
                    }
                }
            }
            writer.publish(&changes, &removed).unwrap();
            let expected: Vec<_> = model.clone().into_iter().collect();
            prop_assert_eq!(read_folder(&dir).unwrap(), expected.clone());
            prop_assert_eq!(read_folder(&writer.twin).unwrap(), expected);
            prop_assert_eq!(writer.state, Twin::Current);
        }
    }
}
