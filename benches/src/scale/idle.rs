//! Bytes of an idle actor, beside very many others.

use super::points::Point;
use crate::benchmarks::memory;
use crate::contestant::{Contestant, Small};
use crate::contestants::{ours::Ours, tokio_raw::TokioRaw};
use crate::runtime::Flavor;

pub fn points(contestant: &str, size: u64) -> Vec<Point> {
    match contestant {
        "ours" => idle::<Ours>(size),
        _ => idle::<TokioRaw>(size),
    }
}

fn idle<C: Small>(size: u64) -> Vec<Point> {
    let measured = <C as Contestant>::block_on(Flavor::CurrentThread, memory::idle::<C>(size));
    vec![Point {
        what: "actor, bytes".to_owned(),
        at: size,
        value: measured.value(crate::benchmark::Kind::Bytes),
    }]
}
