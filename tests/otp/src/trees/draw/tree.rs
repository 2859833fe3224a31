//! Draws trees.

use super::super::script::{
    AutoShutdown, Child, Dyn, Kind, OnShutdown, Outcome, Restart, Shutdown, ShutdownWord, Strategy,
    Sup, Worker,
};
use super::Profile;
use crate::rng::Rng;

pub(super) const IDS: [&str; 4] = ["a", "b", "c", "d"];

/// Supervisors below the root.
const MAX_DEPTH: usize = 2;

pub(super) fn root(rng: &mut Rng, profile: Profile) -> Child {
    let kind = match profile.dynamic && rng.percent(45) {
        true => Kind::Dyn(dynamic(rng, profile)),
        false => Kind::Sup(sup(rng, profile, 0)),
    };
    Child {
        id: "root".to_owned(),
        restart: Restart::default(),
        shutdown: None,
        significant: false,
        init: Vec::new(),
        kind,
    }
}

fn sup(rng: &mut Rng, profile: Profile, depth: usize) -> Sup {
    let strategies = [
        Strategy::OneForOne,
        Strategy::OneForAll,
        Strategy::RestForOne,
    ];
    let modes = [
        (62, AutoShutdown::Never),
        (16, AutoShutdown::AnySignificant),
        (22, AutoShutdown::AllSignificant),
    ];
    let auto_shutdown = rng.weighted(&modes).unwrap_or_default();
    let least = usize::from(depth == 0);
    let len = rng.between(least, IDS.len());
    let ids = &IDS[..len];
    let children = ids
        .iter()
        .map(|id| child(rng, profile, id, auto_shutdown, depth));
    let children = children.collect();
    Sup {
        strategy: rng.pick(&strategies).copied().unwrap_or_default(),
        intensity: intensity(rng),
        period: profile.period(),
        auto_shutdown,
        children,
    }
}

fn dynamic(rng: &mut Rng, profile: Profile) -> Dyn {
    Dyn {
        intensity: intensity(rng),
        period: profile.period(),
        max_children: rng.percent(20).then(|| rng.below(3)),
    }
}

fn intensity(rng: &mut Rng) -> u32 {
    let weights = [(6, 0), (14, 1), (20, 2), (25, 3), (15, 5), (20, 12)];
    rng.weighted(&weights).unwrap_or(3)
}

/// A child of a supervisor with that mode of automatic shutdown.
pub(super) fn child(
    rng: &mut Rng,
    profile: Profile,
    id: &str,
    auto_shutdown: AutoShutdown,
    depth: usize,
) -> Child {
    let restarts = [
        (38, Restart::Permanent),
        (33, Restart::Transient),
        (29, Restart::Temporary),
    ];
    let restart = rng.weighted(&restarts).unwrap_or_default();
    let may_be = auto_shutdown != AutoShutdown::Never && restart != Restart::Permanent;
    let significant = may_be && rng.percent(60);
    let kind = match depth < MAX_DEPTH && rng.percent(24) {
        true if profile.dynamic && rng.percent(60) => Kind::Dyn(dynamic(rng, profile)),
        true => Kind::Sup(sup(rng, profile, depth + 1)),
        false => Kind::Worker(worker(rng, profile)),
    };
    Child {
        id: id.to_owned(),
        restart,
        shutdown: shutdown(rng, &kind),
        significant,
        init: outcomes(rng, &kind),
        kind,
    }
}

fn worker(rng: &mut Rng, profile: Profile) -> Worker {
    let hangs = if profile.waits { 0 } else { 6 }; // it takes time, which then counts
    let ways = [
        (88, OnShutdown::Ok),
        (hangs, OnShutdown::Hang),
        (6, OnShutdown::Panic),
    ];
    Worker {
        trap: !rng.percent(22),
        on_shutdown: rng.weighted(&ways).unwrap_or_default(),
    }
}

/// A supervisor is never given a time, as OTP may then kill it between two of its children; and
/// nothing hangs for ever.
fn shutdown(rng: &mut Rng, kind: &Kind) -> Option<Shutdown> {
    let brutal = Some(Shutdown::Word(ShutdownWord::BrutalKill));
    let infinity = Some(Shutdown::Word(ShutdownWord::Infinity));
    let short = Some(Shutdown::Within(250));
    let words: &[_] = match kind {
        Kind::Worker(worker) if worker.on_shutdown == OnShutdown::Hang => &[(1, short)],
        Kind::Worker(_) => &[(64, None), (14, brutal), (11, infinity), (11, short)],
        Kind::Sup(_) | Kind::Dyn(_) => &[(80, None), (10, brutal), (10, infinity)],
    };
    rng.weighted(words).flatten()
}

/// The first incarnation mostly comes to be; a supervisor mostly does.
fn outcomes(rng: &mut Rng, kind: &Kind) -> Vec<Outcome> {
    let chance = match kind {
        Kind::Worker(_) => 45,
        Kind::Sup(_) => 12,
        Kind::Dyn(_) => 0,
    };
    if !rng.percent(chance) {
        return Vec::new();
    }
    if rng.percent(25) {
        return stumbles(rng);
    }
    let first = [
        (93, Outcome::Ok),
        (2, Outcome::Error),
        (4, Outcome::Ignore),
        (1, Outcome::Panic),
    ];
    let later = [
        (46, Outcome::Ok),
        (24, Outcome::Error),
        (16, Outcome::Ignore),
        (14, Outcome::Panic),
    ];
    let mut outcomes = vec![rng.weighted(&first).unwrap_or(Outcome::Ok)];
    for _ in 0..rng.between(1, 4) {
        outcomes.push(rng.weighted(&later).unwrap_or(Outcome::Ok));
    }
    outcomes
}

/// A restart that fails a few times, and then succeeds.
fn stumbles(rng: &mut Rng) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::Ok];
    let failure = match rng.percent(60) {
        true => Outcome::Error,
        false => Outcome::Panic,
    };
    outcomes.extend(vec![failure; rng.between(1, 3)]);
    outcomes.push(Outcome::Ok);
    outcomes
}
