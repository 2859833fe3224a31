//! Two people talk.

use actor_otp::testing::on_every_runtime;

use crate::chat::{Client, chat, config};

on_every_runtime! {
    async fn two_people_talk() {
        chat(config(), async |at| {
            let mut ann = Client::in_room("ann", "lobby", at).await;
            let mut bob = Client::in_room("bob", "lobby", at).await;
            ann.sees_next("* lobby: bob came").await;
            ann.says("hello").await;
            ann.sees_next("[lobby 1] ann: hello").await;
            ann.sees_next("* sent: lobby 1 to 2").await;
            bob.sees_next("[lobby 1] ann: hello").await;
            bob.says("/msg /hello to you").await;
            bob.sees_next("[lobby 2] bob: /hello to you").await;
            bob.sees_next("* sent: lobby 2 to 2").await;
            ann.sees_next("[lobby 2] bob: /hello to you").await;
            bob.says("/nick rob").await;
            ann.sees_next("* lobby: bob is rob now").await;
            bob.says("/topic tea").await;
            ann.sees_next("* lobby: rob sets the topic: tea").await;
            bob.says("/who").await;
            bob.sees("* here: ann, rob").await;
            bob.says("/rooms").await;
            bob.sees("* rooms: lobby (2)").await;
            bob.says("/quit").await;
            assert_eq!(bob.last().await, "* goodbye");
            ann.sees_next("* lobby: rob went").await;
            let mut cid = Client::named("cid", at).await;
            cid.says("/join LOBBY").await;
            cid.sees_next("* you are in lobby, with: ann; topic: tea").await;
            cid.sees_next("[lobby 1] ann: hello").await;
            cid.sees_next("[lobby 2] bob: /hello to you").await;
            cid.sees_next("* lobby: cid came").await;
        })
        .await;
    }
}
