//! Types and arguments of the user's with the names of ours.

use ::actor_otp::prelude::{Context as Cx, GenServer, Init, InitResult, actor};

struct Option;
struct Result;
struct Vec;
struct String;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;
struct Deadline;
struct Answer;
struct Steer;
struct Reply;
struct ReplyTo;
struct ActorRef;
struct ChildSpec;
struct Supervised;
struct Send;
struct Future;
struct Infallible;
struct Debug;
struct Duration;
struct Address;
pub struct Name;
struct Next;
struct A;

mod core {}
mod std {}
mod actor_otp {}
mod actor_core {}
fn drop() {}

struct Server;

type Context<T> = Cx<T>;

#[actor(name = "server", shutdown = "250ms")]
impl GenServer for Server {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        ::core::result::Result::Ok(Init::Ready(Self))
    }

    #[call]
    fn ask(
        &self,
        cx: A,
        call: Option,
        reply: Result,
        message: Send,
        context: &mut Context<Self>,
        self_: Future,
        args: Infallible,
    ) -> Name {
        let _ = (cx, call, reply, message, context.pid(), self_, args);
        Name
    }

    #[call(timeout = "1s", boxed)]
    fn ask_boxed(&self, arguments: Vec, returned: String, deadline: Box) -> Reply {
        let _ = (arguments, returned, deadline, drop());
        Reply
    }

    #[cast(boxed)]
    fn keep(&self, some: Some) {
        let _ = some;
    }

    #[call]
    fn unit(&self, none: None, ok: Ok, err: Err) -> (Deadline, Answer, Steer) {
        let _ = (none, ok, err);
        (Deadline, Answer, Steer)
    }

    #[call]
    fn others(&self, a: ActorRef, b: ChildSpec, c: Supervised) -> ReplyTo {
        let _ = (a, b, c);
        ReplyTo
    }

    #[cast]
    fn tell(&mut self, cx: Debug, cast: Duration, formatter: Address, never: Next, reply_: A) {
        let _ = (cx, cast, formatter, never, reply_);
    }
}

fn main() {}
