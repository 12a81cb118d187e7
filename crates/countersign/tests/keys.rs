//! From the envelope to the public site: people get keys, lose them and sign with them, each on a
//! device of their own.
#![cfg(test)]

#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use record::{Digest, note::Note};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    program::{Ended, countersign, countersign_reading, election},
    server::Server,
};

/// A live election of a small town with registrars and codes, and everybody's devices: for each
/// person a file in one folder.
struct Town {
    folder: TempDir,
    server: Option<Server>,
    url: String,
}

/// The small town, with registrars and codes.
fn write_election(folder: &Path) {
    let tiny = fs::read_to_string(election("tiny").join("election.json")).unwrap();
    let mut head: Value = serde_json::from_str(&tiny).unwrap();
    head["signatures"]["registrars"] = json!(2);
    head["signatures"]["codes"] = json!(true);
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("election.json"), head.to_string()).unwrap();
    fs::copy(election("tiny").join("units.csv"), folder.join("units.csv")).unwrap();
}

impl Town {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut town = Self { folder, server: None, url: String::new() };
        write_election(&town.at("election"));
        let officers = ["jansen", "de-vries", "bakker"].map(|name| {
            let vkey = town.make_key(name);
            format!("{name} {vkey}")
        });
        fs::write(town.at("officers.txt"), format!("# who\n\n{}", officers.concat())).unwrap();
        town.done("init DIR/log --election DIR/election --live --officers DIR/officers.txt");
        town.start();
        town
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a line of arguments, in which `DIR` is the folder and `URL` the server.
    fn run(&self, line: &str, input: &str) -> Ended {
        let dir = self.folder.path().to_str().unwrap();
        let argument = |word: &str| word.replace("DIR", dir).replace("URL", &self.url);
        let arguments: Vec<String> = line.split_whitespace().map(argument).collect();
        countersign_reading(input, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[track_caller]
    fn done(&self, line: &str) -> String {
        let ended = self.run(line, "");
        assert_eq!(ended.status, 0, "{line}: {}", ended.err);
        ended.out
    }

    /// What cannot be done: the line on standard error.
    #[track_caller]
    fn refused(&self, line: &str, input: &str, status: i32, expected: &str) {
        let ended = self.run(line, input);
        let said = ended.err.replace(self.folder.path().to_str().unwrap(), "DIR");
        let said = said.lines().last().unwrap_or_default().replace(&self.url, "URL");
        assert!(
            said.contains(expected) && ended.status == status,
            "{line}: {said} {}",
            ended.status
        );
    }

    fn start(&mut self) {
        let mut server = Server::start(&self.at("log"), Stdio::inherit());
        self.url = server.url();
        server.until_published();
        self.server = Some(server);
    }

    /// Stops and starts again: what came in is published then.
    fn restart(&mut self) {
        assert!(self.server.take().unwrap().stop().success());
        self.start();
    }

    fn make_key(&self, name: &str) -> String {
        self.done(&format!("keys new DIR/{name}.key --name {name}"))
    }

    /// Several people sign a paper, one after the other, and it is handed in.
    fn hand_in(&self, paper: &str, signers: &[&str]) -> Ended {
        for name in signers {
            self.done(&format!("sign DIR/{paper} --key DIR/{name}.key"));
        }
        self.run(&format!("send DIR/{paper} --server URL"), "")
    }

    #[track_caller]
    fn taken(&self, paper: &str, signers: &[&str]) {
        let ended = self.hand_in(paper, signers);
        assert_eq!(ended.status, 0, "{}", ended.err);
    }

    /// Makes codes for people, and the registrars sign the list of commitments.
    fn invite(&self, name: &str, people: &str, by: &[&str]) {
        fs::write(self.at(&format!("{name}.csv")), people).unwrap();
        self.done(&format!("keys codes DIR/{name}.csv --server URL --out DIR/{name}"));
        self.taken(&format!("{name}/invite.txt"), by);
    }

    /// The code on a person's sheet, as it is printed.
    fn code(&self, name: &str, person: &str) -> String {
        let sheets = fs::read_to_string(self.at(&format!("{name}/envelopes.html"))).unwrap();
        let (_, sheet) = sheets.split_once(&format!("<bdi>{person}</bdi>")).unwrap();
        let (_, code) = sheet.split_once("<p class=\"code\">").unwrap();
        code.split_once('<').unwrap().0.to_owned()
    }

    /// A person with a new device types their code.
    fn ask(&self, device: &str, person: &str, unit: &str, code: &str) {
        self.make_key(device);
        let line = format!(
            "keys request --key DIR/{device}.key --person {person} --unit {unit} --server URL --out DIR/{device}.json"
        );
        let ended = self.run(&line, &format!("{code}\n"));
        assert_eq!(ended.status, 0, "{}", ended.err);
    }

    fn enrol(&self, name: &str, devices: &[&str], by: &[&str]) {
        let requests = devices.iter().map(|device| format!("DIR/{device}.json"));
        let requests = requests.collect::<Vec<_>>().join(" ");
        self.done(&format!(
            "keys enrol {requests} --codes DIR/{name}/codes.json --out DIR/{name}.enrol"
        ));
        self.taken(&format!("{name}.enrol"), by);
    }

    fn definition(&self) -> Digest {
        let log = fs::read(self.at("log/policy.txt")).unwrap();
        let policy = String::from_utf8(log).unwrap();
        let line = policy.lines().find_map(|line| line.strip_prefix("#definition ")).unwrap();
        line.trim().parse().unwrap()
    }

    /// A paper of a station, as an app would write it.
    fn write_turnout(&self, paper: &str, admitted: u32) {
        let (definition, salt) = (self.definition(), Digest::of(paper.as_bytes()));
        let line = json!({"admitted": admitted, "channel": "app", "definition": definition,
            "made": 1_700_000_000, "salt": salt, "seq": 1, "unit": "9999::SB1"});
        fs::write(self.at(paper), format!("countersign/turnout/v1\n{line}\n")).unwrap();
    }

    /// What the public can read of keys, without the names of ids.
    fn history(&self) -> Vec<String> {
        let told = self.done("keys history DIR/log/bundle --unit 9999::SB1");
        let rows = told.lines().skip(1).take_while(|line| !line.starts_with("keys of the areas"));
        rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }
}

const OFFICERS: [&str; 2] = ["jansen", "bakker"];
const REGISTRARS: [&str; 2] = ["west", "oost"];

/// Registrars for the part of town, and two members of one of its stations.
fn with_members() -> Town {
    let town = Town::new();
    let people = "unit,person,role\n9999-noord,west,registrar\n9999-noord,oost,registrar\n";
    town.invite("registrars", people, &OFFICERS);
    for name in REGISTRARS {
        town.ask(name, name, "9999-noord", &town.code("registrars", name));
    }
    town.enrol("registrars", &REGISTRARS, &OFFICERS);
    town.invite("members", "person,unit\nSB1/1,9999::SB1\nSB1/2,9999::SB1\n", &REGISTRARS);
    town.ask("phone1", "SB1/1", "9999::SB1", &town.code("members", "SB1/1").to_lowercase());
    town.ask("phone2", "SB1/2", "9999::SB1", &town.code("members", "SB1/2").replace('-', " "));
    town.enrol("members", &["phone1", "phone2"], &REGISTRARS);
    town
}

#[test]
fn from_the_envelope_to_the_public_site() {
    let mut town = with_members();
    town.write_turnout("noon", 412);
    town.taken("noon", &["phone1", "phone2"]);
    // A lost phone: its key goes, and a new code comes.
    town.done("keys revoke DIR/members.enrol --person SB1/1 --reason lost --out DIR/lost");
    town.taken("lost", &REGISTRARS);
    town.write_turnout("later", 500);
    let late = town.hand_in("later", &["phone1", "phone2"]);
    assert!(late.err.contains("401 revoked_key") && late.status == 1, "{}", late.err);
    town.invite("again", "unit,person\n9999::SB1,SB1/1\n", &REGISTRARS);
    town.ask("phone3", "SB1/1", "9999::SB1", &town.code("again", "SB1/1"));
    town.enrol("again", &["phone3"], &REGISTRARS);
    town.write_turnout("evening", 700);
    town.taken("evening", &["phone3", "phone2"]);
    // The committee vouches for what it has in its hands.
    let papers = ["members/invite.txt", "members.enrol", "noon", "lost", "again/invite.txt"];
    let papers = papers.map(|paper| format!("DIR/{paper}")).join(" ");
    town.done(&format!(
        "attest {papers} --unit 9999::SB1 --first 3 --last 7 --server URL --out DIR/vouch"
    ));
    town.taken("vouch", &["phone3", "phone2"]);
    town.restart();
    let told = town.history();
    assert_eq!(told.len(), 7, "{told:?}");
    for (row, begins) in told.iter().zip([
        "3 invite 9999::SB1 SB1/1",
        "3 invite 9999::SB1 SB1/2",
        "4 enrol 9999::SB1 SB1/1 member phone1+",
        "4 enrol 9999::SB1 SB1/2 member phone2+",
        "6 revoke 9999::SB1 SB1/1 member phone1+",
        "7 invite 9999::SB1 SB1/1",
        "8 enrol 9999::SB1 SB1/1 member phone3+",
    ]) {
        assert!(row.starts_with(begins), "{row}");
    }
    let verified = town.done("verify DIR/log/bundle --policy DIR/log/policy.txt --render --json");
    let verdict: Value = serde_json::from_str(&verified).unwrap();
    let count = |what: &str| {
        let checked = verdict["checked"].as_array().unwrap();
        checked.iter().find(|item| item["what"] == what).unwrap()["count"].clone()
    };
    assert_eq!(
        (&verdict["holds"], count("attests"), count("keys")),
        (&json!(true), 1.into(), 8.into())
    );
}

/// Whoever holds a paper but not the code, or the code of another, comes to nothing.
#[test]
fn who_has_no_code_gets_no_key() {
    let town = with_members();
    town.invite("later", "unit,person\n9999::SB2,SB2/1\n", &REGISTRARS);
    let (right, wrong) = (town.code("later", "SB2/1"), town.code("members", "SB1/1"));
    let ask = |person: &str| {
        format!(
            "keys request --key DIR/x.key --person {person} --unit 9999::SB2 --server URL --out DIR/x.json"
        )
    };
    town.make_key("x");
    town.refused(&ask("SB2/1"), "8QW2\n", 2, "a code has 16 letters and digits, found 4");
    let mistyped = if right.starts_with('0') {
        right.replacen('0', "1", 1)
    } else {
        format!("0{}", right.get(1..).unwrap())
    };
    town.refused(&ask("SB2/1"), &mistyped, 2, "the code was mistyped");
    town.refused(&ask("SB2/1").replace("SB2 ", "SB9 "), &right, 2, "\"9999::SB9\" is no unit");
    let enrol = "keys enrol DIR/x.json --codes DIR/later/codes.json --out DIR/x.enrol";
    assert_eq!(town.run(&ask("SB2/1"), &wrong).status, 0);
    town.refused(
        enrol,
        "",
        2,
        "x.json: SB2/1 at 9999::SB2 does not know the code, or another asks",
    );
    fs::remove_file(town.at("x.json")).unwrap();
    assert_eq!(town.run(&ask("SB2/2"), &right).status, 0);
    town.refused(enrol, "", 2, "x.json: there is no code for SB2/2 at 9999::SB2");
    fs::remove_file(town.at("x.json")).unwrap();
    // Somebody puts a key of their own into a request on its way.
    assert_eq!(town.run(&ask("SB2/1"), &right).status, 0);
    let stolen = town.done("keys new DIR/thief.key --name x");
    let mut request: Value =
        serde_json::from_str(&fs::read_to_string(town.at("x.json")).unwrap()).unwrap();
    let own = std::mem::replace(&mut request["vkey"], stolen.trim().into());
    fs::write(town.at("x.json"), request.to_string()).unwrap();
    town.refused(enrol, "", 2, "does not know the code, or another asks");
    request["vkey"] = own;
    fs::write(town.at("x.json"), request.to_string()).unwrap();
    let twice = enrol.replace("DIR/x.json", "DIR/x.json DIR/x.json");
    town.refused(&twice, "", 2, "x.json: SB2/1 at 9999::SB2 asks in another file too");
    town.done(enrol);
    // One registrar is not two, members are none, and officers of the whole election may.
    let one = town.hand_in("x.enrol", &["west"]);
    assert!(one.err.contains("401 too_few_signers"), "{}", one.err);
    town.taken("x.enrol", &["oost"]);
    town.refused(enrol, "", 2, "x.enrol: expected no file of this name, found one");
    town.done("keys enrol DIR/x.json --codes DIR/later/codes.json --out DIR/y.enrol");
    let again = town.hand_in("y.enrol", &OFFICERS);
    assert!(again.err.contains("422 bad_key"), "{}", again.err);
}

/// An officer's device is lost too: the key stands in the definition.
#[test]
fn an_officers_key_goes_by_the_definition() {
    let town = Town::new();
    let fetched =
        http::client::Fetcher::default().fetch(&format!("{}/v1/definition", town.url), 1 << 20);
    fs::write(town.at("definition"), fetched.unwrap()).unwrap();
    let revoke = "keys revoke DIR/definition --person de-vries --reason lost --out DIR/gone";
    town.done(revoke);
    town.taken("gone", &OFFICERS);
    town.refused(
        &revoke.replace("de-vries", "nobody").replace("gone", "x"),
        "",
        2,
        "enrols no key of nobody",
    );
    fs::write(town.at("codes.csv"), "unit,person\n9999,x\n").unwrap();
    town.done("keys codes DIR/codes.csv --server URL --out DIR/c");
    let late = town.hand_in("c/invite.txt", &["jansen", "de-vries"]);
    assert!(late.err.contains("401 revoked_key"), "{}", late.err);
}

#[test]
fn a_paper_is_shown_before_it_is_signed() {
    let town = with_members();
    let shown = town.done("sign DIR/members.enrol");
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with("enrol the key \"phone1+"), "{shown}");
    let ends = " of \"SB1/1\" for \"9999::SB1\", with a one-time code";
    assert!(lines[0].ends_with(ends), "{shown}");
    assert!(town.definition().to_string().starts_with(lines[2].rsplit(' ').next().unwrap()));
    assert_eq!(lines[3], "signed by: west, oost");
    // Nobody's name draws a line of its own, or hides one.
    fs::write(town.at("odd.csv"), "unit,person\n9999::SB3,\"x\nrelease \u{202e}y\"\n").unwrap();
    town.done("keys codes DIR/odd.csv --server URL --out DIR/odd");
    let odd = town.done("sign DIR/odd/invite.txt");
    assert!(odd.starts_with("a one-time code for \"x\\nrelease \\u{202e}y\" at"), "{odd}");
    assert_eq!(
        town.done("sign DIR/registrars/invite.txt").lines().next(),
        Some("a one-time code for \"west\" at \"9999-noord\"")
    );
    town.refused("sign DIR/members.enrol --key DIR/west.key", "", 2, "west has signed it already");
    fs::write(town.at("note"), "hello\n").unwrap();
    town.refused(
        "sign DIR/note --key DIR/west.key",
        "",
        2,
        "DIR/note: line 1: expected a type line",
    );
    assert_eq!(fs::read_to_string(town.at("note")).unwrap(), "hello\n");
    town.refused("sign DIR/members.enrol --key DIR/note", "", 2, "expected a secret with mode 600");
    fs::set_permissions(town.at("note"), fs::Permissions::from_mode(0o600)).unwrap();
    town.refused("sign DIR/members.enrol --key DIR/note", "", 2, "expected a private key");
    town.refused("keys new DIR/west.key --name west", "", 2, "west.key");
    town.refused(
        "keys revoke DIR/members.enrol --person SB1/7 --reason x --out DIR/z",
        "",
        2,
        "enrols no key of SB1/7",
    );
    let noted = fs::read(town.at("members.enrol")).unwrap();
    assert_eq!(Note::parse(&noted, 1 << 20).unwrap().signatures().len(), 2);
}

/// A name from a bundle is shown as what it is, and nothing more.
#[test]
fn a_history_draws_no_lines_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("data/keys")).unwrap();
    let rows = "position,action,unit,person,role,key,reason\n1,invite,A,\"x\n2 revoke\",,\"\",\"\u{1b}[2K\u{202e}\"\n";
    fs::write(folder.path().join("data/keys/history.csv"), rows).unwrap();
    let bundle = folder.path().to_str().unwrap();
    let told = countersign(&["keys", "history", bundle, "--unit", "A"]);
    let lines: Vec<&str> = told.out.lines().collect();
    assert_eq!((told.status, lines.len()), (0, 4), "{}", told.out);
    assert!(
        lines[1].contains("x\\n2 revoke") && lines[1].ends_with("\\u{1b}[2K\\u{202e}"),
        "{}",
        told.out
    );
    assert!(lines[2].starts_with("keys of the areas around it"), "{}", told.out);
}

/// Codes and keys are for their owners alone, and no message repeats them.
#[test]
fn secrets_stay_where_they_are() {
    let town = with_members();
    for secret in ["west.key", "members/codes.json", "members/envelopes.html"] {
        let mode = fs::metadata(town.at(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{secret} {mode:o}");
    }
    let codes: Value =
        serde_json::from_slice(&fs::read(town.at("members/codes.json")).unwrap()).unwrap();
    let secret = |path: &Path| String::from_utf8(fs::read(path).unwrap()).unwrap();
    for given in codes["codes"].as_array().unwrap() {
        let code = given["code"].as_str().unwrap();
        assert!(!secret(&town.at("members/invite.txt")).contains(code));
        assert!(!secret(&town.at("phone1.json")).contains(code));
    }
    let keys: Vec<_> =
        fs::read_dir(town.at("log/keys")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(keys.len(), 2, "a live server has no officer's key: {keys:?}");
    // A list that names nobody, or nowhere.
    for (people, why) in [
        ("person\nx\n", "expected the columns unit and person"),
        ("unit,person\nX,x\n", "line 2: \"X\" is no unit of this election"),
        ("unit,person\n9999, \n", "line 2: expected a person, found none"),
        ("unit,person\n9999,x\n9999,x\n", "line 3: x at 9999 stands twice"),
        (
            "unit,person,role\n9999,x,king\n",
            "line 2: expected member or registrar as the role, found \"king\"",
        ),
    ] {
        fs::write(town.at("people.csv"), people).unwrap();
        let line = "keys codes DIR/people.csv --server URL --out DIR/none";
        town.refused(line, "", 2, why);
    }
    assert!(!town.at("none").exists());
}

/// A recorded night of an election that asks for codes: its invented people have invented ones.
#[test]
fn a_rehearsal_makes_its_own_codes() {
    let folder = tempfile::tempdir().unwrap();
    let (town, data) = (folder.path().join("town"), folder.path().join("data"));
    write_election(&town);
    fs::create_dir(town.join("night")).unwrap();
    for file in fs::read_dir(election("tiny").join("night")).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), town.join("night").join(file.file_name())).unwrap();
    }
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let played = countersign(&[
        "demo".to_owned(),
        path(&town),
        "--exit".to_owned(),
        "--data".to_owned(),
        path(&data),
    ]);
    assert_eq!(played.status, 0, "{}", played.err);
    let bundle = path(&data.join("bundle"));
    let verified = countersign(&["verify", &bundle, "--policy", &path(&data.join("policy.txt"))]);
    assert_eq!(verified.status, 0, "{}", verified.out);
    let history = fs::read_to_string(data.join("bundle/data/keys/history.csv")).unwrap();
    let count = |what: &str| history.lines().filter(|line| line.contains(what)).count();
    assert_eq!((count(",invite,"), count(",enrol,")), (16, 19), "{history}");
}

#[test]
fn a_live_log_knows_its_officers_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let tiny = election("tiny");
    let init = |officers: &str| {
        fs::write(folder.path().join("officers"), officers).unwrap();
        let officers = format!("{dir}/officers");
        let log = format!("{dir}/log");
        let arguments =
            ["init", &log, "--election", tiny.to_str().unwrap(), "--live", "--officers", &officers];
        let ended = countersign(&arguments);
        (ended.status, ended.err.replace(dir, "DIR"))
    };
    for (officers, why) in [
        ("jansen\n", "DIR/officers: line 1: expected PERSON VKEY"),
        ("# x\njansen hello\n", "DIR/officers: line 2: "),
        ("", "2 officers sign, the definition names 0"),
    ] {
        let (status, said) = init(officers);
        assert!(said.contains(why) && status == 2, "{said} {status}");
        assert!(!folder.path().join("log").exists());
    }
    let key = countersign(&["keys", "new", &format!("{dir}/one"), "--name", "one"]).out;
    let (status, said) = init(&format!("one {key}two {key}"));
    assert!(said.contains("officer two: person or key stands twice") && status == 2, "{said}");
}
