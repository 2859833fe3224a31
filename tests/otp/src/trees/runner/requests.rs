//! Requests to supervisors of both kinds, and the words of their answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use actor_otp::{
    AnyChildSpec, CallError, ChildCounts, ChildId, ChildInfo, ChildSpec, ChildStatus, ChildType,
    DeleteChildError, DynamicSupervisorClient, DynamicSupervisorRef, ExitReason,
    FailedToStartChild, FindChildError, Pid, Restart, RestartChildError, Shutdown, StartChildError,
    StartError, SupervisorClient, SupervisorRef, TerminateChildError,
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::super::script::{Step, join, split};
use super::processes::{Handle, spec_of};
use super::world::{World, end_of};

/// Asks a supervisor, and tells its answer in one word or line.
pub(super) async fn request(world: &World, handle: &Handle, path: &str, step: &Step) -> String {
    match handle {
        Handle::Worker(_) => "unsupported".to_owned(),
        Handle::Sup(supervisor) => ask(world, supervisor, path, step).await,
        Handle::Dyn(supervisor) => ask_dynamic(world, supervisor, path, step).await,
    }
}

async fn ask(world: &World, supervisor: &SupervisorRef, path: &str, step: &Step) -> String {
    match step {
        Step::StartChild { spec, .. } => {
            let spec = spec_of(world, path, spec).child_spec();
            started(supervisor.start_child(spec).await)
        }
        Step::RestartChild { id, .. } => restarted(supervisor.restart_child(id.as_str()).await),
        Step::TerminateChild { id, .. } => {
            terminated(supervisor.terminate_child(id.as_str()).await)
        }
        Step::DeleteChild { id, .. } => deleted(supervisor.delete_child(id.as_str()).await),
        Step::GetChildspec { id, .. } => specified(supervisor.get_childspec(id.as_str()).await),
        Step::WhichChildren { .. } => match supervisor.which_children().await {
            Ok(children) => listed(&static_children(world, &children)),
            Err(error) => failed_call(&error),
        },
        Step::CountChildren { .. } => counted(supervisor.count_children().await),
        _ => "unsupported".to_owned(),
    }
}

async fn ask_dynamic(
    world: &World,
    supervisor: &DynamicSupervisorRef,
    path: &str,
    step: &Step,
) -> String {
    match step {
        Step::StartChild { spec, .. } => {
            let spec = spec_of(world, path, spec).child_spec();
            started(supervisor.start_child(spec).await)
        }
        Step::TerminateChild { id, .. } => {
            // A stranger stands for a child that never was.
            let known = world.last(&join(path, id)).unwrap_or(supervisor.pid());
            match supervisor.terminate_child(known).await {
                Ok(()) => "ok".to_owned(),
                Err(TerminateChildError::Call(error)) => failed_call(&error),
                Err(_) => "not_found".to_owned(),
            }
        }
        Step::WhichChildren { .. } => match supervisor.which_children().await {
            Ok(children) => listed(&dynamic_children(world, &children)),
            Err(error) => failed_call(&error),
        },
        Step::CountChildren { .. } => counted(supervisor.count_children().await),
        _ => "unsupported".to_owned(),
    }
}

/// What a snapshot tells of a supervisor.
pub(super) async fn stands(world: &World, handle: &Handle) -> Value {
    let (children, counts) = match handle {
        Handle::Worker(_) => return json!("unsupported"),
        Handle::Sup(supervisor) => {
            let children = supervisor.which_children().await;
            let mut children = children.map(|children| static_children(world, &children));
            let _ = children.as_mut().map(|children| children.reverse());
            (children, supervisor.count_children().await)
        }
        Handle::Dyn(supervisor) => {
            let children = supervisor.which_children().await;
            let children = children.map(|children| dynamic_children(world, &children));
            (children, supervisor.count_children().await)
        }
    };
    match (children, counts) {
        (Ok(children), Ok(counts)) => json!({"children": children, "counts": numbers(counts)}),
        _ => json!("gone"),
    }
}

/// Last started first.
fn static_children(world: &World, children: &[ChildInfo]) -> Vec<(String, Value)> {
    let told = |child: &ChildInfo| {
        let state = match &child.status {
            ChildStatus::Undefined => json!("down"),
            ChildStatus::Restarting => json!("restarting"),
            ChildStatus::Running(pid) => {
                json!(world.name(pid).map_or(0, |(_, n)| n))
            }
        };
        (child.id.to_string(), state)
    };
    children.iter().map(told).collect()
}

/// In the order of their names, which are not the supervisor's.
fn dynamic_children(world: &World, children: &[ChildInfo]) -> Vec<(String, Value)> {
    let nameless = || ("?".to_owned(), json!("?"));
    let told = |child: &ChildInfo| match &child.status {
        ChildStatus::Undefined => nameless(),
        ChildStatus::Restarting => ("?".to_owned(), json!("restarting")),
        ChildStatus::Running(pid) => world.name(pid).map_or_else(nameless, |(path, n)| {
            let (_, id) = split(&path);
            (id.to_owned(), json!(n))
        }),
    };
    let mut told: Vec<_> = children.iter().map(told).collect();
    told.sort_by(|(a, _), (b, _)| a.cmp(b));
    told
}

fn listed(list: &[(String, Value)]) -> String {
    let shown = |(id, state): &(String, Value)| match state.as_str() {
        Some(word) => format!("{id}:{word}"),
        None => format!("{id}:{state}"),
    };
    list.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn counted(counts: Result<ChildCounts, CallError>) -> String {
    match counts {
        Ok(counts) => numbers(counts).map(|count| count.to_string()).join(" "),
        Err(error) => failed_call(&error),
    }
}

fn numbers(counts: ChildCounts) -> [usize; 4] {
    [
        counts.specs,
        counts.active,
        counts.supervisors,
        counts.workers,
    ]
}

fn started(started: Result<Handle, StartChildError>) -> String {
    match started {
        Ok(_) => "started".to_owned(),
        Err(StartChildError::Ignored) => "ignored".to_owned(),
        Err(StartChildError::AlreadyStarted(_)) => "already_started".to_owned(),
        Err(StartChildError::AlreadyPresent(_)) => "already_present".to_owned(),
        Err(StartChildError::MaxChildren(_)) => "max_children".to_owned(),
        Err(StartChildError::Invalid(_)) => "invalid".to_owned(),
        Err(StartChildError::Failed(error)) => start_failed(&error),
        Err(StartChildError::Call(error)) => failed_call(&error),
        Err(other) => format!("unknown {other}"),
    }
}

fn restarted(restarted: Result<Pid, RestartChildError>) -> String {
    match restarted {
        Ok(_) => "started".to_owned(),
        Err(RestartChildError::Ignored) => "ignored".to_owned(),
        Err(RestartChildError::NotFound(_)) => "not_found".to_owned(),
        Err(RestartChildError::Running(_)) => "running".to_owned(),
        Err(RestartChildError::Restarting(_)) => "restarting".to_owned(),
        Err(RestartChildError::Failed(error)) => start_failed(&error),
        Err(RestartChildError::Call(error)) => failed_call(&error),
        Err(other) => format!("unknown {other}"),
    }
}

fn terminated(terminated: Result<(), FindChildError>) -> String {
    match terminated {
        Ok(()) => "ok".to_owned(),
        Err(error) => not_found(&error),
    }
}

fn deleted(deleted: Result<(), DeleteChildError>) -> String {
    match deleted {
        Ok(()) => "ok".to_owned(),
        Err(DeleteChildError::NotFound(_)) => "not_found".to_owned(),
        Err(DeleteChildError::Running(_)) => "running".to_owned(),
        Err(DeleteChildError::Restarting(_)) => "restarting".to_owned(),
        Err(DeleteChildError::Call(error)) => failed_call(&error),
        Err(other) => format!("unknown {other}"),
    }
}

fn specified(spec: Result<AnyChildSpec, FindChildError>) -> String {
    let spec = match spec {
        Ok(spec) => spec,
        Err(error) => return not_found(&error),
    };
    let restart = match spec.get_restart() {
        Restart::Permanent => "permanent",
        Restart::Transient => "transient",
        Restart::Temporary => "temporary",
    };
    let shutdown = match spec.get_shutdown() {
        Shutdown::BrutalKill => "brutal_kill".to_owned(),
        Shutdown::Infinity => "infinity".to_owned(),
        Shutdown::After(limit) => limit.as_millis().to_string(),
    };
    let kind = match spec.get_child_type() {
        ChildType::Worker => "worker",
        ChildType::Supervisor => "supervisor",
    };
    let start = match spec.can_start() {
        true => "kept",
        false => "released",
    };
    let significant = spec.get_significant();
    format!("{restart} {shutdown} {kind} {significant} {start}")
}

fn not_found(error: &FindChildError) -> String {
    match error {
        FindChildError::NotFound(_) => "not_found".to_owned(),
        FindChildError::Call(error) => failed_call(error),
        other => format!("unknown {other}"),
    }
}

fn failed_call(error: &CallError) -> String {
    match error {
        CallError::NoProc => "exit noproc".to_owned(),
        CallError::Exited(reason) => format!("exit {}", end_of(reason).word()),
        other => format!("unknown {other}"),
    }
}

/// Tells what became of the root's start.
pub(super) fn start_told(start: Result<Handle, StartError>) -> String {
    match start {
        Ok(_) => "started".to_owned(),
        Err(StartError::Ignored) => "ignored".to_owned(),
        Err(error) => start_failed(&error),
    }
}

/// The children that failed, from the outermost on, and why the last one did.
fn start_failed(error: &StartError) -> String {
    let mut words = vec!["failed".to_owned()];
    let mut reason = reason_of(error);
    while let Some(inner) = reason.as_term::<FailedToStartChild>() {
        words.push(inner.id.to_string());
        reason = reason_of(&inner.error);
    }
    words.push(end_of(&reason).word().to_owned());
    words.join(" ")
}

fn reason_of(error: &StartError) -> ExitReason {
    match error {
        StartError::Failed(reason) => reason.clone(),
        other => ExitReason::error(other.to_string()),
    }
}

type Held = Pin<Box<dyn Future<Output = ()>>>;

/// Keeps a supervisor busy until it is released: it waits for the start of a child that is then
/// ignored, of which nothing is left.
pub(super) fn hold(handle: &Handle) -> (Held, oneshot::Sender<()>) {
    let (release, released) = oneshot::channel();
    let released = Arc::new(Mutex::new(Some(released)));
    let start = move || {
        let released = released.lock().expect("nobody panics inside").take();
        async move {
            let released = released.expect("it is started once");
            released.await.expect("it is released");
            Err::<Pid, _>(StartError::Ignored)
        }
    };
    let spec = ChildSpec::new(ChildId::new(Gate), start).restart(Restart::Temporary);
    let handle = handle.clone();
    let held = async move {
        let started = match &handle {
            Handle::Worker(_) => return,
            Handle::Sup(supervisor) => supervisor.start_child(spec).await,
            Handle::Dyn(supervisor) => supervisor.start_child(spec).await,
        };
        assert_eq!(started.map(drop), Err(StartChildError::Ignored));
    };
    (Box::pin(held), release)
}

/// The id of the child that never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Gate;
