//! [`Survivor`]: which processes of an application are still alive.

use std::fmt;

use actor_core::Pid;
use actor_core::process::{self, Callback};

/// So many of one application are written out; the others are counted.
pub(super) const MOST: usize = 20;

/// A process that is still alive, where it should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survivor {
    /// The process; [`Pid::name`] tells its name.
    pub pid: Pid,
    /// The callback that it runs.
    pub callback: Option<Callback>,
    /// How many living processes of the application it stands below.
    pub depth: usize,
}

/// Returns what is alive of all that a process has started with a link, however deep: each before what
/// it started, the youngest first. A tree stops from there, so the first branch is the one that others
/// wait for.
pub(super) fn survivors(root: &Pid) -> Vec<Survivor> {
    let mut found = Vec::new();
    let mut open: Vec<_> = below(root).into_iter().map(|pid| (pid, 0)).collect();
    while let Some((pid, depth)) = open.pop() {
        let info = process::info(&pid);
        let deeper = depth + usize::from(info.is_some());
        open.extend(below(&pid).into_iter().map(|pid| (pid, deeper)));
        if let Some(info) = info {
            let callback = info.callback;
            found.push(Survivor {
                pid,
                callback,
                depth,
            });
        }
    }
    found
}

/// Writes the first ones on one line.
pub(super) fn line(survivors: &[Survivor]) -> String {
    let told: Vec<_> = survivors
        .iter()
        .take(MOST)
        .map(Survivor::to_string)
        .collect();
    told.join(", ")
}

/// The oldest first. A process may die between the two questions.
fn below(pid: &Pid) -> Vec<Pid> {
    match pid.linked_children() {
        children if children.is_empty() => pid.orphans(),
        children => children,
    }
}

impl fmt::Display for Survivor {
    /// Writes `<7> rooms in handle_call`; control characters of a name are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, callback, .. } = self;
        write!(f, "{pid}")?;
        if let Some(name) = pid.name() {
            write!(f, " {}", name.escape_debug())?;
        }
        match callback {
            Some(callback) => write!(f, " in {callback}"),
            None => Ok(()),
        }
    }
}
