//! ractor.

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

use crate::contestant::{Contestant, Named};
use crate::logic::{Address, Logic, Message, Then};

pub struct Ractor;

pub struct Host;

pub enum Envelope {
    Tell(Message<ActorRef<Envelope>>),
    Ask(RpcReplyPort<u64>),
}

impl Address for ActorRef<Envelope> {
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
