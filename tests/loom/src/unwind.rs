//! Stands in for the panic guard: no waker of loom's panics.

use std::task::Waker;

pub(crate) fn wake(waker: Waker) {
    waker.wake();
}
