//! What clients send: bytes to lines. One that is no good is not the end of the connection.

#[cfg(test)]
mod tests;

use std::io;
use std::mem;
use std::str::from_utf8;

use bytes::BytesMut;
use tokio_util::codec::Decoder;

/// A line as text, or what is wrong with it.
pub(crate) type Line = Result<String, String>;

/// Splits bytes into lines of at most `limit` bytes; of a longer one no more than that is kept.
pub(crate) struct LineCodec {
    limit: usize,
    /// The rest of a line that was too long is still to come.
    skips: bool,
}

impl LineCodec {
    pub(crate) fn new(limit: usize) -> Self {
        let skips = false;
        Self { limit, skips }
    }
}

impl Decoder for LineCodec {
    type Item = Line;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Line>> {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let line = bytes.split_to(end + 1);
            if !mem::take(&mut self.skips) {
                return Ok(Some(read(&line[..end], self.limit)));
            }
        }
        if bytes.len() <= self.limit + 1 {
            return Ok(None); // its last byte may be a `\r`, which is no part of the line
        }
        let start = bytes.split();
        let was_told = mem::replace(&mut self.skips, true);
        Ok((!was_told).then(|| read(&start, self.limit)))
    }
}

/// Reads one line, without its end. What would move the cursor of another client's terminal is gone.
pub(crate) fn read(line: &[u8], limit: usize) -> Line {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > limit {
        return Err(format!(
            "a line has at most {limit} bytes: this one was dropped"
        ));
    }
    match from_utf8(line) {
        Ok(text) => Ok(text.replace(char::is_control, " ")),
        Err(_) => Err("a line is UTF-8: this one was dropped".to_owned()),
    }
}
