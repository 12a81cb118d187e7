//! Signed bytes: what a person at a table put their key under, exactly as they did.
//! It does not judge (who may sign, which figures count, in what order) and keeps nothing.
//! The log stores these bytes, the tally folds them, and a verifier reads them years later.
//!
//! A record is a C2SP signed note whose text has two lines: what kind it is, and one line of
//! canonical JSON. Sign the bytes, store the bytes, never serialise again:
//!
//! ```text
//! countersign/returns/v1
//! {"channel":"app","counts":{"A":700,…},"definition":"9f2c…","devices":2,"salt":"77ab…","seq":1,"unit":"1667::SB1"}
//!
//! — 1667::SB1/1 kq9S…
//! — 1667::SB1/2 t0Zy…
//! ```
//!
//! Its id is SHA-256 of the text, signatures apart (ECDSA is malleable). Every text holds 32
//! random bytes of salt, so the id says nothing about figures that could otherwise be guessed.

pub mod body;
mod canonical;
mod digest;
pub mod enrolment;
mod envelope;
pub mod note;

pub use body::{Body, Kind};
pub use canonical::{CanonicalError, canonical_line};
pub use digest::{Digest, DigestError, Hasher, RecordId, Salt};
pub use envelope::{Draft, MAX_BYTES, MAX_DEFINITION_BYTES, Record, RecordError};

#[cfg(test)]
mod tests;
