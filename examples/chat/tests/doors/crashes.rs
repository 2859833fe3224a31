//! Rooms and the logger crash, and the others go on.

use std::env::temp_dir;
use std::fs::{read_to_string, remove_file};
use std::process::id;
use std::thread::current;

use actor_otp::testing::on_every_runtime;

use crate::chat::{Client, chat, config};

on_every_runtime! {
    async fn a_room_that_crashes_is_restarted_with_its_members_and_other_rooms_notice_nothing() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let mut bob = Client::in_room("bob", "lobby", at).await;
            let mut cid = Client::in_room("cid", "kitchen", at).await;
            ann.says("before").await;
            bob.sees("[lobby 1] ann: before").await;
            bob.says("/crash").await;
            ann.sees("* lobby restarted: ").await;
            bob.sees("* lobby restarted: ").await;
            ann.sees("* lobby: ann came").await;
            bob.sees("* lobby: bob came").await;
            bob.says("after").await;
            bob.sees("[lobby 1] bob: after").await; // counted from 1 again: nothing is left
            let mut dan = Client::named("dan", at).await;
            dan.says("/join lobby").await;
            let welcome = dan.sees("* you are in lobby, with: ").await;
            assert!(welcome.contains("ann") && welcome.contains("bob"), "{welcome}");
            dan.sees_next("[lobby 1] bob: after").await;
            cid.says("alone").await;
            cid.sees_next("[kitchen 1] cid: alone").await;
            cid.sees_next("* sent: kitchen 1 to 1").await;
            cid.says("/tree").await;
            cid.sees("* the tree: name, pid, restarts, queue").await;
            let lobby = cid.sees("      lobby <").await;
            assert!(lobby.ends_with(" 1 0 3"), "restarted once: {lobby}");
            let kitchen = cid.sees("      kitchen <").await;
            assert!(kitchen.ends_with(" 0 0 1"), "never: {kitchen}");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_room_can_be_crashed_by_name_and_by_clients_that_are_not_in_it() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let mut bob = Client::named("bob", at).await;
            bob.says("/crash nowhere").await;
            bob.sees_next("! there is no such room").await;
            bob.says("/crash lobby").await;
            ann.sees("* lobby restarted: ").await;
            ann.sees("* lobby: ann came").await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_crash_of_the_logger_loses_no_line_that_is_written() {
        let thread = current();
        let test = thread.name().unwrap_or("test").replace("::", "-"); // the runtime's too
        let path = temp_dir().join(format!("chat-{}-{test}.log", id()));
        let config = actor_chat::ChatConfig {
            log: Some(path.clone()),
            ..config()
        };
        chat(config, async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            for round in 1..=5 {
                for line in 1..=20 {
                    let number = 20 * (round - 1) + line;
                    ann.says(&format!("line {number} \u{1b}[2J \"quoted\""))
                        .await;
                    ann.sees(&format!("* sent: lobby {number} to 1")).await;
                }
                ann.says("/crash logger").await;
                // The crash lies behind the lines in the mailbox, and is seen in the tree.
                loop {
                    ann.says("/tree").await;
                    if ann
                        .sees("    logger ")
                        .await
                        .contains(&format!("> {round} "))
                    {
                        break;
                    }
                }
            }
        })
        .await;
        let log = read_to_string(&path).expect("the log is there");
        remove_file(&path).expect("it is ours");
        let lines = log
            .lines()
            .filter_map(|line| line.split_once("lobby <ann> line "));
        let numbers: Vec<_> = lines
            .filter_map(|(_, rest)| rest.split(' ').next()?.parse::<u32>().ok())
            .collect();
        assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
        assert!(!log.contains('\u{1b}'), "what clients write is escaped");
        assert_eq!(log.matches("crashes logger").count(), 5);
    }
}
