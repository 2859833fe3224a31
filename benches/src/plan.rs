//! Who takes part in which benchmark, and how it is run.

mod ours;

use crate::benchmarks::{Measured, calls, memory, names, rings, starts, supervision, tells, trees};
use crate::contestant::{Bounded, Contestant, Named, Restarts, Small, Supervises};
use crate::contestants::ours::Ours;
use crate::contestants::tokio_raw::TokioRaw;
#[cfg(feature = "peers")]
use crate::contestants::{actix::Actix, kameo::Kameo, ractor::Ractor, xtra::Xtra};
use crate::runtime::Flavor;

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
        "idle-bytes" => of!(
            contestant => idle(flavor, size),
            [TokioRaw, Ours],
            peers [Ractor, Kameo, Actix, Xtra]
        ),
        "call-deadline" => Some(ours::deadline(contestant, flavor, size)),
        "name-burst" | "name-call" => Some(ours::addressed(contestant, name, flavor, size)),
        "observed-burst" | "observed-call" => Some(ours::observed(contestant, name, flavor, size)),
        "crash-told" | "crash-storm" | "crashes-at-once" => {
            Some(ours::crashes(contestant, name, flavor, size))
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
        "start-stop" => C::block_on(flavor, starts::start_stop::<C>(size)),
        "skynet" => C::block_on(flavor, trees::skynet::<C>(size)),
        "fib" => C::block_on(flavor, trees::fib::<C>(size)),
        "cast-allocations" => C::block_on(flavor, memory::casts::<C>(size)),
        "call-allocations" => C::block_on(flavor, memory::calls::<C>(size)),
        "spawn-allocations" => C::block_on(flavor, memory::starts::<C>(size)),
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

fn idle<C: Small>(flavor: Flavor, size: u64) -> Measured {
    C::block_on(flavor, memory::idle::<C>(size))
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
