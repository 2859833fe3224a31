//! Draws steps that find something to be done to.

use super::super::model::{Body, Entry, Model, Process, State, Supervisor};
use super::super::script::{AutoShutdown, Child, OnShutdown, Outcome, Reason, Restart, Step};
use super::{Profile, tree};
use crate::rng::Rng;

/// Ids of children that come later.
const NEW_IDS: [&str; 5] = ["e", "f", "g", "h", "i"];

#[derive(Clone, Copy)]
enum Idea {
    EndWorker,
    EndSupervisor,
    Exit,
    Batch,
    /// Requests about a child that waits for its restart.
    Race,
    Request,
}

/// What a supervisor can be asked.
#[derive(Clone, Copy)]
enum Question {
    Start,
    Restart,
    Terminate,
    Delete,
    Spec,
    Which,
    Count,
}

/// Draws one step; none if the idea finds nobody.
pub(super) fn draw(rng: &mut Rng, profile: Profile, model: &Model) -> Option<Step> {
    let (requests, races) = if profile.dynamic { (14, 4) } else { (7, 2) };
    let ideas = [
        (15, Idea::EndWorker),
        (2, Idea::EndSupervisor),
        (1, Idea::Exit),
        (4, Idea::Batch),
        (races, Idea::Race),
        (requests, Idea::Request),
    ];
    let living = model.living();
    let (workers, supervisors): (Vec<_>, Vec<_>) = living
        .iter()
        .copied()
        .partition(|process| process.worker().is_some());
    match rng.weighted(&ideas)? {
        Idea::EndWorker => {
            let worker = rng.pick(&workers)?;
            Some(end(rng, worker))
        }
        Idea::EndSupervisor => {
            let below = rng.pick(supervisors.get(1..)?)?;
            Some(end(rng, below))
        }
        Idea::Exit => Some(Step::Exit {
            path: rng.pick(&living)?.path.clone(),
            reason: reason(rng),
        }),
        Idea::Batch => {
            let supervisor = rng.pick(&supervisors)?;
            batch(rng, profile, supervisor)
        }
        Idea::Race => {
            let supervisor = rng.pick(&supervisors)?;
            race(rng, supervisor)
        }
        Idea::Request => {
            let supervisor = rng.pick(&supervisors)?;
            request(rng, profile, supervisor, &[])
        }
    }
}

/// Some end of a process that is its own, or is brought about from outside.
fn end(rng: &mut Rng, process: &Process) -> Step {
    let path = process.path.clone();
    match process.worker() {
        Some(worker) => match rng.below(17) {
            0..6 => Step::Panic { path },
            6..12 => {
                let reason = reason(rng);
                Step::Stop { path, reason }
            }
            12..15 => Step::Kill { path },
            _ => {
                let reason = match worker.on_shutdown {
                    OnShutdown::Ok => reason(rng),
                    OnShutdown::Hang | OnShutdown::Panic => Reason::Boom, // as nobody asks that way
                };
                Step::AskStop { path, reason }
            }
        },
        None => match rng.percent(50) {
            true => Step::Kill { path },
            false => {
                let reason = reason(rng);
                Step::AskStop { path, reason }
            }
        },
    }
}

fn reason(rng: &mut Rng) -> Reason {
    let reasons = [
        (4, Reason::Normal),
        (4, Reason::Shutdown),
        (4, Reason::Tagged),
        (5, Reason::Boom),
    ];
    rng.weighted(&reasons).unwrap_or(Reason::Boom)
}

/// Several children end, and several requests come, before the supervisor handles any of it.
fn batch(rng: &mut Rng, profile: Profile, supervisor: &Process) -> Option<Step> {
    let mut children = children(supervisor)?;
    if children.is_empty() {
        return None;
    }
    let mut ops = Vec::new();
    for _ in 0..rng.between(1, 3).min(children.len()) {
        let child = children.swap_remove(rng.below(children.len()));
        ops.push(end(rng, child));
    }
    if rng.percent(30) {
        ops.sort_by(|a: &Step, b| a.path().cmp(&b.path()));
    }
    for _ in 0..rng.below(4) {
        let at = rng.between(0, ops.len());
        let coming: Vec<_> = ops.iter().filter_map(newcomer_of).collect();
        ops.extend(request(rng, profile, supervisor, &coming));
        if let Some(last) = ops.len().checked_sub(1) {
            ops.swap(at.min(last), last);
        }
    }
    let path = supervisor.path.clone();
    (ops.len() > 1).then_some(Step::Batch { path, ops })
}

/// A child ends whose restart fails, and is asked about before it is tried again.
fn race(rng: &mut Rng, supervisor: &Process) -> Option<Step> {
    let path = &supervisor.path;
    let mut fails = children(supervisor)?;
    fails.retain(|child| {
        let next = child.child.outcome(child.n + 1);
        let back = child.child.restart != Restart::Temporary;
        back && matches!(next, Outcome::Error | Outcome::Panic)
    });
    let child = rng.pick(&fails)?;
    let kill = Step::Kill {
        path: child.path.clone(),
    };
    let mut ops = vec![kill];
    for _ in 0..rng.between(1, 3) {
        let (id, path) = (child.child.id.clone(), path.clone());
        let is_dynamic = matches!(supervisor.body, Body::Dyn(_));
        ops.push(match rng.below(if is_dynamic { 2 } else { 5 }) {
            0 => Step::TerminateChild { path, id },
            1 => Step::WhichChildren { path },
            2 => Step::RestartChild { path, id },
            3 => Step::DeleteChild { path, id },
            _ => {
                let spec = Box::new((*child.child).clone());
                Step::StartChild { path, spec }
            }
        });
    }
    let path = path.clone();
    Some(Step::Batch { path, ops })
}

/// The children that run; none of a supervisor that cannot be held, as it may have no room for the
/// child that holds it.
fn children(supervisor: &Process) -> Option<Vec<&Process>> {
    match &supervisor.body {
        Body::Worker => None,
        Body::Sup(sup) => Some(sup.running().collect()),
        Body::Dyn(dynamic) if dynamic.max_children().is_some() => None,
        Body::Dyn(dynamic) => Some(dynamic.running().collect()),
    }
}

/// The id of a child that is to be started.
fn newcomer_of(op: &Step) -> Option<String> {
    match op {
        Step::StartChild { spec, .. } => Some(spec.id.clone()),
        _ => None,
    }
}

/// Asks a supervisor something, while others ask it to start the children that are `coming`.
fn request(
    rng: &mut Rng,
    profile: Profile,
    supervisor: &Process,
    coming: &[String],
) -> Option<Step> {
    match &supervisor.body {
        Body::Worker => None,
        Body::Sup(sup) => ask(rng, profile, &supervisor.path, sup),
        Body::Dyn(dynamic) => {
            let ids = dynamic.ids().map(str::to_owned);
            let ids: Vec<_> = ids.chain(coming.iter().cloned()).collect();
            Some(ask_dynamic(rng, profile, &supervisor.path, &ids))
        }
    }
}

fn ask(rng: &mut Rng, profile: Profile, path: &str, sup: &Supervisor) -> Option<Step> {
    let questions = [
        (8, Question::Start),
        (7, Question::Restart),
        (7, Question::Terminate),
        (5, Question::Delete),
        (8, Question::Spec),
        (3, Question::Which),
        (6, Question::Count),
    ];
    let question = rng.weighted(&questions)?;
    let id = chosen(rng, sup.entries(), question);
    let path = path.to_owned();
    Some(match question {
        Question::Start => {
            let spec = newcomer(rng, profile, &path, sup);
            let spec = Box::new(spec);
            Step::StartChild { path, spec }
        }
        Question::Restart => Step::RestartChild { path, id },
        Question::Terminate => Step::TerminateChild { path, id },
        Question::Delete => Step::DeleteChild { path, id },
        Question::Spec => Step::GetChildspec { path, id },
        Question::Which => Step::WhichChildren { path },
        Question::Count => Step::CountChildren { path },
    })
}

/// Mostly a child in the state that the question is for. The spec of a temporary child is not asked
/// for if it was there from the beginning: OTP does not release what it was started from (S-67).
fn chosen(rng: &mut Rng, entries: &[Entry], question: Question) -> String {
    if rng.percent(7) {
        return "zz".to_owned();
    }
    let fits = |entry: &&Entry| match question {
        Question::Restart | Question::Delete => !matches!(entry.state, State::Up(_)),
        Question::Spec => entry.child.restart == Restart::Temporary,
        _ => true,
    };
    let may_be = |entry: &&Entry| match question {
        Question::Spec => !(entry.is_of_init && entry.child.restart == Restart::Temporary),
        _ => true,
    };
    let any: Vec<_> = entries.iter().filter(may_be).collect();
    let fitting: Vec<_> = any.iter().copied().filter(fits).collect();
    let from = match rng.percent(75) {
        true => fitting,
        false => any,
    };
    let entry = rng.pick(&from);
    entry.map_or_else(|| "zz".to_owned(), |entry| entry.child.id.clone())
}

/// A new child; sometimes its id is taken, sometimes its significance is not allowed here.
fn newcomer(rng: &mut Rng, profile: Profile, path: &str, sup: &Supervisor) -> Child {
    let taken: Vec<_> = sup.entries().iter().map(|it| it.child.id.clone()).collect();
    let id = match rng.pick(&taken).filter(|_| rng.percent(25)) {
        Some(id) => id.clone(),
        None => match rng.pick(sup.deleted()).filter(|_| rng.percent(60)) {
            Some(id) => id.clone(),
            None => fresh(rng, &taken),
        },
    };
    let depth = path.matches('/').count();
    let mode = match rng.percent(9) {
        true => AutoShutdown::AnySignificant, // also where it is not
        false => sup.auto_shutdown(),
    };
    let mut child = tree::child(rng, profile, &id, mode, depth);
    if rng.percent(30) {
        child.restart = Restart::Temporary;
    }
    if rng.percent(12) && child.is_worker() {
        child.init = vec![Outcome::Ignore, Outcome::Ok];
    }
    child
}

/// A name that no child has; also those of the first ones, which may have been deleted.
fn fresh(rng: &mut Rng, taken: &[String]) -> String {
    let all = tree::IDS.iter().chain(&tree::IDS).chain(&NEW_IDS);
    let free: Vec<_> = all.filter(|id| taken.iter().all(|it| it != *id)).collect();
    let id = rng.pick(&free).map_or("z", |id| *id);
    id.to_owned()
}

fn ask_dynamic(rng: &mut Rng, profile: Profile, path: &str, ids: &[String]) -> Step {
    let questions = [
        (10, Question::Start),
        (4, Question::Terminate),
        (1, Question::Which),
        (1, Question::Count),
    ];
    let question = rng.weighted(&questions).unwrap_or(Question::Start);
    let depth = path.matches('/').count();
    let path = path.to_owned();
    match question {
        Question::Terminate => {
            let known = rng.pick(ids).filter(|_| !rng.percent(15));
            let id = match known {
                Some(id) => id.clone(),
                None => rng.pick(&NEW_IDS).map_or("zz", |id| *id).to_owned(),
            };
            Step::TerminateChild { path, id }
        }
        Question::Which => Step::WhichChildren { path },
        Question::Count => Step::CountChildren { path },
        _ => {
            let id = fresh(rng, ids);
            let spec = Box::new(tree::child(rng, profile, &id, AutoShutdown::Never, depth));
            Step::StartChild { path, spec }
        }
    }
}
