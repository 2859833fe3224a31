//! What is written by hand beside marked methods.

use actor_otp::prelude::*;
use actor_otp::testing::isolated;

#[derive(Default)]
pub struct Kept {
    entries: Vec<String>,
}

pub enum Ask {
    Len { reply: ReplyTo<usize> },
}

pub enum Tell {
    Push { entry: String },
}

#[actor]
impl GenServer for Kept {
    type Call = Ask;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    async fn handle_call(&mut self, call: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        let Ask::Len { reply } = call;
        reply.send(self.entries.len());
        Ok(Next::NoReply)
    }

    #[cast]
    fn push(&mut self, entry: String) {
        self.entries.push(entry);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_by_hand_go_with_casts_by_mark() {
    isolated(async {
        let kept = Kept::start(()).await.expect("starts");
        kept.push("one".to_owned());
        assert_eq!(kept.call(|reply| Ask::Len { reply }).await, Ok(1));
        kept.stop().await.expect("stops");
    })
    .await;
}

#[derive(Default)]
pub struct Told {
    entries: Vec<String>,
}

#[actor]
impl GenServer for Told {
    type Cast = Tell;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    #[call]
    fn len(&self) -> usize {
        self.entries.len()
    }

    async fn handle_cast(&mut self, cast: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        let Tell::Push { entry } = cast;
        self.entries.push(entry);
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn casts_by_hand_go_with_calls_by_mark() {
    isolated(async {
        let told = Told::start(()).await.expect("starts");
        told.cast(Tell::Push {
            entry: "one".to_owned(),
        });
        assert_eq!(told.len().await, Ok(1));
        told.stop().await.expect("stops");
    })
    .await;
}

/// Its callbacks say the types of what they take.
pub struct Relay(Vec<u32>);

#[actor]
impl GenServer for Relay {
    async fn init(first: u32, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Init::Continue(Self(Vec::new()), first))
    }

    async fn handle_continue(&mut self, step: u32, cx: &mut Context<Self>) -> NextResult<Self> {
        cx.actor_ref().send(Some(step));
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Option<u32>>,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if let Info::Message(Some(number)) = info {
            cx.actor_ref().cast(number + 1);
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, number: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.0.push(number);
        Ok(Next::NoReply)
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<Vec<u32>>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.0.clone());
        Ok(Next::NoReply)
    }
}

/// Says nothing of its own: what its callback takes is the type that is left out.
pub struct Deaf;

#[actor]
impl GenServer for Deaf {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_info(
        &mut self,
        info: Info<Self::Info>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Message(never) => match never {},
            _ => Ok(Next::NoReply),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn callbacks_say_the_types_of_messages() {
    isolated(async {
        let relay = Relay::start(6).await.expect("starts");
        for _sent_to_itself in ["the note", "the number"] {
            assert!(relay.call(|reply| reply).await.is_ok());
        }
        assert_eq!(relay.call(|reply| reply).await, Ok(vec![7]));
        relay.stop().await.expect("stops");
        let deaf = Deaf::start(()).await.expect("starts");
        deaf.stop().await.expect("stops");
    })
    .await;
}
