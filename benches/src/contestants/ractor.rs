//! ractor.

use std::sync::{Arc, Mutex};

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent};

use crate::contestant::{Contestant, Named, Restarts, Small, Supervises};
use crate::logic::{Address, Logic, Message, Then};

pub struct Ractor;

pub struct Host;

pub enum Envelope {
    Tell(Message<ActorRef<Envelope>>),
    Ask(RpcReplyPort<u64>),
}

impl Address for ActorRef<Envelope> {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        let _ = self.send_message(Envelope::Tell(message));
    }
}

impl Actor for Host {
    type Msg = Envelope;
    type State = Logic<ActorRef<Envelope>>;
    type Arguments = Logic<ActorRef<Envelope>>;

    async fn pre_start(
        &self,
        _myself: ActorRef<Envelope>,
        logic: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(logic)
    }

    async fn handle(
        &self,
        myself: ActorRef<Envelope>,
        envelope: Envelope,
        logic: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match envelope {
            Envelope::Tell(message) => match logic.handle(message, || myself.clone()) {
                Then::Wait => {}
                Then::Stop => myself.stop(None),
                Then::Spawn(messages) => {
                    for message in messages {
                        Ractor::start(Logic::default()).await.tell(message);
                    }
                }
            },
            Envelope::Ask(answer) => answer.send(logic.count())?,
        }
        Ok(())
    }
}

impl Contestant for Ractor {
    const NAME: &'static str = "ractor";

    type Addr = ActorRef<Envelope>;

    async fn start(logic: Logic<Self::Addr>) -> Self::Addr {
        let (actor, _task) = Actor::spawn(None, Host, logic).await.expect("starts");
        actor
    }

    async fn ask(to: &Self::Addr) -> u64 {
        ractor::call!(to, Envelope::Ask).expect("it answers")
    }

    async fn stop(to: Self::Addr) {
        to.stop_and_wait(None, None).await.expect("it stops");
    }
}

impl Named for Ractor {
    async fn start_named(name: String) -> Self::Addr {
        let started = Actor::spawn(Some(name), Host, Logic::default()).await;
        started.expect("starts").0
    }

    fn add_by_name(name: &str, number: u64) {
        let actor = ractor::registry::where_is(name).expect("it is registered");
        let tell = Envelope::Tell(Message::Add(number));
        let _ = actor.send_message(tell);
    }
}

/// Where the child is now, if there is one.
type Place = Arc<Mutex<Option<ActorRef<Envelope>>>>;

/// Starts its child again when that has failed, as ractor's handbook does it; it lets any number of
/// children go. It needs no messages.
pub struct Keeper;

async fn start_child(keeper: &ActorRef<()>) -> Result<ActorRef<Envelope>, ActorProcessingErr> {
    let (child, _task) =
        Actor::spawn_linked(None, Host, Logic::default(), keeper.get_cell()).await?;
    Ok(child)
}

impl Actor for Keeper {
    type Msg = ();
    type State = Place;
    type Arguments = Place;

    async fn pre_start(
        &self,
        _myself: ActorRef<()>,
        place: Place,
    ) -> Result<Place, ActorProcessingErr> {
        Ok(place)
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<()>,
        event: SupervisionEvent,
        place: &mut Place,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            let child = start_child(&myself).await?;
            *place.lock().expect("not poisoned") = Some(child);
        }
        Ok(())
    }
}

/// The supervisor, and where its child is.
pub struct Supervisor {
    keeper: ActorRef<()>,
    place: Place,
}

impl Supervisor {
    async fn start() -> Self {
        let place = Place::default();
        let started = Actor::spawn(None, Keeper, Arc::clone(&place)).await;
        let (keeper, _task) = started.expect("starts");
        Self { keeper, place }
    }

    fn child(&self) -> ActorRef<Envelope> {
        let place = self.place.lock().expect("not poisoned");
        place.clone().expect("it was started")
    }
}

impl Restarts for Ractor {
    type Supervisor = Supervisor;

    async fn supervise() -> Supervisor {
        let supervisor = Supervisor::start().await;
        let child = start_child(&supervisor.keeper).await.expect("starts");
        *supervisor.place.lock().expect("not poisoned") = Some(child);
        supervisor
    }

    fn crash(supervisor: &Supervisor) {
        supervisor.child().tell(Message::Crash);
    }

    async fn try_ask(supervisor: &Supervisor) -> Option<u64> {
        ractor::call!(supervisor.child(), Envelope::Ask).ok()
    }
}

impl Supervises for Ractor {
    type Supervisor = Supervisor;

    async fn start_supervisor() -> Supervisor {
        Supervisor::start().await
    }

    async fn start_child(supervisor: &Supervisor) -> Self::Addr {
        start_child(&supervisor.keeper).await.expect("starts")
    }

    async fn stop_all(supervisor: Supervisor, _children: Vec<Self::Addr>) {
        let keeper = supervisor.keeper;
        keeper.stop_children_and_wait(None, None).await;
        keeper.stop_and_wait(None, None).await.expect("it stops");
    }
}

/// One with nothing but a number.
pub struct Number;

pub enum Narrow {
    Add(u64),
    Ask(RpcReplyPort<u64>),
}

impl Actor for Number {
    type Msg = Narrow;
    type State = u64;
    type Arguments = ();

    async fn pre_start(
        &self,
        _myself: ActorRef<Narrow>,
        (): (),
    ) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _myself: ActorRef<Narrow>,
        message: Narrow,
        count: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Narrow::Add(number) => *count += number,
            Narrow::Ask(answer) => answer.send(*count)?,
        }
        Ok(())
    }
}

impl Small for Ractor {
    type Small = ActorRef<Narrow>;

    async fn start_small() -> Self::Small {
        let started = Actor::spawn(None, Number, ()).await;
        started.expect("starts").0
    }

    async fn add_small(to: &Self::Small, number: u64) {
        let sent = to.send_message(Narrow::Add(number));
        assert!(sent.is_ok(), "it lives");
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        ractor::call!(to, Narrow::Ask).expect("it answers")
    }
}
