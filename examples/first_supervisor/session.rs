//! Lines in, lines out: of actors it knows only the supervisor's end.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::thread;

use actor_otp::prelude::*;
use tokio::sync::mpsc;

use super::commands;

/// A line of input, or what is wrong with it.
type Line = Result<String, &'static str>;

/// How long a line of input may be, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// Answers commands until `quit`, the end of the input, or the end of the supervisor.
pub(crate) async fn run(app: &SupervisorRef) -> io::Result<()> {
    let mut lines = read_lines();
    if io::stdin().is_terminal() {
        say("two servers and their supervisor run; help lists the commands")?;
    }
    loop {
        let line = tokio::select! {
            line = next_line(&mut lines) => line?,
            _reason = app.exited() => return Ok(()),
        };
        match line {
            None => return Ok(()),
            Some(Ok(line)) if line.trim() == "quit" => return Ok(()),
            Some(Ok(line)) => match commands::answer(&line, app).await {
                Ok(answer) => say(answer)?,
                Err(error) => say(error)?,
            },
            Some(Err(complaint)) => say(complaint)?,
        }
    }
}

/// Says that the supervisor, and with it the tree, has ended by itself.
pub(crate) fn gave_up(reason: &ExitReason) -> ExitCode {
    let _ = match reason {
        ExitReason::Shutdown => say("the supervisor gave up: too many restarts in a short time"),
        reason => say(format!("the supervisor is down: {reason}")),
    };
    ExitCode::FAILURE
}

/// Waits for the next line; first for the successor of a server that has just ended.
async fn next_line(lines: &mut mpsc::Receiver<Line>) -> io::Result<Option<Line>> {
    let _ = tokio::join!(commands::counter(), commands::kv());
    prompt()?;
    Ok(lines.recv().await)
}

/// Reads standard input on a thread of its own, for which nobody waits at the end: so the program
/// can end while a read still waits for input.
fn read_lines() -> mpsc::Receiver<Line> {
    let (sender, lines) = mpsc::channel(1);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(line) = read_line(&mut input) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Reads one line; `None` at the end of the input, or when it cannot be read.
fn read_line(input: &mut impl BufRead) -> Option<Line> {
    let mut line = Vec::new();
    let length = input.take(LONGEST_LINE).read_until(b'\n', &mut line);
    match length.ok()? as u64 {
        0 => None,
        LONGEST_LINE if !line.ends_with(b"\n") => {
            input.skip_until(b'\n').ok()?;
            Some(Err("the line is too long: write less than 64 KiB"))
        }
        _ => Some(String::from_utf8(line).map_err(|_| "the line is not UTF-8: write text")),
    }
}

/// Asks for a command, if a person sits there.
fn prompt() -> io::Result<()> {
    if !io::stdin().is_terminal() {
        return Ok(());
    }
    let mut output = io::stdout().lock();
    output.write_all(b"> ")?;
    output.flush()
}

/// Prints a line at once.
fn say(line: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}
