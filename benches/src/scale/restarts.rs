//! Restarts of one child, all within the window that is looked back on.

use std::time::{Duration, Instant};

use actor_otp::prelude::*;
use tokio::sync::mpsc;

use super::child::{self, Child, ChildClient};
use super::points::Point;
use crate::contestant::Contestant;
use crate::contestants::ours::Ours;
use crate::runtime::Flavor;

const CHUNK: u64 = 1_000;

/// A tenth as many as there are of other things; the first and the last thousand are compared.
pub fn points(_: &str, size: u64) -> Vec<Point> {
    let chunks = (size / 10 / CHUNK).max(2);
    Ours::block_on(Flavor::CurrentThread, async move {
        let took = restarts(chunks).await;
        let point = |chunk: u64| {
            let at = usize::try_from(chunk - 1).expect("it is small");
            Point::time("restart, µs", chunk * CHUNK, took[at], CHUNK)
        };
        vec![point(1), point(chunks)]
    })
}

/// How long each thousand took.
async fn restarts(chunks: u64) -> Vec<Duration> {
    let (sender, mut started) = mpsc::unbounded_channel();
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .max_restarts(u32::MAX)
        .max_seconds(86_400);
    let only = child::spec(&sender);
    let supervisor = spec.child(only).start().await.expect("starts");
    started.recv().await.expect("it has started");
    let child = supervisor.child::<Child>("child").await;
    let child = child.expect("it is there");
    let mut took = Vec::new();
    for _ in 0..chunks {
        let begun = Instant::now();
        for _ in 0..CHUNK {
            let present = child.wait(Duration::from_secs(5)).await;
            present.expect("it runs").crash();
            started.recv().await.expect("it is started again");
        }
        took.push(begun.elapsed());
    }
    supervisor.stop().await.expect("it stops");
    took
}
