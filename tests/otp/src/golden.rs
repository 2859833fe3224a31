//! Recorded traces: what OTP did, to be compared with where there is no OTP.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::corpus::Corpus;
use crate::trace::Trace;

/// The first line of a file: what was recorded, and by whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The corpus.
    pub corpus: String,
    /// What judged.
    pub about: Value,
    /// Which text of the oracle.
    pub oracle: String,
    /// The seed of the first case; the others follow.
    pub seed: u64,
    /// How many cases follow, two lines each: script and trace.
    pub cases: usize,
}

/// Scripts and their traces.
pub type Cases<C> = Vec<(<C as Corpus>::Script, Trace)>;

/// Returns where the recorded traces of a corpus are.
#[must_use]
pub fn path<C: Corpus>() -> PathBuf {
    let name = format!("{}.jsonl.gz", C::NAME);
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name)
}

/// Reads what was recorded.
///
/// # Errors
///
/// If the file is missing or is not of this form.
pub fn read<C: Corpus>() -> io::Result<(Header, Cases<C>)> {
    let file = BufReader::new(GzDecoder::new(File::open(path::<C>())?));
    let mut lines = file.lines();
    let mut next = || lines.next().unwrap_or_else(|| Err(short()));
    let header: Header = serde_json::from_str(&next()?)?;
    let mut cases = Vec::with_capacity(header.cases);
    for _ in 0..header.cases {
        let script = serde_json::from_str(&next()?)?;
        let trace = Trace::parse(&next()?).map_err(io::Error::other)?;
        cases.push((script, trace));
    }
    Ok((header, cases))
}

/// Records.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write<C: Corpus>(header: &Header, cases: &Cases<C>) -> io::Result<()> {
    let file = File::create(path::<C>())?;
    // Without a time the same traces make the same file.
    let gz: GzEncoder<_> = GzBuilder::new().mtime(0).write(file, Compression::best());
    let mut to = BufWriter::new(gz);
    writeln!(to, "{}", serde_json::to_string(header)?)?;
    for (script, trace) in cases {
        writeln!(to, "{}", serde_json::to_string(script)?)?;
        writeln!(to, "{}", trace.line(C::case(script)))?;
    }
    to.into_inner()?.finish()?.sync_all()
}

fn short() -> io::Error {
    io::Error::other("the file ends too early")
}
