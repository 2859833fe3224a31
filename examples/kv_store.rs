//! A server whose messages are written by hand: two enums, and a match for each.
//!
//! `cargo run --example kv_store`. What the attribute writes for `#[call]` and `#[cast]` looks like this,
//! so this is the form for messages that somebody else defines. The attribute still fills in the types
//! that are not used, and `child_spec`.

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::collections::BTreeMap;

use actor_otp::prelude::*;

#[derive(Default)]
struct KvStore {
    entries: BTreeMap<String, String>,
}

/// The requests. Each has a typed handle that its answer goes through.
enum KvCall {
    Get {
        key: String,
        reply: ReplyTo<Option<String>>,
    },
    Keys {
        reply: ReplyTo<Vec<String>>,
    },
    /// Answers with the number of entries, and ends the server.
    Close {
        reply: ReplyTo<usize>,
    },
}

/// The messages that are not answered.
enum KvCast {
    Put { key: String, value: String },
    Delete { key: String },
}

#[actor(name = "kv")]
impl GenServer for KvStore {
    type Call = KvCall;
    type Cast = KvCast;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    async fn handle_call(&mut self, call: KvCall, _cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            KvCall::Get { key, reply } => reply.send(self.entries.get(&key).cloned()),
            KvCall::Keys { reply } => reply.send(self.entries.keys().cloned().collect()),
            KvCall::Close { reply } => {
                let answer = reply.with(self.entries.len());
                return Ok(Next::stop_and_reply(ExitReason::Normal, answer));
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: KvCast, _cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            KvCast::Put { key, value } => {
                self.entries.insert(key, value);
            }
            KvCast::Delete { key } => {
                self.entries.remove(&key);
            }
        }
        Ok(Next::NoReply)
    }
}

/// The client by hand: functions that hide the messages. They take any address: a reference, or a name.
async fn get(kv: &impl Address<KvStore>, key: &str) -> Result<Option<String>, CallError> {
    let key = key.to_owned();
    kv.call(|reply| KvCall::Get { key, reply }).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kv = KvStore::start(()).await?;
    for (key, value) in [("tea", "green"), ("milk", "oat"), ("sugar", "none")] {
        kv.cast(KvCast::Put {
            key: key.to_owned(),
            value: value.to_owned(),
        });
    }
    println!("tea: {:?}", get(&kv, "tea").await?);
    println!("rum: {:?}", get(&KvStore::NAME, "rum").await?);
    kv.cast(KvCast::Delete {
        key: "sugar".to_owned(),
    });
    println!("keys: {:?}", kv.call(|reply| KvCall::Keys { reply }).await?);
    let left = kv.call(|reply| KvCall::Close { reply }).await?;
    println!("closed with {left} entries: {}", kv.exited().await);
    Ok(())
}
