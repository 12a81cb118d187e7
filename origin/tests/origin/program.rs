//! How the program begins and ends.

use std::io::Write;
use std::net::TcpListener;
use std::process::Output;

use crate::client::{Origin, command};

/// Runs it to its end, which is near, and gives back its status and its words.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command().args(arguments).output().unwrap();
    assert_eq!(stdout, b"");
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_missing_folder_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none");
    let missing = missing.to_str().unwrap();
    let line = format!("countersign-origin: {missing}: expected a folder to serve, found none\n");
    assert_eq!(run(&[missing]), (Some(2), line));
}

#[test]
fn a_taken_address_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = format!("countersign-origin: {address}: cannot listen: address in use\n");
    let arguments = [folder.path().to_str().unwrap(), "--listen", &address];
    assert_eq!(run(&arguments), (Some(2), line));
}

#[test]
fn it_ends_with_its_parent() {
    let mut origin = Origin::start();
    origin.put("a", b"a");
    origin.child.stdin.as_mut().unwrap().write_all(b"what a parent says is not heard").unwrap();
    assert_eq!(origin.get("/a").status, 200);
    drop(origin.child.stdin.take());
    assert_eq!(origin.child.wait().unwrap().code(), Some(0));
}
