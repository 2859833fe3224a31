//! What a new process and its starter share until `init` has answered.

use std::task::{Context, Poll, Waker};

use crate::pid::Pid;
use crate::rt::Mutex;
use crate::start_error::StartError;
use crate::unwind::wake;
use crate::waits::Wait;

/// One allocation for all that only a start needs; it goes when both sides have let go of it.
pub(super) struct Handshake<A> {
    /// The parent; none if the new process is linked to nobody.
    pub(super) starter: Option<Pid>,
    /// The starter's, which ends with the answer.
    pub(super) wait: Option<Wait>,
    open: Mutex<Open<A>>,
}

struct Open<A> {
    /// Taken when `init` begins.
    args: Option<A>,
    answer: Option<Result<(), StartError>>,
    waker: Option<Waker>,
}

impl<A> Handshake<A> {
    pub(super) fn new(
        args: A,
        starter: Option<Pid>,
        wait: Option<Wait>,
        waker: Option<Waker>,
    ) -> Self {
        Self {
            starter,
            wait,
            open: Mutex::new(Open {
                args: Some(args),
                answer: None,
                waker,
            }),
        }
    }

    /// The arguments of `init`, which runs once.
    pub(super) fn take_args(&self) -> Option<A> {
        self.open.lock().args.take()
    }

    /// Tells the starter how the start went, once. Every life does, also one that the runtime drops.
    pub(super) fn answer(&self, answer: Result<(), StartError>) {
        let mut open = self.open.lock();
        open.answer = Some(answer);
        let waker = open.waker.take();
        drop(open);
        if let Some(waker) = waker {
            wake(waker);
        }
    }

    /// Is ready with the answer, once.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Result<(), StartError>> {
        if let Some(answer) = self.open.lock().answer.take() {
            return Poll::Ready(answer);
        }
        let waker = cx.waker().clone(); // outside the lock, as it may be anybody's code
        let mut open = self.open.lock();
        if let Some(answer) = open.answer.take() {
            return Poll::Ready(answer);
        }
        let former = open.waker.replace(waker);
        drop(open);
        drop(former); // outside the lock
        Poll::Pending
    }

    /// The starter waits no more.
    pub(super) fn leave(&self) {
        let waker = self.open.lock().waker.take();
        drop(waker); // outside the lock
    }
}
