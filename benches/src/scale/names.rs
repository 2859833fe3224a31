//! Very many names.

use std::time::Instant;

use actor_otp::prelude::*;

use super::points::Point;
use super::sizes;
use crate::contestant::Contestant;
use crate::contestants::ours::{Number, NumberClient, Ours};
use crate::runtime::Flavor;

const FEWEST: u64 = 1_000;

/// Has no factor in common with a power of ten: so names are found in another order than they were taken.
const STEP: usize = 7_919;

pub fn points(_: &str, size: u64) -> Vec<Point> {
    Ours::block_on(Flavor::CurrentThread, async move {
        let mut points = Vec::new();
        round(FEWEST).await; // grows what grows
        for names in sizes(FEWEST, size) {
            points.extend(round(names).await);
        }
        points
    })
}

async fn round(names: u64) -> Vec<Point> {
    let all: Vec<Name<Number>> = (0..names)
        .map(|n| Name::dynamic(format!("name-{n}")))
        .collect();
    let mut points = Vec::new();
    let mut begun = Instant::now();
    let mut took = |what| {
        points.push(Point::time(what, names, begun.elapsed(), names));
        begun = Instant::now();
    };

    let mut actors = Vec::with_capacity(all.len());
    for name in &all {
        let started = Number::options(()).name(name.clone()).start().await;
        actors.push(started.expect("starts"));
    }
    took("start with a name, µs");
    for at in 0..all.len() {
        let found = all[at * STEP % all.len()].whereis();
        assert!(found.is_some());
    }
    took("look-up, µs");
    for at in 0..all.len() {
        all[at * STEP % all.len()].add(1);
        if at % 64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    took("cast through the name, µs");
    for actor in &actors {
        assert_eq!(actor.number().await, Ok(1));
    }
    took("call, µs");
    for actor in actors {
        actor.stop().await.expect("it stops");
    }
    took("stop, µs");
    assert!(all.iter().all(|name| name.whereis().is_none()));
    points
}
