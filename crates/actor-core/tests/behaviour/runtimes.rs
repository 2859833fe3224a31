//! Runtimes of a test's own: to drop one, or to have another one beside.

use tokio::runtime::{Builder, Runtime};

/// One of each kind: on the thread that waits for it, on one worker, on two (F-66).
pub(crate) fn each() -> impl Iterator<Item = Runtime> {
    (0..=2).map(with_workers)
}

/// None means the thread that waits.
pub(crate) fn with_workers(count: usize) -> Runtime {
    let mut builder = match count {
        0 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if count > 0 {
        builder.worker_threads(count);
    }
    builder.enable_all().build().expect("a runtime")
}
