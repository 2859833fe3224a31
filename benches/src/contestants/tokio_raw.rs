//! What an expert writes by hand: a task, a channel, an enum of messages, oneshots for answers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, RwLock};

use tokio::sync::{mpsc, oneshot};

use crate::contestant::{Bounded, Contestant, Named, Restarts, Small, Supervises};
use crate::logic::{Address, Logic, Message, Then};

pub struct TokioRaw;

#[derive(Clone)]
pub struct Addr(mpsc::UnboundedSender<Envelope>);

pub enum Envelope {
    Tell(Message<Addr>),
    Ask(oneshot::Sender<u64>),
    Stop(oneshot::Sender<()>),
}

impl Address for Addr {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        let _ = self.0.send(Envelope::Tell(message));
    }
}

fn spawn(logic: Logic<Addr>) -> Addr {
    let (sender, receiver) = mpsc::unbounded_channel();
    let me = Addr(sender);
    tokio::spawn(run(logic, receiver, me.clone()));
    me
}

async fn run(mut logic: Logic<Addr>, mut receiver: mpsc::UnboundedReceiver<Envelope>, me: Addr) {
    while let Some(envelope) = receiver.recv().await {
        match envelope {
            Envelope::Tell(message) => match logic.handle(message, || me.clone()) {
                Then::Wait => {}
                Then::Stop => return,
                Then::Spawn(messages) => {
                    for message in messages {
                        spawn(Logic::default()).tell(message);
                    }
                }
            },
            Envelope::Ask(answer) => drop(answer.send(logic.count())),
            Envelope::Stop(done) => {
                drop(logic);
                let _ = done.send(());
                return;
            }
        }
    }
}

impl Contestant for TokioRaw {
    const NAME: &'static str = "tokio-raw";

    type Addr = Addr;

    async fn start(logic: Logic<Addr>) -> Addr {
        spawn(logic)
    }

    async fn ask(to: &Addr) -> u64 {
        let (sender, receiver) = oneshot::channel();
        let _ = to.0.send(Envelope::Ask(sender));
        receiver.await.expect("it answers")
    }

    async fn stop(to: Addr) {
        let (sender, receiver) = oneshot::channel();
        let _ = to.0.send(Envelope::Stop(sender));
        receiver.await.expect("it stops");
    }
}

impl Bounded for TokioRaw {
    type Bounded = mpsc::Sender<Envelope>;

    async fn start_bounded(capacity: usize) -> Self::Bounded {
        let (sender, mut receiver) = mpsc::channel(capacity);
        tokio::spawn(async move {
            let mut logic = Logic::default();
            while let Some(envelope) = receiver.recv().await {
                match envelope {
                    Envelope::Tell(message) => match logic.handle(message, || unreachable!()) {
                        Then::Wait => {}
                        Then::Stop | Then::Spawn(_) => return,
                    },
                    Envelope::Ask(answer) => drop(answer.send(logic.count())),
                    Envelope::Stop(_) => return,
                }
            }
        });
        sender
    }

    async fn add(to: &Self::Bounded, number: u64) {
        let sent = to.send(Envelope::Tell(Message::Add(number))).await;
        assert!(sent.is_ok(), "it lives");
    }

    async fn ask_bounded(to: &Self::Bounded) -> u64 {
        let (sender, receiver) = oneshot::channel();
        let sent = to.send(Envelope::Ask(sender)).await;
        assert!(sent.is_ok(), "it lives");
        receiver.await.expect("it answers")
    }
}

static NAMES: LazyLock<RwLock<HashMap<String, Addr>>> = LazyLock::new(RwLock::default);

impl Named for TokioRaw {
    async fn start_named(name: String) -> Addr {
        let actor = spawn(Logic::default());
        NAMES
            .write()
            .expect("not poisoned")
            .insert(name, actor.clone());
        actor
    }

    fn add_by_name(name: &str, number: u64) {
        let names = NAMES.read().expect("not poisoned");
        names[name].tell(Message::Add(number));
    }
}

/// A task that starts the actor again, and says where it is now.
pub struct Supervisor(Arc<Mutex<Addr>>);

impl Supervisor {
    fn child(&self) -> Addr {
        self.0.lock().expect("not poisoned").clone()
    }
}

impl Restarts for TokioRaw {
    type Supervisor = Supervisor;

    async fn supervise() -> Supervisor {
        let start = || {
            let (sender, receiver) = mpsc::unbounded_channel();
            let me = Addr(sender);
            let task = tokio::spawn(run(Logic::default(), receiver, me.clone()));
            (me, task)
        };
        let (first, mut task) = start();
        let place = Arc::new(Mutex::new(first));
        let present = Arc::clone(&place);
        tokio::spawn(async move {
            while (&mut task).await.is_err() {
                let (next, restarted) = start();
                *present.lock().expect("not poisoned") = next;
                task = restarted;
            }
        });
        Supervisor(place)
    }

    fn crash(supervisor: &Supervisor) {
        supervisor.child().tell(Message::Crash);
    }

    async fn try_ask(supervisor: &Supervisor) -> Option<u64> {
        let (sender, receiver) = oneshot::channel();
        supervisor.child().0.send(Envelope::Ask(sender)).ok()?;
        receiver.await.ok()
    }
}

/// Nobody supervises: what starting and stopping tasks costs at least.
impl Supervises for TokioRaw {
    type Supervisor = ();

    async fn start_supervisor() {}

    async fn start_child((): &()) -> Addr {
        spawn(Logic::default())
    }

    async fn stop_all((): (), children: Vec<Addr>) {
        for child in children {
            Self::stop(child).await;
        }
    }
}

/// What one is sent that has nothing but a number.
pub enum Narrow {
    Add(u64),
    Ask(oneshot::Sender<u64>),
}

impl Small for TokioRaw {
    type Small = mpsc::UnboundedSender<Narrow>;

    async fn start_small() -> Self::Small {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut count = 0;
            while let Some(envelope) = receiver.recv().await {
                match envelope {
                    Narrow::Add(number) => count += number,
                    Narrow::Ask(answer) => drop(answer.send(count)),
                }
            }
        });
        sender
    }

    async fn add_small(to: &Self::Small, number: u64) {
        to.send(Narrow::Add(number)).expect("it lives");
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        let (sender, receiver) = oneshot::channel();
        to.send(Narrow::Ask(sender)).expect("it lives");
        receiver.await.expect("it answers")
    }
}
