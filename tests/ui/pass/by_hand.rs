//! Calls by hand and casts by mark, in one block.

use actor_otp::prelude::*;

#[derive(Default)]
pub struct KvStore {
    entries: Vec<(String, String)>,
}

pub enum KvCall {
    Get {
        key: String,
        reply: ReplyTo<Option<String>>,
    },
}

#[actor]
impl GenServer for KvStore {
    type Call = KvCall;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(KvStore::default().into())
    }

    async fn handle_call(&mut self, call: KvCall, _cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            KvCall::Get { key, reply } => {
                let entry = self.entries.iter().find(|entry| entry.0 == key);
                reply.send(entry.map(|entry| entry.1.clone()));
            }
        }
        Ok(Next::NoReply)
    }

    #[cast]
    fn put(&mut self, key: String, value: String) {
        self.entries.push((key, value));
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kv = KvStore::start(()).await?;
    kv.put("a".to_owned(), "1".to_owned());
    let key = "a".to_owned();
    let one = kv.call(|reply| KvCall::Get { key, reply }).await?;
    assert_eq!(one.as_deref(), Some("1"));
    Ok(())
}
