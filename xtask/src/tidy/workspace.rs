//! The list is the architecture: what each crate may depend on.

use super::Complaints;
use crate::json::Json;

/// Packages that bring IO, time or chance; the pure crates get those as values.
const IMPURE: [&str; 7] = ["tokio", "rusqlite", "axum", "hyper", "ureq", "rand", "getrandom"];

/// The workspace's crates in the order of the root manifest's `members`.
pub(super) struct Workspace {
    members: Vec<Member>,
}

/// A crate and what it is built with; what only its tests use may come from anywhere.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    name: String,
    folder: String,
    uses: Vec<String>,
}

impl Workspace {
    /// The order comes from the manifest's text, the rest from `cargo metadata`, which sorts
    /// members by its own lights.
    ///
    /// # Errors
    /// When either does not have the shape expected.
    pub(super) fn read(manifest: &str, metadata: &Json) -> Result<Workspace, String> {
        let packages = metadata.list("packages").ok_or("metadata without packages")?;
        let root = metadata.text("workspace_root").ok_or("metadata without workspace_root")?;
        let known: Vec<Member> = packages
            .iter()
            .map(|package| member(package, root))
            .collect::<Option<_>>()
            .ok_or("a package without name or path")?;
        let mut ordered = Vec::new();
        for folder in member_folders(manifest) {
            let found = known.iter().find(|member| member.folder == folder).cloned();
            ordered.push(found.ok_or(format!("`cargo metadata` does not know {folder}"))?);
        }
        if ordered.len() != known.len() {
            return Err(format!("{} members listed, {} known", ordered.len(), known.len()));
        }
        Ok(Workspace { members: ordered })
    }

    /// Everything there is to say about who uses whom.
    pub(super) fn check(&self) -> Complaints {
        [
            self.order(),
            self.verify_stands_alone(),
            self.origin_stands_alone(),
            self.pure_dependencies(),
            self.xtask_is_plain(),
        ]
        .concat()
    }

    /// The folders of the pure crates: all that stand above the store.
    pub(super) fn pure(&self) -> Vec<&str> {
        self.above("crates/store")
    }

    /// The folders of the crates in which figures are exact: election to outcome.
    pub(super) fn exact(&self) -> Vec<&str> {
        self.above("crates/remarkable")
    }

    /// The folders of all crates.
    pub(super) fn folders(&self) -> Vec<&str> {
        self.members.iter().map(|member| member.folder.as_str()).collect()
    }

    fn above(&self, folder: &str) -> Vec<&str> {
        self.folders().into_iter().take_while(|other| *other != folder).collect()
    }

    fn order(&self) -> Complaints {
        let mut complaints = Vec::new();
        for (place, member) in self.members.iter().enumerate() {
            let below = self.members.iter().skip(place).map(|other| &other.name);
            for name in below.filter(|name| member.uses.contains(name)) {
                complaints.push(format!(
                    "{}: uses {name}, which does not stand above it in Cargo.toml",
                    member.folder
                ));
            }
        }
        complaints
    }

    /// A verifier that shared code with the desk would repeat the desk's mistakes.
    fn verify_stands_alone(&self) -> Complaints {
        let reached = self.reached("verify");
        let wrong =
            reached.iter().filter(|name| ["desk", "store", "http"].contains(&name.as_str()));
        wrong.map(|name| format!("crates/verify: reaches {name}, which it must not")).collect()
    }

    /// The public side links nothing that could open a pack.
    fn origin_stands_alone(&self) -> Complaints {
        let uses = self.member("countersign-origin").map_or(&[][..], |member| &member.uses);
        let wrong = uses.iter().filter(|name| self.member(name).is_some());
        wrong.map(|name| format!("origin: uses {name}, but must use no other crate")).collect()
    }

    fn pure_dependencies(&self) -> Complaints {
        let pure = self.pure();
        let members = self.members.iter().filter(|member| pure.contains(&member.folder.as_str()));
        let uses = members.flat_map(|member| member.uses.iter().map(|name| (&member.folder, name)));
        uses.filter(|(_, name)| IMPURE.contains(&name.as_str()))
            .map(|(folder, name)| format!("{folder}: is pure, but uses {name}"))
            .collect()
    }

    fn xtask_is_plain(&self) -> Complaints {
        let uses = self.member("xtask").map_or(&[][..], |member| &member.uses);
        uses.iter().map(|name| format!("xtask: uses {name}, but must use no crate")).collect()
    }

    fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The crates of the workspace that `name` uses, or that those use, and so on.
    fn reached(&self, name: &str) -> Vec<String> {
        let mut reached = vec![name.to_owned()];
        let mut next = 0;
        while let Some(name) = reached.get(next).cloned() {
            let uses = self.member(&name).map_or(&[][..], |member| &member.uses);
            let new: Vec<String> =
                uses.iter().filter(|name| !reached.contains(name)).cloned().collect();
            reached.extend(new);
            next += 1;
        }
        reached
    }
}

/// The strings of `members = [ … ]`, in order.
fn member_folders(manifest: &str) -> Vec<&str> {
    let list = manifest.split_once("\nmembers = [").and_then(|(_, rest)| rest.split_once(']'));
    let lines = list.map_or("", |(list, _)| list).lines();
    lines.filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect()
}

fn member(package: &Json, root: &str) -> Option<Member> {
    let folder = package.text("manifest_path")?.strip_suffix("/Cargo.toml")?;
    let folder = folder.strip_prefix(root)?.trim_start_matches('/');
    let uses = package.list("dependencies")?.iter().filter(|used| used.text("kind") != Some("dev"));
    Some(Member {
        name: package.text("name")?.to_owned(),
        folder: folder.to_owned(),
        uses: uses.map(|used| used.text("name").map(str::to_owned)).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Member, Workspace};
    use crate::json::Json;

    /// Rows of `folder: name of each crate it uses`; a crate is called as its folder's last part.
    fn workspace(rows: &str) -> Workspace {
        let rows = rows.lines().filter_map(|row| row.trim().split_once(':'));
        let members = rows.map(|(folder, uses)| Member {
            name: match folder.rsplit('/').next().unwrap() {
                "origin" => "countersign-origin".to_owned(),
                name => name.to_owned(),
            },
            folder: folder.to_owned(),
            uses: uses.split_whitespace().map(str::to_owned).collect(),
        });
        Workspace { members: members.collect() }
    }

    #[track_caller]
    fn check(rows: &str, expected: &[&str]) {
        assert_eq!(workspace(rows).check(), expected, "{rows}");
    }

    #[test]
    fn a_crate_uses_only_crates_above_it() {
        check("crates/form: serde\ncrates/tlog: form sha2", &[]);
        check(
            "crates/form: tlog\ncrates/tlog:",
            &["crates/form: uses tlog, which does not stand above it in Cargo.toml"],
        );
        check(
            "crates/form: form",
            &["crates/form: uses form, which does not stand above it in Cargo.toml"],
        );
    }

    #[test]
    fn verify_reaches_neither_desk_nor_store_nor_http() {
        check("crates/desk:\ncrates/tlog:\ncrates/verify: tlog", &[]);
        check(
            "crates/desk:\ncrates/publish: desk\ncrates/verify: publish",
            &["crates/verify: reaches desk, which it must not"],
        );
    }

    #[test]
    fn origin_uses_no_other_crate() {
        check("crates/store:\norigin: axum", &[]);
        check("crates/store:\norigin: store", &["origin: uses store, but must use no other crate"]);
    }

    #[test]
    fn pure_crates_use_no_io() {
        check("crates/form: serde\ncrates/store: rusqlite", &[]);
        check("crates/form: tokio\ncrates/store:", &["crates/form: is pure, but uses tokio"]);
    }

    #[test]
    fn xtask_uses_no_crate() {
        check("xtask:", &[]);
        check("xtask: serde_json", &["xtask: uses serde_json, but must use no crate"]);
    }

    #[test]
    fn pure_and_exact_crates_are_those_above_a_line() {
        let workspace = workspace("crates/form:\ncrates/remarkable:\ncrates/store:\nsim:");
        assert_eq!(workspace.exact(), ["crates/form"]);
        assert_eq!(workspace.pure(), ["crates/form", "crates/remarkable"]);
    }

    const METADATA: &str = r#"{"workspace_root": "/w", "packages": [
        {"name": "b", "manifest_path": "/w/crates/b/Cargo.toml", "dependencies": [
            {"name": "a", "kind": null}, {"name": "c", "kind": "build"}, {"name": "d", "kind": "dev"}]},
        {"name": "a", "manifest_path": "/w/a/Cargo.toml", "dependencies": []}]}"#;

    fn read(manifest: &str) -> Result<Vec<Member>, String> {
        Workspace::read(manifest, &Json::parse(METADATA).unwrap())
            .map(|workspace| workspace.members)
    }

    #[test]
    fn order_is_the_manifests_and_uses_are_cargos() {
        let a = Member { name: "a".into(), folder: "a".into(), uses: vec![] };
        let b = Member {
            name: "b".into(),
            folder: "crates/b".into(),
            uses: vec!["a".into(), "c".into()],
        };
        let manifest = "[workspace]\nmembers = [\n    \"a\",\n    \"crates/b\",\n]\n";
        assert_eq!(read(manifest), Ok(vec![a, b]));
    }

    #[test]
    fn a_list_that_is_not_cargos_is_refused() {
        assert_eq!(read("\nmembers = [\n\"a\",\n]"), Err("1 members listed, 2 known".to_owned()));
        assert_eq!(
            read("\nmembers = [\n\"z\",\n]"),
            Err("`cargo metadata` does not know z".to_owned())
        );
    }
}
