//! Reading a folder that somebody else filled.

use std::os::unix::fs::symlink;

use super::*;

/// A folder with one file, and a secret beside it.
fn foreign() -> (TempDir, PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("dir");
    fs::create_dir_all(dir.join("data")).unwrap();
    fs::write(dir.join("data/a.json"), "a").unwrap();
    fs::write(outer.path().join("secret"), "secret").unwrap();
    (outer, dir)
}

#[test]
fn files_are_listed_in_order_and_read_by_path() {
    let (_outer, dir) = foreign();
    for path in ["b", "a-", "a", "data/B"] {
        fs::write(dir.join(path), path).unwrap();
    }
    let folder = Folder::open(&dir).unwrap();
    let list: Vec<_> = folder.list().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(list, ["a", "a-", "b", "data/B", "data/a.json"]);
    assert_eq!(folder.read("data/B"), Ok(b"data/B".to_vec()));
}

#[test]
fn only_plain_files_below_the_folder_are_read() {
    let (_outer, dir) = foreign();
    symlink("../secret", dir.join("link")).unwrap();
    symlink("data", dir.join("folder")).unwrap();
    rustix::fs::mkfifoat(CWD, dir.join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    let folder = Folder::open(&dir).unwrap();
    #[track_caller]
    fn check(folder: &Folder, path: &str, expected: &FolderError) {
        assert_eq!(folder.read(path).as_ref(), Err(expected));
    }
    let not_a_file = |path| FolderError::NotAFile { path: dir.join(path) };
    check(&folder, "link", &not_a_file("link"));
    check(&folder, "folder/a.json", &not_a_file("folder/a.json"));
    check(&folder, "data", &not_a_file("data"));
    check(&folder, "data/a.json/b", &not_a_file("data/a.json/b"));
    check(&folder, "pipe", &not_a_file("pipe"));
    check(&folder, "data/b", &FolderError::Missing { path: dir.join("data/b") });
    check(&folder, "../secret", &FolderError::Path(BadPath { path: "../secret".to_owned() }));
}

#[test]
fn a_list_names_what_no_bundle_holds() {
    #[track_caller]
    fn check(make: impl Fn(&Path), expected: impl Fn(&Path) -> FolderError) {
        let (_outer, dir) = foreign();
        make(&dir);
        assert_eq!(Folder::open(&dir).unwrap().list(), Err(expected(&dir)));
    }
    let bad = |path: &str| FolderError::Path(BadPath { path: path.to_owned() });
    check(
        |dir| symlink("../../secret", dir.join("data/link")).unwrap(),
        |dir| FolderError::NotAFile { path: dir.join("data/link") },
    );
    check(|dir| fs::write(dir.join("data/.DS_Store"), "").unwrap(), |_| bad("data/.DS_Store"));
    check(|dir| fs::write(dir.join("a b"), "").unwrap(), |_| bad("a b"));
}

/// docs/spec/vectors/folder.json is for whoever writes another verifier: what may stand in a
/// bundle's folder.
#[test]
fn folders_of_the_specification() {
    let vectors = include_str!("../../../../../docs/spec/vectors/folder.json");
    let rows: Vec<serde_json::Value> = serde_json::from_str(vectors).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let (_outer, dir) = foreign();
        let text = |key: &str| row[key].as_str().unwrap();
        let path = dir.join(text("path"));
        match text("kind") {
            "file" => fs::write(path, "").unwrap(),
            "folder" => fs::create_dir_all(path).unwrap(),
            "link" => symlink(text("to"), path).unwrap(),
            "pipe" => rustix::fs::mkfifoat(CWD, path, rustix::fs::Mode::RUSR).unwrap(),
            other => panic!("{other} is no kind of row"),
        }
        assert_eq!(Folder::open(&dir).unwrap().list().is_ok(), row["lists"], "{row}");
    }
}

#[test]
fn a_folder_that_is_none_is_named() {
    let (outer, dir) = foreign();
    let missing = outer.path().join("none");
    assert_eq!(Folder::open(&missing).unwrap_err(), FolderError::Missing { path: missing });
    let path = dir.join("data/a.json");
    let kind = io::ErrorKind::NotADirectory;
    assert_eq!(Folder::open(&path).unwrap_err(), FolderError::File { path, kind });
}
