//! What a message through the derived client allocates: as much as through the one by hand. A program
//! of its own, as the counting allocator belongs to the whole program.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::use_self,
    reason = "the programs are those of applications"
)]

use actor_otp::prelude::*;
use actor_otp::testing::isolated;

#[path = "macros/twins/counter.rs"]
mod by_attribute;
#[path = "macros/twins/counter_by_hand.rs"]
mod by_hand;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Blocks allocated by 10,000 casts and by 1,000 calls.
#[derive(Debug)]
struct Blocks {
    casts: u64,
    calls: u64,
}

async fn blocks(work: impl Future<Output = ()>) -> u64 {
    let before = dhat::HeapStats::get().total_blocks;
    work.await;
    dhat::HeapStats::get().total_blocks - before
}

/// Counts for one twin.
macro_rules! count {
    ($twin:ident) => {{
        use $twin::{Counter, CounterClient};
        let counter = Counter::start(0).await.expect("starts");
        let casts = async |rounds: u32| {
            for _ in 0..rounds {
                for _ in 0..16 {
                    counter.increment(1);
                }
                tokio::task::yield_now().await;
            }
        };
        let calls = async |times: u32| {
            for _ in 0..times {
                counter.get_count().await.expect("answers");
            }
        };
        casts(100).await;
        calls(100).await;
        let blocks = Blocks {
            casts: blocks(casts(625)).await,
            calls: blocks(calls(1_000)).await,
        };
        counter.stop().await.expect("stops");
        blocks
    }};
}

#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn the_derived_client_allocates_as_much_as_the_one_by_hand() {
    let _profiler = dhat::Profiler::builder().testing().build();
    isolated(async {
        let by_hand = count!(by_hand);
        let by_attribute = count!(by_attribute);
        // The growth of a queue is none of a message's, and comes when the runtime looks elsewhere for long.
        for twin in [&by_hand, &by_attribute] {
            assert!(twin.casts < 100, "{twin:?}");
        }
        assert!(by_attribute.calls <= 1_000, "{by_attribute:?}");
        assert_eq!(by_attribute.calls, by_hand.calls);
    })
    .await;
}
