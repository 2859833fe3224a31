//! The first example as a newcomer meets it: commands in, answers out.

#[path = "support/program.rs"]
mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Far longer than any session here takes.
const LIMIT: Duration = Duration::from_secs(30);

const FIRST_SESSION: &str =
    "inc 10\nget\nkill counter\nget\nput a 1\ncrash counter\nfetch a\ntree\n";

const GAVE_UP: &str = "the supervisor gave up: too many restarts in a short time";
const CRASHED: &str = "counter is down: panic: crashed on request";

#[test]
fn the_first_session_shows_two_restarts_and_a_store_that_never_noticed() {
    let ended = run(FIRST_SESSION);
    ended.answers([
        "ok",
        "10",
        "counter is down: killed",
        "0",
        "ok",
        CRASHED,
        "1",
        "my_app <pid>",
        "  counter <pid> restarts 2",
        "  kv <pid> restarts 0",
    ]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn only_values_are_lines_of_digits() {
    let ended = run(FIRST_SESSION);
    let is_number = |line: &&str| line.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Vec<_> = ended.output.lines().filter(is_number).collect();
    assert_eq!(numbers, ["10", "0", "1"], "{ended:?}");
}

#[test]
fn the_tree_shows_new_pids_and_the_order_of_the_start() {
    let mut session = Session::start();
    session.write("tree\ntree\nkill kv\ntree\n");
    let before: Vec<_> = (0..3).map(|_| session.line()).collect();
    let again: Vec<_> = (0..3).map(|_| session.line()).collect();
    assert_eq!(before, again);
    assert_eq!(session.line(), "kv is down: killed");
    let after: Vec<_> = (0..3).map(|_| session.line()).collect();
    assert_eq!(after[..2], before[..2]);
    assert_ne!(after[2], before[2]);
    assert_eq!(without_pids(&after[2]), "  kv <pid> restarts 1");
    assert_eq!(session.finish().code, Some(0));
}

#[test]
fn a_restarted_store_is_empty_and_the_counter_never_noticed() {
    let ended = run("put a 1\ninc 2\nkill kv\nfetch a\nput a 3\ncrash kv\nfetch a\nget\n");
    ended.answers([
        "ok",
        "ok",
        "kv is down: killed",
        "no such key",
        "ok",
        "kv is down: panic: crashed on request",
        "no such key",
        "2",
    ]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_value_is_the_rest_of_the_line() {
    let ended = run("put a  one  two\r\nfetch a\n  put put put put\nfetch put\n");
    ended.answers(["ok", "one  two", "ok", "put put"]);
}

#[test]
fn a_count_stops_at_the_largest_number() {
    let ended = run("inc 9223372036854775807\ninc 1\nget\ninc -1\nget\n");
    ended.answers([
        "ok",
        "ok",
        "9223372036854775807",
        "ok",
        "9223372036854775806",
    ]);
}

#[test]
fn every_mistake_gets_a_line_that_says_what_to_write_and_the_session_goes_on() {
    for (mistake, complaint) in [
        ("", "an empty line: write help for the commands"),
        (
            "jump",
            "unknown command \"jump\": write help for the commands",
        ),
        (
            "GET",
            "unknown command \"GET\": write help for the commands",
        ),
        ("get 1", "write it as: get"),
        ("inc", "write it as: inc N"),
        ("inc 1 2", "write it as: inc N"),
        (
            "inc ten",
            "\"ten\" cannot be added (invalid digit found in string): write inc N",
        ),
        (
            "inc 9223372036854775808",
            "\"9223372036854775808\" cannot be added (number too large to fit in target type): \
             write inc N",
        ),
        ("put", "write it as: put KEY VALUE"),
        ("put a", "write it as: put KEY VALUE"),
        ("put a   ", "write it as: put KEY VALUE"),
        ("fetch", "write it as: fetch KEY"),
        ("fetch a b", "write it as: fetch KEY"),
        ("fetch nothing", "no such key"),
        ("crash", "write it as: crash counter|kv"),
        ("crash my_app", "write it as: crash counter|kv"),
        ("kill counter kv", "write it as: kill counter|kv"),
        ("kill 1", "write it as: kill counter|kv"),
        ("tree kv", "write it as: tree"),
        ("help me", "write it as: help"),
        ("quit now", "write it as: quit"),
    ] {
        let ended = run(format!("inc 7\n{mistake}\nget\n"));
        ended.answers(["ok", complaint, "7"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
}

#[test]
fn input_that_is_not_utf_8_gets_a_line_and_the_session_goes_on() {
    let ended = run(b"put a \xff\xfe\nget\n");
    ended.answers(["the line is not UTF-8: write text", "0"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_line_that_is_too_long_gets_a_line_and_the_session_goes_on() {
    let long = "x".repeat(1_000_000);
    let ended = run(format!("put a {long}\nget\nput a {long}"));
    let complaint = "the line is too long: write less than 64 KiB";
    ended.answers([complaint, "0", complaint]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_line_just_short_enough_is_taken() {
    let value = "x".repeat(64 * 1024 - "put a \n".len());
    let ended = run(format!("put a {value}\nfetch a\n"));
    ended.answers(["ok", &value]);
}

#[test]
fn a_last_line_without_an_end_is_a_line() {
    run("inc 3\nget").answers(["ok", "3"]);
}

#[test]
fn the_end_of_the_input_is_an_ordered_end() {
    let ended = run("");
    ended.answers([]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.log, "", "{ended:?}");
}

#[test]
fn quit_ends_the_program_although_its_input_stays_open() {
    let mut session = Session::start();
    session.write("get\nquit\nget\n");
    let ended = session.ended();
    ended.answers(["0"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn help_lists_every_command() {
    let ended = run("help\n");
    let words: Vec<_> = ended
        .output
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let all = [
        "get", "inc", "put", "fetch", "crash", "kill", "tree", "help", "quit",
    ];
    assert_eq!(words, all, "{ended:?}");
}

#[test]
fn each_answer_comes_before_the_next_command_is_written() {
    let mut session = Session::start();
    for (command, answer) in [
        ("inc 10\n", "ok"),
        ("get\n", "10"),
        ("kill counter\n", "counter is down: killed"),
        ("get\n", "0"),
    ] {
        session.write(command);
        assert_eq!(session.line(), answer);
    }
    assert_eq!(session.finish().code, Some(0));
}

#[test]
fn a_fourth_crash_ends_the_program_with_one_although_its_input_stays_open() {
    let mut session = Session::start();
    session.write("crash counter\n".repeat(4));
    let ended = session.ended();
    ended.answers([CRASHED, CRASHED, CRASHED, CRASHED, GAVE_UP]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

#[test]
fn a_command_that_waits_for_a_successor_hears_that_the_supervisor_gave_up() {
    let mut session = Session::start();
    session.write("crash kv\ncrash kv\nkill kv\nkill kv\nget\n");
    let ended = session.ended();
    let crashed = "kv is down: panic: crashed on request";
    let killed = "kv is down: killed";
    ended.answers([crashed, crashed, killed, killed, GAVE_UP]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

#[test]
fn the_end_of_the_input_right_after_a_fourth_crash_does_not_hide_it() {
    let ended = run("kill counter\nkill kv\n".repeat(2));
    let (counter, kv) = ("counter is down: killed", "kv is down: killed");
    ended.answers([counter, kv, counter, kv, GAVE_UP]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

#[test]
fn a_panic_is_one_structured_line_of_the_log_and_no_backtrace() {
    let ended = run("crash counter\nget\n");
    ended.answers([CRASHED, "0"]);
    let is_crash = |line: &&str| line.contains(" actor::crash: ");
    let crashes: Vec<_> = ended.log.lines().filter(is_crash).collect();
    assert_eq!(crashes.len(), 1, "{ended:?}");
    assert!(crashes[0].contains("name=\"counter\""), "{ended:?}");
    assert!(crashes[0].contains("crashed on request"), "{ended:?}");
    for line in ended.log.lines() {
        assert!(line.contains(" ERROR actor::"), "not an event: {line}");
    }
    assert!(!ended.log.contains('\x1b'), "{ended:?}");
}

#[test]
fn an_output_that_nobody_reads_ends_the_program_quietly() {
    let mut session = Session::start();
    session.write("help\n");
    assert_eq!(session.line(), "get                  the count");
    session.output = None;
    // More than once: a process that another test starts just now may hold a copy of the pipe.
    while session.input.write_all(b"get\n").is_ok() {}
    let ended = session.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.log, "", "{ended:?}");
}

/// Runs a whole session with this input.
fn run(input: impl AsRef<[u8]>) -> Ended {
    let mut session = Session::start();
    session.write(input);
    session.finish()
}

/// A running example. At [`LIMIT`] it is killed, so that nothing here waits for ever.
struct Session {
    input: ChildStdin,
    output: Option<BufReader<ChildStdout>>,
    log: JoinHandle<String>,
    watch: Watch,
}

/// What there is to see of a session when it has ended.
#[derive(Debug)]
struct Ended {
    output: String,
    log: String,
    code: Option<i32>,
}

impl Session {
    fn start() -> Self {
        let program = program::path("first_supervisor");
        let mut child = Command::new(&program)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot run {}: {error}; build it first: cargo build -p actor-examples --examples",
                    program.display()
                )
            });
        let output = child.stdout.take().expect("stdout is piped");
        let log = child.stderr.take().expect("stderr is piped");
        Self {
            input: child.stdin.take().expect("stdin is piped"),
            output: Some(BufReader::new(output)),
            log: thread::spawn(|| read(log)),
            watch: Watch::start(child),
        }
    }

    fn write(&mut self, input: impl AsRef<[u8]>) {
        self.input
            .write_all(input.as_ref())
            .expect("the example reads its input");
    }

    /// Reads the next line of the output, and returns it without its end.
    fn line(&mut self) -> String {
        let output = self.output.as_mut().expect("the output is open");
        let mut line = String::new();
        output.read_line(&mut line).expect("the output is UTF-8");
        line.trim_end().to_owned()
    }

    /// Ends the input, and waits for the end of the program.
    fn finish(self) -> Ended {
        drop(self.input);
        Ended::of(self.output, self.log, self.watch)
    }

    /// Waits for the end of the program while its input stays open.
    fn ended(self) -> Ended {
        let open = self.input;
        let ended = Ended::of(self.output, self.log, self.watch);
        drop(open);
        ended
    }
}

impl Ended {
    /// Both streams are open until the program ends, or is killed.
    fn of(output: Option<BufReader<ChildStdout>>, log: JoinHandle<String>, watch: Watch) -> Self {
        let output = output.map(read).unwrap_or_default();
        let log = log.join().expect("the log is UTF-8");
        let code = watch.status().code();
        Self { output, log, code }
    }

    /// Compares the output, line by line, whatever the pids are.
    #[track_caller]
    fn answers<const N: usize>(&self, expected: [&str; N]) {
        let output = without_pids(&self.output);
        let lines: Vec<_> = output.lines().collect();
        assert_eq!(lines, expected, "{self:?}");
    }
}

/// Owns the process: waits for its end, or ends it at [`LIMIT`].
struct Watch {
    ended: mpsc::Sender<()>,
    status: JoinHandle<Option<ExitStatus>>,
}

impl Watch {
    fn start(mut child: Child) -> Self {
        let (ended, heard) = mpsc::channel();
        let status = thread::spawn(move || {
            let hangs = heard.recv_timeout(LIMIT).is_err(); // or the test failed
            if hangs {
                let _ = child.kill();
            }
            let status = child.wait().expect("the status can be read");
            (!hangs).then_some(status)
        });
        Self { ended, status }
    }

    fn status(self) -> ExitStatus {
        let _ = self.ended.send(());
        let status = self.status.join().expect("the watch does not panic");
        status.unwrap_or_else(|| panic!("the example did not end within {LIMIT:?}"))
    }
}

fn read(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("UTF-8");
    text
}

/// Replaces `<12>` by `<pid>`.
fn without_pids(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain += "<";
        match piece.split_once('>') {
            Some((pid, rest)) if pid.parse::<u64>().is_ok() => plain += &format!("pid>{rest}"),
            _ => plain += piece,
        }
    }
    plain
}
