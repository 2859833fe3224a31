//! A client of the web door, which sees what it is told as the line door would write it.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::chat::{Doorplate, PATIENCE};

pub(crate) struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    pub(crate) async fn open(at: Doorplate) -> Self {
        let (socket, _) = connect_async(format!("ws://{}/ws", at.http))
            .await
            .expect("connects");
        Self(socket)
    }

    pub(crate) async fn says(&mut self, line: &str) {
        self.0.send(Message::text(line)).await.expect("it is read");
    }

    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            let message = timeout(PATIENCE, self.0.next())
                .await
                .expect("it takes too long");
            match message?.ok()? {
                Message::Text(text) => return Some(line(&text)),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

fn line(text: &str) -> String {
    let event: Value = serde_json::from_str(text).expect("JSON");
    let (kind, value) = event
        .as_object()
        .and_then(|event| event.iter().next())
        .expect("one event");
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    match kind.as_str() {
        "said" => {
            let [room, number, nick, said] =
                ["room", "number", "nick", "text"].map(|it| text(&value[it]));
            format!("[{room} {number}] {nick}: {said}")
        }
        "sent" => format!("* sent: {} {} to {}", text(&value[0]), value[1], value[2]),
        "restarted" => format!("* {} restarted: ", text(value)),
        "error" => format!("! {}", text(value)),
        "bye" => format!("* {}", text(value)),
        other => format!("* {other}"),
    }
}
