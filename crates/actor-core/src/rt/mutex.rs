//! The lock of what is held for a few instructions.
//!
//! Giving it back is a plain store. A lock that others sleep at has to look whether one does, by a second locked
//! instruction, which costs as much as a third of a push. So who finds it taken comes back, ever less often; then
//! lets others have the processor, as one of them may hold it; and at last sleeps, also for one of a lower priority.

use std::hint;
use std::thread;
use std::time::Duration;

pub(crate) use spin::mutex::SpinMutexGuard as MutexGuard;

use spin::mutex::SpinMutex;

/// So often it is left alone for a while, each time twice as long as before.
const WHILES: u32 = 8;

/// In pauses of the processor, of some tens of nanoseconds each.
const LONGEST_WHILE: u32 = 256;

/// So often others have the processor after that.
const YIELDS: u32 = 64;

const NAP: Duration = Duration::from_micros(50);

#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(SpinMutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(SpinMutex::new(value))
    }

    /// Takes the lock as soon as it can be had.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.try_lock() {
            Some(guard) => guard,
            None => self.wait(1),
        }
    }

    /// The same, but leaves whoever has it a microsecond or more first: to take it many times in a row is faster
    /// than in turns with another core, to which all that it guards has to move each time.
    #[inline]
    pub(crate) fn lock_patiently(&self) -> MutexGuard<'_, T> {
        match self.0.try_lock() {
            Some(guard) => guard,
            None => self.wait(32),
        }
    }

    /// Waits at first for so many pauses.
    #[cold]
    fn wait(&self, pauses: u32) -> MutexGuard<'_, T> {
        let mut tries = 0;
        loop {
            rest(tries, pauses);
            tries = tries.saturating_add(1);
            if !self.0.is_locked()
                && let Some(guard) = self.0.try_lock()
            {
                return guard;
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever holds the lock may need the processor"
)]
fn rest(tries: u32, pauses: u32) {
    if tries < WHILES {
        (0..(pauses << tries).min(LONGEST_WHILE)).for_each(|_| hint::spin_loop());
    } else if tries < WHILES + YIELDS {
        thread::yield_now();
    } else {
        thread::sleep(NAP);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a thread that holds a lock and does not run"
    )]
    fn many_threads_that_hold_it_now_and_then_for_long_exclude_each_other() {
        let count = Arc::new(Mutex::new(0));
        let threads = (0..8).map(|number| {
            let count = Arc::clone(&count);
            thread::spawn(move || {
                for round in 0..1000 {
                    let mut guard = match number % 2 {
                        0 => count.lock(),
                        _ => count.lock_patiently(),
                    };
                    let before = *guard;
                    if round % 250 == 0 {
                        thread::sleep(4 * NAP); // the others come as far as to sleep
                    }
                    *guard = before + 1;
                }
            })
        });
        for thread in threads.collect::<Vec<_>>() {
            thread.join().expect("it ends");
        }
        assert_eq!(*count.lock(), 8000);
    }
}
