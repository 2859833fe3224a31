//! What the two programs have in common: all but the allocator.

mod arguments;
mod benchmark;
mod benchmarks;
mod contestant;
mod contestants;
mod heap;
mod instructions;
mod logic;
mod plan;
mod plots;
mod program;
mod results;
mod runtime;
mod scale;
mod series;
mod setting;
mod statistics;
mod table;

pub use heap::Heap;
pub use program::run;
