//! Loom in the place of the runtime module.

use std::cell::Cell;
pub(crate) use std::sync::OnceLock; // set and found under a lock of loom's
use std::sync::PoisonError;

pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::MutexGuard;
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

std::thread_local! {
    /// One thread runs all threads of a model.
    static PLANTED: Cell<&'static str> = const { Cell::new("") };
}

/// Plants a bug in what this thread runs from now on; an empty name is none.
pub fn plant(bug: &'static str) {
    PLANTED.set(bug);
}

pub(crate) fn planted(bug: &str) -> bool {
    PLANTED.get() == bug
}

/// Loom's, with the interface of ours.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock_patiently(&self) -> MutexGuard<'_, T> {
        self.lock()
    }
}
