//! Services of tower against room in the mailbox.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use actor_core::{ActorRef, Address, CallService, Overflow, ReplyTo, sys};
use tower_service::Service;

use crate::puppet::{Act, Cast, Puppet, beside, end, kill};
use crate::schedules::{find, hold};

fn service(
    server: &ActorRef<Puppet>,
) -> impl Service<(), Error = actor_core::CallError, Response = (), Future: Send> + Clone + Send + use<>
{
    let make = |(): (), reply: ReplyTo<()>| -> Act { Box::new(move |_, _| reply.send(())) };
    CallService::new(server.clone(), make)
}

fn nothing() -> Cast {
    Cast::Keep(Box::new(()))
}

/// Two wait until they are ready, and one gives up, while the process makes room: the two go on.
async fn waiting_to_be_ready() {
    let server = Puppet::narrow(Overflow::Wait).await;
    server.cast(nothing());
    let service = service(&server);
    let mut gives_up = service.clone();
    let third = beside(async move {
        poll_fn(|cx| Poll::Ready(gives_up.poll_ready(cx).is_ready())).await;
    });
    let clients = [service.clone(), service].map(|mut service| {
        beside(async move {
            let ready = poll_fn(|cx| service.poll_ready(cx)).await;
            ready.expect("it never fails");
            service.call(()).await
        })
    });
    for client in clients {
        assert_eq!(client.await.expect("it runs"), Ok(()));
    }
    third.await.expect("it runs");
    end([server]).await;
}

#[test]
fn services_are_ready_when_there_is_room() {
    hold(waiting_to_be_ready);
}

#[test]
fn a_service_that_nobody_tells_of_room_is_found() {
    find("a service waits after it has looked", waiting_to_be_ready);
}

/// One waits until it is ready while the process dies: it goes on.
async fn waiting_and_death() {
    let server = Puppet::narrow(Overflow::Wait).await;
    server.cast(nothing());
    let mut service = service(&server);
    let client = beside(async move {
        let ready = poll_fn(|cx| service.poll_ready(cx)).await;
        ready.expect("it never fails");
    });
    kill(&server).await.expect("it runs");
    client.await.expect("it runs");
    server.exited().await;
}

#[test]
fn a_service_that_waits_is_told_of_the_death() {
    hold(waiting_and_death);
}

#[test]
fn a_service_that_nobody_tells_of_the_death_is_found() {
    find("a line is dismissed before it is closed", waiting_and_death);
}

struct Somebody;

impl Wake for Somebody {
    fn wake(self: Arc<Self>) {}
}

/// Two give up to wait for room that does not come: nothing of them stays.
async fn giving_up() {
    let server = Puppet::narrow(Overflow::Wait).await;
    sys::suspend(&server).await.expect("it lives");
    server.cast(nothing());
    let clients = [(), ()].map(|()| {
        let mut service = service(&server);
        beside(async move {
            let task = Arc::new(Somebody);
            let waker = Waker::from(Arc::clone(&task));
            let ready = service.poll_ready(&mut Context::from_waker(&waker));
            assert!(ready.is_pending());
            drop((service, waker));
            assert_eq!(Arc::strong_count(&task), 1);
        })
    });
    for client in clients {
        client.await.expect("it runs");
    }
    sys::resume(&server).await.expect("it lives");
    end([server]).await;
}

#[test]
fn services_that_give_up_leave_nothing() {
    hold(giving_up);
}

#[test]
fn a_service_that_leaves_its_waker_is_found() {
    find("a service that gives up leaves its waker", giving_up);
}
