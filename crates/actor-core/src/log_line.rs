//! [`LogLine`]: the text of a user's value, as it may stand in a log.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::fmt::{self, Write};

/// The longest text of a value in a log, in characters.
const LONGEST: usize = 1000;

/// One line of at most a thousand characters: control characters are escaped, so that no text forges
/// a line.
///
/// What comes after that is dropped without an error, as code that writes into it may take one for
/// impossible.
#[derive(Debug, Default)]
pub(crate) struct LogLine {
    text: String,
    length: usize,
}

impl LogLine {
    /// The line of a value.
    ///
    /// # Errors
    ///
    /// If the value says that it cannot be written.
    pub(crate) fn of(value: impl fmt::Display) -> Result<String, fmt::Error> {
        let mut line = Self::default();
        write!(line, "{value}")?;
        Ok(line.text)
    }

    fn push(&mut self, character: char) {
        match self.length {
            LONGEST => self.text.push('…'),
            length if length > LONGEST => return,
            _ => self.text.push(character),
        }
        self.length += 1;
    }
}

impl Write for LogLine {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match forges_lines(character) {
                true => character.escape_unicode().for_each(|part| self.push(part)),
                false => self.push(character),
            }
        }
        Ok(())
    }
}

/// Control characters, and what starts a line or turns the direction of writing.
fn forges_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
