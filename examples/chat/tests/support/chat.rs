//! A chat server in the hands of a test, and clients for its doors.

use std::future::{Future, pending};
use std::net::SocketAddr;
use std::time::Duration;

use actor_chat::{ChatApp, ChatConfig, Doors};
use actor_otp::testing::isolated;
use actor_otp::{app, run_until};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// Far longer than anything takes here.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Where a server listens.
#[derive(Clone, Copy)]
pub(crate) struct Doorplate {
    pub(crate) tcp: SocketAddr,
    pub(crate) http: SocketAddr,
}

/// Free ports, and clients may send as fast as they can.
pub(crate) fn config() -> ChatConfig {
    ChatConfig {
        tcp_port: 0,
        http_port: 0,
        pace: Duration::ZERO,
        ..ChatConfig::default()
    }
}

/// Runs a server while `visit` goes on, then stops it in order; no process of it is left.
pub(crate) async fn chat<F>(config: ChatConfig, visit: impl FnOnce(Doorplate) -> F)
where
    F: Future<Output = ()> + Send,
{
    let doors = Doors::open(&config).expect("free ports");
    let doorplate = Doorplate {
        tcp: doors.tcp.local_addr().expect("it listens"),
        http: doors.http.local_addr().expect("it listens"),
    };
    let visit = visit(doorplate);
    isolated(async {
        let report = run_until([app(ChatApp, (config, doors))], visit, pending()).await;
        assert_eq!(report.code(), 0, "{report}");
    })
    .await;
}

/// A client of the line door.
pub(crate) struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
    pub(crate) nick: String,
}

impl Client {
    /// Connects, without a word.
    pub(crate) async fn knock(at: Doorplate) -> Self {
        Self::on(TcpStream::connect(at.tcp).await.expect("connects"))
    }

    pub(crate) fn on(socket: TcpStream) -> Self {
        let (read, writer) = socket.into_split();
        let lines = BufReader::new(read).lines();
        let nick = String::new();
        Self {
            lines,
            writer,
            nick,
        }
    }

    /// Connects under a name.
    pub(crate) async fn named(nick: &str, at: Doorplate) -> Self {
        let mut client = Self::knock(at).await;
        client.sees("* you are guest-").await;
        client.says(&format!("/nick {nick}")).await;
        client.sees(&format!("* you are {nick}")).await;
        client.nick = nick.to_owned();
        client
    }

    /// Connects under a name, and is in a room.
    pub(crate) async fn in_room(nick: &str, room: &str, at: Doorplate) -> Self {
        let mut client = Self::named(nick, at).await;
        client.says(&format!("/join {room}")).await;
        client.sees(&format!("* {room}: {nick} came")).await;
        client
    }

    pub(crate) async fn says(&mut self, line: &str) {
        self.sends(format!("{line}\n").as_bytes()).await;
    }

    pub(crate) async fn sends(&mut self, bytes: &[u8]) {
        self.writer
            .write_all(bytes)
            .await
            .expect("the server reads");
    }

    /// The next line; none at the end.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let line = timeout(PATIENCE, self.lines.next_line());
        line.await.expect("it takes too long").ok().flatten()
    }

    /// Reads up to a line that begins so, and returns it.
    #[track_caller]
    pub(crate) fn sees(&mut self, start: &str) -> impl Future<Output = String> {
        let caller = std::panic::Location::caller();
        async move {
            let mut seen = Vec::new();
            while let Some(line) = self.next().await {
                if line.starts_with(start) {
                    return line;
                }
                seen.push(line);
            }
            panic!("{caller}: no line begins with {start:?}, but: {seen:#?}");
        }
    }

    /// Reads the very next line.
    #[track_caller]
    pub(crate) fn sees_next(&mut self, expected: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            assert_eq!(self.next().await.as_deref(), Some(expected), "{caller}");
        }
    }

    /// Reads to the end of the connection, and returns the last line.
    pub(crate) async fn last(&mut self) -> String {
        let mut last = String::new();
        while let Some(line) = self.next().await {
            last = line;
        }
        last
    }
}
