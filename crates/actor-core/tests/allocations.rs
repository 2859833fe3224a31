//! How much is allocated: per cast, per call, per start, and per idle process. A program of its own,
//! as the counting allocator belongs to the whole program; on the current thread, where the count is
//! the same each time.

use std::convert::Infallible;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Next, NextResult, ReplyTo, Start,
};

#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "behaviour/runtimes.rs"]
mod runtimes;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// What a start may allocate: the cell, its task, and what only a start needs.
const BLOCKS_PER_START: u64 = 3;

/// What was reached (docs/performance.md), and 5 % more.
const BYTES_PER_PROCESS: usize = 752;

/// The measure is that of 100,000; a debug build gives the same of fewer.
const PROCESSES: usize = if cfg!(debug_assertions) {
    10_000
} else {
    100_000
};

struct Counter(i64);

enum Ask {
    Get { reply: ReplyTo<i64> },
}

enum Tell {
    Add { by: i64 },
}

impl GenServer for Counter {
    type Args = i64;
    type Call = Ask;
    type Cast = Tell;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(initial).into())
    }

    async fn handle_call(&mut self, call: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            Ask::Get { reply } => reply.send(self.0),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            Tell::Add { by } => self.0 += by,
        }
        Ok(Next::NoReply)
    }
}

async fn casts(counter: &ActorRef<Counter>, rounds: u32) {
    for _ in 0..rounds {
        for _ in 0..16 {
            counter.cast(Tell::Add { by: 1 });
        }
        tokio::task::yield_now().await;
    }
}

async fn calls(counter: &ActorRef<Counter>, times: u32) {
    for _ in 0..times {
        counter
            .call(|reply| Ask::Get { reply })
            .await
            .expect("replies");
    }
}

/// Blocks allocated while the future runs.
async fn blocks(work: impl Future<Output = ()>) -> u64 {
    let before = dhat::HeapStats::get().total_blocks;
    work.await;
    dhat::HeapStats::get().total_blocks - before
}

fn live_bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}

#[test]
fn a_cast_allocates_nothing_a_call_one_block_and_a_start_three_at_the_most() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let runtime = runtimes::with_workers(0);
    runtime.block_on(isolated(async {
        let counter = Counter::start(0).await.expect("starts");
        casts(&counter, 100).await;
        calls(&counter, 100).await;

        let per_10_000_casts = blocks(casts(&counter, 625)).await;
        assert!(
            per_10_000_casts < 100,
            "{per_10_000_casts} blocks for 10,000 casts"
        );
        let per_1_000_calls = blocks(calls(&counter, 1000)).await;
        assert!(
            per_1_000_calls <= 1000,
            "{per_1_000_calls} blocks for 1,000 calls"
        );
        counter.stop().await.expect("stops");

        let mut counters = Vec::with_capacity(1000);
        let per_1_000_starts = blocks(async {
            for _ in 0..1000 {
                counters.push(Counter::start(0).await.expect("starts"));
            }
        })
        .await;
        // A hundred for the list of processes, whose eight parts grow by doubling.
        assert!(
            per_1_000_starts <= 1000 * BLOCKS_PER_START + 100,
            "{per_1_000_starts} blocks for 1,000 starts",
        );
        for counter in &counters {
            counter.exit(ExitReason::Kill);
            counter.exited().await;
        }
        counters.clear();

        idle_processes().await;
    }));
}

/// Live bytes of a process that has had one cast and one call, without name and link.
#[expect(clippy::print_stdout, reason = "the number is worth reading")]
async fn idle_processes() {
    let mut counters = Vec::with_capacity(PROCESSES);
    let before = live_bytes();
    for _ in 0..PROCESSES {
        let counter = Counter::start(0).await.expect("starts");
        counter.cast(Tell::Add { by: 1 });
        calls(&counter, 1).await;
        counters.push(counter);
    }
    let bytes = (live_bytes() - before) / PROCESSES;
    println!("{bytes} bytes per process, of {PROCESSES} idle ones");
    assert!(bytes <= BYTES_PER_PROCESS, "{bytes} bytes per idle process");
    for counter in counters {
        counter.exit(ExitReason::Kill);
        counter.exited().await;
    }
}
