//! The supervision tree as clients see it.

use std::fmt;
use std::sync::Arc;

use actor_otp::SupervisionTree;
use actor_otp::prelude::*;
use serde::Serialize;

use crate::app::TOP;

/// How many children of one supervisor are shown.
const MOST: usize = 30;

/// A picture of the whole tree, at one moment.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tree(Arc<[Row]>);

#[derive(Debug, Serialize)]
struct Row {
    depth: usize,
    name: String,
    pid: Option<String>,
    restarts: u64,
    queue: usize,
    /// Of a room.
    members: Option<usize>,
}

impl Tree {
    /// Looks at the tree. No process is asked anything, so one that is stuck is seen as well.
    pub(crate) fn now() -> Self {
        let tree = TOP.whereis().and_then(|top| SupervisionTree::of(&top));
        let mut rows = Vec::new();
        let mut siblings = 0;
        for row in tree.iter().flat_map(SupervisionTree::rows) {
            siblings = if row.depth > 1 { siblings + 1 } else { 0 };
            if siblings == MOST + 1 {
                rows.push(Row::new(row.depth, "and more", None, 0));
            }
            if siblings > MOST {
                continue;
            }
            let pid = row.status.pid();
            let id = row.id.as_ref().map_or(TOP.to_string(), ToString::to_string);
            rows.push(Row::new(row.depth, &id, pid, row.restarts));
            if row.supervisor.is_none() {
                rows.extend(started_by(pid, row.depth));
            }
        }
        Self(rows.into())
    }
}

/// What a worker has started itself.
fn started_by(worker: Option<&Pid>, depth: usize) -> Vec<Row> {
    let links = worker.and_then(process::info).map(|info| info.links);
    let row = |pid: Pid| {
        let info = process::info(&pid).filter(|info| info.parent.as_ref() == worker)?;
        let server = info.server.rsplit("::").next();
        let name = info.name.as_deref().or(server).unwrap_or_default();
        Some(Row::new(depth + 1, name, Some(&pid), 0))
    };
    links.into_iter().flatten().filter_map(row).collect()
}

impl Row {
    fn new(depth: usize, name: &str, pid: Option<&Pid>, restarts: u64) -> Self {
        let info = pid.and_then(process::info);
        let registered = pid.and_then(|pid| pid.name());
        let is_room = registered.is_some_and(|name| name.starts_with("room:"));
        Self {
            depth,
            name: name.to_owned(),
            pid: pid.map(ToString::to_string),
            restarts,
            queue: info.as_ref().map_or(0, |info| info.queue_len),
            members: info.filter(|_| is_room).map(|info| info.monitors.len()),
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("* the tree: name, pid, restarts, queue")?;
        self.0.iter().try_for_each(|row| {
            let (indent, pid) = (2 * row.depth + 2, row.pid.as_deref().unwrap_or("-"));
            let (name, restarts, queue) = (&row.name, row.restarts, row.queue);
            write!(f, "\n{:indent$}{name} {pid} {restarts} {queue}", "")
        })
    }
}
