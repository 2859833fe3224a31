//! KVStore, by hand.

use std::collections::HashMap;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;

#[derive(Default)]
pub struct KvStore {
    entries: HashMap<String, String>,
}

pub enum KvCall {
    Get {
        key: String,
        reply: ReplyTo<Option<String>>,
    },
    Len {
        reply: ReplyTo<usize>,
    },
}

pub enum KvCast {
    Put { key: String, value: String },
    Clear,
}

#[actor] // fills in unused types, child_spec; handle_call is written by hand
impl GenServer for KvStore {
    type Args = ();
    type Call = KvCall;
    type Cast = KvCast;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(KvStore::default().into())
    }

    async fn handle_call(&mut self, call: KvCall, _cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            KvCall::Get { key, reply } => reply.send(self.entries.get(&key).cloned()),
            KvCall::Len { reply } => reply.send(self.entries.len()),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: KvCast, _cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            KvCast::Put { key, value } => {
                self.entries.insert(key, value);
            }
            KvCast::Clear => self.entries.clear(),
        }
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn the_store_stores() {
    isolated(async {
        session().await.expect("the session of the contract");
    })
    .await;
}

async fn session() -> Result<(), Box<dyn std::error::Error>> {
    let kv = KvStore::start(()).await?;
    kv.cast(KvCast::Put {
        key: "a".into(),
        value: "1".into(),
    });
    let one = kv
        .call(|reply| KvCall::Get {
            key: "a".into(),
            reply,
        })
        .await?;
    assert_eq!(one.as_deref(), Some("1"));
    assert_eq!(kv.call(|reply| KvCall::Len { reply }).await?, 1);
    kv.cast(KvCast::Clear);
    assert_eq!(kv.call(|reply| KvCall::Len { reply }).await?, 0);
    kv.stop().await?;
    Ok(())
}

#[test]
fn a_child_spec_is_derived_also_without_marked_methods() {
    assert_eq!(KvStore::child_spec(()).get_id().to_string(), "KvStore");
}
