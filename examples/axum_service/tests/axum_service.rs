//! The service as its users meet it: over HTTP, through a kill of its database, and across two runs.

#[path = "../../tests/support/program.rs"]
mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use std::{env, fs, process};

/// Far longer than any answer here takes.
const LIMIT: Duration = Duration::from_secs(30);

/// A running service. It is killed when the test is over.
struct Service {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Service {
    fn start(file: &Path) -> Self {
        let mut child = Command::new(program::path("axum_service"))
            .arg(file)
            .arg("0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("build it first: cargo build -p actor-axum-service --examples");
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut service = Self {
            child,
            output,
            address: String::new(),
        };
        service.address = service.listening();
        service
    }

    /// Waits until the front door is open, and returns where.
    fn listening(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it prints text");
        let address = line.trim_end().strip_prefix("listening on ");
        address.expect("it tells where it listens").to_owned()
    }

    /// Asks, and returns the status and the body of the answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .set_read_timeout(Some(LIMIT))
            .expect("it is not zero");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).expect("a status");
        (status.to_owned(), body.to_owned())
    }

    #[track_caller]
    fn answers(&self, question: (&str, &str, &str), status: &str, body: &str) {
        let (method, path, sent) = question;
        let expected = (status.to_owned(), body.to_owned());
        assert_eq!(self.ask(method, path, sent), expected);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn notes_outlive_a_kill_and_a_run_and_visits_do_not() {
    let file = env::temp_dir().join(format!("axum_service-{}.redb", process::id()));
    let mut service = Service::start(&file);
    service.answers(("PUT", "/milk", "oat"), "200", "kept\n");
    service.answers(("GET", "/milk", ""), "200", "oat");
    service.answers(("GET", "/rum", ""), "404", "no such note\n");
    service.answers(("GET", "/", ""), "200", "visit 1\n");
    service.answers(("GET", "/", ""), "200", "visit 2\n");

    service.answers(("POST", "/kill", ""), "200", "");
    let again = service.listening(); // the front door started after the database, so it did again
    assert_eq!(again, service.address);
    service.answers(("GET", "/milk", ""), "200", "oat");
    service.answers(("GET", "/", ""), "200", "visit 1\n");
    drop(service);

    let service = Service::start(&file);
    service.answers(("GET", "/milk", ""), "200", "oat");
    drop(service);
    fs::remove_file(&file).expect("the database is there");
}
