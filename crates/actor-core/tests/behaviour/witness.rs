//! A server that does what it is sent, as a process, and keeps whole what it hears.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, InitResult, MonitorRef, Next,
    NextResult, Pid, ReplyTo, Start,
};

pub(crate) struct Witness(Record);

type Record = Arc<Mutex<Vec<Heard>>>;

/// What a witness is sent: it begins with the context, and may then wait.
pub(crate) type Job = Box<dyn FnOnce(&mut Context<Witness>) -> Doing + Send>;
pub(crate) type Doing = Pin<Box<dyn Future<Output = NextResult<Witness>> + Send>>;

/// A plain message for a witness.
pub(crate) enum Plain {
    Word(&'static str),
    Do(Job),
}

/// What a witness heard, with everything in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    Word(&'static str),
    Exit(Option<Pid>, ExitReason),
    Down(MonitorRef, Pid, ExitReason),
    /// Of a monitor that was placed by name.
    DownOf(String, MonitorRef, Pid, ExitReason),
    Timeout,
    Terminate(ExitReason),
}

impl GenServer for Witness {
    type Args = Record;
    type Call = Job;
    type Cast = Job;
    type Info = Plain;
    type Continue = Job;

    async fn init(record: Record, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(record).into())
    }

    async fn handle_call(&mut self, job: Job, cx: &mut Context<Self>) -> NextResult<Self> {
        job(cx).await
    }

    async fn handle_cast(&mut self, job: Job, cx: &mut Context<Self>) -> NextResult<Self> {
        job(cx).await
    }

    async fn handle_info(&mut self, info: Info<Plain>, cx: &mut Context<Self>) -> NextResult<Self> {
        let heard = match info {
            Info::Message(Plain::Do(job)) => return job(cx).await,
            Info::Message(Plain::Word(word)) => Heard::Word(word),
            Info::Exit(exit) => Heard::Exit(exit.from, exit.reason),
            Info::Down(down) => match down.name {
                None => Heard::Down(down.monitor, down.pid, down.reason),
                Some(name) => Heard::DownOf(name, down.monitor, down.pid, down.reason),
            },
            Info::Timeout => Heard::Timeout,
        };
        self.hear(heard);
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, job: Job, cx: &mut Context<Self>) -> NextResult<Self> {
        job(cx).await
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        self.hear(Heard::Terminate(reason.clone()));
    }
}

impl Witness {
    fn hear(&self, heard: Heard) {
        self.0.lock().expect("not poisoned").push(heard);
    }
}

/// A job that only waits, or runs on its own.
pub(crate) fn wait(doing: impl Future<Output = NextResult<Witness>> + Send + 'static) -> Job {
    Box::new(move |_| Box::pin(doing))
}

/// A job that answers so.
pub(crate) fn answer(next: impl FnOnce() -> NextResult<Witness> + Send + 'static) -> Job {
    Box::new(move |_| Box::pin(std::future::ready(next())))
}

/// A witness, with its record, which outlives it.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) server: ActorRef<Witness>,
    record: Record,
}

impl Watched {
    pub(crate) async fn start() -> Self {
        let record = Record::default();
        let server = Witness::start(record.clone()).await.expect("starts");
        Self { server, record }
    }

    pub(crate) async fn named(name: &'static str) -> Self {
        let record = Record::default();
        let options = Witness::options(record.clone()).name(name);
        let server = options.start().await.expect("starts");
        Self { server, record }
    }

    pub(crate) async fn trapping() -> Self {
        let new = Self::start().await;
        assert!(!new.does(|cx| cx.trap_exit(true)).await, "off at first");
        new
    }

    /// Starts a witness linked to the process in which this is called.
    pub(crate) async fn start_link() -> Self {
        let record = Record::default();
        let server = Witness::start_link(record.clone()).await.expect("starts");
        Self { server, record }
    }

    /// Starts a linked child of this one.
    pub(crate) async fn child(&self) -> Self {
        self.runs(Self::start_link()).await
    }

    pub(crate) fn pid(&self) -> Pid {
        self.server.pid()
    }

    /// Acts inside the process, in a call of its own.
    pub(crate) async fn does<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Context<Witness>) -> T + Send + 'static,
    ) -> T {
        let job = |reply: ReplyTo<T>| -> Job {
            Box::new(move |cx| {
                reply.send(act(cx));
                Box::pin(std::future::ready(Ok(Next::NoReply)))
            })
        };
        self.server.call(job).await.expect("replies")
    }

    /// Runs a future inside the process, in a call of its own.
    pub(crate) async fn runs<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let job = |reply: ReplyTo<T>| {
            wait(async move {
                reply.send(future.await);
                Ok(Next::NoReply)
            })
        };
        self.server.call(job).await.expect("replies")
    }

    pub(crate) async fn link(&self, other: &Self) {
        let other = other.pid();
        assert!(self.does(move |cx| cx.link(&other).is_ok()).await);
    }

    pub(crate) async fn monitor(&self, target: &Pid) -> MonitorRef {
        let target = target.clone();
        self.does(move |cx| cx.monitor(&target)).await
    }

    pub(crate) fn word(&self, word: &'static str) {
        self.server.send(Plain::Word(word));
    }

    /// What was heard until now.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.record.lock().expect("not poisoned").clone()
    }

    /// What was heard when everything that lies in the inbox now has been handled.
    pub(crate) async fn hears(&self) -> Vec<Heard> {
        self.does(|_| ()).await;
        self.heard()
    }

    /// Waits for the end, for so long that a test fails instead of hanging.
    pub(crate) async fn ends(&self) -> ExitReason {
        let end = tokio::time::timeout(Duration::from_secs(60), self.server.exited());
        end.await.expect("ends")
    }

    pub(crate) async fn stop(&self) {
        self.server.stop().await.expect("stops");
    }
}
