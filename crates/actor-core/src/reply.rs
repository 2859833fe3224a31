//! [`ReplyTo`], the server's end of a call, and the slot that the caller waits on.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use crate::current;
use crate::pending::Pending;
use crate::rt::{AtomicBool, Mutex, Ordering, planted};
use crate::unwind::wake;
use crate::waits::Wait;

/// Answers one call, once, from anywhere (G-25).
///
/// It travels inside the call's message. A server may answer before its callback returns, keep the
/// handle and answer later, or give it to another task or process.
///
/// Dropped unanswered by a living server, the caller gets
/// [`CallError::Unanswered`](crate::CallError::Unanswered) when the callback has returned, instead
/// of waiting for its deadline. Dropped because its server ends, the caller gets the exit reason.
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Address, Context, GenServer, InitResult, ReplyTo, Start, actor};
///
/// /// Whoever comes waits until it is opened.
/// struct Gate(Vec<ReplyTo<usize>>);
///
/// #[actor]
/// impl GenServer for Gate {
///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Gate(Vec::new()).into())
///     }
///
///     #[call]
///     fn pass(&mut self, reply: ReplyTo<usize>) {
///         self.0.push(reply);
///     }
///
///     #[cast]
///     fn open(&mut self) {
///         for (place, reply) in self.0.drain(..).enumerate() {
///             reply.send(place);
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = Gate::start(()).await?;
/// let first = gate.send_request(|reply| GateCall::Pass { reply });
/// let second = gate.send_request(|reply| GateCall::Pass { reply });
/// gate.open();
/// assert_eq!((first.await?, second.await?), (0, 1));
/// # Ok(())
/// # }
/// ```
#[must_use = "a dropped reply handle makes the call fail as unanswered"]
pub struct ReplyTo<T: Send + 'static> {
    /// Empty only once the reply was sent.
    slot: Option<Arc<Slot<T>>>,
}

/// The caller's end: a future that resolves once, to the reply or to [`Lost`].
pub(crate) struct Answer<T: Send + 'static> {
    slot: Arc<Slot<T>>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The slot was made with the waker of the poll that goes on: who answers before it ends wakes.
    Fresh,
    Waiting,
    /// The outcome was taken.
    Over,
}

/// No reply will come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lost {
    /// The handle is gone; the server's fate says why.
    Handle,
    /// The request was dropped for a newer message, before the server saw it.
    Displaced,
}

pub(crate) struct Slot<T> {
    /// The process that was asked.
    callee: u64,
    /// The caller's wait, which ends with the open state.
    wait: Option<Wait>,
    /// Whether the state is open; written under its lock, so that most need not take it.
    open: AtomicBool,
    state: Mutex<State<T>>,
}

enum State<T> {
    Open(Option<Waker>),
    /// None once the caller has taken it.
    Answered(Option<T>),
    Lost(Lost),
    /// The caller gave up.
    Closed,
}

/// Makes both ends of a call to the process with the id `callee`, and ends the caller's `wait` when
/// it is answered. `caller` is woken by the answer, if it is given from the first poll on.
#[inline]
pub(crate) fn reply_slot<T: Send + 'static>(
    callee: u64,
    wait: Option<Wait>,
    caller: Option<Waker>,
) -> (ReplyTo<T>, Answer<T>, Arc<dyn Pending>) {
    let stage = match caller {
        Some(_) => Stage::Fresh,
        None => Stage::Waiting,
    };
    let slot = Arc::new(Slot {
        callee,
        wait,
        open: AtomicBool::new(true),
        state: Mutex::new(State::Open(
            caller.filter(|_| !planted("a caller that begins to wait leaves no waker")),
        )),
    });
    let reply = ReplyTo {
        slot: Some(Arc::clone(&slot)),
    };
    let answer = Answer {
        slot: Arc::clone(&slot),
        stage,
    };
    (reply, answer, slot)
}

impl<T: Send + 'static> ReplyTo<T> {
    /// Sends the reply. A caller that timed out or died is not told, and nothing fails (G-22).
    #[inline]
    pub fn send(mut self, value: T) {
        if let Some(slot) = self.slot.take() {
            slot.settle(State::Answered(Some(value)));
        }
    }

    /// Prepares the reply to be sent later, by
    /// [`Next::stop_and_reply`](crate::Next::stop_and_reply). Dropped unsent, it is as if the handle
    /// had been dropped.
    pub fn with(self, value: T) -> PreparedReply {
        PreparedReply(Box::new(move || self.send(value)))
    }

    /// Says whether nobody waits for this reply any more: the caller timed out, died, or was
    /// dropped. The request is still to be handled (G-23).
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        !self.slot.as_ref().is_some_and(|slot| slot.is_open())
    }
}

/// A reply that is to be sent after `terminate`; see [`ReplyTo::with`].
#[must_use = "a reply that is not sent makes the call fail as unanswered"]
pub struct PreparedReply(Box<dyn FnOnce() + Send>);

impl PreparedReply {
    pub(crate) fn send(self) {
        (self.0)();
    }
}

impl fmt::Debug for PreparedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedReply").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Drop for ReplyTo<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            leave_unanswered(slot);
        }
    }
}

#[cold]
fn leave_unanswered<T: Send + 'static>(slot: Arc<Slot<T>>) {
    if slot.is_open() {
        // On the server's own turn it is not known yet whether the turn ends in a stop (G-26) or
        // a panic: the cell settles it afterwards.
        match current::process_if(slot.callee) {
            Some(cell) => cell.orphaned(slot),
            None => slot.lose(),
        }
    }
}

impl<T: Send + 'static> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo")
            .field("abandoned", &self.is_abandoned())
            .finish()
    }
}

impl<T> Slot<T> {
    /// Whoever leaves the open state says so, under its lock: once.
    fn end_wait(&self) {
        if let Some(wait) = &self.wait {
            wait.end();
        }
    }

    /// Leaves the open state. What came too late is dropped after the lock is released.
    fn settle(&self, outcome: State<T>) {
        let mut state = self.state.lock();
        let unused = match &mut *state {
            State::Open(waker) => {
                let waker = waker.take();
                *state = outcome;
                self.open.store(false, Ordering::Release);
                self.end_wait();
                drop(state);
                if let Some(waker) = waker {
                    wake(waker);
                }
                return;
            }
            _ => outcome,
        };
        drop(state);
        drop(unused);
    }
}

impl<T: Send> Pending for Slot<T> {
    fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    fn is_answered(&self) -> bool {
        matches!(*self.state.lock(), State::Answered(_))
    }

    fn caller(&self) -> Option<String> {
        let wait = self.wait.as_ref()?;
        Some(wait.caller().to_string())
    }

    fn lose(&self) {
        self.settle(State::Lost(Lost::Handle));
    }

    fn displace(&self) {
        self.settle(State::Lost(Lost::Displaced));
    }
}

impl<T: Send + 'static> Answer<T> {
    /// It is polled only later, perhaps by somebody else.
    pub(crate) fn waits_later(mut self) -> Self {
        self.stage = Stage::Waiting;
        self
    }

    fn is_awaited_by(&self, caller: &Waker) -> bool {
        match &*self.slot.state.lock() {
            State::Open(Some(waker)) => waker.will_wake(caller),
            _ => false,
        }
    }

    /// Waits for the answer, unless it has come.
    #[inline(never)]
    fn wait(&self, cx: &Context<'_>) -> Poll<()> {
        if self.is_awaited_by(cx.waker()) {
            return Poll::Pending;
        }
        let new = cx.waker().clone(); // a waker may be anybody's code: not under the lock
        let mut state = self.slot.state.lock();
        let State::Open(waker) = &mut *state else {
            return match planted("a caller waits after it has looked") {
                true => Poll::Pending,
                false => Poll::Ready(()),
            };
        };
        let old = waker.replace(new);
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl<T: Send + 'static> Future for Answer<T> {
    type Output = Result<T, Lost>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.slot.is_open() {
            if mem::replace(&mut self.stage, Stage::Waiting) == Stage::Fresh {
                return Poll::Pending;
            }
            ready!(self.wait(cx));
        }
        self.stage = Stage::Over;
        Poll::Ready(match &mut *self.slot.state.lock() {
            State::Answered(value) => value.take().ok_or(Lost::Handle),
            State::Lost(lost) => Err(*lost),
            State::Open(_) | State::Closed => Err(Lost::Handle),
        })
    }
}

impl<T: Send + 'static> Drop for Answer<T> {
    #[inline]
    fn drop(&mut self) {
        if self.stage != Stage::Over {
            self.slot.close();
        }
    }
}

impl<T> Slot<T> {
    /// The caller gives up.
    fn close(&self) {
        let mut state = self.state.lock();
        let unread = match &mut *state {
            State::Answered(value) => value.take(),
            State::Open(_) => {
                let waiting = mem::replace(&mut *state, State::Closed);
                self.open.store(false, Ordering::Release);
                self.end_wait();
                drop(state);
                drop(waiting);
                return;
            }
            State::Lost(_) | State::Closed => None,
        };
        drop(state);
        drop(unread); // a reply that nobody read is dropped without the lock
    }
}
