//! The only file of the workspace in which `unsafe` stands: twice as a word before a promise, never as a
//! block. `unsafe(no_mangle)`: no other function of the module has this name, or it would not link.
//! `unsafe extern`: the host's `progress` takes four numbers, or the module would not start.

use crate::{ask, tell, with};

#[link(wasm_import_module = "countersign")]
unsafe extern "C" {
    /// What is checked, as UTF-8 in memory until this returns; how many of it, of how many.
    pub(crate) safe fn progress(pointer: usize, length: usize, done: usize, total: usize);
}

#[unsafe(no_mangle)]
extern "C" fn alloc(length: usize) -> u64 {
    with(|host| host.keep(vec![0; length]))
}

#[unsafe(no_mangle)]
extern "C" fn free(pointer: usize) {
    with(|host| drop(host.take(pointer)));
}

#[unsafe(no_mangle)]
extern "C" fn definition(note: usize) -> u64 {
    ask([note], |session, [note]| session.definition(&note))
}

#[unsafe(no_mangle)]
extern "C" fn form(request: usize) -> u64 {
    ask([request], |session, [request]| session.form(&request))
}

#[unsafe(no_mangle)]
extern "C" fn station(request: usize) -> u64 {
    ask([request], |session, [request]| session.station(&request))
}

#[unsafe(no_mangle)]
extern "C" fn begin(request: usize) -> u64 {
    ask([request], |session, [request]| session.begin(&request))
}

#[unsafe(no_mangle)]
extern "C" fn give(path: usize, bytes: usize) -> u64 {
    ask([path, bytes], |session, [path, bytes]| session.give(&path, bytes))
}

#[unsafe(no_mangle)]
extern "C" fn absent(path: usize, problem: usize) -> u64 {
    ask([path, problem], |session, [path, problem]| session.absent(&path, &problem))
}

#[unsafe(no_mangle)]
extern "C" fn verify() -> u64 {
    ask([], |session, []| session.verify(&tell))
}
