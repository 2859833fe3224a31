//! The front door for lines over TCP: `nc localhost 4000`.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_stream::StreamExt as _;
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec};
use tracing::warn;

use crate::config::ChatConfig;
use crate::line::{Line, LineCodec};
use crate::session::Connection;
use crate::sessions;

/// How long the door waits when the system gives it no connection: for lack of descriptors, say.
const BREATHER: Duration = Duration::from_millis(100);

/// Lets clients in: a loop that needs no server around it.
pub(crate) async fn serve(listener: Arc<StdListener>, config: Arc<ChatConfig>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener.try_clone()?)?;
    loop {
        match listener.accept().await {
            Ok((socket, from)) => sessions::admit(connection(socket, from, &config), &config).await,
            Err(error) => {
                warn!(%error, "nobody can connect");
                sleep(BREATHER).await;
            }
        }
    }
}

fn connection(socket: TcpStream, from: SocketAddr, config: &ChatConfig) -> Connection {
    let _ = socket.set_nodelay(true); // without it lines come later
    let (read, write) = socket.into_split();
    let lines = FramedRead::new(read, LineCodec::new(config.line)).map_while(Result::ok);
    let mut number = 0;
    let lines = lines.take_while(move |line| {
        number += 1;
        number > 2 || !is_http(line) // the first may be too long to be known
    });
    let events = FramedWrite::new(write, LinesCodec::new());
    Connection {
        input: Box::pin(lines),
        output: Box::pin(events.sink_err_into()),
        from: from.to_string(),
        may_crash: config.allow_crash || from.ip().is_loopback(),
    }
}

/// Whether a line is the head of a request. A page of any server can make the browser on this machine send
/// one, with commands behind it; and whoever is on this machine may crash things.
fn is_http(line: &Line) -> bool {
    matches!(line, Ok(line) if line.starts_with("Host: ") || line.contains(" HTTP/1."))
}
