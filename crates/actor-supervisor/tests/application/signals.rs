//! Real signals to a real program: this file runs itself as one. The example `graceful_shutdown` shows
//! the usual ends; here are those of a runtime that is stuck, of a start that fails, and of a program
//! that does not end after its run.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actor_core::{ExitReason, StartError};
use actor_supervisor::{Application, Strategy, SupervisorSpec, app, async_trait, run_all};

/// Says to the program that it is one, and which.
const KIND: &str = "TESTED_PROGRAM";

/// Far longer than any of it takes.
const HANGS: Duration = Duration::from_secs(30);

/// What the application of the program does.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Blocks the only thread when it is to stop, which may take long.
    Stuck,
    /// The same, but may not take long.
    Limited,
    Fails,
    Stops,
}

const KINDS: [(&str, Kind); 4] = [
    ("stuck", Kind::Stuck),
    ("limited", Kind::Limited),
    ("fails", Kind::Fails),
    ("stops", Kind::Stops),
];

#[async_trait]
impl Application for Kind {
    type Config = ();
    type State = ();

    async fn start(&self, (): ()) -> Result<(SupervisorSpec, ()), StartError> {
        if *self == Self::Fails {
            return Err(StartError::Failed(ExitReason::error("no disk")));
        }
        Ok((SupervisorSpec::new(Strategy::OneForOne), ()))
    }

    async fn prep_stop(&self, (): ()) {
        say("stopping");
        if *self != Self::Stops {
            block();
        }
    }

    fn stop_limit(&self) -> Duration {
        match self {
            Self::Limited => Duration::from_millis(10),
            _ => Duration::from_secs(600),
        }
    }
}

/// Starts last, and says so.
struct Last;

#[async_trait]
impl Application for Last {
    type Config = ();
    type State = ();

    async fn start(&self, (): ()) -> Result<(SupervisorSpec, ()), StartError> {
        say("started");
        Ok((SupervisorSpec::new(Strategy::OneForOne), ()))
    }

    fn stop_limit(&self) -> Duration {
        Duration::from_secs(1)
    }
}

#[expect(clippy::print_stdout, reason = "the test reads it")]
fn say(line: &str) {
    println!("{line}");
}

fn block() -> ! {
    loop {
        thread::park();
    }
}

#[test]
#[ignore = "it is the program that the other tests run"]
fn program() {
    let Ok(wanted) = env::var(KIND) else { return };
    let kind = KINDS.iter().find(|(name, _)| *name == wanted);
    let (_, kind) = kind.expect("there is such a program");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let run = run_all([app(*kind, ()), app(Last, ())]);
    let code = runtime.expect("it is built").block_on(run);
    say(&format!("{code:?}"));
    if *kind == Kind::Stops {
        block();
    }
}

/// The program, and its lines.
struct Program {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Program {
    fn start(kind: &str) -> Self {
        let mut child = Command::new(env::current_exe().expect("this test has a path"))
            .args(["--ignored", "--exact", "signals::program", "--nocapture"])
            .env(KIND, kind)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// Reads until this line.
    fn wait(&self, expected: &str) {
        while self.lines.recv_timeout(HANGS).expect("it goes on") != expected {}
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("sh runs").success());
    }

    /// Waits for its end; returns the exit code and what it wrote on stderr.
    fn ended(mut self) -> (Option<i32>, String) {
        let hangs = loop {
            match self.lines.recv_timeout(HANGS) {
                Ok(_) => {}
                Err(end) => break end == mpsc::RecvTimeoutError::Timeout,
            }
        };
        assert!(!hangs, "it does not end");
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().expect("piped");
        pipe.read_to_string(&mut stderr).expect("UTF-8");
        let status = self.child.wait().expect("it has one");
        (status.code(), stderr)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill(); // nothing, if it has ended
    }
}

const UNANSWERED: &str =
    "the runtime is busy and does not answer: the program ends without a report";

// AP-8, X-1
#[test]
fn a_second_signal_ends_a_program_whose_runtime_is_stuck() {
    for signal in ["TERM", "INT"] {
        let program = Program::start("stuck");
        program.wait("started");
        program.signal(signal);
        program.wait("stopping");
        program.signal(signal);
        let (code, stderr) = program.ended();
        let first = format!("SIG{signal}: stopping; once more ends the program at once\n");
        assert_eq!(stderr, first + UNANSWERED + "\n");
        assert_eq!(code, Some(2));
    }
}

// AP-8, X-1
#[test]
fn the_limit_of_a_stop_holds_although_the_runtime_is_stuck() {
    let program = Program::start("limited");
    program.wait("started");
    program.signal("TERM");
    let (code, stderr) = program.ended();
    assert!(stderr.ends_with(&format!("{UNANSWERED}\n")), "{stderr}");
    assert_eq!(code, Some(2));
}

// AP-8: an orderly stop does not end the second signal's right.
#[test]
fn a_second_signal_ends_a_program_that_goes_on_after_its_run() {
    let program = Program::start("stops");
    program.wait("started");
    program.signal("TERM");
    program.wait(&format!("{:?}", ExitCode::SUCCESS));
    program.signal("TERM");
    let (code, stderr) = program.ended();
    assert_eq!(code, Some(2), "{stderr}");
    assert!(!stderr.contains(UNANSWERED), "{stderr}");
}

// AP-1
#[test]
fn a_start_that_fails_gives_the_code_one_and_a_line_on_stderr() {
    let program = Program::start("fails");
    program.wait(&format!("{:?}", ExitCode::from(1)));
    let (_, stderr) = program.ended();
    let expected = "application `Kind` failed to start: `init` failed: error: no disk\n";
    assert_eq!(stderr, expected);
}
