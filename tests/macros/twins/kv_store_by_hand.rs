use std::collections::HashMap;
use std::convert::Infallible;

use actor_otp::prelude::*;

#[derive(Default)]
pub struct KvStore {
    entries: HashMap<String, String>,
}

pub enum KvStoreCall {
    Get {
        key: String,
        reply: ReplyTo<Option<String>>,
    },
    Len {
        reply: ReplyTo<usize>,
    },
}

pub enum KvStoreCast {
    Put { key: String, value: String },
    Clear,
}

impl GenServer for KvStore {
    type Args = ();
    type Call = KvStoreCall;
    type Cast = KvStoreCast;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(KvStore::default().into())
    }

    async fn handle_call(
        &mut self,
        call: KvStoreCall,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match call {
            KvStoreCall::Get { key, reply } => reply.send(self.entries.get(&key).cloned()),
            KvStoreCall::Len { reply } => reply.send(self.entries.len()),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(
        &mut self,
        cast: KvStoreCast,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match cast {
            KvStoreCast::Put { key, value } => {
                self.entries.insert(key, value);
            }
            KvStoreCast::Clear => self.entries.clear(),
        }
        Ok(Next::NoReply)
    }
}

pub trait KvStoreClient: Address<KvStore> {
    fn get(&self, key: String) -> impl Future<Output = Result<Option<String>, CallError>> + Send {
        self.call(|reply| KvStoreCall::Get { key, reply })
    }

    fn len(&self) -> impl Future<Output = Result<usize, CallError>> + Send {
        self.call(|reply| KvStoreCall::Len { reply })
    }

    fn put(&self, key: String, value: String) -> Self::Sent<'_> {
        self.cast(KvStoreCast::Put { key, value })
    }

    fn clear(&self) -> Self::Sent<'_> {
        self.cast(KvStoreCast::Clear)
    }
}

impl<A: Address<KvStore> + ?Sized> KvStoreClient for A {}

impl Supervised for KvStore {
    type Args = ();
    type Handle = ActorRef<Self>;

    fn start_supervised((): ()) -> impl Future<Output = Result<ActorRef<Self>, StartError>> + Send {
        Self::start_link(())
    }
}
