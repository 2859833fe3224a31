//! The example under real signals: what it says, and the code it ends with.
#![cfg(unix)]

#[path = "support/program.rs"]
mod program;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Far longer than any run here takes.
const LIMIT: Duration = Duration::from_secs(30);

const OPEN: [&str; 2] = ["the store chat.db is open", "the lobby is open"];
const STOPPING: [&str; 2] = ["the chat takes no more guests", "the lobby is being saved"];

/// In the log when everything has started.
const STARTED: &str = "application started application=\"Chat\"";

#[test]
fn one_signal_stops_everything_in_order() {
    for (signal, name) in [("TERM", "SIGTERM"), ("INT", "SIGINT")] {
        let program = Program::start(&["0"]);
        program.says(OPEN);
        program.logs(STARTED);
        program.signal(signal);
        program.logs(&format!("ends the program at once signal=\"{name}\""));
        program.says(STOPPING);
        program.says(["the lobby is saved", "the store chat.db is closed"]);
        program.logs("application stopped application=\"Chat\"");
        program.logs("application stopped application=\"Store\"");
        let (code, log) = program.ended();
        assert_eq!((code, log), (Some(0), vec![]));
    }
}

#[test]
fn two_signals_end_it_at_once_and_it_says_who_did_not_stop() {
    for (first, second) in [("TERM", "TERM"), ("INT", "INT"), ("INT", "TERM")] {
        let program = Program::start(&["600"]);
        program.says(OPEN);
        program.logs(STARTED);
        program.signal(first);
        program.says(STOPPING);
        program.signal(second);
        program.logs("application did not stop application=\"Chat\"");
        program.logs("application was not asked to stop application=\"Store\"");
        let (code, log) = program.ended();
        assert_eq!(code, Some(2), "{log:?}");
        let [cut_short, chat, tree, lobby, store] = &log[..] else {
            panic!("five lines: {log:?}");
        };
        assert_eq!(cut_short, "the stop was cut short");
        assert!(
            chat.starts_with("application `Chat` did not stop in "),
            "{chat}"
        );
        assert!(chat.ends_with(": its tree has not stopped"), "{chat}");
        assert!(tree.ends_with("> in terminate is alive"), "{tree}");
        assert!(lobby.ends_with("> lobby in terminate is alive"), "{lobby}");
        assert_eq!(store, "application `Store` was not asked to stop");
    }
}

#[test]
fn a_wrong_argument_gets_a_line_that_says_what_to_write() {
    let (code, log) = Program::start(&["soon"]).ended();
    assert_eq!(code, Some(1));
    assert_eq!(log, ["write it as: graceful_shutdown [SECONDS]"]);
}

/// A running example. It is killed if the test fails.
struct Program {
    child: Child,
    output: Receiver<String>,
    log: Receiver<String>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let program = program::path("graceful_shutdown");
        let mut child = Command::new(&program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot run {}: {error}; build it first: cargo build -p actor-examples --examples",
                    program.display()
                )
            });
        let output = lines(child.stdout.take().expect("stdout is piped"));
        let log = lines(child.stderr.take().expect("stderr is piped"));
        Self { child, output, log }
    }

    /// Waits for the next lines of its output.
    #[track_caller]
    fn says<const N: usize>(&self, expected: [&str; N]) {
        for line in expected {
            assert_eq!(self.output.recv_timeout(LIMIT).as_deref(), Ok(line));
        }
    }

    /// Waits until its log has a line with this text.
    #[track_caller]
    fn logs(&self, text: &str) {
        loop {
            match self.log.recv_timeout(LIMIT) {
                Ok(line) if line.contains(text) => return,
                Ok(_) => {}
                Err(error) => panic!("the log never tells {text:?}: {error}"),
            }
        }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("sh runs").success());
    }

    /// Waits for its end, without another line of output; returns its code and the rest of its log.
    #[track_caller]
    fn ended(mut self) -> (Option<i32>, Vec<String>) {
        let end = self.output.recv_timeout(LIMIT);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
        let code = self.child.wait().expect("it has a status").code();
        (code, self.log.iter().collect())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill(); // nothing, if it has ended
    }
}

/// The lines of a stream, as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}
