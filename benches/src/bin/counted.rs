//! The same program with an allocator that counts, for what is about memory. The other has none, as
//! counting takes time.

use std::alloc::System;

use actor_benches::Heap;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> anyhow::Result<()> {
    actor_benches::run(Some(|| {
        let stats = ALLOCATOR.stats();
        Heap {
            allocations: stats.allocations + stats.reallocations,
            live: stats.bytes_allocated - stats.bytes_deallocated,
        }
    }))
}
