//! The program itself: what it says, and how it ends at a signal.
#![cfg(unix)]

#[path = "../../tests/support/program.rs"]
mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Far longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, which cargo builds before this test.
fn program() -> Command {
    Command::new(program::path("chat"))
}

/// A running program. It is killed if the test fails.
struct Chat {
    child: Child,
    tcp_port: u16,
}

impl Chat {
    fn start() -> Self {
        let mut child = program()
            .args(["--tcp-port", "0", "--http-port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it is built by `cargo build -p actor-chat --examples`");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut line = || lines.next().expect("a line").expect("text");
        assert!(line().starts_with("open http://localhost:"));
        let port = line().strip_prefix("or nc localhost ").map(str::parse);
        let tcp_port = port.expect("the other door").expect("a port");
        Self { child, tcp_port }
    }

    fn connect(&self) -> BufReader<TcpStream> {
        let socket = TcpStream::connect(("127.0.0.1", self.tcp_port)).expect("connects");
        socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
        BufReader::new(socket)
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("sh runs").success());
    }

    /// Waits for its end; returns its code and its log.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("piped");
        stderr.read_to_string(&mut log).expect("text");
        (self.child.wait().expect("a status").code(), log)
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let _ = self.child.kill(); // nothing, if it has ended
    }
}

#[test]
fn at_a_signal_clients_are_told_and_the_tree_stops_in_reverse_order() {
    for signal in ["INT", "TERM"] {
        let chat = Chat::start();
        let mut ann = chat.connect();
        ann.get_mut()
            .write_all(b"/join lobby\n")
            .expect("it is read");
        let mut told = String::new();
        while !told.contains("came\n") {
            assert_ne!(ann.read_line(&mut told).expect("a line"), 0, "{told}");
        }
        chat.signal(signal);
        let mut rest = String::new();
        ann.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "* the server stops: goodbye\n");
        let (code, log) = chat.ended();
        assert_eq!(code, Some(0), "{log}");
        let stops = log
            .lines()
            .filter(|line| line.contains(" has stopped reason="));
        let stops: Vec<_> = stops.collect();
        let names = ["web_door", "line_door", "sessions", "rooms", "logger"];
        assert_eq!(stops.len(), names.len(), "{log}");
        for (line, name) in stops.iter().zip(names) {
            assert!(
                line.contains(&format!(" {name} has stopped reason=shutdown")),
                "{log}"
            );
            assert!(line.starts_with("20"), "it says when: {line}");
        }
    }
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("it runs")
}

#[test]
fn a_wrong_option_and_a_port_that_is_taken_are_told() {
    let wrong = run(&["--port", "1"]);
    let text = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text.starts_with("unknown option --port\n\nusage: chat "),
        "{text}"
    );
    let chat = Chat::start();
    let taken = run(&["--tcp-port", &chat.tcp_port.to_string()]);
    let text = String::from_utf8_lossy(&taken.stderr);
    assert_eq!(taken.status.code(), Some(1));
    assert!(text.starts_with("cannot listen on 127.0.0.1:"), "{text}");
}
