//! Servers under the strictest lints: what the attribute writes raises none. The servers allow
//! nothing themselves, so that a lint which the written code raises fails the build.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    unnameable_types,
    rust_2018_idioms
)]
#![deny(clippy::all, clippy::pedantic)]

mod answers;
mod generic;
mod inner;
mod lints;
mod private;
mod public;
mod tree;

pub use answers::{Ask, Job, JobCast, JobClient, Worker, WorkerCall, WorkerClient};
pub use generic::{Cache, CacheCall, CacheCast, CacheClient};
pub use lints::ask_both;
pub use private::remember;
pub use public::{
    Counter, CounterApi, CounterCall, CounterCast, Number, Store, StoreCall, StoreCast, StoreClient,
};
pub use tree::MyApp;
