//! Addresses that know a message, but not the server behind it.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Caller, Context, Deadline, GenServer, InitResult, Name, Next, NextResult,
    Recipient, ReplyTo, Start,
};

/// Keeps lines.
struct Lines(Vec<String>);

struct Line(String);

impl From<String> for Line {
    fn from(line: String) -> Self {
        Self(line)
    }
}

impl GenServer for Lines {
    type Args = ();
    type Call = (usize, ReplyTo<Option<String>>);
    type Cast = Line;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(Vec::new()).into())
    }

    async fn handle_call(&mut self, call: Self::Call, _cx: &mut Context<Self>) -> NextResult<Self> {
        let (place, reply) = call;
        reply.send(self.0.get(place).cloned());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, line: Line, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.0.push(line.0);
        Ok(Next::NoReply)
    }
}

/// Counts what it is sent.
struct Count(usize);

impl GenServer for Count {
    type Args = ();
    type Call = ReplyTo<usize>;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(0).into())
    }

    async fn handle_call(
        &mut self,
        reply: Self::Call,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.0);
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        self.0 += 1;
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn one_list_of_recipients_holds_servers_of_all_types() {
    isolated(async {
        let lines = Lines::start(()).await.unwrap();
        let count = Count::start(()).await.unwrap();
        let subscribers: [Recipient<String>; 2] = [
            Recipient::new(lines.clone()),
            Recipient::with(count.clone(), |_: String| ()),
        ];
        for subscriber in subscribers.iter().chain(&subscribers.clone()) {
            subscriber.cast("hello".to_owned());
        }
        let line = lines.call(|reply| (1, reply)).await.unwrap();
        assert_eq!(line.as_deref(), Some("hello"));
        assert_eq!(count.call(|reply| reply).await.unwrap(), 2);
        lines.stop().await.unwrap();
        count.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn callers_ask_servers_of_any_type_and_get_its_errors() {
    isolated(async {
        let lines = Lines::start(()).await.unwrap();
        let count = Count::start(()).await.unwrap();
        let line_at: Caller<usize, Option<String>> =
            Caller::new(lines.clone(), |place, reply| (place, reply));
        let how_many: Caller<(), usize> = Caller::new(count.clone(), |(), reply| reply);
        assert_eq!(line_at.call(0).await.unwrap(), None);
        assert_eq!(how_many.clone().call(()).await.unwrap(), 0);
        lines.stop().await.unwrap();
        count.stop().await.unwrap();
        let never = line_at.call_by(Deadline::After(Duration::ZERO), 0).await;
        assert_eq!(never, Err(CallError::NoProc));
        assert_eq!(how_many.call(()).await, Err(CallError::NoProc));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_recipient_of_a_name_follows_its_holders() {
    isolated(async {
        const COUNT: Name<Count> = Name::new("count");
        let recipient = Recipient::new(COUNT);
        recipient.cast(()); // nobody is there, and that is no error
        for _ in 0..2 {
            let count = Count::options(()).name(COUNT).start().await.unwrap();
            recipient.cast(());
            assert_eq!(count.call(|reply| reply).await.unwrap(), 1);
            count.stop().await.unwrap();
        }
    })
    .await;
}
