//! Where in a file a reader stands.

use std::io::{self, BufRead, Read};

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from 1.
    pub(super) line: usize,
    /// The byte, from 0.
    pub(super) byte: usize,
}

/// An input that knows how far it was read.
pub(super) struct Places<R> {
    input: R,
    place: Place,
    /// Where the last thing that was read begins.
    from: usize,
}

/// The longest text or start of an element: what is longer is no name and no figure, and would have
/// to be held as a whole.
const LONGEST: usize = 1 << 20;

impl<R> Places<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, place: Place { line: 1, byte: 0 }, from: 0 }
    }

    /// Where the next byte stands.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The next thing begins here.
    pub(super) fn begin(&mut self) -> Place {
        self.from = self.place.byte;
        self.place
    }
}

impl<R: BufRead> BufRead for Places<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.place.byte - self.from > LONGEST {
            return Err(io::Error::other(format!("a text of more than {LONGEST} bytes")));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was filled before, so it stands in memory and this cannot fail.
        let passed = self.input.fill_buf().ok().and_then(|filled| filled.get(..amount));
        let lines = passed.map_or(0, |bytes| memchr::memchr_iter(b'\n', bytes).count());
        self.place.line += lines;
        self.place.byte += amount;
        self.input.consume(amount);
    }
}

/// A [`BufRead`] has to be able to do this too; XML is read through the buffer only.
impl<R: BufRead> Read for Places<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}
