//! The supervision tree as clients see it.

use actor_otp::SupervisionTree;
use actor_otp::prelude::*;

use crate::app::TOP;

/// How many children of one supervisor are shown.
const MOST: usize = 30;

/// Draws the tree, a line for each process. No process is asked anything, so one that is stuck is seen as
/// well.
pub(crate) fn draw() -> String {
    let mut lines = "* the tree: name, pid, restarts, queue, and the members of a room".to_owned();
    let tree = TOP.whereis().and_then(|top| SupervisionTree::of(&top));
    let mut siblings = 0;
    for row in tree.iter().flat_map(SupervisionTree::rows) {
        siblings = if row.depth > 1 { siblings + 1 } else { 0 };
        if siblings == MOST + 1 {
            lines += &line(row.depth, "more", None, 0);
        } else if siblings <= MOST {
            let pid = row.status.pid();
            let id = row.id.as_ref().map_or(TOP.to_string(), ToString::to_string);
            lines += &line(row.depth, &id, pid, row.restarts);
            if row.supervisor.is_none() {
                lines.extend(started_by(pid, row.depth + 1));
            }
        }
    }
    lines
}

/// The lines of what a worker has started itself.
fn started_by(worker: Option<&Pid>, depth: usize) -> impl Iterator<Item = String> {
    let links = worker.and_then(process::info).map(|info| info.links);
    links.into_iter().flatten().filter_map(move |pid| {
        let info = process::info(&pid).filter(|info| info.parent.as_ref() == worker)?;
        let server = info.server.rsplit("::").next();
        let name = info.name.as_deref().or(server).unwrap_or_default();
        Some(line(depth, name, Some(&pid), 0))
    })
}

fn line(depth: usize, name: &str, pid: Option<&Pid>, restarts: u64) -> String {
    let info = pid.and_then(process::info);
    let queue = info.as_ref().map_or(0, |info| info.queue_len);
    let shown = pid.map_or("-".to_owned(), ToString::to_string);
    let indent = " ".repeat(2 * depth + 2);
    let line = format!("\n{indent}{name} {shown} {restarts} {queue}");
    let name = info.as_ref().and_then(|info| info.name.as_deref());
    let is_room = name.is_some_and(|name| name.starts_with("room:"));
    match info {
        Some(room) if is_room => format!("{line} {}", room.monitors.len()), // it monitors its members
        _ => line,
    }
}
