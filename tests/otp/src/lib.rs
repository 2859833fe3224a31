//! Runs the same random scripts on real OTP, on a model and on this library, and compares every
//! event. The method and the format of scripts and traces stand in `docs/reliability.md`.

#![forbid(unsafe_code)]

mod quiet;
mod rng;
mod trace;

mod alone;

mod corpus;

mod oracle;

pub mod compare;
pub mod golden;
pub mod plants;

pub mod processes;
pub mod trees;

pub use corpus::{Corpus, Facts};
pub use oracle::{Oracle, hash};
pub use processes::Processes;
pub use trace::Trace;
pub use trees::{Dynamic, Trees};
