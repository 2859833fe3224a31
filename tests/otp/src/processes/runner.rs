//! Runs a script on this library, on the paused clock, through the public API alone.

mod deeds;
mod puppet;
mod world;

use std::time::Duration;

use actor_otp::{Address, ExitReason};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::script::{Act, Script};
use crate::alone::alone;
use crate::trace::Trace;
use puppet::PuppetCast;
use world::World;

/// The barrier: on the paused clock it returns when nothing else can run any more.
const MOMENT: Duration = Duration::from_millis(1);

/// Runs a script, and tells what it did.
///
/// # Panics
///
/// If it hangs, or leaves processes behind.
pub(super) fn run(script: &Script) -> Trace {
    alone(script, perform(script))
}

async fn perform(script: &Script) -> Trace {
    let world = World::default();
    let mut trace = Vec::new();
    for step in &script.steps {
        let ret = act(&world, step).await;
        sleep(MOMENT).await;
        trace.push(world.record(&json!(step), &ret));
    }
    end_all(&world).await;
    Trace(trace)
}

/// Whoever waited for one that is ended may begin another one.
async fn end_all(world: &World) {
    loop {
        let living = world.living();
        if living.is_empty() {
            return;
        }
        for pid in &living {
            pid.exit(ExitReason::Kill);
        }
        for pid in living {
            pid.exited().await;
        }
    }
}

async fn act(world: &World, step: &Act) -> String {
    match step {
        Act::Hold { at, ops } => hold(world, at, ops).await,
        step => single(world, step).await,
    }
}

async fn single(world: &World, step: &Act) -> String {
    match (step.by(), step) {
        (_, Act::Wait { ms }) => {
            sleep(Duration::from_millis(*ms)).await;
            "ok".to_owned()
        }
        (Some(by), step) => match world.alive(by) {
            None => "noproc".to_owned(),
            Some(puppet) => {
                puppet.cast(PuppetCast::Do(step.clone()));
                sleep(Duration::from_millis(step.patience())).await;
                "ok".to_owned()
            }
        },
        (None, Act::Spawn { .. }) => {
            let started = deeds::options(world, step).start().await;
            deeds::started(world, &started.map(drop))
        }
        (None, Act::Exit { to, reason, .. }) => match world.known(to) {
            None => "unknown".to_owned(),
            Some(puppet) => {
                puppet.exit(deeds::exit_reason(*reason));
                "ok".to_owned()
            }
        },
        (None, _) => "unsupported".to_owned(),
    }
}

/// A callback of the process waits until all of this is done.
async fn hold(world: &World, at: &str, ops: &[Act]) -> String {
    let Some(puppet) = world.alive(at) else {
        return "noproc".to_owned();
    };
    let (release, released) = oneshot::channel();
    puppet.cast(PuppetCast::Hold(released));
    sleep(MOMENT).await;
    let mut rets = Vec::new();
    for op in ops {
        rets.push(single(world, op).await);
        sleep(MOMENT).await;
    }
    let _ = release.send(()); // it may be dead
    rets.join(",")
}
