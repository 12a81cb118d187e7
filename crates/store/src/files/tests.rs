//! Single files on a real disk.

use super::*;
use std::os::unix::fs::PermissionsExt;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    (folder, path)
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_replaced_as_a_whole_and_leaves_nothing_behind() {
    let (folder, path) = folder();
    fs::write(folder.path().join("key.draft"), "what a crash left").unwrap();
    write(&path, b"one").unwrap();
    write(&path, "één".as_bytes()).unwrap();
    assert_eq!(read_text(&path), Ok("één".to_owned()));
    assert_eq!(names(&folder), ["key"]);
}

#[test]
fn an_error_names_the_file() {
    let (folder, path) = folder();
    let missing = FileError::Missing { path: path.clone() };
    assert_eq!(read(&path), Err(missing.clone()));
    assert_eq!(read_text(&path), Err(missing.clone()));
    assert_eq!(read_secret(&path), Err(missing.clone()));
    assert_eq!(missing.to_string(), format!("{}: there is no such file", path.display()));
    write(&path, b"abc\xff").unwrap();
    assert_eq!(read_text(&path), Err(FileError::NotText { path, valid: 3 }));
    let kind = io::ErrorKind::IsADirectory;
    let path = folder.path().to_owned();
    assert_eq!(read(&path), Err(FileError::File { path, kind }));
}

#[test]
fn a_secret_is_written_once_and_for_its_owner_alone() {
    let (folder, path) = folder();
    fs::write(folder.path().join("key.draft"), "what a crash left, readable by all").unwrap();
    write_secret(&path, b"secret").unwrap();
    assert_eq!(read_secret(&path), Ok(b"secret".to_vec()));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let again = write_secret(&path, b"other");
    assert_eq!(again, Err(FileError::Exists { path: path.clone() }));
    assert_eq!(read_secret(&path), Ok(b"secret".to_vec()));
    assert_eq!(names(&folder), ["key"]);
}

#[test]
fn a_secret_that_others_could_read_or_change_is_refused() {
    #[track_caller]
    fn check(mode: u32, expected: Result<(), u32>) {
        let (_folder, path) = folder();
        write_secret(&path, b"secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let expected = expected.map_err(|found| FileError::NotSecret { path: path.clone(), found });
        assert_eq!(read_secret(&path).map(drop), expected);
    }
    check(0o600, Ok(()));
    check(0o400, Ok(()));
    check(0o640, Err(0o640));
    check(0o604, Err(0o604));
    check(0o620, Err(0o620));
    check(0o601, Err(0o601));
}

#[test]
fn a_file_grows_at_its_end() {
    let (_folder, path) = folder();
    Appender::open(&path).unwrap().append(b"one").unwrap();
    Appender::open(&path).unwrap().append(b"two").unwrap();
    assert_eq!(read_text(&path), Ok("onetwo".to_owned()));
}

#[test]
fn a_folder_goes_with_all_that_is_in_it() {
    let (folder, path) = folder();
    create_dir(&path.join("inside")).unwrap();
    write(&path.join("inside/file"), b"bytes").unwrap();
    assert_eq!(remove_dir(&path), Ok(()));
    assert!(names(&folder).is_empty());
    assert_eq!(remove_dir(&path), Ok(()));
}
