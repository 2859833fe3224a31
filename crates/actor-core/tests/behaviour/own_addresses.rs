//! Addresses of one's own: names that another registry keeps, as `via` names in OTP (N-5).

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, Next,
    NextResult, NotFound, Pid, ReplyTo, Request, Start,
};

/// A registry as an application would write it.
type Registry = Arc<Mutex<HashMap<u32, ActorRef<Sum>>>>;

/// What a server is called there: by a number.
#[derive(Clone)]
struct Via(Registry, u32);

impl Via {
    /// Yes, unless somebody alive holds it.
    fn register(&self, server: &ActorRef<Sum>) -> bool {
        let mut held = self.0.lock().expect("not poisoned");
        if held.get(&self.1).is_some_and(|holder| holder.is_alive()) {
            return false;
        }
        held.insert(self.1, server.clone());
        true
    }

    fn unregister(&self) {
        self.0.lock().expect("not poisoned").remove(&self.1);
    }
}

impl Address<Sum> for Via {
    type Sent<'a> = ();

    async fn call_by<T, F>(&self, deadline: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> Ask + Send,
    {
        self.actor_ref()?.call_by(deadline, make).await
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> Ask + Send,
    {
        match self.actor_ref() {
            Ok(server) => server.send_request(make),
            Err(why) => Request::failed(why.into()),
        }
    }

    fn cast(&self, add: u32) {
        if let Ok(server) = self.actor_ref() {
            server.cast(add);
        }
    }

    fn send(&self, never: Infallible) {
        match never {}
    }

    fn target(&self) -> Option<Pid> {
        None
    }

    fn actor_ref(&self) -> Result<ActorRef<Sum>, NotFound> {
        let held = self.0.lock().expect("not poisoned");
        held.get(&self.1).cloned().ok_or(NotFound::NoProc)
    }
}

/// Registers itself in its `init`.
struct Sum {
    via: Via,
    sum: u32,
}

enum Ask {
    Sum(ReplyTo<u32>),
    Yourself(ReplyTo<CallError>),
}

impl GenServer for Sum {
    type Args = Via;
    type Call = Ask;
    type Cast = u32;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(via: Via, cx: &mut Context<Self>) -> InitResult<Self> {
        if !via.register(&cx.actor_ref()) {
            return Err(ExitReason::custom("taken"));
        }
        Ok(Self { via, sum: 0 }.into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Sum(reply) => reply.send(self.sum),
            Ask::Yourself(reply) => {
                let answer = self.via.call(Ask::Sum).await;
                reply.send(answer.expect_err("it cannot answer now"));
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, add: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.sum += add;
        Ok(Next::NoReply)
    }
}

impl Drop for Sum {
    fn drop(&mut self) {
        self.via.unregister();
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_another_registry_keeps_is_an_address_like_any_other() {
    // N-5
    isolated(async {
        let via = Via(Registry::default(), 7);
        assert!(matches!(via.call(Ask::Sum).await, Err(CallError::NoProc)));
        let lost = via.send_request(Ask::Sum).await;
        assert!(matches!(lost, Err(CallError::NoProc)));
        via.cast(1);

        let sum = Sum::start(via.clone()).await.expect("starts");
        let taken = Sum::start(via.clone()).await;
        assert!(taken.is_err());
        via.cast(1);
        via.try_cast(2).expect("has room");
        via.waiting().cast(4).await.expect("is sent");
        assert_eq!(via.call(Ask::Sum).await.expect("replies"), 7);
        assert_eq!(via.send_request(Ask::Sum).await.expect("replies"), 7);
        sum.stop().await.expect("stops");
        assert!(matches!(via.call(Ask::Sum).await, Err(CallError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_to_oneself_fails_at_once_by_whatever_address() {
    // G-24
    isolated(async {
        let via = Via(Registry::default(), 7);
        let sum = Sum::start(via.clone()).await.expect("starts");
        let error = via.call(Ask::Yourself).await.expect("replies");
        assert!(matches!(error, CallError::CallingSelf), "{error}");
        sum.stop().await.expect("stops");
    })
    .await;
}
