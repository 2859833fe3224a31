//! The behaviour of processes, through the public API. Each test names the rules it proves.

/// Runs a test that does not pause the clock on the current thread, and on one and two workers
/// (F-66).
macro_rules! on_every_runtime {
    (async fn $name:ident() $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing from outside")]
            use super::*;

            async fn body() $body

            #[tokio::test(flavor = "current_thread")]
            async fn on_the_current_thread() {
                body().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn on_one_worker() {
                body().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_two_workers() {
                body().await;
            }
        }
    };
}

mod answers;
mod auto_traits;
mod calls;
mod containment;
mod crashes;
mod cycles;
mod deaths;
mod error_chains;
mod events;
mod given_up_starts;
mod inits;
mod late_replies;
mod links;
mod listener;
mod lookups;
mod lost_call;
mod monitors;
mod named_monitors;
mod names;
mod panics;
mod parents;
mod probe;
mod recipients;
mod reports;
mod requests;
mod script;
mod signals;
mod spans;
mod start_monitors;
mod starts;
mod stops;
mod ties;
mod time;
mod timeouts;
mod timers;
mod witness;
