//! One message to one callback.

use std::future::{Future, ready};

use futures_util::future::Either;

use crate::gen_server::{GenServer, Incoming, Next, NextResult};
use crate::process::server::Server;
use crate::progress::Callback;
use crate::signal::{Envelope, Info, System};

/// Hands the first message of the batch, or that none came in time, to its callback (G-13).
///
/// No `async fn`: the message would lie in the future beside that of the callback it goes to. Inlined,
/// as each call less is a move less of the message.
#[inline(always)]
pub(super) fn dispatch<S: GenServer>(
    state: &mut S,
    server: &mut Server<S>,
) -> impl Future<Output = NextResult<S>> + Send {
    match server.batch.pop_front() {
        Some(Envelope::Call(call, pending)) => {
            server.begin(Callback::HandleCall);
            server.in_hand = Some(pending);
            server.last = S::message_name(Incoming::Call(&call));
            Either::Left(Either::Left(state.handle_call(call, &mut server.cx)))
        }
        Some(Envelope::Cast(cast)) => {
            server.begin(Callback::HandleCast);
            server.last = S::message_name(Incoming::Cast(&cast));
            Either::Left(Either::Right(state.handle_cast(cast, &mut server.cx)))
        }
        Some(Envelope::Info(message)) => {
            server.begin(Callback::HandleInfo);
            server.last = S::message_name(Incoming::Info(&message));
            Either::Right(Either::Left(
                state.handle_info(Info::Message(message), &mut server.cx),
            ))
        }
        Some(Envelope::System(system)) => match system_info(server, *system) {
            Ok(info) => Either::Right(Either::Left(state.handle_info(info, &mut server.cx))),
            Err(next) => Either::Right(Either::Right(ready(Ok(next)))),
        },
        None => {
            server.cx.cell().begin_callback(Callback::HandleInfo);
            server.last = "timeout";
            Either::Right(Either::Left(
                state.handle_info(Info::Timeout, &mut server.cx),
            ))
        }
    }
}

/// What a signal of the framework means: something for `handle_info`, or a step of its own.
fn system_info<S: GenServer>(
    server: &mut Server<S>,
    system: System,
) -> Result<Info<S::Info>, Next<S>> {
    let cell = server.cx.cell();
    server.last = match system {
        System::Stop(_) => "stop",
        System::Exit(_) => "exit",
        System::Down(_) => "down",
        System::Order(_) | System::Mark(_) => server.last, // carried out before it came here
    };
    match system {
        System::Stop(reason) => {
            cell.inbox.stop_taken();
            server.begin(Callback::Terminate);
            Err(Next::Stop(reason)) // G-47
        }
        System::Exit(exit) if cell.is_parent(exit.from.as_ref()) => {
            cell.inbox.stop_taken();
            server.begin(Callback::Terminate);
            Err(Next::Stop(exit.reason)) // G-42
        }
        System::Exit(exit) => {
            server.begin(Callback::HandleInfo);
            Ok(Info::Exit(exit)) // G-43
        }
        System::Down(down) => {
            server.begin(Callback::HandleInfo);
            Ok(Info::Down(down))
        }
        System::Order(_) | System::Mark(_) => Err(Next::NoReply),
    }
}
