//! What the program is told at its start, and its doors.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// What `--help` prints.
pub const USAGE: &str = include_str!("../text/usage.txt");

/// What can be said on the command line, and how much of everything there may be.
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// Where to listen.
    pub host: IpAddr,
    /// The port of the line door.
    pub tcp_port: u16,
    /// The port of the web door.
    pub http_port: u16,
    /// Where the log is written; in memory alone without.
    pub log: Option<PathBuf>,
    /// Whether clients on other machines may crash things too.
    pub allow_crash: bool,
    /// Connections, of both doors together.
    pub connections: usize,
    /// Bytes of a line.
    pub line: usize,
    /// Rooms that one client may be in.
    pub rooms: usize,
    /// Events that wait for one client; when they are more, it is too slow.
    pub queue: usize,
    /// Time between two lines of one client: one that sends faster is read slower.
    pub pace: Duration,
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            tcp_port: 4000,
            http_port: 4001,
            log: None,
            allow_crash: false,
            connections: 1_000,
            line: 4 * 1024,
            rooms: 100,
            queue: 1_024,
            pace: Duration::from_millis(20),
        }
    }
}

impl ChatConfig {
    /// Reads the arguments of a command line, without the program's name.
    ///
    /// # Errors
    ///
    /// What is wrong with them, as a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut config = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(option) = arguments.next() {
            match option.as_str() {
                "--host" => config.host = value(&option, arguments.next())?,
                "--tcp-port" => config.tcp_port = value(&option, arguments.next())?,
                "--http-port" => config.http_port = value(&option, arguments.next())?,
                "--log" => config.log = Some(value(&option, arguments.next())?),
                "--allow-crash" => config.allow_crash = true,
                _ => return Err(format!("unknown option {option}")),
            }
        }
        Ok(config)
    }
}

fn value<T: FromStr>(option: &str, text: Option<String>) -> Result<T, String> {
    let text = text.ok_or_else(|| format!("{option} needs a value"))?;
    let wrong = |_| format!("{text} is no value for {option}");
    text.parse().map_err(wrong)
}

/// Where clients come in. They are opened before the tree starts, so that a port that is taken is told at
/// once, and a door that is restarted finds those who came meanwhile.
#[derive(Clone, Debug)]
pub struct Doors {
    /// For lines.
    pub tcp: Arc<TcpListener>,
    /// For browsers.
    pub http: Arc<TcpListener>,
}

impl Doors {
    /// Opens both.
    ///
    /// # Errors
    ///
    /// If a port is taken, or not ours to take.
    pub fn open(config: &ChatConfig) -> io::Result<Self> {
        let tcp = listen(SocketAddr::new(config.host, config.tcp_port))?;
        let http = listen(SocketAddr::new(config.host, config.http_port))?;
        Ok(Self { tcp, http })
    }
}

fn listen(address: SocketAddr) -> io::Result<Arc<TcpListener>> {
    let taken = |error| io::Error::other(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).map_err(taken)?;
    listener.set_nonblocking(true)?; // as the runtime wants it
    Ok(Arc::new(listener))
}
