//! The benchmarks. Each asserts its own result.

pub mod calls;
pub mod failure;
pub mod memory;
pub mod names;
pub mod rings;
pub mod starts;
pub mod supervision;
pub mod tells;
pub mod trees;
pub mod ways;

use std::future::Future;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::benchmark::Kind;

/// So many operations came to so much: seconds, bytes or allocations.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub operations: u64,
    pub amount: f64,
}

impl Measured {
    /// Operations in a second, or what each takes.
    #[expect(clippy::cast_precision_loss, reason = "it is far below 2^52")]
    pub fn value(self, kind: Kind) -> f64 {
        let operations = self.operations as f64;
        match kind {
            Kind::Speed => operations / self.amount,
            Kind::Bytes | Kind::Allocations => self.amount / operations,
        }
    }
}

/// Takes the time of what is left of a benchmark once everything stands.
async fn timed(operations: u64, work: impl Future<Output = ()>) -> Measured {
    let begun = Instant::now();
    work.await;
    Measured {
        operations,
        amount: begun.elapsed().as_secs_f64(),
    }
}
