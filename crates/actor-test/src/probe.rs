//! [`Probe`]: a process in the hands of a test.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::time::Duration;

use crate::rt::{mpsc, timeout};
use crate::server::{Ear, Order, ProbeServer, Target, Task};
use actor_core::{
    ActorRef, Address, AsPid, Down, Exit, ExitReason, Info, MonitorRef, Monitorable, Pid, ReplyTo,
    Start,
};

/// How long an expectation waits, on tokio's clock.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long nothing has to happen, on tokio's clock.
const SILENCE: Duration = Duration::from_millis(100);

/// A process that receives plain messages of the type `M`, links and monitors, for a test.
///
/// It traps exits. What it receives stays until it is expected: an expectation takes the first
/// thing of its kind and leaves the others, in order.
#[derive(Debug)]
pub struct Probe<M: Send + 'static> {
    process: ActorRef<ProbeServer<M>>,
    received: mpsc::UnboundedReceiver<Info<M>>,
    /// Received, and not expected yet.
    kept: VecDeque<Info<M>>,
}

impl<M: Send + 'static> Probe<M> {
    /// Starts a probe. Stop it at the end of the test, with [`stop`](Self::stop).
    ///
    /// # Panics
    ///
    /// If it cannot be started: outside a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, a process may stay behind.
    #[must_use]
    pub async fn start() -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let process = ProbeServer::start(Ear(sender)).await;
        Self {
            process: process.unwrap_or_else(|error| panic!("the probe cannot start: {error}")),
            received,
            kept: VecDeque::new(),
        }
    }

    /// Returns where to send messages for the probe.
    #[must_use]
    pub fn address(&self) -> ActorRef<ProbeServer<M>> {
        self.process.clone()
    }

    /// Monitors a process, or the present holder of a name; its end can be
    /// [expected](Self::expect_down).
    ///
    /// # Panics
    ///
    /// If the probe is dead.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, the monitor may be placed all the same.
    pub async fn monitor(&self, target: &impl Monitorable) -> MonitorRef {
        let target = Target::of(target);
        self.order(|reply| Task::Monitor { target, reply }).await
    }

    /// Stops a monitor; its DOWN does not come, or is taken back.
    ///
    /// # Panics
    ///
    /// If the probe is dead.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, the monitor may be stopped all the same.
    pub async fn demonitor(&mut self, monitor: &MonitorRef) {
        let target = monitor.clone();
        let monitor = monitor.clone();
        self.order(|reply| Task::Demonitor { monitor, reply }).await;
        self.take_in();
        self.kept
            .retain(|info| !matches!(info, Info::Down(down) if down.monitor == target));
    }

    /// Links to a process; its exit can be [expected](Self::expect_exit).
    ///
    /// # Panics
    ///
    /// If the probe is dead.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, the link may be made all the same.
    pub async fn link(&self, other: &impl AsPid) {
        let other = other.as_pid();
        self.order(|reply| Task::Link { other, reply }).await;
    }

    /// Removes a link.
    ///
    /// # Panics
    ///
    /// If the probe is dead.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, the link may be removed all the same.
    pub async fn unlink(&self, other: &impl AsPid) {
        let other = other.as_pid();
        self.order(|reply| Task::Unlink { other, reply }).await;
    }

    /// Waits for a plain message.
    ///
    /// # Panics
    ///
    /// If none comes within five seconds of tokio's clock.
    ///
    /// # Cancel safety
    ///
    /// Safe: no message is lost.
    pub async fn expect_message(&mut self) -> M {
        let is_message = |info: &Info<M>| matches!(info, Info::Message(_));
        match self.expect("a message", is_message).await {
            Info::Message(message) => message,
            _ => unreachable!("only messages were asked for"),
        }
    }

    /// Waits for the DOWN of a monitor.
    ///
    /// # Panics
    ///
    /// If it does not come within five seconds of tokio's clock.
    ///
    /// # Cancel safety
    ///
    /// Safe: no message is lost.
    pub async fn expect_down(&mut self, monitor: &MonitorRef) -> Down {
        let is_it = |info: &Info<M>| matches!(info, Info::Down(down) if down.monitor == *monitor);
        match self.expect("a DOWN", is_it).await {
            Info::Down(down) => down,
            _ => unreachable!("only a DOWN was asked for"),
        }
    }

    /// Waits for the exit signal of a linked process, or of whoever sends one.
    ///
    /// # Panics
    ///
    /// If none comes within five seconds of tokio's clock.
    ///
    /// # Cancel safety
    ///
    /// Safe: no message is lost.
    pub async fn expect_exit(&mut self) -> Exit {
        let is_exit = |info: &Info<M>| matches!(info, Info::Exit(_));
        match self.expect("an exit signal", is_exit).await {
            Info::Exit(exit) => exit,
            _ => unreachable!("only exits were asked for"),
        }
    }

    /// Checks that nothing has come, and that nothing comes for a tenth of a second of tokio's clock.
    ///
    /// # Panics
    ///
    /// If there is something that was not expected, or something comes.
    ///
    /// # Cancel safety
    ///
    /// Safe: no message is lost.
    pub async fn expect_no_message(&mut self)
    where
        M: Debug,
    {
        self.take_in();
        if self.kept.is_empty()
            && let Ok(Some(info)) = timeout(SILENCE, self.received.recv()).await
        {
            self.kept.push_back(info);
        }
        assert!(self.kept.is_empty(), "unexpected: {:?}", self.kept);
    }

    /// Kills the probe, and waits for its end; who monitors it hears `killed`.
    ///
    /// # Panics
    ///
    /// If the probe had ended before, for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, it stops all the same.
    pub async fn stop(self) {
        self.process.exit(ExitReason::Kill);
        let reason = self.process.exited().await;
        assert_eq!(reason, ExitReason::Killed, "the probe had ended before");
    }

    async fn order<T: Send + 'static>(&self, make: impl FnOnce(ReplyTo<T>) -> Task + Send) -> T {
        let answer = self.process.call(|reply| Order(make(reply))).await;
        answer.unwrap_or_else(|error| panic!("the probe does not answer: {error}"))
    }

    async fn expect(&mut self, what: &str, is_it: impl Fn(&Info<M>) -> bool) -> Info<M> {
        let wait = timeout(PATIENCE, self.next(&is_it)).await;
        wait.unwrap_or_else(|_elapsed| panic!("{what} did not come within {PATIENCE:?}"))
    }

    async fn next(&mut self, is_it: &impl Fn(&Info<M>) -> bool) -> Info<M> {
        loop {
            let place = self.kept.iter().position(is_it);
            if let Some(info) = place.and_then(|place| self.kept.remove(place)) {
                return info;
            }
            match self.received.recv().await {
                Some(info) => self.kept.push_back(info),
                None => panic!("the probe is dead"),
            }
        }
    }

    fn take_in(&mut self) {
        while let Ok(info) = self.received.try_recv() {
            self.kept.push_back(info);
        }
    }
}

impl<M: Send + 'static> AsPid for Probe<M> {
    fn as_pid(&self) -> Pid {
        self.process.pid()
    }
}
