//! The front door for browsers: the page, and a WebSocket that carries the same lines as the other door.

#[cfg(test)]
mod tests;

use std::future::ready;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;

use actor_otp::Node;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap, ORIGIN};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpListener;

use crate::config::ChatConfig;
use crate::line::{self, Line};
use crate::session::Connection;
use crate::sessions;

/// So much of a message that is too long is read, to say so; a longer one ends the connection.
const LONGEST_READ: usize = 64 * 1024;

const PAGE: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/style.css");
const SCRIPT: &str = include_str!("../page/script.js");

/// The page loads nothing from elsewhere, and stands in nobody's frame: it has buttons that crash things.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every request needs.
#[derive(Clone)]
struct Door {
    config: Arc<ChatConfig>,
    /// The web server spawns tasks of its own, which know nothing of ours: names are looked up in here.
    node: Node,
}

/// Lets browsers in: a web server as it is.
pub(crate) async fn serve(listener: Arc<StdListener>, config: Arc<ChatConfig>) -> io::Result<()> {
    let node = Node::current();
    let pages = Router::new()
        .route("/", file("html", PAGE))
        .route("/style.css", file("css", STYLE))
        .route("/script.js", file("javascript", SCRIPT))
        .route("/ws", any(connect))
        .with_state(Door { config, node })
        .into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(TcpListener::from_std(listener.try_clone()?)?, pages).await
}

fn file(kind: &str, text: &'static str) -> MethodRouter<Door> {
    let kind = (CONTENT_TYPE, format!("text/{kind}; charset=utf-8"));
    let policy = (CONTENT_SECURITY_POLICY, POLICY.to_owned());
    get(move || ready(([kind, policy], text)))
}

async fn connect(
    State(door): State<Door>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "this page is of another server\n").into_response();
    }
    let may_crash = door.config.allow_crash || is_of_this_machine(from.ip(), &headers);
    upgrade
        .max_message_size(LONGEST_READ)
        .on_upgrade(async move |socket| {
            let connection = connection(socket, from, may_crash, door.config.line);
            door.node
                .run(sessions::admit(connection, &door.config))
                .await;
        })
}

/// Whether the page of another server wants to connect. Who sends no origin is no browser.
fn is_foreign(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    headers.get(ORIGIN).is_some_and(|origin| {
        let origin = origin.to_str().unwrap_or_default().split_once("://");
        host.is_none() || origin.map(|(_, host)| host) != host
    })
}

/// Whether a client is on this machine. A proxy speaks for others, and a page that was reached by a name
/// that is not this machine's own may be somebody else's.
fn is_of_this_machine(from: IpAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let is_our_name = matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"));
    let passed_on = ["forwarded", "x-forwarded-for"].map(|it| headers.contains_key(it));
    from.is_loopback() && is_our_name && passed_on == [false, false]
}

fn connection(socket: WebSocket, from: SocketAddr, may_crash: bool, limit: usize) -> Connection {
    let (output, input) = socket.split();
    let lines = input.filter_map(move |message| ready(line_of(message, limit)));
    Connection {
        input: lines.boxed(),
        output: Box::pin(output.with(async |line: Arc<str>| Ok(Message::text(&*line)))),
        from: from.to_string(),
        may_crash,
    }
}

/// The line in a message; none in one that is about the connection. After an error none comes any more.
fn line_of(message: Result<Message, axum::Error>, limit: usize) -> Option<Line> {
    match message {
        Ok(Message::Text(text)) => Some(line::read(text.as_bytes(), limit)),
        Ok(Message::Binary(bytes)) => Some(line::read(&bytes, limit)),
        Ok(_) => None,
        Err(error) => Some(Err(format!("this cannot be read: {error}"))),
    }
}
