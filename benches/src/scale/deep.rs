//! Supervisors below each other.

use std::time::{Duration, Instant};

use actor_otp::prelude::*;
use tokio::sync::mpsc;

use super::child::{self, Started};
use super::points::Point;
use super::sizes;
use crate::contestant::Contestant;
use crate::contestants::ours::Ours;
use crate::runtime::Flavor;

const FEWEST: u64 = 10;

/// Few are measured so often that there are so many in all.
const IN_ALL: u64 = 10_000;

/// A thousandth as many as there are of other things.
pub fn points(_: &str, size: u64) -> Vec<Point> {
    Ours::block_on(Flavor::CurrentThread, async move {
        let mut points = Vec::new();
        for levels in sizes(FEWEST, (size / 1_000).max(FEWEST)) {
            let rounds = (IN_ALL / levels).max(1);
            let (mut start, mut stop) = (Duration::ZERO, Duration::ZERO);
            for _ in 0..rounds {
                let took = round(levels).await;
                start += took.0;
                stop += took.1;
            }
            points.push(Point::time("start, µs", levels, start, rounds * levels));
            points.push(Point::time("stop, µs", levels, stop, rounds * levels));
        }
        points
    })
}

/// How long the start took, and the stop.
async fn round(levels: u64) -> (Duration, Duration) {
    let (sender, mut started) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let top = tree(levels, sender).start().await.expect("starts");
    let start = begun.elapsed();
    started.try_recv().expect("the bottom has started before");
    let begun = Instant::now();
    top.stop().await.expect("it stops");
    let stop = begun.elapsed();
    assert!(started.try_recv().is_err(), "nothing has started again");
    (start, stop)
}

/// So many supervisors, and a child below the last.
fn tree(levels: u64, started: Started) -> SupervisorSpec {
    let supervisor = SupervisorSpec::new(Strategy::OneForOne);
    if levels <= 1 {
        return supervisor.child(child::spec(&started));
    }
    let below = move || tree(levels - 1, started.clone());
    supervisor.child(SupervisorSpec::as_child("below", below))
}
