//! Every way to tamper with a published night, against `countersign verify`.
#![cfg(test)]

#[path = "common/dice.rs"]
mod dice;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "../../../tests/skipped.rs"]
mod skipped;

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    dice::Dice,
    program::{Ended, countersign, election},
    server::Server,
};

/// A published night of the tiny election.
struct Night(TempDir);

impl Night {
    fn publish(options: &[&str]) -> Night {
        let folder = tempfile::tempdir().unwrap();
        let tiny = election("tiny");
        let mut arguments: Vec<&OsStr> = vec!["demo".as_ref(), tiny.as_os_str(), "--exit".as_ref()];
        arguments.extend(["--data".as_ref(), folder.path().as_os_str()]);
        arguments.extend(options.iter().map(OsStr::new));
        let ended = countersign(&arguments);
        assert_eq!(ended.status, 0, "{}", ended.err);
        Night(folder)
    }

    fn bundle(&self) -> PathBuf {
        self.0.path().join("bundle")
    }

    fn policy(&self) -> PathBuf {
        self.0.path().join("policy.txt")
    }

    /// Verifies a place against this night's policy.
    fn verify(&self, place: &OsStr) -> Verdict {
        let policy = self.policy();
        Verdict::read(&countersign(&[
            "verify".as_ref(),
            place,
            "--json".as_ref(),
            "--policy".as_ref(),
            policy.as_os_str(),
        ]))
    }

    /// The bundle's files, by their paths in it.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(&self.bundle(), "", &mut files);
        files.sort();
        files
    }
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            list(&entry.path(), &format!("{path}/"), files);
        } else {
            files.push(path);
        }
    }
}

/// What `verify --json` says.
#[derive(Debug, PartialEq)]
struct Verdict {
    status: i32,
    json: Value,
}

impl Verdict {
    fn read(ended: &Ended) -> Verdict {
        let mut json: Value = serde_json::from_str(&ended.out).unwrap();
        // The only thing that two runs do not share.
        json.as_object_mut().unwrap().remove("seconds");
        Verdict { status: ended.status, json }
    }

    #[track_caller]
    fn check_holds(&self) {
        let empty = Value::Array(Vec::new());
        assert_eq!((self.status, &self.json["holds"]), (0, &true.into()), "{:#}", self.json);
        assert_eq!((&self.json["origin"], &self.json["failed"]), (&"pinned".into(), &empty));
    }

    /// It does not hold, and a failure names this file.
    #[track_caller]
    fn check_names(&self, file: &str, what: &str) {
        let failed = self.json["failed"].as_array().unwrap();
        assert_eq!((self.status, &self.json["holds"]), (1, &false.into()), "{file}: {what}");
        // head.json holds little but the hash of the snapshot: with another one in it, the snapshot
        // is no longer what it names.
        let named = |failed: &Value| {
            let found = failed["file"].as_str().unwrap();
            found == file || (file == "head.json" && found.starts_with("snapshot/"))
        };
        assert!(failed.iter().any(named), "{file}: {what}: {:#}", self.json);
    }
}

#[test]
fn a_night_holds_with_its_policy_and_without_it_nothing_is_known() {
    let night = Night::publish(&[]);
    let (bundle, policy) = (night.bundle(), night.policy());
    night.verify(bundle.as_os_str()).check_holds();
    let drawn = ["verify".as_ref(), bundle.as_os_str(), "--render".as_ref()];
    let drawn = countersign(&[&drawn[..], &["--policy".as_ref(), policy.as_os_str()]].concat());
    assert_eq!(drawn.status, 0, "{}", drawn.out);
    assert!(drawn.out.contains("pages drawn again"), "{}", drawn.out);
    let alone = countersign(&["verify".as_ref(), bundle.as_os_str()]);
    assert_eq!(alone.status, 3);
    assert!(alone.out.contains("CONSISTENT IN ITSELF, ORIGIN UNPROVEN"), "{}", alone.out);
}

#[test]
fn whatever_is_done_to_a_file_is_found_and_the_file_named() {
    let night = Night::publish(&[]);
    let mut dice = Dice::new(20_260_318);
    for path in night.files() {
        let file = night.bundle().join(&path);
        let whole = fs::read(&file).unwrap();
        // The page that says which files there are is itself found by its hash in head.json.
        let check = |bytes: Option<&[u8]>, what: &str| {
            match bytes {
                Some(bytes) => fs::write(&file, bytes).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            night.verify(night.bundle().as_os_str()).check_names(&path, what);
        };
        for at in [0, whole.len() - 1, usize_below(&mut dice, whole.len())] {
            let mut flipped = whole.clone();
            let bit = 1_u8 << dice.below(8);
            flipped[at] ^= bit;
            check(Some(&flipped), &format!("byte {at}, bit {bit:#04x}"));
        }
        check(Some(&whole[..usize_below(&mut dice, whole.len())]), "cut short");
        check(Some(&[&whole[..], b"\n"].concat()), "one line more");
        check(None, "gone");
        fs::write(&file, whole).unwrap();
    }
    night.verify(night.bundle().as_os_str()).check_holds();
}

fn usize_below(dice: &mut Dice, limit: usize) -> usize {
    usize::try_from(dice.below(u64::try_from(limit).unwrap())).unwrap()
}

#[test]
fn a_file_that_nobody_signed_for_is_found() {
    let night = Night::publish(&[]);
    for path in ["more.html", "data/more.json", "pack/more"] {
        let file = night.bundle().join(path);
        fs::write(&file, "{}").unwrap();
        night.verify(night.bundle().as_os_str()).check_names(path, "added");
        fs::remove_file(&file).unwrap();
    }
    // What no bundle may hold has no path that could be listed; the folder as a whole is at fault.
    let hidden = night.bundle().join("data/.more.json");
    fs::write(&hidden, "{}").unwrap();
    night.verify(night.bundle().as_os_str()).check_names(".", "hidden");
    fs::remove_file(&hidden).unwrap();
    std::os::unix::fs::symlink("tally.json", night.bundle().join("data/more.json")).unwrap();
    night.verify(night.bundle().as_os_str()).check_names(".", "a link");
}

#[test]
fn a_night_forged_whole_with_other_keys_is_another_night() {
    let (night, forged) = (Night::publish(&[]), Night::publish(&[]));
    forged.verify(forged.bundle().as_os_str()).check_holds();
    let verdict = night.verify(forged.bundle().as_os_str());
    assert_eq!((verdict.status, &verdict.json["holds"]), (1, &false.into()));
    // One file of the other night in this one. Those with figures only may be the same.
    for path in ["checkpoint", "head.json", "index.html"] {
        let (here, there) = (night.bundle().join(path), forged.bundle().join(path));
        let (own, other) = (fs::read(&here).unwrap(), fs::read(there).unwrap());
        fs::write(&here, &other).unwrap();
        let verdict = night.verify(night.bundle().as_os_str());
        assert_eq!(verdict.json["holds"], own == other, "{path}");
        fs::write(here, own).unwrap();
    }
    night.verify(night.bundle().as_os_str()).check_holds();
}

#[test]
fn before_the_release_the_public_side_holds_no_figure_of_the_returns() {
    let (held, released) = (Night::publish(&["--hold"]), Night::publish(&[]));
    let verdict = held.verify(held.bundle().as_os_str());
    verdict.check_holds();
    assert!(!verdict.json["withheld"].as_array().unwrap().is_empty(), "{:#}", verdict.json);
    let totals = totals(&released);
    assert!(totals.len() > 10, "{totals:?}");
    for total in &totals {
        // The other night shows that a figure would be found.
        assert!(files_with(&released, total).count() > 0, "{total}");
        let leaks: Vec<String> = files_with(&held, total).collect();
        assert_eq!(leaks, <[&str; 0]>::default(), "{total}");
    }
}

/// Every sum of votes over 100 in the tally, but for the numbers that the definition itself holds,
/// such as the code of rule W.205.
fn totals(night: &Night) -> Vec<String> {
    let tally = fs::read(night.bundle().join("data/tally.json")).unwrap();
    let file: Value = serde_json::from_slice(&tally).unwrap();
    let tally = &file["tally"];
    let areas = tally["areas"].as_object().unwrap().values();
    let sums = std::iter::once(&tally["tallies"]).chain(areas);
    let votes = sums.filter_map(|sums| sums["votes"].as_object()).flat_map(|sums| sums.values());
    let mut totals: Vec<String> =
        votes.filter_map(Value::as_u64).filter(|sum| *sum > 100).map(|n| n.to_string()).collect();
    let definition = fs::read_to_string(election("tiny").join("election.json")).unwrap();
    totals.retain(|total| !words(&definition).any(|word| word == total));
    totals.sort();
    totals.dedup();
    totals
}

/// What stands between blanks and punctuation; a hash, a signature or a name is one word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !"+/=_-".contains(c))
}

/// The files that hold this number.
fn files_with<'a>(night: &'a Night, number: &'a str) -> impl Iterator<Item = String> + 'a {
    night.files().into_iter().filter(move |path| {
        let bytes = fs::read(night.bundle().join(path)).unwrap();
        words(&String::from_utf8_lossy(&bytes)).any(|word| word == number)
    })
}

#[test]
fn an_address_gets_the_same_verdict_as_the_folder() {
    let night = Night::publish(&[]);
    let folder = night.verify(night.bundle().as_os_str());
    folder.check_holds();
    let bundle = night.bundle();
    let url = serve(move |_, _| bundle.clone());
    assert_eq!(night.verify(url.as_ref()), folder);
    if let Some(mut origin) = start_origin(&night.bundle()) {
        let mut line = String::new();
        BufReader::new(origin.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit_once(' ').unwrap().1.to_owned();
        assert_eq!(night.verify(url.as_ref()), folder);
        origin.kill().unwrap();
        origin.wait().unwrap();
    }
    let pack = night.files().into_iter().find(|path| path.starts_with("pack/")).unwrap();
    fs::remove_file(night.bundle().join(&pack)).unwrap();
    night.verify(url.as_ref()).check_names(&pack, "gone");
}

/// An edition comes out while the one before it is read, as all night long.
#[test]
fn a_bundle_that_is_published_anew_is_read_again() {
    let night = Night::publish(&[]);
    let first = tempfile::tempdir().unwrap();
    copy(&night.bundle(), first.path());
    // A server that starts publishes an edition.
    let mut server = Server::start(night.0.path(), Stdio::inherit());
    server.url();
    server.until_published();
    assert!(server.stop().success());
    let editions = [first.path().to_owned(), night.bundle()];
    let turn = |after: usize| {
        let editions = editions.clone();
        serve(move |request, _| editions[usize::from(request >= after)].clone())
    };
    night.verify(turn(9).as_ref()).check_holds();
    night.verify(turn(60).as_ref()).check_holds();
    // Where there is never an end to it, it could not be checked; nothing is wrong with the files.
    let heads = AtomicUsize::new(0);
    let restless = serve(move |_, path| {
        let before = heads.fetch_add(usize::from(path == "head.json"), Ordering::SeqCst);
        editions[before / 3 % 2].clone()
    });
    let policy = night.policy();
    let ended = countersign(&[
        "verify".as_ref(),
        restless.as_ref(),
        "--policy".as_ref(),
        policy.as_os_str(),
    ]);
    assert_eq!(ended.status, 3, "{}", ended.out);
    assert!(ended.err.contains("expected one edition while it was read"), "{}", ended.err);
}

/// The public side's program dies; whoever had its address finds the site there again.
#[test]
fn a_public_site_that_ends_is_started_again() {
    let night = Night::publish(&[]);
    if origin_program().is_none() {
        return;
    }
    let mut server = Server::with(night.0.path(), Stdio::null(), &[]);
    server.url();
    let site = server.site();
    for _ in 0..2 {
        let pid = server.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        let children: Vec<i32> =
            children.split_whitespace().map(|pid| pid.parse().unwrap()).collect();
        let [origin] = children[..] else { panic!("{children:?}") };
        kill_process(Pid::from_raw(origin).unwrap(), Signal::KILL).unwrap();
        assert_eq!(server.site(), site);
        night.verify(site.as_ref()).check_holds();
    }
    assert!(server.stop().success());
}

fn copy(from: &Path, to: &Path) {
    let mut files = Vec::new();
    list(from, "", &mut files);
    for file in files {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// The public side's own server; it is another package, which may not be built.
fn origin_program() -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_BIN_EXE_countersign")).with_file_name("countersign-origin");
    if !program.exists() {
        skipped::say("countersign-origin: it is not built");
        return None;
    }
    Some(program)
}

fn start_origin(bundle: &Path) -> Option<std::process::Child> {
    let mut command = Command::new(origin_program()?);
    command.arg(bundle).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    Some(command.spawn().unwrap())
}

/// Any static host: a thread that gives away the files of a folder, until the test ends. Which
/// folder may depend on how many requests came before, and on the file.
fn serve(folder: impl Fn(usize, &str) -> PathBuf + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (request, stream) in listener.incoming().enumerate() {
            answer(stream.unwrap(), |path| folder(request, path));
        }
    });
    url
}

fn answer(mut stream: TcpStream, folder: impl Fn(&str) -> PathBuf) {
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    request.read_line(&mut line).unwrap();
    // The headers end at an empty line; there is no body.
    let _headers: Vec<String> =
        request.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
    let path = line.split(' ').nth(1).unwrap().trim_start_matches('/');
    let (status, body) = match fs::read(folder(path).join(path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}
