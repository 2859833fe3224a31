//! [`SupervisionTree`]: a picture of a whole tree, for which no process is asked anything.

mod draw;

use std::collections::HashSet;
use std::fmt;

use actor_core::{AsPid, Pid};

use crate::board::{Board, Row};
use crate::child_id::ChildId;
use crate::child_info::ChildStatus;
use crate::child_policy::ChildType;
use crate::strategy::Strategy;

/// Shows a supervisor and all below it, as they were at the moment of [`of`](Self::of).
///
/// Each supervisor shows its children by itself, so that also one that is busy, or stuck, is told of.
/// Two supervisors may be seen at slightly different moments. It is printed as text, and as a
/// [Mermaid](Self::to_mermaid) diagram.
///
/// In the guide: [seeing what runs](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/seeing_what_runs.md).
///
/// # Examples
///
/// ```
/// use actor_supervisor::{ChildSpec, Strategy, SupervisionTree, SupervisorSpec};
/// # use actor_core::{Context, GenServer, InitResult, Start};
/// # use std::convert::Infallible;
/// # struct Idle;
/// # impl GenServer for Idle {
/// #     type Args = ();
/// #     type Call = Infallible;
/// #     type Cast = Infallible;
/// #     type Info = Infallible;
/// #     type Continue = Infallible;
/// #     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Idle.into()) }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let web = SupervisorSpec::new(Strategy::OneForOne)
///     .child(ChildSpec::new("idle", || async { Idle::start_link(()).await }))
///     .name("web")
///     .start_link()
///     .await?;
/// let tree = SupervisionTree::of(&web).ok_or("not a supervisor, or dead")?;
/// assert_eq!(tree.rows().len(), 2);
/// println!("{tree}");
/// # web.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SupervisionTree {
    rows: Vec<TreeRow>,
}

/// One process, or one child without a process, of a [`SupervisionTree`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TreeRow {
    /// How far it is below the top, which has zero.
    pub depth: usize,
    /// What its supervisor calls it; none for the top.
    pub id: Option<ChildId>,
    /// Whether it runs.
    pub status: ChildStatus,
    /// Whether it is a supervisor.
    pub child_type: ChildType,
    /// How often its supervisor has restarted it.
    pub restarts: u64,
    /// What it says as a supervisor; none for a worker.
    pub supervisor: Option<SupervisorState>,
}

/// What a [`SupervisionTree`] tells of a supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SupervisorState {
    /// Whom the crash of one child touches.
    pub strategy: Strategy,
    /// How many restarts are left before it gives up.
    pub restarts_left: u32,
}

impl SupervisionTree {
    /// Returns the tree below a supervisor; none if it is dead, or no supervisor.
    #[must_use]
    pub fn of(supervisor: &impl AsPid) -> Option<Self> {
        let top = supervisor.as_pid();
        Board::of(&top)?;
        Some(Self { rows: collect(top) })
    }

    /// Returns the rows, each above those below it, children in start order.
    #[must_use]
    pub fn rows(&self) -> &[TreeRow] {
        &self.rows
    }

    /// Returns a flow chart in the language of Mermaid.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        draw::mermaid(&self.rows)
    }
}

impl fmt::Display for SupervisionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        draw::text(&self.rows, f)
    }
}

/// Goes down without recursion, as a tree may be deep; a process is gone through once.
fn collect(top: Pid) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    let mut rest = vec![TreeRow {
        depth: 0,
        id: None,
        status: ChildStatus::Running(top),
        child_type: ChildType::Supervisor,
        restarts: 0,
        supervisor: None,
    }];
    while let Some(mut row) = rest.pop() {
        let new = row.status.pid().filter(|pid| seen.insert((*pid).clone()));
        if let Some(board) = new.and_then(Board::of) {
            row.supervisor = Some(SupervisorState {
                strategy: board.flags().strategy,
                restarts_left: board.restarts_left(),
            });
            let below = board.rows().into_iter().rev();
            rest.extend(below.map(|child| TreeRow::of(child, row.depth + 1)));
        }
        rows.push(row);
    }
    rows
}

impl TreeRow {
    fn of(child: Row, depth: usize) -> Self {
        Self {
            depth,
            status: child.status(),
            id: Some(child.id),
            child_type: child.child_type,
            restarts: child.restarts,
            supervisor: None,
        }
    }
}
