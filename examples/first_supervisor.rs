//! The first supervised session: a counter and a store under one supervisor.
//!
//! `cargo run --example first_supervisor`, then `help`. Kill a server or let it crash: the
//! supervisor starts it again with fresh state, and the other one never notices. Do it too often,
//! and the supervisor gives up. In this order: two servers, their supervisor, `main`, the commands,
//! and last how lines are read and written, which has nothing to do with actors.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use actor_otp::WaitError;
use actor_otp::prelude::*;
use tokio::sync::mpsc;
use tracing_subscriber::filter::LevelFilter;

/// A line of input, or what is wrong with it.
type Line = Result<String, &'static str>;

/// How long a command waits for the successor of a server that ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a line of input may be, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// A server that counts.
struct Counter {
    count: i64,
}

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count: initial }.into())
    }

    /// Returns the current count.
    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    /// Adds `by` to the count, which stops at the largest and at the smallest number there is.
    #[cast]
    fn increment(&mut self, by: i64) {
        self.count = self.count.saturating_add(by);
    }

    /// Panics: this process ends, and nothing else does.
    #[cast]
    fn crash(&mut self) {
        panic!("crashed on request");
    }
}

/// A server that keeps values by their keys.
struct KvStore {
    entries: HashMap<String, String>,
}

#[actor(name = "kv")]
impl GenServer for KvStore {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        let entries = HashMap::new();
        Ok(Self { entries }.into())
    }

    /// Returns the value of `key`, if there is one.
    #[call]
    fn fetch(&self, key: String) -> Option<String> {
        self.entries.get(&key).cloned()
    }

    /// Stores `value` under `key`, in place of what was there.
    #[cast]
    fn put(&mut self, key: String, value: String) {
        self.entries.insert(key, value);
    }

    /// Panics: this process ends, and nothing else does.
    #[cast]
    fn crash(&mut self) {
        panic!("crashed on request");
    }
}

/// The supervisor: it restarts the one that ended, at most three times within five seconds.
struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .max_restarts(3)
            .max_seconds(5)
            .child(Counter::child_spec(0))
            .child(KvStore::child_spec(()))
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    tracing_subscriber::fmt()
        .compact()
        .with_max_level(LevelFilter::WARN)
        .with_writer(io::stderr)
        .log_internal_errors(false) // a log that cannot be written must not panic
        .init();

    let app = MyApp::start_link(()).await?; // returns when both servers have started
    let session = session(&app).await;
    if app.stop().await.is_err() {
        return Ok(gave_up(&app.exited().await)); // it had ended by itself
    }
    match session {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {} // nobody reads any more
        result => result?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that the supervisor, and with it the tree, has ended by itself.
fn gave_up(reason: &ExitReason) -> ExitCode {
    let _ = match reason {
        ExitReason::Shutdown => say("the supervisor gave up: too many restarts in a short time"),
        reason => say(format!("the supervisor is down: {reason}")),
    };
    ExitCode::FAILURE
}

/// Answers commands until `quit`, the end of the input, or the end of the supervisor.
async fn session(app: &SupervisorRef) -> io::Result<()> {
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
            Some(Ok(line)) => match answer(&line, app).await {
                Ok(answer) => say(answer)?,
                Err(error) => say(error)?,
            },
            Some(Err(complaint)) => say(complaint)?,
        }
    }
}

/// Waits for the next line; first for the successor of a server that has just ended.
async fn next_line(lines: &mut mpsc::Receiver<Line>) -> io::Result<Option<Line>> {
    let _ = tokio::join!(counter(), kv());
    prompt()?;
    Ok(lines.recv().await)
}

const HELP: &str = "\
get                  the count
inc N                add N
put KEY VALUE        store
fetch KEY            the value, or \"no such key\"
crash counter|kv     a handler panics at once
kill counter|kv      exit(kill)
tree                 the supervision tree: names, pids, restarts of each
help                 this list
quit                 stop the tree and leave; so does the end of the input";

/// Does what a line says, and returns what to print.
async fn answer(line: &str, app: &SupervisorRef) -> Result<String, Box<dyn Error>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    Ok(match words[..] {
        ["get"] => counter().await?.get_count().await?.to_string(),
        ["inc", n] => {
            let wrong = |error| format!("{n:?} cannot be added ({error}): write inc N");
            let by = n.parse::<i64>().map_err(wrong)?;
            counter().await?.increment(by);
            "ok".to_owned()
        }
        ["put", key, _, ..] => {
            let value = without_word(without_word(line)).trim_end();
            kv().await?.put(key.to_owned(), value.to_owned());
            "ok".to_owned()
        }
        ["fetch", key] => {
            let value = kv().await?.fetch(key.to_owned()).await?;
            value.unwrap_or_else(|| "no such key".to_owned())
        }
        ["crash", "counter"] => {
            let counter = counter().await?;
            counter.crash();
            end_of(&counter.pid()).await
        }
        ["crash", "kv"] => {
            let kv = kv().await?;
            kv.crash();
            end_of(&kv.pid()).await
        }
        ["kill", "counter"] => kill(&counter().await?.pid()).await,
        ["kill", "kv"] => kill(&kv().await?.pid()).await,
        ["tree"] => tree(app).await?,
        ["help"] => HELP.to_owned(),
        _ => return Err(correction(words.first()).into()),
    })
}

/// Returns the present counter, or the next one if it has ended.
async fn counter() -> Result<ActorRef<Counter>, WaitError> {
    Counter::NAME.wait(PATIENCE).await
}

/// Returns the present store, or the next one if it has ended.
async fn kv() -> Result<ActorRef<KvStore>, WaitError> {
    KvStore::NAME.wait(PATIENCE).await
}

async fn kill(pid: &Pid) -> String {
    pid.exit(ExitReason::Kill);
    end_of(pid).await
}

/// Waits until a process is dead, and says which one it was and why it ended.
async fn end_of(pid: &Pid) -> String {
    let reason = pid.exited().await;
    let name = pid.name().unwrap_or("a process without a name");
    match reason {
        ExitReason::Panic(report) => format!("{name} is down: panic: {}", report.message()),
        reason => format!("{name} is down: {reason}"),
    }
}

/// Shows the supervisor, and below it its children in the order of their start.
async fn tree(app: &SupervisorRef) -> Result<String, CallError> {
    let mut tree = format!("{} {}", MyApp::NAME, app.pid());
    for child in app.which_children().await?.iter().rev() {
        let process = match &child.status {
            ChildStatus::Running(pid) => format!("{} {pid}", pid.name().unwrap_or("(no name)")),
            ChildStatus::Restarting => format!("{} (restarting)", child.id),
            ChildStatus::Undefined => format!("{} (not running)", child.id),
        };
        tree += &format!("\n  {process} restarts {}", child.restarts);
    }
    Ok(tree)
}

/// Says what to write instead of a line that begins with this word.
fn correction(word: Option<&&str>) -> String {
    let Some(word) = word else {
        return "an empty line: write help for the commands".to_owned();
    };
    let mut usages = HELP.lines().filter_map(|line| line.split("  ").next());
    match usages.find(|usage| usage.split(' ').next() == Some(word)) {
        Some(usage) => format!("write it as: {usage}"),
        None => format!("unknown command {word:?}: write help for the commands"),
    }
}

fn without_word(line: &str) -> &str {
    let rest = line.trim_start().split_once(char::is_whitespace);
    rest.map_or("", |(_word, rest)| rest.trim_start())
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
