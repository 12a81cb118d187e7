//! A walk through a file's elements that never goes deeper than a count is deep.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::EmlError;

/// Counts nest 10 deep; the rest is room for extensions.
const DEEPEST: usize = 32;

/// A place in a file.
pub(super) struct Cursor<'x> {
    xml: &'x str,
    reader: Reader<&'x [u8]>,
    /// Elements open here.
    depth: usize,
    /// Where the last thing read begins.
    at: u64,
}

/// An element that was just opened.
pub(super) struct Element<'x> {
    start: BytesStart<'x>,
    at: u64,
}

/// The next thing in a file.
enum Step<'x> {
    Open(Element<'x>),
    Close,
    Text(Cow<'x, str>),
    End,
}

impl<'x> Cursor<'x> {
    pub(super) fn new(xml: &'x str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        Self { xml, reader, depth: 0, at: 0 }
    }

    /// The one element that a file is, handed to `read`.
    pub(super) fn root(
        &mut self,
        read: impl FnOnce(&mut Self, &Element<'x>) -> Result<(), EmlError>,
    ) -> Result<(), EmlError> {
        match self.step_over_space()? {
            Step::Open(element) => self.inside(|cursor| read(cursor, &element))?,
            _ => return Err(self.fail(self.at, "an element", "none")),
        }
        match self.step_over_space()? {
            Step::End => Ok(()),
            _ => Err(self.fail(self.at, "the end of the file", "more")),
        }
    }

    /// Hands every child of the element that was just opened to `read`, and steps behind its end.
    /// A child that `read` does not look into is skipped.
    pub(super) fn children(
        &mut self,
        mut read: impl FnMut(&mut Self, &Element<'x>) -> Result<(), EmlError>,
    ) -> Result<(), EmlError> {
        loop {
            match self.step()? {
                Step::Open(child) => self.inside(|cursor| read(cursor, &child))?,
                Step::Close => return Ok(()),
                Step::Text(_) | Step::End => {}
            }
        }
    }

    /// The text of the element that was just opened, without space around it; steps behind its
    /// end.
    pub(super) fn text(&mut self) -> Result<String, EmlError> {
        let mut text = String::new();
        loop {
            match self.step()? {
                Step::Text(part) => text.push_str(&part),
                Step::Close => return Ok(text.trim().to_owned()),
                Step::Open(child) => return Err(self.fail(child.at, "a text", &child.tag())),
                Step::End => {}
            }
        }
    }

    /// The whole number in an element that was just opened.
    pub(super) fn number(&mut self, element: &Element<'_>) -> Result<u64, EmlError> {
        let text = self.text()?;
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        let expected = || format!("a whole number in {}", element.tag());
        number.ok_or_else(|| self.fail(element.at, &expected(), &format!("{text:?}")))
    }

    /// The value of an attribute, if the element has it.
    pub(super) fn attribute(
        &self,
        element: &Element<'_>,
        name: &str,
    ) -> Result<Option<String>, EmlError> {
        let expected = || format!("an attribute {name} of {}", element.tag());
        let unreadable = |e: String| self.fail(element.at, &expected(), &e);
        let attribute = element.start.try_get_attribute(name);
        let Some(attribute) = attribute.map_err(|e| unreadable(e.to_string()))? else {
            return Ok(None);
        };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        Ok(Some(value.map_err(|e| unreadable(e.to_string()))?.into_owned()))
    }

    /// The value of an attribute that the element must have.
    pub(super) fn required(&self, element: &Element<'_>, name: &str) -> Result<String, EmlError> {
        let value = self.attribute(element, name)?;
        let expected = || format!("an attribute {name} of {}", element.tag());
        value.ok_or_else(|| self.fail(element.at, &expected(), "none"))
    }

    /// An error about an element.
    pub(super) fn fail_in(&self, element: &Element<'_>, expected: &str, found: &str) -> EmlError {
        self.fail(element.at, expected, found)
    }

    fn fail(&self, at: u64, expected: &str, found: &str) -> EmlError {
        let byte = usize::try_from(at).unwrap_or(usize::MAX).min(self.xml.len());
        let before = self.xml.bytes().take(byte);
        let line = 1 + before.filter(|b| *b == b'\n').count();
        EmlError { line, byte, expected: expected.to_owned(), found: found.to_owned() }
    }

    /// Runs `read` and steps behind the end of the element that was just opened, if `read` has
    /// not.
    fn inside(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), EmlError>,
    ) -> Result<(), EmlError> {
        let outside = self.depth.saturating_sub(1);
        read(self)?;
        while self.depth > outside {
            self.step()?;
        }
        Ok(())
    }

    fn step_over_space(&mut self) -> Result<Step<'x>, EmlError> {
        loop {
            match self.step()? {
                Step::Text(text) if text.trim().is_empty() => {}
                step => return Ok(step),
            }
        }
    }

    /// The next thing that is no comment, declaration or instruction. A document type could define
    /// entities and is refused, so that a small file cannot become a large one.
    fn step(&mut self) -> Result<Step<'x>, EmlError> {
        loop {
            self.at = self.reader.buffer_position();
            let event = self.reader.read_event();
            let event = event.map_err(|e| {
                self.fail(self.reader.error_position(), "well-formed XML", &e.to_string())
            })?;
            return match event {
                Event::Start(start) | Event::Empty(start) => self.open(start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Ok(Step::Close)
                }
                Event::Text(text) => Ok(Step::Text(text.xml10_content())),
                Event::CData(text) => Ok(Step::Text(text.xml10_content())),
                Event::GeneralRef(reference) => self.resolve(&reference),
                Event::DocType(_) => Err(self.fail(self.at, "no document type", "one")),
                Event::Eof if self.depth == 0 => Ok(Step::End),
                Event::Eof => Err(self.fail(self.at, "an end tag", "the end of the file")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            };
        }
    }

    fn open(&mut self, start: BytesStart<'x>) -> Result<Step<'x>, EmlError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let expected = format!("elements at most {DEEPEST} deep");
            return Err(self.fail(self.at, &expected, "a deeper one"));
        }
        Ok(Step::Open(Element { start, at: self.at }))
    }

    fn resolve(&self, reference: &BytesRef<'x>) -> Result<Step<'x>, EmlError> {
        let name = reference.xml10_content();
        let character = reference.resolve_char_ref().ok().flatten().map(String::from);
        let text = character.or_else(|| resolve_xml_entity(&name).map(str::to_owned));
        let unknown = || self.fail(self.at, "one of XML's own entities", &format!("&{name};"));
        text.map(|text| Step::Text(text.into())).ok_or_else(unknown)
    }
}

impl Element<'_> {
    /// Its name without the namespace's prefix: files differ in their prefixes.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    fn tag(&self) -> String {
        format!("<{}>", self.name())
    }
}
