//! One message to one callback.

use crate::gen_server::{GenServer, Incoming, Next};
use crate::process::server::{Server, answer};
use crate::signal::{Envelope, Info, System};

/// Hands a message to its callback, and says how to go on (G-13).
pub(super) async fn dispatch<S: GenServer>(
    server: &mut Server<'_, S>,
    envelope: Envelope<S>,
) -> Next<S> {
    let Server {
        state,
        in_hand,
        last,
        cx,
        ..
    } = server;
    answer(match envelope {
        Envelope::Call(call, pending) => {
            **in_hand = Some(pending);
            **last = S::message_name(Incoming::Call(&call));
            state.handle_call(call, cx).await
        }
        Envelope::Cast(cast) => {
            **last = S::message_name(Incoming::Cast(&cast));
            state.handle_cast(cast, cx).await
        }
        Envelope::Info(message) => {
            **last = S::message_name(Incoming::Info(&message));
            state.handle_info(Info::Message(message), cx).await
        }
        Envelope::System(system) => match system_info(server, *system) {
            Ok(info) => server.state.handle_info(info, server.cx).await,
            Err(next) => Ok(next),
        },
    })
}

/// What a signal of the framework means: something for `handle_info`, or a step of its own.
fn system_info<S: GenServer>(
    server: &mut Server<'_, S>,
    system: System,
) -> Result<Info<S::Info>, Next<S>> {
    let cell = server.cx.cell();
    *server.last = match system {
        System::Stop(_) => "stop",
        System::Exit(_) => "exit",
        System::Down(_) => "down",
    };
    match system {
        System::Stop(reason) => {
            cell.inbox.stop_taken();
            Err(Next::Stop(reason)) // G-47
        }
        System::Exit(exit) if cell.is_parent(exit.from.as_ref()) => {
            cell.inbox.stop_taken();
            Err(Next::Stop(exit.reason)) // G-42
        }
        System::Exit(exit) => Ok(Info::Exit(exit)), // G-43
        System::Down(down) => Ok(Info::Down(down)),
    }
}
