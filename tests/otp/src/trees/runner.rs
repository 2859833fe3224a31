//! Runs a script on this library, on the paused clock, through the public API alone.

mod processes;
mod requests;
mod world;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use actor_otp::{Address, ExitReason};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::script::{Reason, Script, Step};
use crate::alone::alone;
use crate::trace::Trace;
use processes::{Handle, WorkerCast, spec_of};
use requests::{hold, request, start_told};
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
    let world = World::new();
    let boot = start_told(spec_of(&world, "", &script.tree).start().await);
    let mut trace = vec![record(&world, json!("boot"), &boot).await];
    for step in &script.steps {
        let ret = act(&world, step).await;
        trace.push(record(&world, json!(step), &ret).await);
    }
    let ret = stop_root(&world, &script.tree.id).await;
    trace.push(record(&world, json!("shutdown"), ret).await);
    Trace(trace)
}

async fn stop_root(world: &World, id: &str) -> &'static str {
    match world.living(id) {
        None => "noproc",
        Some(root) => {
            let pid = root.pid();
            let _ = pid.stop_with(ExitReason::Shutdown).await;
            world::end_of(&pid.exited().await).word()
        }
    }
}

async fn record(world: &World, step: Value, ret: &str) -> Value {
    let snap = settle(world).await;
    let mut record = json!({"step": step, "ret": ret, "events": world.take_events(), "snap": snap});
    let ghosts = world.take_ghosts();
    if !ghosts.is_empty() {
        record["alive at the init of its successor"] = json!(ghosts);
    }
    record
}

/// Waits until nothing moves any more, and tells what stands.
async fn settle(world: &World) -> Value {
    loop {
        sleep(MOMENT).await;
        let before = world.version();
        let mut snap = serde_json::Map::new();
        for (path, n, handle) in world.all_living() {
            let stands = match &handle {
                Handle::Worker(_) => json!(n),
                supervisor => requests::stands(world, supervisor).await,
            };
            snap.insert(path, stands);
        }
        if world.version() == before {
            return Value::Object(snap);
        }
    }
}

async fn act(world: &World, step: &Step) -> String {
    match step {
        Step::Wait { ms } => {
            sleep(Duration::from_millis(*ms)).await;
            "ok".to_owned()
        }
        Step::Batch { path, ops } => match world.living(path) {
            None => "noproc".to_owned(),
            Some(Handle::Worker(_)) => "unsupported".to_owned(),
            Some(supervisor) => batch(world, &supervisor, path, ops).await,
        },
        step => single(world, step).await,
    }
}

async fn single(world: &World, step: &Step) -> String {
    let path = step.path().unwrap_or_default();
    match world.living(path) {
        None => "noproc".to_owned(),
        Some(handle) => match strike(&handle, step).await {
            Some(ret) => ret.to_owned(),
            None => request(world, &handle, path, step).await,
        },
    }
}

/// Does something to a process from outside, and waits for its end; none if it is a request.
async fn strike(handle: &Handle, step: &Step) -> Option<&'static str> {
    let pid = handle.pid();
    match (step, handle) {
        (Step::Exit { reason, .. }, _) => {
            pid.exit(exit_reason(*reason));
            return Some("ok");
        }
        (Step::Stop { reason, .. }, Handle::Worker(worker)) => {
            worker.cast(WorkerCast::Stop(exit_reason(*reason)));
        }
        (Step::Panic { .. }, Handle::Worker(worker)) => worker.cast(WorkerCast::Panic),
        (Step::Stop { .. } | Step::Panic { .. }, _) => return Some("unsupported"),
        (Step::Kill { .. }, _) => pid.exit(ExitReason::Kill),
        (Step::AskStop { reason, .. }, _) => {
            let stopped = pid.stop_with(exit_reason(*reason)).await;
            // A value that is carried is compared by identity, and this one comes back.
            assert!(stopped.is_ok(), "asked for {reason:?}: {stopped:?}");
        }
        _ => return None,
    }
    pid.exited().await;
    Some("ok")
}

fn exit_reason(reason: Reason) -> ExitReason {
    match reason {
        Reason::Normal => ExitReason::Normal,
        Reason::Shutdown => ExitReason::Shutdown,
        Reason::Tagged => ExitReason::shutdown_with("x"),
        Reason::Boom => ExitReason::custom("boom"),
    }
}

type Answer = Pin<Box<dyn Future<Output = String>>>;

/// The supervisor waits in the start of a child that never comes, while all of this arrives.
async fn batch(world: &World, handle: &Handle, path: &str, ops: &[Step]) -> String {
    let (held, release) = hold(handle);
    let mut held = Box::pin(held);
    begin(&mut held).await;
    let mut answers: Vec<Answer> = Vec::new();
    for op in ops {
        answers.push(match op {
            Step::Wait { .. } | Step::Batch { .. } | Step::Exit { .. } => said("unsupported"),
            op if op.path() == Some(path) => waiting(world, handle, path, op).await,
            op => said(&single(world, op).await),
        });
    }
    release.send(()).expect("the supervisor is held");
    held.await;
    let mut told = Vec::new();
    for answer in answers {
        told.push(answer.await);
    }
    told.join(",")
}

fn said(answer: &str) -> Answer {
    let answer = answer.to_owned();
    Box::pin(async move { answer })
}

/// A request that lies in the inbox of the supervisor.
async fn waiting(world: &World, handle: &Handle, path: &str, op: &Step) -> Answer {
    let (world, handle, path, op) = (world.clone(), handle.clone(), path.to_owned(), op.clone());
    let mut answer: Answer = Box::pin(async move { request(&world, &handle, &path, &op).await });
    match begin(&mut answer).await {
        Some(told) => said(&told),
        None => answer,
    }
}

/// Polls once, then lets everything else run.
async fn begin<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let first = poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await;
    sleep(MOMENT).await;
    match first {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
