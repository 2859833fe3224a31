//! Types and arguments of the user's with the names of ours.

use actor_otp::prelude::{Context as Cx, GenServer, Init, InitResult, actor};

struct Option;
struct Result;
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

    #[cast]
    fn tell(&mut self, cx: Debug, cast: Duration, formatter: Address, never: Next, reply_: A) {
        let _ = (cx, cast, formatter, never, reply_);
    }
}

fn main() {}
