use super::{code_only, functions, line_number, test_items, without, words};

/// Runs of blanks and of `"` shown as one, so that rows can be read; no byte is added or lost.
#[track_caller]
fn check(text: &str, changed: &str, expected: &str) {
    assert_eq!(changed.len(), text.len(), "{text}");
    let mut seen: Vec<char> = changed.chars().collect();
    seen.dedup_by(|next, last| next == last && matches!(next, ' ' | '"'));
    assert_eq!(String::from_iter(seen), expected, "{text}");
}

#[test]
fn comments_and_literals_are_overwritten() {
    for (text, expected) in [
        ("a // b\nc", "a \nc"),
        ("a /* b /* c */ d */ e", "a e"),
        ("a /*/ b */ c", "a c"),
        ("/*é\n*/x", " \n x"),
        ("/* open", " "),
        (r#"f("a\"b", c)"#, r#"f(", c)"#),
        (r#"f("a\\", c)"#, r#"f(", c)"#),
        (r##"f(r"a\", c)"##, r##"f(", c)"##),
        (r###"f(r#"a"b"#, c)"###, r###"f(", c)"###),
        (r###"f(br##"a"#"##, c)"###, r###"f(", c)"###),
        (r#"f(b"a{", b'{')"#, r#"f(b", b")"#),
        (r"f('{', '\'', '\u{7d}')", r#"f(", ", ")"#),
        ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)"),
        ("'outer: loop { break 'outer; }", "'outer: loop { break 'outer; }"),
        ("r#match + for_r", "r#match + for_r"),
        (r#"x = "// no comment";"#, r#"x = ";"#),
        ("\"two\nlines\"", "\"\n\""),
        ("\"open", "\""),
    ] {
        check(text, &code_only(text), expected);
    }
}

#[test]
fn test_items_are_blanked() {
    for (code, expected) in [
        ("a #[cfg(test)] mod t { b { c } } d", "a d"),
        ("#[cfg(test)] mod tests; d", " d"),
        ("#[cfg(test)] #[x] fn f(a: [u8; 2]) { b; } d", " d"),
        ("#[cfg(test)] mod t { #[cfg(test)] fn f() {} c } d", " d"),
        ("#[cfg(test)] fn a() {} b #[cfg(test)] fn c() {} d", " b d"),
        ("struct S { #[cfg(test)] a: u8 } d", "struct S { } d"),
        ("#[test] fn f() {} d", "#[test] fn f() {} d"),
    ] {
        check(code, &without(code, &test_items(code)), expected);
    }
}

#[test]
fn functions_are_measured() {
    for (code, expected) in [
        ("fn a() {}", vec![("a", 1)]),
        ("pub fn a(\n    b: u8,\n) -> [u8; 2] {\n\n    c\n}\n", vec![("a", 5)]),
        ("trait T { fn a(&self); fn b(&self) {\n} }", vec![("b", 2)]),
        ("fn a() {\n fn b() {}\n}", vec![("a", 3), ("b", 1)]),
        ("type F = fn(u8) -> u8; let often = 1;", vec![]),
    ] {
        let found = functions(code);
        let found: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.lines)).collect();
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn words_are_whole() {
    for (code, needle, expected) in [
        ("rand::x operand::y std::rand::z", "rand::", vec![0, 24]),
        ("f64 f641 xf64 (f64)", "f64", vec![0, 15]),
        ("tokio tokio_util", "tokio", vec![0]),
    ] {
        assert_eq!(words(code, needle).collect::<Vec<_>>(), expected, "{code}");
    }
}

#[test]
fn lines_are_counted_from_one() {
    for (offset, expected) in [(0, 1), (1, 1), (2, 2), (3, 3)] {
        assert_eq!(line_number("a\n\nb", offset), expected, "{offset}");
    }
}
