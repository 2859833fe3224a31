//! What may cross threads.

use std::ops::ControlFlow;

use actor_core::{
    ActorRef, CallError, Context, Deadline, Down, Exit, ExitReason, Exited, Info, MonitorRef, Name,
    Node, Options, Pid, ReplyTo, Start, StartError, StopError, sys,
};

use crate::probe::{Ask, Probe, log};

fn is_send<T: Send>() {}
fn is_send_and_sync<T: Send + Sync + Unpin>() {}
fn is_send_value<T: Send>(_: &T) {}

#[test]
fn handles_and_values_are_send_and_sync() {
    is_send_and_sync::<ActorRef<Probe>>();
    is_send_and_sync::<Name<Probe>>();
    is_send_and_sync::<Name<std::cell::Cell<u8>>>();
    is_send_and_sync::<Pid>();
    is_send_and_sync::<Node>();
    is_send_and_sync::<ExitReason>();
    is_send_and_sync::<CallError>();
    is_send_and_sync::<StartError>();
    is_send_and_sync::<StopError>();
    is_send_and_sync::<Deadline>();
    is_send_and_sync::<(sys::SysError, sys::Status, sys::Event)>();
    is_send_and_sync::<(Down, Exit, MonitorRef)>();
    is_send_and_sync::<Info<String>>();
    is_send_and_sync::<Exited>();
    is_send_and_sync::<Context<Probe>>();
    is_send::<Options<Probe>>();
}

#[test]
fn a_reply_handle_is_send_whatever_it_carries() {
    is_send_and_sync::<ReplyTo<std::cell::Cell<u8>>>();
}

#[test]
fn futures_are_send() {
    is_send_value(&Probe::start(log()));
    is_send_value(&Probe::start_link(log()));
    is_send_value(&Probe::start_monitor(log()));
    let call = |probe: ActorRef<Probe>| async move {
        actor_core::Address::call(&probe, |reply| Ask::Seen { reply }).await
    };
    let looks = |probe: ActorRef<Probe>| async move {
        sys::suspend(&probe).await?;
        sys::get_state(&probe, |_| ()).await?;
        sys::install(&probe, "hook", |_, _| ControlFlow::Break(())).await
    };
    fn returns_send<A, F: Future + Send>(_: impl Fn(A) -> F) {}
    returns_send(call);
    returns_send(looks);
}
