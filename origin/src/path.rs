//! From the path of a URL to a file of the folder, or to nothing.

/// The page of a folder.
const INDEX: &str = "index.html";

/// The relative path of the file that a URL's path names. `None` for what no bundle can hold: a
/// segment that is empty, hidden or `..`, a wrong escape, any character but `A-Z a-z 0-9 . _ -`.
///
/// Escapes (RFC 3986, 2.1) are resolved once, after the path is cut at its slashes: an escaped
/// slash, dot or per cent sign cannot become part of the path's structure.
pub(crate) fn file(url_path: &str) -> Option<String> {
    let mut segments =
        url_path.strip_prefix('/')?.split('/').map(unescape).collect::<Option<Vec<_>>>()?;
    if let Some(last) = segments.last_mut().filter(|last| last.is_empty()) {
        INDEX.clone_into(last);
    }
    segments.iter().all(|segment| is_plain(segment)).then(|| segments.join("/"))
}

fn unescape(segment: &str) -> Option<String> {
    let mut parts = segment.split('%');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        text.push(char::from(hex_digit(digits, 0)? * 16 + hex_digit(digits, 1)?));
        text.push_str(rest);
    }
    Some(text)
}

fn hex_digit(digits: &str, place: usize) -> Option<u8> {
    let digit = char::from(*digits.as_bytes().get(place)?).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn is_plain(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url_path: &str, expected: Option<&str>) {
        assert_eq!(file(url_path).as_deref(), expected, "{url_path}");
    }

    #[test]
    fn a_path_names_one_file() {
        check("/", Some("index.html"));
        check("/areas/", Some("areas/index.html"));
        check("/head.json", Some("head.json"));
        check("/tile/0/x001/x234/067.p/12", Some("tile/0/x001/x234/067.p/12"));
        check("/%68ead%2ejson", Some("head.json"));
        check("/a%2D%5fb", Some("a-_b"));
    }

    #[test]
    fn what_no_bundle_holds_names_nothing() {
        let refused = [
            "",
            "head.json",
            "//",
            "/a//b",
            "/.",
            "/..",
            "/../a",
            "/a/../b",
            "/a/..",
            "/.git/x",
            "/%2e%2e/a",
            "/%2E./a",
            "/.%2e/a",
            "/%2egit",
            "/a%2fb",
            "/a%2Fb",
            "/%2fetc/passwd",
            "/%252e%252e/a",
            "/a%5cb",
            "/a\\b",
            "/a%00",
            "/a%0a",
            "/a%20b",
            "/%",
            "/%2",
            "/%zz",
            "/%+1",
            "/a%c3%a9",
            "/a%é",
            "/é",
            "/a:b",
            "/~",
            "/a;b",
            "/*",
        ];
        for url_path in refused {
            check(url_path, None);
        }
    }
}
