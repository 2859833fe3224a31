//! What is allocated, in the program whose allocator counts.

use std::sync::OnceLock;

/// What an allocator has counted.
#[derive(Clone, Copy)]
pub struct Heap {
    /// Since the program began; one that grew counts again.
    pub allocations: usize,
    /// Bytes that are in use.
    pub live: usize,
}

static COUNTER: OnceLock<fn() -> Heap> = OnceLock::new();

pub(crate) fn count_with(counter: fn() -> Heap) {
    COUNTER.get_or_init(|| counter);
}

pub(crate) fn now() -> Heap {
    COUNTER.get().expect("it is the program that counts")()
}
