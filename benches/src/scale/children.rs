//! Children that come and go below one supervisor.

use std::time::{Duration, Instant};

use actor_otp::DynamicSupervisorRef;
use actor_otp::prelude::*;
use tokio::sync::mpsc;

use super::child::{self, Child, ChildClient};
use super::points::Point;
use super::sizes;
use crate::benchmarks::supervision;
use crate::contestant::{Contestant, Supervises};
use crate::contestants::ours::Ours;
use crate::contestants::tokio_raw::TokioRaw;
#[cfg(feature = "peers")]
use crate::contestants::{kameo::Kameo, ractor::Ractor};
use crate::runtime::Flavor;

const FEWEST: u64 = 1_000;

/// Few are measured so often that there are so many in all.
const IN_ALL: u64 = 30_000;

/// They take ten times the memory.
#[cfg(feature = "peers")]
const MOST_OF_OTHERS: u64 = 100_000;

pub fn points(contestant: &str, size: u64) -> Vec<Point> {
    match contestant {
        "ours" => Ours::block_on(Flavor::CurrentThread, ours(size)),
        "tokio-raw" => others::<TokioRaw>(size),
        #[cfg(feature = "peers")]
        "ractor" => others::<Ractor>(size.min(MOST_OF_OTHERS)),
        #[cfg(feature = "peers")]
        "kameo" => others::<Kameo>(size.min(MOST_OF_OTHERS)),
        _ => Vec::new(),
    }
}

fn others<C: Supervises>(size: u64) -> Vec<Point> {
    let run = async move {
        let mut points = Vec::new();
        for children in sizes(FEWEST, size) {
            let rounds = (IN_ALL / children).max(1);
            let mut took = Duration::ZERO;
            for _ in 0..rounds {
                let measured = supervision::children::<C>(children).await;
                took += Duration::from_secs_f64(measured.amount);
            }
            let what = "start and stop of all, µs";
            points.push(Point::time(what, children, took, rounds * children));
        }
        points
    };
    C::block_on(Flavor::CurrentThread, run)
}

/// How long so many of each took.
#[derive(Default)]
struct Times {
    start: (Duration, u64),
    crash: (Duration, u64),
    terminate: (Duration, u64),
    stop: (Duration, u64),
}

async fn ours(size: u64) -> Vec<Point> {
    let mut points = Vec::new();
    round(FEWEST, &mut Times::default()).await; // grows what grows
    for children in sizes(FEWEST, size) {
        let mut times = Times::default();
        for _ in 0..(IN_ALL / children).max(1) {
            round(children, &mut times).await;
        }
        for (what, (took, operations)) in [
            ("start, µs", times.start),
            ("crash of one, µs", times.crash),
            ("look-up by pid and stop of one, µs", times.terminate),
            ("stop of all, µs", times.stop),
        ] {
            points.push(Point::time(what, children, took, operations));
        }
    }
    points
}

/// Adds the time of some work.
async fn add(to: &mut (Duration, u64), operations: u64, work: impl Future<Output = ()>) {
    let begun = Instant::now();
    work.await;
    to.0 += begun.elapsed();
    to.1 += operations;
}

/// Starts so many; of them some crash, and as many are stopped one by one, before all are.
async fn round(children: u64, times: &mut Times) {
    let supervisor = DynamicSupervisor::builder().max_restarts(u32::MAX);
    let supervisor: DynamicSupervisorRef = supervisor.start().await.expect("starts");
    let (sender, mut started) = mpsc::unbounded_channel();
    let mut actors: Vec<ActorRef<Child>> = Vec::new();
    add(&mut times.start, children, async {
        for _ in 0..children {
            let child = supervisor.start_child(child::spec(&sender)).await;
            actors.push(child.expect("starts"));
        }
    })
    .await;
    for _ in 0..children {
        started.recv().await.expect("each has said so");
    }
    let some = (children / 10).min(1_000);
    let apart = usize::try_from(children / some).expect("it is small");
    add(&mut times.crash, some, async {
        for actor in actors.iter().step_by(apart) {
            actor.crash();
            started.recv().await.expect("it is started again");
        }
    })
    .await;
    add(&mut times.terminate, some, async {
        for actor in actors.iter().skip(1).step_by(apart) {
            let stopped = supervisor.terminate_child(actor.pid()).await;
            stopped.expect("it is found");
        }
    })
    .await;
    let left = children - some;
    let counts = supervisor.count_children().await.expect("it lives");
    assert_eq!(counts.active as u64, left);
    add(&mut times.stop, left, async {
        supervisor.stop().await.expect("it stops");
    })
    .await;
}
