//! The slot of a call: the reply, the waker of who waits for it, and who of three still knows it.
//!
//! The three are made together: the [`Giver`] in the hands of the server, the [`Taker`] in those of the
//! caller, and [`Pending`], by which the server's process knows the call whatever the type of its reply.
//! All that they say to each other is in one word: the state, which waker is there, and how many references
//! there are. What must hold, in the order in which a call comes to it:
//!
//! 1. The state leaves [`OPEN`] once, by one of the two compare-exchanges ([`Head::leave`], [`Giver::give`]),
//!    and is final then.
//! 2. While the state is open, the value is the giver's, of whom there is one. It writes the value before
//!    it leaves the open state for [`ANSWERED`], and takes it back if somebody else has left it.
//! 3. In the state [`ANSWERED`] the value is the taker's, of whom there is one, and of nobody else.
//! 4. The first waker is written when the slot is made, and never again: who holds a reference may look at
//!    its bits. It is there as long as the mark [`FIRST`] is set, which nobody sets again.
//! 5. While the state is open and the mark [`LATER`] is down, the place of a later waker is the taker's. It
//!    alone sets this mark, after it has written the waker, and takes each mark down, before it writes
//!    another one; so at most one of the two is set.
//! 6. Whoever takes a mark down in the open state, or leaves the open state while it is set, owns that waker
//!    and moves it out. Beside a final state the marks mean nothing, and no waker's place is written.
//! 7. The slot lives as long as a reference does. Each of the three holds one; who gives up the last one
//!    frees it, and sees all that the others did with it. Who leaves the open state and gives up its
//!    reference in one step touches nothing of the slot afterwards.
//! 8. Code of the user's runs only where all of this holds: no waker is cloned, woken or dropped, and no
//!    value dropped, between two steps that belong together.
#![expect(
    unsafe_code,
    reason = "a lock and counted pointers took a fifth of a call"
)]

#[cfg(test)]
mod tests;

use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::ptr::NonNull;
use std::task::{Poll, Waker};

use crate::rt::{AtomicUsize, Ordering, UnsafeCell, planted};
use crate::unwind::wake;

/// The bits of the state.
const STATE: usize = 0b111;
const OPEN: usize = 0;
/// The reply was given, and perhaps taken since.
const ANSWERED: usize = 1;
/// No reply will come, as its handle is gone.
const LOST: usize = 2;
/// No reply will come, as the request had to make room.
const DISPLACED: usize = 3;
/// The caller gave up.
const CLOSED: usize = 4;
/// The waker is there with which the slot was made.
const FIRST: usize = 0b1000;
/// A waker is there that came later.
const LATER: usize = 0b1_0000;
const MARKS: usize = FIRST | LATER;
/// One reference; the bits above the marks count them.
const REFERENCE: usize = 0b10_0000;

/// No reply will come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lost {
    /// The handle is gone; the server's fate says why.
    Handle,
    /// The request was dropped for a newer message, before the server saw it.
    Displaced,
}

/// Somebody else has left the open state before.
struct Settled;

/// What a slot knows of its call.
pub(crate) trait About: Send + Sync + 'static {
    /// The caller waits no more, or is about to hear so. It may be told twice.
    fn end_wait(&self);

    /// Who waits, if that is known: a process with a call that has no limit of its own (F-06).
    fn caller(&self) -> Option<String>;
}

/// Its head stands first: a pointer to one is a pointer to the other.
#[repr(C)]
struct Slot<A, T> {
    head: Head,
    about: A,
    value: UnsafeCell<Option<T>>,
}

/// The part that is the same for all replies.
struct Head {
    word: AtomicUsize,
    first: MaybeUninit<Waker>,
    later: UnsafeCell<MaybeUninit<Waker>>,
    kind: &'static Kind,
}

/// What depends on the types of the whole slot.
struct Kind {
    about: unsafe fn(NonNull<Head>) -> *const dyn About,
    free: unsafe fn(NonNull<Head>),
}

/// Makes the three ends of a call. `caller` is woken by the outcome, until the taker waits with another waker.
#[inline]
pub(crate) fn slot<A: About, T: Send + 'static>(
    about: A,
    caller: Option<Waker>,
) -> (Giver<A, T>, Taker<A, T>, Pending) {
    let mark = if caller.is_some() { FIRST } else { 0 };
    let slot = Slot {
        head: Head {
            word: AtomicUsize::new(OPEN | mark | (3 * REFERENCE)),
            first: caller.map_or(MaybeUninit::uninit(), MaybeUninit::new),
            later: UnsafeCell::new(MaybeUninit::uninit()),
            kind: Slot::<A, T>::KIND,
        },
        about,
        value: UnsafeCell::new(None),
    };
    let slot = NonNull::from(Box::leak(Box::new(slot)));
    let (giver, taker) = (Reference(slot), Reference(slot));
    (Giver(giver), Taker(taker), Pending(slot.cast()))
}

impl<A: About, T: Send + 'static> Slot<A, T> {
    const KIND: &'static Kind = &Kind {
        about: Self::about,
        free: Self::free,
    };

    /// # Safety
    ///
    /// It must be the head of a slot of this type that lives as long as the result is used.
    unsafe fn about(head: NonNull<Head>) -> *const dyn About {
        let slot = head.cast::<Self>();
        // SAFETY: the caller promises a living slot of this type; nobody has more than a shared
        // reference to what it knows of its call.
        unsafe { &raw const (*slot.as_ptr()).about }
    }

    /// # Safety
    ///
    /// It must be the head of a slot of this type, to which there is no reference any more.
    unsafe fn free(head: NonNull<Head>) {
        let slot = head.cast::<Self>();
        // SAFETY: nobody but the caller knows it (7). Nothing is done in there: a model sees whether all
        // others have left.
        unsafe {
            (*slot.as_ptr()).head.later.with_mut(|_| ());
            (*slot.as_ptr()).value.with_mut(|_| ());
        }
        // SAFETY: it came out of a box in `slot`, by a pointer to the whole of it, and nobody but the
        // caller knows it (7).
        drop(unsafe { Box::from_raw(slot.as_ptr()) });
    }
}

impl Head {
    fn state(&self) -> usize {
        self.word.load(Ordering::Acquire) & STATE
    }

    fn is_open(&self) -> bool {
        self.state() == OPEN
    }

    /// Leaves the open state, and returns the waker that waits (1).
    fn leave(&self, outcome: usize) -> Result<Option<Waker>, Settled> {
        let mut word = self.word.load(Ordering::Acquire);
        while word & STATE == OPEN {
            match exchange(&self.word, word, word | outcome) {
                Ok(_) if planted("who settles wakes nobody") => return Ok(None),
                // SAFETY: the open state was left with this word, by us, so what it marks is ours (6).
                Ok(_) => return Ok(unsafe { self.read_waker(word) }),
                Err(now) => word = now,
            }
        }
        if planted("who comes too late settles too") {
            self.word.fetch_add(outcome, Ordering::AcqRel);
        }
        Err(Settled)
    }

    /// Moves the marked waker out.
    ///
    /// # Safety
    ///
    /// It must be the caller's (6).
    unsafe fn read_waker(&self, word: usize) -> Option<Waker> {
        // SAFETY: it is there, and nobody takes these bits for a waker again. They are only read, so the
        // taker or the giver may look at them too.
        let read = |place: *const MaybeUninit<Waker>| unsafe { (*place).assume_init_read() };
        match word & MARKS {
            0 => None,
            FIRST => Some(read(&raw const self.first)),
            _ => Some(self.later.with(read)),
        }
    }

    /// Says whether the marked waker is as good as this one.
    ///
    /// # Safety
    ///
    /// The word must have been read by the taker, in the open state.
    unsafe fn is_awaited_by(&self, caller: &Waker, word: usize) -> bool {
        // SAFETY: it was written, and only the taker could write it again (4, 5). Somebody may leave the
        // open state and move it out meanwhile; this looks at its bits.
        let same = |place: *const MaybeUninit<Waker>| unsafe {
            (*place).assume_init_ref().will_wake(caller)
        };
        match word & MARKS {
            0 => false,
            FIRST => same(&raw const self.first),
            _ => self.later.with(same),
        }
    }
}

/// The order in which one sees what the other has done, unless this bug is planted.
fn unless(bug: &str) -> Ordering {
    match planted(bug) {
        true => Ordering::Relaxed,
        false => Ordering::AcqRel,
    }
}

/// Changes the word from this one to the next, if it is this one. Released: the value. Acquired: the waker.
///
/// Of the word alone: the slot may be gone before this returns.
#[inline]
fn exchange(at: &AtomicUsize, word: usize, next: usize) -> Result<usize, usize> {
    let order = unless("a reply is given in no order");
    at.compare_exchange(word, next, order, Ordering::Acquire)
}

/// Gives up one reference. Who is told true has to free the slot (7).
///
/// Of the word alone: the slot may be gone before this returns.
#[inline]
fn release(word: &AtomicUsize) -> bool {
    let now = word.load(Ordering::Acquire);
    if now < 2 * REFERENCE {
        return true; // the only reference there is: nobody else can make another one of it
    }
    if planted("a count is read and then written") {
        word.store(now - REFERENCE, Ordering::Release);
        return false;
    }
    word.fetch_sub(REFERENCE, unless("a slot is freed in no order")) < 2 * REFERENCE
}

/// One reference to a slot whose type is known.
struct Reference<A: About, T: Send + 'static>(NonNull<Slot<A, T>>);

// SAFETY: as an `Arc` of a slot whose value is behind a lock: what is shared is shared by its word (1 to
// 6), by which values and wakers go from one thread to another, and what is known of the call is `Sync`.
unsafe impl<A: About, T: Send> Send for Reference<A, T> {}
// SAFETY: the same. A shared reference to it gives the state and what is known of the call.
unsafe impl<A: About, T: Send> Sync for Reference<A, T> {}

impl<A: About, T: Send> Deref for Reference<A, T> {
    type Target = Slot<A, T>;

    #[inline]
    fn deref(&self) -> &Slot<A, T> {
        // SAFETY: it lives as long as this reference (7), and is only ever shared.
        unsafe { self.0.as_ref() }
    }
}

impl<A: About, T: Send> Drop for Reference<A, T> {
    #[inline]
    fn drop(&mut self) {
        if release(&self.head.word) {
            // SAFETY: it was the last reference (7).
            unsafe { Slot::<A, T>::free(self.0.cast()) };
        }
    }
}

/// The end of who replies.
pub(crate) struct Giver<A: About, T: Send + 'static>(Reference<A, T>);

impl<A: About, T: Send> Giver<A, T> {
    pub(crate) fn about(&self) -> &A {
        &self.0.about
    }

    /// Says whether the caller still waits for the reply.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.0.head.is_open()
    }

    /// Gives the reply. One that comes too late is dropped.
    #[inline]
    pub(crate) fn give(self, value: T) {
        let slot = &*self.0;
        // SAFETY: there is one giver, which gives once, and has not left the open state: nobody else
        // touches the value (2). It was none, so nothing is lost.
        slot.value
            .with_mut(|place| unsafe { place.write(Some(value)) });
        slot.about.end_wait();
        let word = slot.head.word.load(Ordering::Acquire);
        if word & (STATE | LATER) == OPEN {
            // SAFETY: nobody writes it (4). These bits are a waker only if what follows makes it ours.
            let first = unsafe { (&raw const slot.head.first).read() };
            // The open state and the reference in one: nothing of the slot is needed any more.
            let left = (word | ANSWERED) - REFERENCE;
            if exchange(&slot.head.word, word, left).is_ok() {
                mem::forget(self);
                if word & FIRST != 0 && !planted("who settles wakes nobody") {
                    // SAFETY: the open state was left with this word, by us, so it is ours (6).
                    wake(unsafe { first.assume_init() });
                }
                return;
            }
        }
        self.give_later();
    }

    /// With a waker that came later, or beside somebody who changes the word at the same time.
    #[cold]
    fn give_later(self) {
        match self.0.head.leave(ANSWERED) {
            Ok(waker) => {
                drop(self);
                waker.into_iter().for_each(wake);
            }
            Err(Settled) => {
                // SAFETY: somebody else has left the open state, for another one than answered: the
                // value stays with the one giver (2).
                let late = self.0.value.with_mut(|place| unsafe { (*place).take() });
                drop(self);
                drop(late);
            }
        }
    }

    /// Gives no reply; the call is known to whoever holds this.
    pub(crate) fn into_pending(self) -> Pending {
        let slot = self.0.0;
        mem::forget(self); // its reference goes on
        Pending(slot.cast())
    }
}

/// The caller's end. Dropped, the caller gives up.
pub(crate) struct Taker<A: About, T: Send + 'static>(Reference<A, T>);

impl<A: About, T: Send> Taker<A, T> {
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.0.head.is_open()
    }

    /// Waits with this waker for the outcome, unless it is there.
    pub(crate) fn wait(&mut self, caller: &Waker) -> Poll<()> {
        let head = &self.0.head;
        let word = head.word.load(Ordering::Acquire);
        if word & STATE != OPEN {
            return Poll::Ready(());
        }
        // SAFETY: the taker reads the word here.
        if unsafe { head.is_awaited_by(caller, word) } {
            return Poll::Pending;
        }
        let new = caller.clone(); // a waker may be anybody's code: before a mark is taken down
        let mut old = None;
        let mark = word & MARKS;
        if mark != 0 && !planted("a waker is replaced under its mark") {
            let word = head.word.fetch_sub(mark, Ordering::AcqRel);
            if word & STATE != OPEN {
                return Poll::Ready(());
            }
            // SAFETY: the mark was taken down in the open state, by us, so the waker is ours (6).
            old = unsafe { head.read_waker(mark) };
        }
        let poll = self.mark(new);
        drop(old);
        poll
    }

    /// Leaves a waker in its place, and sets its mark.
    fn mark(&mut self, new: Waker) -> Poll<()> {
        let head = &self.0.head;
        // SAFETY: the mark was down in the open state, so the place is the taker's, and holds nothing (5).
        head.later
            .with_mut(|place| unsafe { place.write(MaybeUninit::new(new)) });
        let word = head.word.fetch_add(LATER, Ordering::AcqRel);
        if word & STATE == OPEN {
            return Poll::Pending;
        }
        // SAFETY: the open state was left while the mark was down, so the waker is still the taker's (6).
        drop(unsafe { head.read_waker(LATER) });
        match planted("a caller waits after it has looked") {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }

    /// Takes the reply, if there is one, or says why there is none.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<T, Lost> {
        let early = planted("a reply is taken before it is given");
        match self.0.head.state() {
            OPEN | CLOSED if early => self.0.value.with_mut(|_| None),
            // SAFETY: it is answered, and there is one taker, which is borrowed for this alone (3).
            ANSWERED => self.0.value.with_mut(|place| unsafe { (*place).take() }),
            DISPLACED => return Err(Lost::Displaced),
            _ => None,
        }
        .ok_or(Lost::Handle)
    }

    #[cold]
    fn give_up(&mut self) {
        self.0.about.end_wait();
        let waiting = self.0.head.leave(CLOSED);
        let unread = self.take();
        drop((waiting, unread));
    }
}

impl<A: About, T: Send> Drop for Taker<A, T> {
    #[inline]
    fn drop(&mut self) {
        match self.is_open() {
            true => self.give_up(),
            false => drop(self.take()),
        }
    }
}

/// A caller who waits for a reply, seen from the server's side, whatever the type of the reply.
pub(crate) struct Pending(NonNull<Head>);

// SAFETY: as `Reference`: what it gives access to is the word, the waker that it owns when it leaves the
// open state, and what is known of the call. Values of any type are freed on the thread of the last
// reference, and are `Send`.
unsafe impl Send for Pending {}
// SAFETY: the same.
unsafe impl Sync for Pending {}

impl Pending {
    fn head(&self) -> &Head {
        // SAFETY: the slot lives as long as this reference (7), and is only ever shared.
        unsafe { self.0.as_ref() }
    }

    fn about(&self) -> &dyn About {
        // SAFETY: the kind is that of the slot, which lives as long as this reference (7).
        unsafe { &*(self.head().kind.about)(self.0) }
    }

    /// Says whether the caller still waits for the reply.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.head().is_open()
    }

    /// Says whether the reply was given, also if the caller has taken it since.
    pub(crate) fn is_answered(&self) -> bool {
        self.head().state() == ANSWERED
    }

    /// Who waits, if that is known.
    pub(crate) fn caller(&self) -> Option<String> {
        self.about().caller()
    }

    /// Tells the caller that no reply will come. It then looks at the server's fate: alive means
    /// unanswered, dying means wait, dead means the exit reason.
    pub(crate) fn lose(&self) {
        self.settle(LOST);
    }

    /// Tells the caller that its request was dropped for a newer message.
    pub(crate) fn displace(&self) {
        self.settle(DISPLACED);
    }

    #[cold]
    fn settle(&self, outcome: usize) {
        if !self.is_open() {
            return;
        }
        self.about().end_wait();
        if let Ok(Some(waker)) = self.head().leave(outcome) {
            wake(waker);
        }
    }
}

impl Clone for Pending {
    fn clone(&self) -> Self {
        self.head().word.fetch_add(REFERENCE, Ordering::Relaxed);
        Self(self.0)
    }
}

impl Drop for Pending {
    #[inline]
    fn drop(&mut self) {
        let kind = self.head().kind;
        if release(&self.head().word) {
            // SAFETY: it was the last reference, and the kind is that of the slot (7).
            unsafe { (kind.free)(self.0) };
        }
    }
}
