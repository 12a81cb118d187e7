//! A walk through a file's elements that never goes deeper than a file of results is deep, and never
//! holds more of it than the start of one element or one text.

use std::io::BufRead;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    EmlError,
    places::{Place, Places},
};

/// Files nest 12 deep; the rest is room for extensions.
const DEEPEST: usize = 32;

/// A walk that stands somewhere in a file.
pub(super) struct Cursor<R> {
    reader: Reader<Places<R>>,
    /// The bytes of the last thing read.
    bytes: Vec<u8>,
    /// The last text read, as it was meant.
    text: String,
    /// All texts of the last element that was read as one.
    whole: String,
    /// Elements open here.
    depth: usize,
    /// Where the last thing read begins.
    at: Place,
}

/// An element that was just opened.
pub(super) struct Element {
    start: BytesStart<'static>,
    at: Place,
}

/// The next thing in a file.
enum Step {
    Open(Element),
    Close,
    /// It stands in the cursor.
    Text,
    End,
}

impl<R: BufRead> Cursor<R> {
    pub(super) fn new(input: R) -> Self {
        let input = Places::new(input);
        let at = input.place();
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, bytes: Vec::new(), text: String::new(), whole: String::new(), depth: 0, at }
    }

    /// The one element that a file is, handed to `read`.
    pub(super) fn root<T>(
        &mut self,
        read: impl FnOnce(&mut Self, &Element) -> Result<T, EmlError>,
    ) -> Result<T, EmlError> {
        let read = match self.step_over_space()? {
            Step::Open(element) => self.inside(|cursor| read(cursor, &element))?,
            _ => return Err(EmlError::at(self.at, "an element", "none")),
        };
        match self.step_over_space()? {
            Step::End => Ok(read),
            _ => Err(EmlError::at(self.at, "the end of the file", "more")),
        }
    }

    /// Hands every child of the element that was just opened to `read`, and steps behind its end.
    /// A child that `read` does not look into is skipped.
    pub(super) fn children(
        &mut self,
        mut read: impl FnMut(&mut Self, &Element) -> Result<(), EmlError>,
    ) -> Result<(), EmlError> {
        loop {
            match self.step()? {
                Step::Open(child) => self.inside(|cursor| read(cursor, &child))?,
                Step::Close => return Ok(()),
                Step::Text | Step::End => {}
            }
        }
    }

    /// The text of the element that was just opened, without space around it; steps behind its
    /// end.
    pub(super) fn text(&mut self) -> Result<String, EmlError> {
        Ok(self.whole_text()?.to_owned())
    }

    /// The same, kept in the cursor: a count has a number for every candidate.
    fn whole_text(&mut self) -> Result<&str, EmlError> {
        self.whole.clear();
        loop {
            match self.step()? {
                Step::Text => self.whole.push_str(&self.text),
                Step::Close => return Ok(self.whole.trim()),
                Step::Open(child) => return Err(child.fail("a text", &child.tag())),
                Step::End => {}
            }
        }
    }

    /// The whole number in an element that was just opened.
    pub(super) fn number(&mut self, element: &Element) -> Result<u64, EmlError> {
        let text = self.whole_text()?;
        let expected = || format!("a whole number in {}", element.tag());
        digits(text).ok_or_else(|| element.fail(&expected(), &format!("{text:?}")))
    }

    /// The same where some files leave the number out, but not its element.
    pub(super) fn number_if_any(&mut self, element: &Element) -> Result<Option<u64>, EmlError> {
        let text = self.whole_text()?;
        if text.is_empty() {
            return Ok(None);
        }
        let expected = "a whole number or nothing";
        digits(text).map(Some).ok_or_else(|| element.fail(expected, &format!("{text:?}")))
    }

    /// Runs `read` and steps behind the end of the element that was just opened, if `read` has
    /// not.
    fn inside<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, EmlError>,
    ) -> Result<T, EmlError> {
        let outside = self.depth.saturating_sub(1);
        let read = read(self)?;
        while self.depth > outside {
            self.step()?;
        }
        Ok(read)
    }

    fn step_over_space(&mut self) -> Result<Step, EmlError> {
        loop {
            match self.step()? {
                Step::Text if self.text.trim().is_empty() => {}
                step => return Ok(step),
            }
        }
    }

    /// The next thing that is no comment, declaration or instruction. A document type could define
    /// entities and is refused, so that a small file cannot become a large one.
    fn step(&mut self) -> Result<Step, EmlError> {
        loop {
            self.at = self.reader.get_mut().begin();
            self.bytes.clear();
            let event = match self.reader.read_event_into(&mut self.bytes) {
                Ok(event) => event,
                Err(problem) => return Err(unreadable(self.at, &problem)),
            };
            self.text.clear();
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    return open(start, self.at, self.depth);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close);
                }
                Event::Text(text) => self.text.push_str(&text.xml10_content()),
                Event::CData(text) => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => self.text.push_str(&resolve(&name, self.at)?),
                Event::DocType(_) => return Err(EmlError::at(self.at, "no document type", "one")),
                Event::Eof if self.depth == 0 => return Ok(Step::End),
                Event::Eof => {
                    return Err(EmlError::at(self.at, "an end tag", "the end of the file"));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            }
            return Ok(Step::Text);
        }
    }
}

/// A number that is written in digits alone: no sign.
fn digits(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

fn open(start: BytesStart<'_>, at: Place, depth: usize) -> Result<Step, EmlError> {
    if depth > DEEPEST {
        let expected = format!("elements at most {DEEPEST} deep");
        return Err(EmlError::at(at, &expected, "a deeper one"));
    }
    Ok(Step::Open(Element { start: start.into_owned(), at }))
}

fn unreadable(at: Place, problem: &quick_xml::Error) -> EmlError {
    match problem {
        quick_xml::Error::Io(problem) => {
            EmlError::at(at, "a file that can be read", &problem.to_string())
        }
        problem => EmlError::at(at, "well-formed XML", &problem.to_string()),
    }
}

fn resolve(reference: &BytesRef<'_>, at: Place) -> Result<String, EmlError> {
    let name = reference.xml10_content();
    let character = reference.resolve_char_ref().ok().flatten().map(String::from);
    let text = character.or_else(|| resolve_xml_entity(&name).map(str::to_owned));
    text.ok_or_else(|| EmlError::at(at, "one of XML's own entities", &format!("&{name};")))
}

impl Element {
    /// Its name without the namespace's prefix: files differ in their prefixes.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, if the element has it.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, EmlError> {
        let unreadable = |e: String| self.fail(&self.expected(name), &e);
        let attribute = self.start.try_get_attribute(name);
        let Some(attribute) = attribute.map_err(|e| unreadable(e.to_string()))? else {
            return Ok(None);
        };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        Ok(Some(value.map_err(|e| unreadable(e.to_string()))?.into_owned()))
    }

    /// The value of an attribute that the element must have.
    pub(super) fn required(&self, name: &str) -> Result<String, EmlError> {
        self.attribute(name)?.ok_or_else(|| self.fail(&self.expected(name), "none"))
    }

    /// An error about this element.
    pub(super) fn fail(&self, expected: &str, found: &str) -> EmlError {
        EmlError::at(self.at, expected, found)
    }

    fn expected(&self, attribute: &str) -> String {
        format!("an attribute {attribute} of {}", self.tag())
    }

    fn tag(&self) -> String {
        format!("<{}>", self.name())
    }
}
