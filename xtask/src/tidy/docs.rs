//! Checks on the pages: what they point at is there.

use std::path::{Component, Path, PathBuf};

use super::{Complaints, File};

const DECISIONS: &str = "docs/decisions/";

/// All checks on all pages.
pub(super) fn check(files: &[File]) -> Complaints {
    let mut complaints = decisions_are_listed(files);
    for page in files.iter().filter(|file| file.path.ends_with(".md")) {
        let missing = |path: &PathBuf| !exists(files, path);
        let targets = links(page).into_iter().chain(named_paths(page, files)).filter(missing);
        complaints.extend(targets.map(|target| {
            format!("{}: points at {}, which is not there", page.path, target.display())
        }));
    }
    complaints
}

/// A decision that the index does not list is not found again.
fn decisions_are_listed(files: &[File]) -> Complaints {
    let index = files.iter().find(|file| file.path == format!("{DECISIONS}README.md"));
    let listed = index.map(links).unwrap_or_default();
    let pages = files.iter().filter(|file| file.path.starts_with(DECISIONS));
    pages
        .filter(|page| {
            !page.path.ends_with("README.md") && !listed.contains(&PathBuf::from(&page.path))
        })
        .map(|page| format!("{}: is not listed in {DECISIONS}README.md", page.path))
        .collect()
}

/// A file of the project, or a folder that holds one.
fn exists(files: &[File], path: &Path) -> bool {
    files.iter().any(|file| Path::new(&file.path).starts_with(path))
}

/// The files that `[text](target)` points at, from the root of the workspace.
fn links(page: &File) -> Vec<PathBuf> {
    let prose = prose(&page.text);
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let files = targets.filter_map(|target| target.split('#').next());
    files
        .filter(|file| !file.is_empty() && !file.contains(':'))
        .map(|file| resolve(page, file))
        .collect()
}

/// The paths in `code` that begin with a folder of the project, such as `docs/soak.md`.
fn named_paths(page: &File, files: &[File]) -> Vec<PathBuf> {
    let prose = prose(&page.text);
    let spans = prose.split('`').skip(1).step_by(2);
    let paths =
        spans.filter(|span| span.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c)));
    let ours = |path: &&str| {
        path.split_once('/').is_some_and(|(first, _)| exists(files, Path::new(first)))
    };
    paths.filter(ours).map(PathBuf::from).collect()
}

/// The page without its fenced blocks: those are examples.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// A link is taken from the folder of the page that holds it.
fn resolve(page: &File, target: &str) -> PathBuf {
    let mut path = PathBuf::from(&page.path);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::File;

    #[track_caller]
    fn complaints(pages: &[(&str, &str)], expected: &[&str]) {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        let files: Vec<File> = pages.iter().map(file).collect();
        assert_eq!(check(&files), expected, "{pages:?}");
    }

    #[test]
    fn links_lead_somewhere() {
        complaints(
            &[("a.md", "[b](docs/b.md#top) [c](docs/)"), ("docs/b.md", "[a](../a.md)")],
            &[],
        );
        complaints(&[("a.md", "[x](https://example.org) [y](#here)\n```\n[z](z.md)\n```\n")], &[]);
        complaints(&[("a.md", "[b](b.md)")], &["a.md: points at b.md, which is not there"]);
        complaints(
            &[("docs/a.md", "[b](b.md)"), ("b.md", "")],
            &["docs/a.md: points at docs/b.md, which is not there"],
        );
    }

    #[test]
    fn named_paths_are_there() {
        complaints(&[("a.md", "`docs/b.md` and `docs`"), ("docs/b.md", "")], &[]);
        complaints(&[("a.md", "`votes/cast` `docs/*.md` `docs/b c`"), ("docs/b.md", "")], &[]);
        complaints(
            &[("a.md", "`docs/c.md`"), ("docs/b.md", "")],
            &["a.md: points at docs/c.md, which is not there"],
        );
    }

    #[test]
    fn decisions_are_listed() {
        let page = ("docs/decisions/0001-a.md", "");
        complaints(&[page, ("docs/decisions/README.md", "[a](0001-a.md)")], &[]);
        let complaint = "docs/decisions/0001-a.md: is not listed in docs/decisions/README.md";
        complaints(&[page, ("docs/decisions/README.md", "a")], &[complaint]);
        complaints(&[page], &[complaint]);
    }
}
