//! The only crate that touches a socket: records come in over HTTP, and receipts go out.
//! It decides nothing about records: the desk judges, the store makes durable, and this crate
//! brings the two together on one writer thread and puts their answers into HTTP's words.
//! The program builds on it.
//!
//! ```text
//! POST /v1/records        one signed note          201 receipt · 200 the same receipt
//! POST /v1/records/batch  ["note", "note", …]      200 [{"status":201,"receipt":"…"}, …]
//! GET  /v1/receipts/{id}                           200 receipt
//! GET  /v1/definition · /v1/progress · /v1/rehearsal · /v1/openapi.json
//!
//! socket ─► body ─► pool: read, check signatures ─► room: judge, ONE transaction ─► receipts
//!           413      400 401 409 422                 401 409 422      503 507
//! ```
//!
//! A receipt leaves only after the transaction that holds its record is on the disk. Whatever goes
//! wrong has one answer, `{"code","field","expected","found","message"}`, that only its sender sees;
//! this crate writes no log of its own, for figures would end up in it.

pub mod client;
mod intake;
mod pool;
mod problem;
pub mod room;
mod routes;
mod server;
pub mod witness;

pub use intake::{Intake, Unanswered};
pub use routes::{MAX_RECORD, Rehearsal};
pub use server::{Limits, serve};
