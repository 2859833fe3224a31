//! Rooms and sessions on the paused clock, without sockets.

use std::fs::{read_dir, read_to_string};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::{isolated, on_every_runtime};
use actor_otp::{app, run_until, sys};
use futures_util::{SinkExt as _, StreamExt as _, future, sink};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::app::{ChatApp, TOP};
use crate::config::{ChatConfig, Doors};
use crate::line::Line;
use crate::logger::{Logger, LoggerClient as _};
use crate::outbox::Output;
use crate::room::Room;
use crate::session::{Connection, Session};
use crate::{rooms, sessions};

/// A client without a socket: its lines go in, what it is told comes out.
struct Client {
    input: UnboundedSender<Line>,
    output: UnboundedReceiver<String>,
    session: ActorRef<Session>,
}

impl Client {
    async fn new(may_crash: bool) -> Self {
        let (told, output) = unbounded_channel();
        let output_end = sink::unfold(told, |told, line: Arc<str>| {
            future::ready(told.send(line.to_string()).map(|()| told))
        });
        let mut client = Self::with(Box::pin(output_end.sink_err_into()), may_crash).await;
        client.output = output;
        client
    }

    async fn with(output: Output, may_crash: bool) -> Self {
        let (input, lines) = unbounded_channel();
        let connection = Connection {
            input: UnboundedReceiverStream::new(lines).boxed(),
            output,
            from: "a test".to_owned(),
            may_crash,
        };
        let config = Arc::new(ChatConfig::default());
        let session = Session::child_spec_once((connection, config));
        let session = sessions::SESSIONS.start_child(session).await;
        Self {
            input,
            output: unbounded_channel().1,
            session: session.expect("starts"),
        }
    }

    fn says(&self, line: &str) {
        self.input.send(Ok(line.to_owned())).expect("it listens");
    }

    async fn sees(&mut self, start: &str) -> String {
        while let Some(line) = self.output.recv().await {
            if line.starts_with(start) {
                return line;
            }
        }
        panic!("nothing begins with {start:?}");
    }
}

/// The tree without its doors. The logger is no thread of its own: the paused clock would not wait for it.
async fn with_tree(body: impl AsyncFnOnce()) {
    isolated(async {
        let tree = SupervisorSpec::new(Strategy::OneForOne)
            .child(Logger::options(None).child_spec())
            .child(rooms::child_spec())
            .child(sessions::child_spec(&ChatConfig::default()))
            .start_link()
            .await
            .expect("starts");
        body().await;
        tree.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_empty_for_a_minute_stops() {
    with_tree(async || {
        let lobby = || rooms::find("lobby");
        let mut ann = Client::new(true).await;
        ann.says("/join lobby");
        ann.sees("* lobby: ").await;
        sleep(Duration::from_secs(3_600)).await;
        let room = lobby().expect("ann is in it");
        ann.says("/leave");
        ann.sees("* you left lobby").await;
        sleep(Duration::from_secs(59)).await;
        ann.says("/join lobby");
        ann.sees("* lobby: ").await;
        assert_eq!(lobby().as_ref(), Some(&room));
        sleep(Duration::from_secs(3_600)).await;
        ann.session.exit(ExitReason::Kill); // it cannot say that it leaves
        sleep(Duration::from_secs(59)).await;
        assert_eq!(lobby().as_ref(), Some(&room));
        sleep(Duration::from_secs(2)).await;
        assert_eq!(lobby(), None);
        assert_eq!(room.exited().await, ExitReason::Normal);
        let counts = rooms::ROOMS.count_children().await.expect("answers");
        assert_eq!(counts.specs, 0, "it is not restarted");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_newcomer_is_shown_the_last_hundred_messages() {
    with_tree(async || {
        let mut ann = Client::new(true).await;
        ann.says("/join lobby");
        for number in 1..=150 {
            ann.says(&format!("message {number}"));
        }
        ann.sees("* sent: lobby 150 ").await;
        let mut bob = Client::new(true).await;
        bob.says("/join lobby");
        let welcome = bob.sees("* you are in lobby, ").await;
        let numbers = welcome
            .lines()
            .filter_map(|line| line.split_once("] ")?.0.split_once(' '));
        let numbers: Vec<u32> = numbers
            .filter_map(|(_, number)| number.parse().ok())
            .collect();
        assert_eq!(numbers, (51..=150).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn first_joins_at_one_time_make_one_room() {
    with_tree(async || {
        let mut clients = Vec::new();
        for _ in 0..20 {
            clients.push(Client::new(true).await);
        }
        sys::suspend(&rooms::ROOMS).await.expect("suspends");
        for client in &clients {
            client.says("/join lobby"); // each finds no room, and asks for one
        }
        sleep(Duration::from_secs(1)).await;
        assert_eq!(queue_of(&rooms::ROOMS), 20);
        sys::resume(&rooms::ROOMS).await.expect("resumes");
        for client in &mut clients {
            client.sees("* lobby: ").await;
        }
        clients[0].says("hello");
        for client in &mut clients {
            client.sees("[lobby 1] ").await;
        }
        clients[0].sees("* sent: lobby 1 to 20").await;
        let counts = rooms::ROOMS.count_children().await.expect("answers");
        assert_eq!(counts.specs, 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_there_before_its_restart_stays_the_only_one() {
    with_tree(async || {
        let mut ann = Client::new(true).await;
        ann.says("/join lobby");
        ann.sees("* lobby: ").await;
        let former = rooms::find("lobby").expect("ann is in it");
        sys::suspend(&rooms::ROOMS).await.expect("suspends");
        former.exit(ExitReason::Kill);
        former.exited().await;
        let faster = Room::options("lobby".to_owned()).name("room:lobby");
        let faster = faster.start().await.expect("the name is free");
        sys::resume(&rooms::ROOMS).await.expect("resumes");
        ann.sees("* lobby restarted: ").await;
        ann.sees("* lobby: ").await;
        let counts = rooms::ROOMS.count_children().await.expect("it goes on");
        assert_eq!(counts.specs, 0, "its restart was ignored");
        assert_eq!(rooms::find("lobby").as_ref(), Some(&faster));
        ann.says("/quit");
        ann.session.exited().await;
        faster.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn members_are_put_back_when_all_rooms_end_with_their_supervisor() {
    with_tree(async || {
        let mut ann = Client::new(true).await;
        ann.says("/join lobby");
        ann.sees("* lobby: ").await;
        let rooms = rooms::ROOMS.whereis().expect("it runs");
        rooms.exit(ExitReason::Kill);
        ann.sees("* lobby restarted: ").await;
        ann.sees("* lobby: ").await;
        ann.says("hello");
        ann.sees("* sent: lobby 1 to 1").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_room_cannot_be_made_again_is_told_and_stays() {
    with_tree(async || {
        let mut ann = Client::new(true).await;
        for room in ["kitchen", "lobby"] {
            ann.says(&format!("/join {room}"));
            ann.sees(&format!("* {room}: ")).await;
        }
        let lobby = rooms::find("lobby").expect("ann is in it");
        sys::suspend(&rooms::ROOMS).await.expect("suspends");
        lobby.exit(ExitReason::Kill);
        lobby.exited().await;
        let other = Logger::options(None).name("room:lobby");
        let other = other.start().await.expect("the name is free"); // and is no room's any more
        sys::resume(&rooms::ROOMS).await.expect("resumes");
        ann.sees("! you are out of lobby: ").await;
        ann.says("hello");
        ann.sees("* sent: kitchen 1 to 1").await;
        other.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_crashes_in_one_room_leaves_the_others_alone() {
    with_tree(async || {
        let mut ann = Client::new(true).await;
        for room in ["lobby", "kitchen"] {
            ann.says(&format!("/join {room}"));
            ann.sees(&format!("* {room}: ")).await;
        }
        let kitchen = rooms::find("kitchen");
        let supervisor = rooms::ROOMS.whereis();
        let begun = now();
        for _ in 0..1_500 {
            let lobby: Name<Room> = Name::new("room:lobby");
            let lobby = lobby
                .wait(Duration::from_secs(1))
                .await
                .expect("it comes back");
            lobby.exit(ExitReason::Kill);
            lobby.exited().await;
        }
        assert!(now() - begun < Duration::from_secs(5), "within one window");
        assert_eq!(rooms::ROOMS.whereis(), supervisor);
        assert_eq!(rooms::find("kitchen"), kitchen);
    })
    .await;
}

fn queue_of(name: &Name<DynamicSupervisor>) -> usize {
    let supervisor = name.whereis().expect("it runs");
    process::info(&supervisor).expect("it runs").queue_len
}

#[tokio::test(start_paused = true)]
async fn only_who_may_crashes_something() {
    with_tree(async || {
        let mut stranger = Client::new(false).await;
        stranger.says("/join lobby");
        stranger.sees("* lobby: ").await;
        let refused = "! only clients on the server's own machine may crash something";
        for line in ["/crash", "/crash lobby", "/crash logger"] {
            stranger.says(line);
            stranger.sees(refused).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_killed_five_seconds_after_it_was_given_up() {
    with_tree(async || {
        let stuck = sink::unfold((), |(), _| future::pending::<Result<(), io::Error>>());
        let slow = Client::with(Box::pin(stuck.sink_err_into()), false).await;
        slow.says("/join lobby");
        let mut ann = Client::new(true).await;
        ann.says("/join lobby");
        ann.sees("* lobby: ").await;
        for _ in 0..1_100 {
            ann.says("hello");
        }
        ann.sees("* lobby: guest-").await; // the slow one went, and ann does not wait for its end
        assert!(slow.session.is_alive());
        let nobody = slow.session.exited().await;
        assert!(!nobody.is_abnormal(), "{nobody}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_tells_every_client_and_waits_five_seconds_for_one_that_does_not_read() {
    let mut ann = None;
    let begun = now();
    with_tree(async || {
        let stuck = sink::unfold((), |(), _| future::pending::<Result<(), io::Error>>());
        Client::with(Box::pin(stuck.sink_err_into()), false).await;
        let mut client = Client::new(true).await;
        client.says("/join lobby");
        client.sees("* lobby: ").await;
        ann = Some(client);
    })
    .await;
    let waited = now() - begun;
    let five = Duration::from_secs(5);
    assert!(
        (five..five + Duration::from_secs(1)).contains(&waited),
        "{waited:?}"
    );
    ann.expect("she was there")
        .sees("* the server stops: goodbye")
        .await;
}

#[expect(clippy::disallowed_methods, reason = "the paused clock of the test")]
fn now() -> Instant {
    Instant::now()
}

on_every_runtime! {
    async fn the_logger_keeps_the_latest_lines_also_without_a_file() {
        isolated(async {
            let logger = Logger::child_spec(None);
            let tree = SupervisorSpec::new(Strategy::OneForOne).child(logger);
            let tree = tree.start_link().await.expect("starts");
            for number in 1..=1_500 {
                Logger::NAME.log(format!("line {number}\n"));
            }
            let recent = Logger::NAME.recent().await.expect("answers");
            assert_eq!(recent.len(), 1_000);
            assert!(recent[0].ends_with(" line 501\\n"), "{}", recent[0]);
            assert!(recent[999].ends_with(" line 1500\\n"), "{}", recent[999]);
            tree.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_door_that_crashes_opens_again_at_the_same_port() {
        isolated(async {
            let config = ChatConfig { tcp_port: 0, http_port: 0, ..ChatConfig::default() };
            let doors = Doors::open(&config).expect("free ports");
            let ports = [&doors.tcp, &doors.http].map(|door| door.local_addr().expect("a port"));
            let visit = async {
                TOP.wait(Duration::from_secs(10)).await.expect("starts");
                for (id, port) in ["line_door", "web_door"].into_iter().zip(ports) {
                    let door = TOP.which_child(id).await.expect("answers").status;
                    let door = door.pid().expect("it runs").clone();
                    door.exit(ExitReason::Kill);
                    door.exited().await;
                    let mut visitor = TcpStream::connect(port).await.expect("connects");
                    let request = b"GET / HTTP/1.0\r\n\r\n";
                    visitor.write_all(request).await.expect("it is read");
                    let mut answer = [0; 4];
                    visitor.read_exact(&mut answer).await.expect("an answer");
                    assert_eq!(&answer, if id == "web_door" { b"HTTP" } else { b"* yo" });
                }
            };
            let report = run_until([app(ChatApp, (config, doors))], visit, future::pending()).await;
            assert_eq!(report.code(), 0, "{report}");
        })
        .await;
    }
}

#[test]
fn options_are_read() {
    let parse = |line: &str| ChatConfig::parse(line.split_whitespace().map(str::to_owned));
    let config = parse("--tcp-port 0 --http-port 8080 --host ::1 --log chat.log --allow-crash");
    let config = config.expect("no mistake");
    assert_eq!((config.tcp_port, config.http_port), (0, 8080));
    assert_eq!(config.host.to_string(), "::1");
    assert_eq!(config.log.as_deref(), Some("chat.log".as_ref()));
    assert!(config.allow_crash);
    let usual = parse("").expect("no mistake");
    assert_eq!((usual.tcp_port, usual.http_port), (4000, 4001));
    assert!(usual.host.is_loopback() && !usual.allow_crash && usual.log.is_none());
    for (line, wrong) in [
        ("--tcp-port", "--tcp-port needs a value"),
        ("--tcp-port 65536", "65536 is no value for --tcp-port"),
        ("--host here", "here is no value for --host"),
        ("--crash", "unknown option --crash"),
        ("4000", "unknown option 4000"),
    ] {
        assert_eq!(parse(line).expect_err(line), wrong);
    }
}

/// What is to be read stays readable in one go: comments, empty lines and tests apart.
#[test]
fn the_program_has_less_than_a_thousand_lines_of_code() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = read_dir(package.join("src")).expect("a folder");
    let sources = sources.map(|entry| entry.expect("a file").path());
    let mut lines = 0;
    for path in sources.chain([package.join("main.rs")]) {
        if path.is_file() && !path.ends_with("tests.rs") {
            let text = read_to_string(path)
                .expect("text")
                .replace("#[cfg(test)]\nmod tests;\n", "");
            let code = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with("//"));
            lines += code.count();
        }
    }
    assert!((500..1_000).contains(&lines), "{lines}");
}
