//! The real server over real sockets, with a real log in a folder of its own.
#![cfg(test)]

mod bad_input;
mod batch;
mod failing;
mod night;
mod public;
mod receipts;
mod server;
mod unruly;
