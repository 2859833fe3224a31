//! What a report tells of a state: what `format_status` writes (G-49).

use std::fmt;

use crate::gen_server::GenServer;
use crate::log_line::LogLine;
use crate::unwind::catch;

/// What stands in the place of a state that cannot be told; never the raw state (G-49).
const NOT_TOLD: &str = "not told: `format_status` failed";

/// The state as one line, as the server itself tells it.
pub(super) fn of<S: GenServer>(state: &S) -> String {
    let line = catch(|| LogLine::of(Status(state)));
    line.ok()
        .and_then(Result::ok)
        .unwrap_or_else(|| NOT_TOLD.to_owned())
}

struct Status<'a, S>(&'a S);

impl<S: GenServer> fmt::Display for Status<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format_status(f)
    }
}
