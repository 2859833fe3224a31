//! What is wrong with a line is told to the client that sent it, which goes on.

use actor_chat::ChatConfig;
use actor_otp::testing::on_every_runtime;

use crate::chat::{Client, chat, config};

const LONG: &str = "! a line has at most 4096 bytes: this one was dropped";
const NAMES: &str = "! a name has 1 to 24 letters (a to z), digits, - and _";

on_every_runtime! {
    async fn a_line_that_is_no_good_is_an_error_for_its_client_alone() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let mut bob = Client::in_room("bob", "lobby", at).await;
            let fits = "a".repeat(4_096);
            for (line, answer) in [
                (format!("{fits}a").into_bytes(), LONG),
                ("b".repeat(3_000_000).into_bytes(), LONG),
                (b"\xff\xfe caf\xe9".to_vec(), "! a line is UTF-8: this one was dropped"),
                (b"/dance".to_vec(), "! unknown command /dance: see /help"),
                (b"/nick".to_vec(), "! /nick needs something behind it: see /help"),
                (b"/nick ann".to_vec(), "! the name ann is taken"),
                (b"/nick ANN".to_vec(), "! the name ANN is taken"),
                (b"/nick guest-1".to_vec(), "! names that begin with guest- are given by the server"),
                (b"/nick a b".to_vec(), NAMES),
                ("/nick \u{e9}lan".as_bytes().to_vec(), NAMES),
                (b"/nick 1234567890123456789012345".to_vec(), NAMES),
                (b"/join <script>".to_vec(), NAMES),
            ] {
                bob.sends(&line).await;
                bob.sends(b"\n").await;
                bob.sees_next(answer).await;
            }
            bob.sends(format!("{fits}\r\n").as_bytes()).await;
            bob.sees_next(&format!("[lobby 1] bob: {fits}")).await;
            ann.sees_next("* lobby: bob came").await;
            ann.sees_next(&format!("[lobby 1] bob: {fits}")).await; // and nothing between
        })
        .await;
    }
}

on_every_runtime! {
    async fn characters_that_steer_a_terminal_reach_nobody() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            ann.says("\u{1b}[2Jclear\u{7}").await;
            ann.sees_next("[lobby 1] ann: [2Jclear").await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_client_is_in_so_many_rooms_and_no_more() {
        let config = ChatConfig { rooms: 3, ..config() };
        chat(config, async |at| {
            let mut ann = Client::in_room("ann", "r1", at).await;
            for room in ["r2", "r3"] {
                ann.says(&format!("/join {room}")).await;
                ann.sees(&format!("* {room}: ann came")).await;
            }
            ann.says("/join r4").await;
            ann.sees_next("! 3 rooms are the limit: /leave one").await;
            ann.says("/join r1").await; // back to one of them
            ann.says("here").await;
            ann.sees_next("[r1 1] ann: here").await;
            ann.says("/leave").await;
            ann.sees("* you left r1").await;
            ann.says("there").await;
            ann.sees_next("[r3 1] ann: there").await;
            ann.says("/join r4").await;
            ann.sees("* r4: ann came").await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn who_is_in_no_room_is_told_so() {
        chat(config(), async |at| {
            let mut ann = Client::named("ann", at).await;
            for line in ["hello", "/leave", "/who", "/topic tea", "/crash"] {
                ann.says(line).await;
                ann.sees_next("! you are in no room: /join ROOM").await;
            }
            ann.says("").await;
            ann.says("/help").await;
            ann.sees_next("/nick NAME    take another name").await; // an empty line is nothing
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_browser_at_the_line_door_is_not_listened_to() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            for path in ["/".to_owned(), format!("/{}", "x".repeat(5_000))] {
                let mut browser = Client::knock(at).await;
                let request = format!(
                    "POST {path} HTTP/1.1\r\nHost: {}\r\n\r\n/join lobby\n/crash lobby\n",
                    at.tcp
                );
                browser.sends(request.as_bytes()).await;
                browser.last().await; // it is let out
            }
            ann.says("GET / HTTP/1.1").await; // who talks of it is no browser
            ann.sees_next("[lobby 1] ann: GET / HTTP/1.1").await; // nobody came, and nothing crashed
        })
        .await;
    }
}
