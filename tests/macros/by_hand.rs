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
