//! Which benchmarks there are, with which sizes, and who takes part.

use crate::benchmarks::{Measured, calls, names, rings, starts, supervision, tells, trees};
use crate::contestant::{Bounded, Contestant, Named, Restarts, Supervises};
use crate::contestants::ours::Ours;
use crate::contestants::tokio_raw::TokioRaw;
#[cfg(feature = "peers")]
use crate::contestants::{actix::Actix, kameo::Kameo, ractor::Ractor, xtra::Xtra};
use crate::runtime::Flavor;

/// The first is what the others are measured by.
#[cfg(feature = "peers")]
pub const CONTESTANTS: &[&str] = &["tokio-raw", "ours", "ractor", "kameo", "actix", "xtra"];
#[cfg(not(feature = "peers"))]
pub const CONTESTANTS: &[&str] = &["tokio-raw", "ours"];

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

/// Calls the function for the contestant of this name; none if it is not in the lists.
macro_rules! of {
    (
        $contestant:expr => $function:ident $arguments:tt,
        [$($own:ident),*],
        peers [$($peer:ident),*]
    ) => {
        match $contestant {
            $(<$own as Contestant>::NAME => Some($function::<$own> $arguments),)*
            $(
                #[cfg(feature = "peers")]
                <$peer as Contestant>::NAME => Some($function::<$peer> $arguments),
            )*
            _ => None,
        }
    };
}

/// Runs one benchmark of one contestant; none if it has no such thing.
pub fn run(contestant: &str, name: &str, flavor: Flavor, size: u64) -> Option<Measured> {
    match name {
        "bounded-1to1" | "bounded-8to1" => of!(
            contestant => bounded(name, flavor, size),
            [TokioRaw, Ours],
            peers [Kameo, Xtra]
        ),
        "registry" => of!(
            contestant => registry(flavor, size),
            [TokioRaw, Ours],
            peers [Ractor, Kameo]
        ),
        "restart" => {
            of!(contestant => restart(flavor, size), [TokioRaw, Ours], peers [Ractor, Kameo])
        }
        "children-1k" | "children-10k" | "children-100k" => {
            of!(contestant => children(flavor, size), [TokioRaw, Ours], peers [Ractor, Kameo])
        }
        _ => of!(
            contestant => plain(name, flavor, size),
            [TokioRaw, Ours],
            peers [Ractor, Kameo, Actix, Xtra]
        ),
    }
}

fn plain<C: Contestant>(name: &str, flavor: Flavor, size: u64) -> Measured {
    match name {
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
        _ => unreachable!("no benchmark `{name}`"),
    }
}

fn bounded<C: Bounded>(name: &str, flavor: Flavor, size: u64) -> Measured {
    let producers = match name {
        "bounded-1to1" => 1,
        "bounded-8to1" => 8,
        _ => unreachable!("no benchmark `{name}`"),
    };
    C::block_on(flavor, tells::tell_bounded::<C>(producers, size))
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
