//! A client of the web door. What is one message there are several lines, if a welcome tells what was said.

use futures_util::{SinkExt, StreamExt};
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
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}
