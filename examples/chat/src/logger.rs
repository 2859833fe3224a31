//! The log of the chat.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::SystemTime;

use actor_otp::prelude::*;
use humantime::format_rfc3339_millis;
use tracing::error;

/// How many lines are kept in memory.
const RECENT: usize = 1_000;

/// Keeps what happens, with what clients wrote escaped, and writes it to a file if there is one. A line that is written stays written,
/// whatever becomes of this process: each goes to the system at once.
pub(crate) struct Logger {
    file: Option<File>,
    recent: VecDeque<String>,
}

// So many lines may wait; what is too much is a dead letter, and nobody who logs ever waits.
#[actor(name = "logger", mailbox = 10_000, overflow = "drop_newest")]
impl GenServer for Logger {
    async fn init(path: Option<PathBuf>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let append = |path| OpenOptions::new().create(true).append(true).open(path);
        let file = path.map(append).transpose()?;
        let recent = VecDeque::new();
        Ok(Self { file, recent }.into())
    }

    /// Its calls of the file system block, so it runs on a thread of its own.
    fn child_spec(path: Option<PathBuf>) -> ChildSpec<ActorRef<Self>> {
        let start = move || Self::options(path.clone()).on_own_thread().start_link();
        ChildSpec::new("logger", start)
    }

    /// Writes down what has happened.
    #[cast]
    fn log(&mut self, what: String) {
        let now = format_rfc3339_millis(SystemTime::now());
        let line = format!("{now} {}", what.escape_debug());
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(format!("{line}\n").as_bytes())
        {
            error!(%error, line, "cannot write the log"); // a full disk is no reason to stop chatting
        }
        self.recent.push_back(line);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    /// Returns the latest lines.
    #[call]
    fn recent(&self) -> Vec<String> {
        self.recent.iter().cloned().collect()
    }

    /// Crashes, because somebody wants to see it.
    #[cast]
    fn crash(&mut self) {
        panic!("the logger was asked to crash");
    }
}
