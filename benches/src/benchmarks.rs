//! The benchmarks. Each asserts its own result.

pub mod calls;
pub mod names;
pub mod rings;
pub mod starts;
pub mod supervision;
pub mod tells;
pub mod trees;

use std::future::Future;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// So many operations took so long.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub operations: u64,
    pub seconds: f64,
}

impl Measured {
    pub fn per_second(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "it is far below 2^52")]
        let operations = self.operations as f64;
        operations / self.seconds
    }
}

/// Takes the time of what is left of a benchmark once everything stands.
async fn timed(operations: u64, work: impl Future<Output = ()>) -> Measured {
    let begun = Instant::now();
    work.await;
    Measured {
        operations,
        seconds: begun.elapsed().as_secs_f64(),
    }
}
