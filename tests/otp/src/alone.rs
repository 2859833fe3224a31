//! A script in a world of its own: a node, a paused clock, one thread.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use actor_otp::Node;
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::quiet::quiet;
use crate::trace::Trace;

/// More than any script takes; only what hangs gets there.
const FOREVER: Duration = Duration::from_secs(3_600_000);

/// Lets a script be performed where nothing else runs.
///
/// # Panics
///
/// If it hangs, or leaves processes behind.
pub(crate) fn alone(script: &impl Debug, performed: impl Future<Output = Trace>) -> Trace {
    quiet();
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs nothing");
    let node = Node::new();
    let trace = runtime.block_on(node.run(async {
        let ran = timeout(FOREVER, performed).await;
        ran.unwrap_or_else(|_| panic!("the library hangs on {script:?}"))
    }));
    let left = node.process_count();
    assert_eq!(left, 0, "{left} processes are left behind by {script:?}");
    trace
}
