//! Which requests get which bytes.

use std::os::unix::fs::symlink;
use std::thread;

use crate::client::{Answer, Origin, ask, write};

const NOT_FOUND: &[u8] = b"Niet gevonden. Not found.\n";

#[test]
fn a_file_is_served_as_it_is() {
    let origin = Origin::start();
    #[track_caller]
    fn check(origin: &Origin, file: &str, path: &str, content_type: &str, cache: &str) {
        let bytes = format!("the bytes of {file}\0\u{ff}").into_bytes();
        origin.put(file, &bytes);
        let answer = origin.get(path);
        assert_eq!((answer.status, &answer.body), (200, &bytes));
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("cache-control"), Some(cache));
        assert_eq!(answer.header("content-length"), Some(bytes.len().to_string().as_str()));
    }
    let ever = "public, max-age=31536000, immutable";
    let html = "text/html; charset=utf-8";
    let octets = "application/octet-stream";
    check(&origin, "index.html", "/", html, "no-cache");
    check(&origin, "index.html", "/?a=/../b", html, "no-cache");
    check(&origin, "areas/index.html", "/areas/", html, "no-cache");
    check(&origin, "data/sums.json", "/data/%73ums.json", "application/json", "no-cache");
    check(&origin, "checkpoint", "/checkpoint", "text/plain; charset=utf-8", "no-cache");
    check(&origin, "tile/0/000.p/7", "/tile/0/000.p/7", octets, "no-cache");
    check(&origin, "tile/0/001", "/tile/0/001", octets, ever);
    check(&origin, "pack/5f2c", "/pack/5f2c", octets, ever);
    check(&origin, "empty/a", "http://elsewhere.example/empty/a", octets, "no-cache");
}

#[test]
fn everything_else_is_not_found_in_the_same_words() {
    let origin = Origin::start();
    origin.put("a/b.txt", b"b");
    origin.put(".hidden", b"hidden");
    origin.put(".git/config", b"hidden");
    origin.put("with space", b"odd");
    symlink("../secret", origin.dir().join("link")).unwrap();
    symlink("a", origin.dir().join("folder")).unwrap();
    symlink("/", origin.dir().join("all")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, origin.dir().join("pipe"), rustix::fs::Mode::RUSR)
        .unwrap();
    let nothing = origin.get("/nothing");
    assert_eq!((nothing.status, nothing.body.as_slice()), (404, NOT_FOUND));
    assert_eq!(nothing.header("cache-control"), Some("no-cache"));
    let paths = [
        "/",
        "/a",
        "/a/",
        "/a/b.txt/",
        "/a/b.txt/c",
        "//a/b.txt",
        "/a//b.txt",
        "/./a/b.txt",
        "/a/../a/b.txt",
        "/../secret",
        "/a/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%2e%2e%2fsecret",
        "/%252e%252e/secret",
        "/..\\secret",
        "/..%5csecret",
        "/%00",
        "/a/b.txt%00",
        "/a/b.txt%",
        "/link",
        "/folder/b.txt",
        "/all/etc/passwd",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/with%20space",
        "/pipe",
        "/A/B.TXT",
        "http://x/../secret",
    ];
    for path in paths {
        assert_eq!(origin.get(path), nothing, "{path}");
    }
}

#[test]
fn only_get_and_head_are_answered() {
    let origin = Origin::start();
    origin.put("a.txt", b"a");
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"] {
        for path in ["/a.txt", "/nothing"] {
            let answer = origin.ask(method, path, "Content-Length: 0\r\n");
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        }
    }
    assert_eq!(std::fs::read(origin.dir().join("a.txt")).unwrap(), b"a");
}

#[test]
fn head_says_what_get_says_without_the_bytes() {
    let origin = Origin::start();
    origin.put("a.txt", b"abc");
    for path in ["/a.txt", "/nothing"] {
        let get = origin.get(path);
        let head = origin.ask("HEAD", path, "");
        assert_eq!(head, Answer { body: vec![], ..get }, "{path}");
    }
}

#[test]
fn every_answer_carries_the_safety_headers() {
    let origin = Origin::start();
    origin.put("a.html", b"a");
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; \
                  script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    #[track_caller]
    fn check(answer: &Answer, status: u16, policy: &str) {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-security-policy"), Some(policy));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    check(&origin.get("/a.html"), 200, policy);
    check(&origin.ask("GET", "/a.html", "If-None-Match: *\r\n"), 304, policy);
    check(&origin.get("/nothing"), 404, policy);
    check(&origin.ask("POST", "/a.html", "Content-Length: 0\r\n"), 405, policy);
    std::fs::rename(origin.dir(), origin.dir().with_extension("away")).unwrap();
    check(&origin.get("/a.html"), 503, policy);
}

#[test]
fn unchanged_bytes_are_not_sent_again() {
    let origin = Origin::start();
    origin.put("head.json", b"1");
    let first = origin.get("/head.json");
    let condition = format!("If-None-Match: {}\r\n", first.header("etag").unwrap());
    let again = origin.ask("GET", "/head.json", &condition);
    assert_eq!((again.status, again.body.as_slice()), (304, b"".as_slice()));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("cache-control"), Some("no-cache"));
    // As long as before, and in the same instant perhaps: only the bytes tell.
    origin.put("head.json", b"2");
    let changed = origin.ask("GET", "/head.json", &condition);
    assert_eq!((changed.status, changed.body.as_slice()), (200, b"2".as_slice()));
    assert_ne!(changed.header("etag"), first.header("etag"));
}

#[test]
fn an_exchange_of_the_folder_is_seen_at_once_and_mixes_nothing() {
    let origin = Origin::start();
    let twin = origin.dir().with_extension("next");
    let page = |number: u32| format!("{number:07}\n").repeat(20_000).into_bytes();
    origin.put("page", &page(0));
    let read = || ask(&origin.address, "GET", "/page", "");
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| [(); 50].map(|()| read()))).collect();
        for number in 1.. {
            write(&twin, "page", &page(number));
            exchange(&twin, &origin.dir());
            assert_eq!(origin.get("/page").body, page(number));
            std::fs::remove_dir_all(&twin).unwrap();
            if readers.iter().all(thread::ScopedJoinHandle::is_finished) {
                break;
            }
        }
        for answer in readers.into_iter().flat_map(|thread| thread.join().unwrap()) {
            assert_eq!(answer.status, 200);
            let number = std::str::from_utf8(&answer.body[..7]).unwrap().parse().unwrap();
            assert!(answer.body == page(number), "two bundles in one answer");
        }
    });
}

fn exchange(one: &std::path::Path, other: &std::path::Path) {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
}
