//! The real server over real sockets, with a real log in a folder of its own.
#![cfg(test)]

mod night;
mod receipts;
mod server;
