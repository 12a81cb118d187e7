//! The verifier as a WebAssembly module: `browser::Session` behind functions of whole numbers.
//! It decides nothing, and holds nothing but the session and buffers of bytes on their way.
//! JavaScript (`web/verify/verifier.js`) builds on it, and the proof that it answers as the native
//! verifier does (`xtask/wasm-proof`).
//!
//! ```text
//! alloc(length)        ─► pointer << 32 | length    the host writes its bytes there
//! form(pointer)        ─► pointer << 32 | length    takes that buffer; the host reads the answer …
//! free(pointer)                                     … and gives it back
//! ```
//!
//! Nobody dereferences a pointer here: what the host says is looked up in a table of buffers, and a
//! number that is not in it is an empty buffer.
#![cfg(target_arch = "wasm32")]

#[allow(unsafe_code, reason = "names of functions; see the module")]
mod exports;

use std::{cell::RefCell, collections::BTreeMap};

use browser::{Progress, Session};

thread_local! {
    static HOST: RefCell<Host> = RefCell::default();
}

/// The session, and the buffers by the number that the host knows them by.
#[derive(Default)]
struct Host {
    session: Session,
    buffers: BTreeMap<usize, Vec<u8>>,
}

impl Host {
    fn take(&mut self, pointer: usize) -> Vec<u8> {
        self.buffers.remove(&pointer).unwrap_or_default()
    }

    fn keep(&mut self, mut bytes: Vec<u8>) -> u64 {
        // A buffer of no bytes would have no place of its own.
        bytes.reserve_exact(usize::from(bytes.is_empty()));
        let (pointer, length) = (bytes.as_mut_ptr().expose_provenance(), bytes.len());
        self.buffers.insert(pointer, bytes);
        (pointer as u64) << 32 | length as u64
    }
}

fn with<T>(work: impl FnOnce(&mut Host) -> T) -> T {
    HOST.with_borrow_mut(work)
}

/// Asks the session with these buffers, and keeps its answer for the host to read.
fn ask<const N: usize>(
    buffers: [usize; N],
    asked: impl FnOnce(&mut Session, [Vec<u8>; N]) -> String,
) -> u64 {
    with(|host| {
        let buffers = buffers.map(|pointer| host.take(pointer));
        let answer = asked(&mut host.session, buffers);
        host.keep(answer.into_bytes())
    })
}

/// Tells the host how far a verification is.
fn tell(Progress { stage, done, total }: Progress) {
    let name = stage.name();
    exports::progress(name.as_ptr().expose_provenance(), name.len(), done, total);
}
