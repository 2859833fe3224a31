//! Clients that read too little, say too much, or are too many.

use std::time::Duration;

use actor_chat::ChatConfig;
use actor_otp::testing::on_every_runtime;
use tokio::net::TcpSocket;
use tokio::time::Instant;

use crate::chat::{Client, Doorplate, chat, config};

/// Connects with so little room for what it is sent that the server soon waits.
async fn slow_reader(at: Doorplate) -> Client {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("it may be small");
    Client::on(socket.connect(at.tcp).await.expect("connects"))
}

on_every_runtime! {
    async fn a_slow_client_is_told_and_dropped_and_nobody_waits_for_it() {
        let config = ChatConfig { queue: 64, ..config() };
        chat(config, async |at| {
            let mut slow = slow_reader(at).await;
            slow.sees("* you are guest-").await;
            slow.says("/nick slow").await;
            slow.says("/join lobby").await;
            slow.sees("* lobby: slow came").await;
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let long = "x".repeat(4_000);
            let mut sent = 0;
            let went = loop {
                ann.says(&long).await;
                sent += 1;
                let mut line = ann.next().await.expect("she is not the slow one");
                while !line.starts_with("* sent: ") && line != "* lobby: slow went" {
                    line = ann.next().await.expect("she is not the slow one");
                }
                if line == "* lobby: slow went" {
                    break sent;
                }
                assert!(sent < 20_000, "the slow client is never dropped");
            };
            // What was queued still comes, in order and without a gap; then the reason, and the end.
            let mut seen = 0;
            loop {
                let line = slow.next().await.expect("a farewell first");
                match line.split_once("] ann: x") {
                    Some((number, _)) => {
                        seen += 1;
                        assert_eq!(number, format!("[lobby {seen}"));
                    }
                    None if line.starts_with("* lobby: ") => {}
                    None => {
                        assert_eq!(line, "* you are too slow, your queue is full: goodbye");
                        break;
                    }
                }
            }
            assert!((64..went).contains(&seen), "{seen} of {went}");
            assert_eq!(slow.next().await, None);
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_flood_is_read_at_its_pace_and_holds_up_nobody() {
        const LINES: usize = 500;
        let pace = Duration::from_millis(2);
        let config = ChatConfig { pace, queue: 4 * LINES, ..config() };
        chat(config, async |at| {
            let mut flood = Client::in_room("flood", "lobby", at).await;
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let begun = now();
            let lines = (1..=LINES).map(|number| format!("flood {number}\n"));
            flood.sends(lines.collect::<String>().as_bytes()).await;
            ann.says("I am heard").await;
            ann.sees("* sent: lobby ").await;
            flood.says("/crash nowhere").await;
            flood.sees("! there is no such room").await; // it has been read to its end
            assert!(begun.elapsed() >= pace * 9 * LINES as u32 / 10, "it was read too fast");
            flood.says("/quit").await;
            ann.sees(&format!("[lobby {}] flood: flood {LINES}", LINES + 1)).await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_connection_too_many_is_told_so() {
        let config = ChatConfig { connections: 2, ..config() };
        chat(config, async |at| {
            let _ann = Client::named("ann", at).await;
            let mut bob = Client::named("bob", at).await;
            let mut cid = Client::knock(at).await;
            assert_eq!(cid.last().await, "* too many connections: try again later");
            bob.says("/quit").await;
            bob.last().await;
            // The place is free when the session has ended, a moment after the connection.
            let mut dan = Client::knock(at).await;
            while !dan.next().await.expect("a word").starts_with("* you are guest-") {
                dan = Client::knock(at).await;
            }
        })
        .await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long something takes at least"
)]
fn now() -> Instant {
    Instant::now()
}
