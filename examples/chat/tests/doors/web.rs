//! The web door: the page, and its WebSocket.

use actor_otp::testing::on_every_runtime;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::chat::{Client, Doorplate, PATIENCE, chat, config};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects as a page of `origin` does, with more headers.
async fn connect(at: Doorplate, headers: &[(&'static str, String)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/ws", at.http).into_client_request()?;
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(*name, value.parse().expect("a header"));
    }
    let (socket, _) = connect_async(request).await?;
    Ok(socket)
}

/// Reads up to a message that begins so, and returns it.
async fn sees(socket: &mut Socket, start: &str) -> String {
    loop {
        let message = timeout(PATIENCE, socket.next())
            .await
            .expect("it takes too long");
        let message = message.expect("not the end").expect("no error");
        if let Message::Text(text) = message
            && text.starts_with(start)
        {
            return text.to_string();
        }
    }
}

async fn says(socket: &mut Socket, line: &str) {
    socket.send(Message::text(line)).await.expect("it is read");
}

/// The answer to a request for a page.
async fn get(at: Doorplate, path: &str) -> String {
    let mut socket = TcpStream::connect(at.http).await.expect("connects");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        at.http
    );
    socket
        .write_all(request.as_bytes())
        .await
        .expect("it is read");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("text");
    answer
}

on_every_runtime! {
    async fn both_doors_lead_to_the_same_rooms() {
        chat(config(), async |at| {
            let ours = ("origin", format!("http://{}", at.http));
            let mut page = connect(at, &[ours]).await.expect("it is ours");
            sees(&mut page, "* you are guest-").await;
            says(&mut page, "/nick ann").await;
            sees(&mut page, "* you are ann").await;
            says(&mut page, "/join lobby").await;
            sees(&mut page, "* you are in lobby, with: ; topic: ").await;
            let mut bob = Client::in_room("bob", "lobby", at).await;
            says(&mut page, "<b>hello</b>").await;
            bob.sees_next("[lobby 1] ann: <b>hello</b>").await;
            sees(&mut page, "[lobby 1] ann: <b>hello</b>").await;
            sees(&mut page, "* sent: lobby 1 to 2").await;
            bob.says("hi").await;
            sees(&mut page, "[lobby 2] bob: hi").await;
            says(&mut page, "/tree").await;
            let tree = sees(&mut page, "* the tree: ").await;
            let names = tree.lines().skip(1).filter_map(|row| row.split_whitespace().next());
            let names: Vec<_> = names.take(5).collect();
            assert_eq!(names, ["chat", "logger", "rooms", "lobby", "sessions"], "{tree}");
            says(&mut page, "/quit").await;
            sees(&mut page, "* goodbye").await;
            bob.sees("* lobby: ann went").await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_message_that_is_no_good_is_an_error_and_not_the_end() {
        chat(config(), async |at| {
            let mut page = connect(at, &[]).await.expect("who sends no origin is no browser");
            says(&mut page, &"x".repeat(4_097)).await;
            sees(&mut page, "! a line has at most 4096 bytes: this one was dropped").await;
            page.send(Message::binary(b"\xff".to_vec())).await.expect("it is read");
            sees(&mut page, "! a line is UTF-8: this one was dropped").await;
            says(&mut page, "/dance").await;
            sees(&mut page, "! unknown command /dance: see /help").await;
            says(&mut page, "/join lobby").await;
            says(&mut page, "two\nlines").await;
            sees(&mut page, "[lobby 1] guest-").await;
            page.close(None).await.expect("closes");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_message_that_cannot_be_read_is_told_and_the_end() {
        chat(config(), async |at| {
            let no_text = Frame::message(b"\xff".to_vec(), OpCode::Data(Data::Text), true);
            for message in [Message::text("x".repeat(100_000)), Message::Frame(no_text)] {
                let mut page = connect(at, &[]).await.expect("connects");
                page.send(message).await.expect("it is read");
                sees(&mut page, "! this cannot be read: ").await;
                sees(&mut page, "* goodbye").await;
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn pages_of_other_servers_are_refused() {
        chat(config(), async |at| {
            for origin in ["http://example.com", "null", "http://localhost.example.com:4001"] {
                let refused = connect(at, &[("origin", origin.to_owned())]).await;
                let Err(Error::Http(answer)) = refused else { panic!("{origin} is let in") };
                assert_eq!(answer.status(), 403, "{origin}");
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn who_comes_through_a_proxy_may_crash_nothing_unless_it_is_allowed() {
        for allowed in [false, true] {
            let config = actor_chat::ChatConfig { allow_crash: allowed, ..config() };
            chat(config, async move |at| {
                let mut page = connect(at, &[("x-forwarded-for", "192.0.2.7".to_owned())]).await.expect("it is let in");
                says(&mut page, "/join lobby").await;
                sees(&mut page, "* you are in lobby, ").await;
                says(&mut page, "/crash").await;
                let refused = "! only clients on the server's own machine may crash something";
                let answer = if allowed { "* lobby restarted: " } else { refused };
                sees(&mut page, answer).await;
                page.close(None).await.expect("closes");
            })
            .await;
        }
    }
}

on_every_runtime! {
    async fn the_page_is_served_and_loads_nothing_from_elsewhere() {
        chat(config(), async |at| {
            for (path, kind) in [("/", "html"), ("/style.css", "css"), ("/script.js", "javascript")] {
                let answer = get(at, path).await;
                assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
                assert!(answer.contains(&format!("content-type: text/{kind}; charset=utf-8\r\n")), "{answer}");
                assert!(answer.contains("content-security-policy: default-src 'none';"), "{answer}");
                let (_, text) = answer.split_once("\r\n\r\n").expect("a body");
                assert!(!text.is_empty() && !text.contains("//cdn") && !text.contains("https://"), "{path}");
            }
            assert!(get(at, "/etc/passwd").await.starts_with("HTTP/1.1 404 "));
        })
        .await;
    }
}
