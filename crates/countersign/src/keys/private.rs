//! The file of a private key. It stays on the device that made it.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use record::note::{KeyName, SigningKey};
use store::files;

use crate::{args::NewKeyArgs, exit::Stop, init::random, say};

/// How a private key begins, as those of other signed notes do.
const HEAD: &str = "PRIVATE+KEY+";
/// Type and name of the algorithm, as in the public key.
const P256: &[u8] = b"\xffcountersign/p256/v1\n";

/// Makes a key and says its public half.
pub(super) fn make(args: &NewKeyArgs) -> Result<(), Stop> {
    let name: KeyName = args.name.parse().map_err(Stop::input)?;
    let (scalar, key) = draw(&name)?;
    let (id, secret) = (key.public().id(), STANDARD.encode([P256, &scalar].concat()));
    let text = format!("{HEAD}{name}+{id}+{secret}\n");
    files::write_secret(&args.file, text.as_bytes()).map_err(Stop::input)?;
    say::line(key.public())
}

/// One in 2^32 draws is no key of the curve; then another is drawn.
fn draw(name: &KeyName) -> Result<([u8; 32], SigningKey), Stop> {
    loop {
        let scalar = random()?;
        if let Ok(key) = SigningKey::p256(name.clone(), &scalar) {
            return Ok((scalar, key));
        }
    }
}

/// Reads a key's file. What is wrong with it is said without any of it.
pub(crate) fn read(path: &Path) -> Result<SigningKey, Stop> {
    let bytes = files::read_secret(path).map_err(Stop::input)?;
    let expected = format!("expected a private key, {HEAD}NAME+ID+BASE64, as `keys new` writes it");
    let key = parse(&String::from_utf8_lossy(&bytes));
    key.ok_or_else(|| Stop::file(path, expected))
}

fn parse(text: &str) -> Option<SigningKey> {
    let mut parts = text.trim_end().strip_prefix(HEAD)?.splitn(3, '+');
    let (name, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let secret = STANDARD.decode(secret).ok()?;
    let scalar = secret.strip_prefix(P256)?.try_into().ok()?;
    let key = SigningKey::p256(name.parse().ok()?, &scalar).ok()?;
    (key.public().id().to_string() == id).then_some(key)
}
