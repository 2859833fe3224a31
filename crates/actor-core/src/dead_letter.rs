//! Dead letters: what could not be delivered is an event each, counted by its reason, and may be
//! listened to. It is never an error (G-28), and never holds up who has sent it.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_util::Stream;
use tracing::debug;

use crate::pid::Pid;
use crate::rt::{AtomicU64, AtomicUsize, Mutex, Ordering, planted};
use crate::undelivered::Undelivered;
use crate::unwind;

/// A subscription keeps so many letters that nobody has taken yet.
const MOST_KEPT: usize = 1024;

/// Tells of one message that was not delivered. The message itself is gone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Why.
    pub reason: Undelivered,
    /// The address, as text: a name, or a pid.
    pub to: String,
    /// The process that sent it, or whose timer did; none if it was plain code.
    pub from: Option<Pid>,
}

/// Counts the dead letters of a node, by reason; see [`Node::dead_letter_counts`].
///
/// [`Node::dead_letter_counts`]: crate::Node::dead_letter_counts
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetterCounts {
    /// Of [`Undelivered::NoProc`].
    pub noproc: u64,
    /// Of [`Undelivered::WrongType`].
    pub wrong_type: u64,
    /// Of [`Undelivered::Full`].
    pub full: u64,
    /// Of [`Undelivered::Dropped`].
    pub dropped: u64,
}

impl DeadLetterCounts {
    /// Returns how many they are together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.noproc + self.wrong_type + self.full + self.dropped
    }
}

/// Receives the dead letters of a node from its making on; see [`Node::dead_letters`].
///
/// It keeps the last 1024 that were not taken yet, so that nobody who sends has to wait for whoever
/// listens; older ones are [`missed`](Self::missed). It is also a `Stream`, which has no end.
///
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Address, Context, GenServer, InitResult, Node, Undelivered, actor};
///
/// # struct Counter(i64);
/// # #[actor(name = "counter")]
/// # impl GenServer for Counter {
/// #     async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Counter(count).into()) }
/// #     #[call]
/// #     fn get_count(&self) -> i64 { self.0 }
/// #     #[cast]
/// #     fn increment(&mut self, by: i64) { self.0 += by; }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut letters = Node::current().dead_letters();
/// Counter::NAME.increment(1); // nobody holds the name
/// let letter = letters.recv().await;
/// assert_eq!(letter.reason, Undelivered::NoProc);
/// # Ok(())
/// # }
/// ```
///
/// [`Node::dead_letters`]: crate::Node::dead_letters
pub struct DeadLetters {
    office: Arc<Office>,
    tray: Arc<Tray>,
}

/// The dead letters of one node.
#[derive(Default)]
pub(crate) struct Office {
    noproc: AtomicU64,
    wrong_type: AtomicU64,
    full: AtomicU64,
    dropped: AtomicU64,
    /// How many trays there are; most nodes have none.
    subscribers: AtomicUsize,
    trays: Mutex<Vec<Arc<Tray>>>,
}

/// The letters of one subscription. Its lock is taken inside that of the trays.
#[derive(Default)]
struct Tray(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    letters: VecDeque<DeadLetter>,
    missed: u64,
    waker: Option<Waker>,
}

impl Office {
    pub(crate) fn counts(&self) -> DeadLetterCounts {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        DeadLetterCounts {
            noproc: count(&self.noproc),
            wrong_type: count(&self.wrong_type),
            full: count(&self.full),
            dropped: count(&self.dropped),
        }
    }

    pub(crate) fn subscribe(self: &Arc<Self>) -> DeadLetters {
        let tray = Arc::<Tray>::default();
        let mut trays = self.trays.lock();
        trays.push(Arc::clone(&tray));
        self.subscribers.store(trays.len(), Ordering::Release);
        drop(trays);
        DeadLetters {
            office: Arc::clone(self),
            tray,
        }
    }

    /// Counts and tells a message that is gone.
    pub(crate) fn report(
        &self,
        reason: Undelivered,
        to: &dyn fmt::Display,
        from: fn() -> Option<Pid>,
    ) {
        let count = match reason {
            Undelivered::NoProc => &self.noproc,
            Undelivered::WrongType => &self.wrong_type,
            Undelivered::Full => &self.full,
            Undelivered::Dropped => &self.dropped,
        };
        count.fetch_add(1, Ordering::Relaxed);
        let to = Told(to);
        unwind::report(|| {
            debug!(target: "actor::dead_letter", reason = %reason, to = %to, "message not delivered");
        });
        if self.subscribers.load(Ordering::Acquire) > 0 {
            unwind::report(|| {
                self.distribute(&DeadLetter {
                    reason,
                    to: to.to_string(),
                    from: from(),
                });
            });
        }
    }

    fn distribute(&self, letter: &DeadLetter) {
        let mut done = Vec::new(); // to be woken and dropped without a lock
        for tray in &*self.trays.lock() {
            done.push(tray.put(letter.clone()));
        }
        for (waker, _oldest) in done {
            waker.into_iter().for_each(unwind::wake);
        }
    }
}

/// An address, whose text is its owner's.
struct Told<'a>(&'a dyn fmt::Display);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match unwind::catch(|| self.0.to_string()) {
            Ok(text) => f.write_str(&text),
            Err(_) => f.write_str("an address that cannot be printed"),
        }
    }
}

impl Tray {
    /// Returns whom to wake, and what has no room any more.
    fn put(&self, letter: DeadLetter) -> (Option<Waker>, Option<DeadLetter>) {
        let mut kept = self.0.lock();
        let full = kept.letters.len() == MOST_KEPT;
        kept.missed += u64::from(full);
        let oldest = full.then(|| kept.letters.pop_front()).flatten();
        kept.letters.push_back(letter);
        (kept.waker.take(), oldest)
    }
}

impl DeadLetters {
    /// Waits for the next dead letter.
    ///
    /// # Cancel safety
    ///
    /// Safe: no letter is lost.
    pub async fn recv(&mut self) -> DeadLetter {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Returns the next dead letter; none if there is none yet.
    pub fn try_recv(&mut self) -> Option<DeadLetter> {
        self.tray.0.lock().letters.pop_front()
    }

    /// Returns how many letters were not kept because nobody took them in time.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.tray.0.lock().missed
    }

    fn poll_recv(&self, cx: &Context<'_>) -> Poll<DeadLetter> {
        let waker = cx.waker().clone(); // a waker may be anybody's code: not under the lock
        let looked = planted("a listener sleeps after it has looked")
            && self.tray.0.lock().letters.is_empty();
        let mut kept = self.tray.0.lock();
        if let Some(letter) = kept.letters.pop_front().filter(|_| !looked) {
            return Poll::Ready(letter);
        }
        let old = kept.waker.replace(waker);
        drop(kept);
        drop(old);
        Poll::Pending
    }
}

impl Stream for DeadLetters {
    type Item = DeadLetter;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<DeadLetter>> {
        self.poll_recv(cx).map(Some)
    }
}

impl Drop for DeadLetters {
    fn drop(&mut self) {
        let mut trays = self.office.trays.lock();
        trays.retain(|tray| !Arc::ptr_eq(tray, &self.tray));
        self.office
            .subscribers
            .store(trays.len(), Ordering::Release);
        drop(trays);
        let unread = mem::take(&mut *self.tray.0.lock());
        drop(unread); // outside the locks: a pid may be the last of its process
    }
}

impl fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters")
            .field("missed", &self.missed())
            .finish_non_exhaustive()
    }
}
