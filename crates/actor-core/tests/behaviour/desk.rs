//! A server with a small mailbox, and a way to fill it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Info, InitResult, Next,
    NextResult, Options, ReplyTo, Start,
};
use tokio::sync::oneshot;

/// What a desk hears, in order; shared with the test.
type Heard = Arc<Mutex<Vec<String>>>;

/// Writes down what it hears; traps exits.
pub(crate) struct Desk(Heard);

pub(crate) struct Say {
    pub(crate) word: &'static str,
    pub(crate) reply: ReplyTo<()>,
}

/// What a desk does with its context.
type Act = Box<dyn FnOnce(&mut Context<Desk>) + Send>;

pub(crate) enum Tell {
    Say(&'static str),
    /// Runs it to its end.
    Run(Pin<Box<dyn Future<Output = ()> + Send>>),
    Do(Act),
}

impl GenServer for Desk {
    type Args = Heard;
    type Call = Say;
    type Cast = Tell;
    type Info = &'static str;
    type Continue = ();

    async fn init(heard: Heard, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self(heard).into())
    }

    async fn handle_call(
        &mut self,
        Say { word, reply }: Say,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.hear(word);
        reply.send(());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Say(word) => self.hear(word),
            Tell::Run(future) => future.await,
            Tell::Do(act) => act(cx),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<&'static str>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Message(word) => self.hear(word),
            Info::Exit(exit) => self.hear(format!("exit: {}", exit.reason)),
            Info::Down(down) => self.hear(format!("down: {}", down.reason)),
            Info::Timeout => self.hear("timeout"),
        }
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        self.hear(format!("terminate: {reason}"));
    }
}

impl Desk {
    fn hear(&self, word: impl Into<String>) {
        self.0.lock().expect("not poisoned").push(word.into());
    }
}

/// A desk, with what it has heard, and what lets it go on.
pub(crate) struct Full {
    pub(crate) desk: ActorRef<Desk>,
    heard: Heard,
    release: Option<oneshot::Sender<()>>,
}

impl Full {
    /// Starts a desk with these options, keeps it busy, and puts these words into its mailbox.
    pub(crate) async fn of(
        words: &[&'static str],
        options: impl FnOnce(Options<Desk>) -> Options<Desk>,
    ) -> Self {
        let mut full = Self::empty(options).await;
        full.fill(words).await;
        full
    }

    /// Starts a desk with these options.
    pub(crate) async fn empty(options: impl FnOnce(Options<Desk>) -> Options<Desk>) -> Self {
        let heard = Heard::default();
        let options = options(Desk::options(Arc::clone(&heard)));
        let desk = options.start().await.expect("starts");
        Self {
            desk,
            heard,
            release: None,
        }
    }

    /// Keeps it busy until it is released, and puts these words into its mailbox.
    pub(crate) async fn fill(&mut self, words: &[&'static str]) {
        let ((begin, begun), (release, held)) = (oneshot::channel(), oneshot::channel());
        self.runs(async {
            let _ = begin.send(());
            let _ = held.await;
        });
        begun.await.expect("it is busy");
        self.release = Some(release);
        for word in words {
            self.desk.try_send(word).expect("there is room");
        }
    }

    /// Lets it handle what it has.
    pub(crate) fn release(&mut self) {
        let release = self.release.take().expect("it is held");
        release.send(()).expect("it waits");
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("not poisoned").clone()
    }

    /// Acts in the process, before all that is sent after it.
    pub(crate) fn does(&self, act: impl FnOnce(&mut Context<Desk>) + Send + 'static) {
        let done = self.desk.try_cast(Tell::Do(Box::new(act)));
        done.expect("there is room");
    }

    /// Runs it in the process, before all that is sent after it.
    pub(crate) fn runs(&self, future: impl Future<Output = ()> + Send + 'static) {
        let run = self.desk.try_cast(Tell::Run(Box::pin(future)));
        run.expect("there is room");
    }

    /// What it has heard when it has handled all that it has.
    pub(crate) async fn hears(&self) -> Vec<String> {
        self.says("end").await.expect("replies");
        let mut heard = self.heard();
        assert_eq!(heard.pop().as_deref(), Some("end"));
        heard
    }

    pub(crate) fn says(
        &self,
        word: &'static str,
    ) -> impl Future<Output = Result<(), CallError>> + Send + use<> {
        let desk = self.desk.clone();
        async move { desk.call(|reply| Say { word, reply }).await }
    }

    /// Stops it; what it has heard in its whole life.
    pub(crate) async fn hears_to_the_end(&self) -> Vec<String> {
        self.stop().await;
        self.heard()
    }

    pub(crate) async fn stop(&self) {
        self.desk.stop().await.expect("stops");
    }
}

/// Lets everybody go on until all wait, and timers of no time fire; for the paused clock.
pub(crate) async fn settle() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}
