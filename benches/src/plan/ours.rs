//! How ours is run in several ways, by the name of the way.

use actor_otp::{Deadline, process};

use crate::benchmarks::{Measured, failure, supervision, ways};
use crate::contestant::Contestant;
use crate::contestants::ours::Ours;
use crate::runtime::Flavor;

pub fn deadline(way: &str, flavor: Flavor, size: u64) -> Measured {
    let deadline = match way {
        "no deadline" => Deadline::Never,
        "default deadline" => Deadline::default(),
        _ => unreachable!("no way `{way}`"),
    };
    Ours::block_on(flavor, ways::call_by(deadline, size))
}

pub fn addressed(way: &str, name: &str, flavor: Flavor, size: u64) -> Measured {
    let (way, name) = (way.to_owned(), name.to_owned());
    Ours::block_on(flavor, async move {
        let actor = ways::start_named().await;
        match way.as_str() {
            "reference" => ways::addressed(&name, &actor, size).await,
            "cached name" => ways::addressed(&name, &ways::CACHED, size).await,
            "name" => ways::addressed(&name, &ways::PLAIN, size).await,
            _ => unreachable!("no way `{way}`"),
        }
    })
}

pub fn observed(way: &str, name: &str, flavor: Flavor, size: u64) -> Measured {
    let (way, name) = (way.to_owned(), name.to_owned());
    Ours::block_on(flavor, async move {
        let _observation = (way == "observed").then(process::observe);
        let watched = way == "long turns watched";
        let watch = watched.then(|| process::warn_of_long_turns(process::DEFAULT_LONG_TURN));
        let _watch = watch.transpose().expect("the system gives a thread");
        let actor = ways::start_named().await;
        ways::addressed(&name, &actor, size).await
    })
}

/// A way with a backtrace differs by its environment alone.
pub fn crashes(way: &str, name: &str, flavor: Flavor, size: u64) -> Measured {
    failure::silence();
    if way != "silent" {
        failure::report();
    }
    let measured = match name {
        "crashes-at-once" => Ours::block_on(flavor, failure::at_once(size)),
        _ => Ours::block_on(flavor, supervision::restart::<Ours>(size)),
    };
    assert_eq!(failure::reported() == 0, way == "silent");
    measured
}
