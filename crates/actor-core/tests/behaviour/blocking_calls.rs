//! Calls that block their thread.

use std::convert::Infallible;
use std::thread;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    ActorRef, Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, Name, Next,
    NextResult, Node, ReplyTo, Start,
};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;
use tokio::task::block_in_place;

/// Answers at once, never, or what a blocking call of another server gives.
struct Server;

enum Call {
    Double(u32, ReplyTo<u32>),
    Keep(ReplyTo<u32>),
    Ask(ActorRef<Server>, ReplyTo<Result<u32, CallError>>),
    /// Blocks within a limit while the other one calls back.
    AskWithin(
        Duration,
        [ActorRef<Server>; 2],
        Outcome,
        ReplyTo<Result<u32, CallError>>,
    ),
    AskBack(ActorRef<Server>, Outcome, ReplyTo<u32>),
}

/// What came of a call.
type Outcome = oneshot::Sender<Result<u32, CallError>>;

impl GenServer for Server {
    type Args = ();
    type Call = Call;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(&mut self, call: Call, _cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            Call::Double(number, reply) => reply.send(2 * number),
            Call::Keep(reply) => std::mem::forget(reply), // nobody ever answers
            Call::Ask(other, reply) => reply.send(double(&other, 4)),
            Call::AskWithin(limit, [own, other], outcome, reply) => {
                let back = |reply| Call::AskBack(own, outcome, reply);
                reply.send(other.call_blocking_by(Deadline::After(limit), back));
            }
            Call::AskBack(caller, outcome, reply) => {
                let answer = caller.call(|reply| Call::Double(5, reply)).await;
                let _ = outcome.send(answer);
                reply.send(0); // too late
            }
        }
        Ok(Next::NoReply)
    }
}

fn double(server: &impl Address<Server>, number: u32) -> Result<u32, CallError> {
    server.call_blocking(|reply| Call::Double(number, reply))
}

/// Runs code on a thread that has nothing to do with a runtime.
async fn on_a_thread<T: Send + 'static>(code: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, waiting) = oneshot::channel();
    let thread = thread::spawn(move || drop(done.send(code())));
    let output = waiting.await.expect("it does not panic");
    thread.join().expect("it does not panic");
    output
}

on_every_runtime! {
    async fn a_plain_thread_may_call_and_wait() {
        // F-13
        isolated(async {
            let server = Server::start(()).await.unwrap();
            let same = server.clone();
            assert_eq!(on_a_thread(move || double(&same, 21)).await, Ok(42));
            let same = server.clone();
            let task = tokio::task::spawn_blocking(move || double(&same, 2));
            assert_eq!(task.await.unwrap(), Ok(4));
            server.stop().await.unwrap();
            assert_eq!(on_a_thread(move || double(&server, 1)).await, Err(CallError::NoProc));
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_thread_of_the_runtime_gets_an_error_instead_of_a_panic() {
        // F-13: nothing was sent.
        isolated(async {
            let server = Server::start(()).await.unwrap();
            assert_eq!(double(&server, 1), Err(CallError::WouldBlockRuntime));
            let other = Server::start(()).await.unwrap();
            let inside = server.call(|reply| Call::Ask(other.clone(), reply)).await;
            assert_eq!(inside, Ok(Err(CallError::WouldBlockRuntime)));
            server.stop().await.unwrap();
            other.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_process_on_a_thread_of_its_own_may_call_and_wait() {
        // F-13
        isolated(async {
            let asking = Server::options(()).on_own_thread().start().await.unwrap();
            let asked = Server::start(()).await.unwrap();
            let answer = asking.call(|reply| Call::Ask(asked.clone(), reply)).await;
            assert_eq!(answer, Ok(Ok(8)));
            let itself = asking.call(|reply| Call::Ask(asking.clone(), reply)).await;
            assert_eq!(itself, Ok(Err(CallError::CallingSelf)));
            asking.stop().await.unwrap();
            asked.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_blocking_call_with_a_limit_closes_no_circle() {
        // F-06, F-13: it ends by itself, and then the other one is answered
        isolated(async {
            let asking = Server::options(()).on_own_thread().start().await.unwrap();
            let asked = Server::start(()).await.unwrap();
            let (outcome, called_back) = oneshot::channel();
            let both = [asking.clone(), asked.clone()];
            let limit = Duration::from_millis(20);
            let ask = |reply| Call::AskWithin(limit, both, outcome, reply);
            assert_eq!(asking.call(ask).await, Ok(Err(CallError::Timeout)));
            assert_eq!(called_back.await.unwrap(), Ok(10));
            asking.stop().await.unwrap();
            asked.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_limit_holds_without_a_runtime() {
        isolated(async {
            let server = Server::start(()).await.unwrap();
            let same = server.clone();
            let late = on_a_thread(move || {
                let limit = Duration::from_millis(20);
                let within = same.within(limit).call_blocking(Call::Keep);
                let by = same.call_blocking_by(Deadline::After(Duration::ZERO), Call::Keep);
                let waiting = same.waiting().within(limit).call_blocking(Call::Keep);
                [within, by, waiting]
            });
            assert_eq!(late.await, [const { Err(CallError::Timeout) }; 3]);
            server.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_name_is_looked_up_in_the_default_node_of_a_plain_thread() {
        isolated(async {
            const NAME: Name<Server> = Name::new("blocking");
            let server = Server::options(()).name(NAME).start().await.unwrap();
            let node = Node::current();
            assert_eq!(on_a_thread(|| double(&NAME, 1)).await, Err(CallError::NoProc));
            let found = on_a_thread(move || node.whereis("blocking")).await;
            let found: ActorRef<Server> = found.unwrap().typed().unwrap();
            assert_eq!(on_a_thread(move || double(&found, 1)).await, Ok(2));
            server.stop().await.unwrap();
        })
        .await;
    }
}

/// Counts, and blocks its thread by a runtime's own means when it is told to.
struct Blocks(u32);

/// Says that it blocks, and until when.
type Block = (oneshot::Sender<()>, oneshot::Receiver<()>);

impl GenServer for Blocks {
    type Args = ();
    type Call = ReplyTo<u32>;
    type Cast = Option<Block>;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(0).into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<u32>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.0);
        Ok(Next::NoReply)
    }

    async fn handle_cast(
        &mut self,
        block: Option<Block>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.0 += 1;
        if let Some((begun, over)) = block {
            let _ = begun.send(());
            let runtime = Handle::current();
            let _ = match runtime.runtime_flavor() {
                RuntimeFlavor::MultiThread => block_in_place(|| runtime.block_on(over)),
                _ => over.await, // where tokio lets no callback block
            };
        }
        Ok(Next::NoReply)
    }
}

/// One on a thread of its own that has had a few messages, and blocks now until the second value says otherwise.
async fn blocked() -> (ActorRef<Blocks>, oneshot::Sender<()>) {
    let options = Blocks::options(()).on_own_thread();
    let server = options.start().await.expect("starts");
    for handled in 1..=20 {
        server.cast(None);
        assert_eq!(server.call(|reply| reply).await, Ok(handled));
    }
    let ((begun, blocks), (over, until)) = (oneshot::channel(), oneshot::channel());
    server.cast(Some((begun, until)));
    blocks.await.expect("it has begun");
    (server, over)
}

on_every_runtime! {
    async fn what_comes_while_a_thread_is_blocked_by_the_runtime_is_handled_then() {
        // What the message wakes is what blocks there.
        isolated(async {
            let (server, over) = blocked().await;
            server.cast(None);
            over.send(()).unwrap();
            assert_eq!(server.call(|reply| reply).await, Ok(22));
            server.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_kill_while_a_thread_is_blocked_by_the_runtime_is_obeyed_then() {
        isolated(async {
            let (server, over) = blocked().await;
            server.exit(ExitReason::Kill);
            let _ = over.send(()); // where it does not block, it is dead
            assert_eq!(server.exited().await, ExitReason::Killed);
        })
        .await;
    }
}
