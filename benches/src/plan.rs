//! Which benchmarks there are, with which sizes, and who takes part.

use crate::benchmarks::{Measured, calls, names, rings, starts, supervision, tells, trees};
use crate::contestant::{Bounded, Contestant, Named, Restarts, Supervises};
use crate::contestants::actix::Actix;
use crate::contestants::kameo::Kameo;
use crate::contestants::ours::Ours;
use crate::contestants::ractor::Ractor;
use crate::contestants::tokio_raw::TokioRaw;
use crate::contestants::xtra::Xtra;
use crate::runtime::Flavor;

/// The first is what the others are measured by.
pub const CONTESTANTS: [&str; 6] = ["tokio-raw", "ours", "ractor", "kameo", "actix", "xtra"];

pub struct Benchmark {
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// How many operations, in a full run.
    pub size: u64,
    /// Least of them, in a quick one, as some do not scale.
    pub quick: u64,
}

const fn benchmark(name: &'static str, unit: &'static str, size: u64, quick: u64) -> Benchmark {
    Benchmark {
        name,
        unit,
        size,
        quick,
    }
}

pub const BENCHMARKS: [Benchmark; 17] = [
    benchmark("tell-1to1", "casts", 2_000_000, 200_000),
    benchmark("tell-8to1", "casts", 2_000_000, 200_000),
    benchmark("bounded-1to1", "casts", 1_000_000, 100_000),
    benchmark("bounded-8to1", "casts", 1_000_000, 100_000),
    benchmark("call-seq", "calls", 300_000, 30_000),
    benchmark("call-64", "calls", 1_000_000, 100_000),
    benchmark("ring", "hops", 1_000_000, 100_000),
    benchmark("pingpong", "hops", 1_000_000, 100_000),
    benchmark("spawn", "actors", 100_000, 10_000),
    benchmark("skynet", "actors", 100_000, 10_000),
    benchmark("fib", "actors", 22, 17),
    benchmark("big", "messages", 10_000, 1_000),
    benchmark("registry", "casts", 2_000_000, 200_000),
    benchmark("restart", "restarts", 20_000, 2_000),
    benchmark("children-1k", "children", 1_000, 1_000),
    benchmark("children-10k", "children", 10_000, 10_000),
    benchmark("children-100k", "children", 100_000, 20_000),
];

/// Runs one benchmark of one contestant; none if it has no such thing.
pub fn run(contestant: &str, name: &str, flavor: Flavor, size: u64) -> Option<Measured> {
    if name.starts_with("bounded") {
        return match contestant {
            "tokio-raw" => bounded::<TokioRaw>(name, flavor, size),
            "ours" => bounded::<Ours>(name, flavor, size),
            "kameo" => bounded::<Kameo>(name, flavor, size),
            "xtra" => bounded::<Xtra>(name, flavor, size),
            _ => None,
        };
    }
    if name == "registry" {
        return match contestant {
            "tokio-raw" => Some(registry::<TokioRaw>(flavor, size)),
            "ours" => Some(registry::<Ours>(flavor, size)),
            "ractor" => Some(registry::<Ractor>(flavor, size)),
            "kameo" => Some(registry::<Kameo>(flavor, size)),
            _ => None,
        };
    }
    if name == "restart" {
        return match contestant {
            "tokio-raw" => Some(restart::<TokioRaw>(flavor, size)),
            "ours" => Some(restart::<Ours>(flavor, size)),
            _ => None,
        };
    }
    if name.starts_with("children") {
        return match contestant {
            "tokio-raw" => Some(children::<TokioRaw>(flavor, size)),
            "ours" => Some(children::<Ours>(flavor, size)),
            _ => None,
        };
    }
    match contestant {
        "tokio-raw" => plain::<TokioRaw>(name, flavor, size),
        "ours" => plain::<Ours>(name, flavor, size),
        "ractor" => plain::<Ractor>(name, flavor, size),
        "kameo" => plain::<Kameo>(name, flavor, size),
        "actix" => plain::<Actix>(name, flavor, size),
        "xtra" => plain::<Xtra>(name, flavor, size),
        _ => None,
    }
}

fn plain<C: Contestant>(name: &str, flavor: Flavor, size: u64) -> Option<Measured> {
    Some(match name {
        "tell-1to1" => C::block_on(flavor, tells::tell::<C>(1, size)),
        "tell-8to1" => C::block_on(flavor, tells::tell::<C>(8, size)),
        "call-seq" => C::block_on(flavor, calls::call::<C>(1, size)),
        "call-64" => C::block_on(flavor, calls::call::<C>(64, size)),
        "ring" => C::block_on(flavor, rings::ring::<C>(1_000, size)),
        "pingpong" => C::block_on(flavor, rings::ring::<C>(2, size)),
        "spawn" => C::block_on(flavor, starts::spawn::<C>(size)),
        "skynet" => C::block_on(flavor, trees::skynet::<C>(size)),
        "fib" => C::block_on(flavor, trees::fib::<C>(size)),
        "big" => C::block_on(flavor, rings::big::<C>(120, size)),
        _ => return None,
    })
}

fn bounded<C: Bounded>(name: &str, flavor: Flavor, size: u64) -> Option<Measured> {
    let producers = match name {
        "bounded-1to1" => 1,
        "bounded-8to1" => 8,
        _ => return None,
    };
    Some(C::block_on(
        flavor,
        tells::tell_bounded::<C>(producers, size),
    ))
}

fn registry<C: Named>(flavor: Flavor, size: u64) -> Measured {
    C::block_on(flavor, names::registry::<C>(size))
}

fn restart<C: Restarts>(flavor: Flavor, size: u64) -> Measured {
    C::block_on(flavor, supervision::restart::<C>(size))
}

fn children<C: Supervises>(flavor: Flavor, size: u64) -> Measured {
    C::block_on(flavor, supervision::children::<C>(size))
}
