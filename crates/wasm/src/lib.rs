//! The verifier as a WebAssembly module: `browser::Session` behind functions of whole numbers.
//! It decides nothing and has no memory of its own but the session's and buffers of bytes on their way.
//! JavaScript (`web/verify/verifier.js`) builds on it, and the test that compares it with the native
//! verifier.
//!
//! ```text
//! alloc(length) ─► pointer              the host writes its bytes there
//! verify()      ─► pointer << 32 | length    the host reads the answer, then calls free(pointer)
//! ```
//!
//! A function that is given a buffer takes it; only answers are freed by the host. There is no
//! `unsafe` block and nobody dereferences a pointer here: a number is looked up in a table of buffers,
//! and one that is not in it is an empty buffer. What stands as `unsafe(no_mangle)` says that no other function of the
//! module has that name, which the linker checks, and `unsafe extern` that the host's function takes
//! four numbers.
#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, collections::BTreeMap};

use browser::{Progress, Session};

#[link(wasm_import_module = "countersign")]
unsafe extern "C" {
    /// Tells the host how far it is: what is checked, as UTF-8 in memory until this returns, how many of it
    /// are done, and how many there are.
    safe fn progress(pointer: usize, length: usize, done: usize, total: usize);
}

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

fn answer(work: impl FnOnce(&mut Host) -> String) -> u64 {
    with(|host| {
        let answer = work(host);
        host.keep(answer.into_bytes())
    })
}

/// A buffer of so many bytes, all zero.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> u64 {
    with(|host| host.keep(vec![0; length]))
}

/// Forgets an answer.
#[unsafe(no_mangle)]
pub extern "C" fn free(pointer: usize) {
    with(|host| drop(host.take(pointer)));
}

/// [`Session::definition`].
#[unsafe(no_mangle)]
pub extern "C" fn definition(note: usize) -> u64 {
    answer(|host| {
        let note = host.take(note);
        host.session.definition(&note)
    })
}

/// [`Session::form`].
#[unsafe(no_mangle)]
pub extern "C" fn form(request: usize) -> u64 {
    answer(|host| {
        let request = host.take(request);
        host.session.form(&request)
    })
}

/// [`Session::station`].
#[unsafe(no_mangle)]
pub extern "C" fn station(request: usize) -> u64 {
    answer(|host| {
        let request = host.take(request);
        host.session.station(&request)
    })
}

/// [`Session::begin`].
#[unsafe(no_mangle)]
pub extern "C" fn begin(request: usize) -> u64 {
    answer(|host| {
        let request = host.take(request);
        host.session.begin(&request)
    })
}

/// [`Session::give`].
#[unsafe(no_mangle)]
pub extern "C" fn give(path: usize, bytes: usize) -> u64 {
    answer(|host| {
        let (path, bytes) = (host.take(path), host.take(bytes));
        host.session.give(&path, bytes)
    })
}

/// [`Session::absent`].
#[unsafe(no_mangle)]
pub extern "C" fn absent(path: usize, problem: usize) -> u64 {
    answer(|host| {
        let (path, problem) = (host.take(path), host.take(problem));
        host.session.absent(&path, &problem)
    })
}

/// [`Session::verify`].
#[unsafe(no_mangle)]
pub extern "C" fn verify() -> u64 {
    answer(|host| {
        host.session.verify(&|Progress { stage, done, total }| {
            let name = stage.name();
            progress(name.as_ptr().expose_provenance(), name.len(), done, total);
        })
    })
}
