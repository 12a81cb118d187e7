//! The real program over real sockets: what it serves, what it does not, and how it ends.
#![cfg(test)]

mod client;
mod program;
mod serving;
