//! Checks on every text that a person writes here, whatever its language.

use super::{Complaints, File};

/// Endings of the files that people write; figures and expected outputs are kept as they came.
const WRITTEN: [&str; 8] = [".rs", ".toml", ".md", ".sql", ".sh", ".ts", ".css", ".ci/run"];

/// All checks on all files.
pub(super) fn check(files: &[File]) -> Complaints {
    let written =
        files.iter().filter(|file| WRITTEN.iter().any(|ending| file.path.ends_with(ending)));
    written
        .flat_map(|file| [line_ends(file), no_notes_to_self(file), no_machine_paths(file)].concat())
        .collect()
}

/// No white space before a line end, and a line end after the last line.
fn line_ends(file: &File) -> Complaints {
    let trailing = |line: &str| line.ends_with(char::is_whitespace);
    let mut complaints = find(file, trailing, "white space at the end of the line");
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        complaints.push(format!("{}: the last line has no end", file.path));
    }
    complaints
}

/// What is left to do is an issue. The words are put together here, or this file would hold them.
fn no_notes_to_self(file: &File) -> Complaints {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    find(file, |line| words.iter().any(|word| line.contains(word)), "a note to oneself")
}

/// A path of one machine is true on no other.
fn no_machine_paths(file: &File) -> Complaints {
    let paths = ["work", "root", "tmp", "home"].map(|folder| format!("/{folder}/"));
    find(file, |line| paths.iter().any(|path| holds_path(line, path)), "a path of one machine")
}

/// Whether a path begins here: in `a/home/b` and `https://a/home/b` none does.
fn holds_path(line: &str, path: &str) -> bool {
    let before = line.match_indices(path).map(|(at, _)| line.get(..at).unwrap_or_default());
    let mut begins = before.map(|before| before.chars().next_back());
    begins.any(|c| c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}')))
}

fn find(file: &File, wrong: impl Fn(&str) -> bool, problem: &str) -> Complaints {
    let lines = file.text.lines().enumerate().filter(|(_, line)| wrong(line));
    lines.map(|(index, _)| format!("{}:{}: {problem}", file.path, index + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::File;

    #[track_caller]
    fn complaints(path: &str, text: &str, expected: &[&str]) {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(check(&[file]), expected, "{text:?}");
    }

    #[test]
    fn lines_end_well() {
        complaints("a.md", "", &[]);
        complaints("a.md", "a\nb\n", &[]);
        complaints("a.md", "a\nb \n", &["a.md:2: white space at the end of the line"]);
        complaints("a.md", "a", &["a.md: the last line has no end"]);
        complaints("a.csv", "a ", &[]);
    }

    #[test]
    fn notes_to_oneself_are_found() {
        for word in [["TO", "DO"], ["FIX", "ME"]] {
            complaints("a.rs", &format!("// {}\n", word.concat()), &["a.rs:1: a note to oneself"]);
        }
        complaints("a.rs", "// to do\n", &[]);
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for folder in ["work", "root", "tmp", "home"] {
            for text in [format!("see \"/{folder}/x\"\n"), format!("/{folder}/x\n")] {
                complaints(".ci/run", &text, &[".ci/run:1: a path of one machine"]);
            }
            complaints("a.rs", &format!("crates/{folder}/x ../{folder}/y\n"), &[]);
        }
    }
}
