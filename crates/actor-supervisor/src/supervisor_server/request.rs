//! What a supervisor is asked, and its answers (S-46 to S-58).

use std::sync::Arc;

use actor_core::{Context, Pid, ReplyTo};

use crate::board::{Board, Row};
use crate::child_error::{DeleteChildError, FindChildError, RestartChildError, UpdateError};
use crate::child_id::ChildId;
use crate::child_info::{ChildCounts, ChildInfo, ChildStatus};
use crate::child_spec::AnyChildSpec;
use crate::children::{Child, Key};
use crate::supervision::{Newcomer, tell};
use crate::supervisor_server::{Plan, SupervisorServer};

/// A request, and whoever waits for the answer.
pub(crate) enum Request {
    Start(Box<dyn Newcomer>),
    Terminate(ChildId, ReplyTo<Result<(), FindChildError>>),
    Restart(ChildId, ReplyTo<Result<Pid, RestartChildError>>),
    Delete(ChildId, ReplyTo<Result<(), DeleteChildError>>),
    Spec(ChildId, ReplyTo<Result<AnyChildSpec, FindChildError>>),
    Which(ChildId, ReplyTo<Result<ChildInfo, FindChildError>>),
    Place(ChildId, ReplyTo<Result<Place, FindChildError>>),
    Update(Plan, ReplyTo<Result<(), UpdateError>>),
    WhichAll(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
}

impl Request {
    /// What it is called by [`SupervisorClient`](crate::SupervisorClient).
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start_child",
            Self::Terminate(..) => "terminate_child",
            Self::Restart(..) => "restart_child",
            Self::Delete(..) => "delete_child",
            Self::Spec(..) => "get_childspec",
            Self::Which(..) => "which_child",
            Self::Place(..) => "child",
            Self::Update(..) => "update_specs",
            Self::WhichAll(_) => "which_children",
            Self::Count(_) => "count_children",
        }
    }
}

/// Where to look for a child's present process.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) board: Arc<Board>,
    pub(crate) key: Key,
}

impl Place {
    /// Looks at what is shown there; none if the child is not in the list any more. It is pure code, under a
    /// lock.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Row) -> T) -> Option<T> {
        self.board.look(self.key, look)
    }

    /// The child's present incarnation, or the last one.
    pub(crate) fn latest(&self) -> Option<Pid> {
        self.look(|row| row.latest.clone()).flatten()
    }
}

impl SupervisorServer {
    pub(super) async fn answer(&mut self, request: Request, cx: &mut Context<Self>) {
        match request {
            Request::Start(newcomer) => {
                let auto_shutdown = Some(self.0.flags().auto_shutdown);
                let allowed = newcomer.fields().check(auto_shutdown);
                let allowed = allowed.map_err(Into::into);
                self.0.admit(newcomer, allowed, cx).await;
            }
            Request::Terminate(id, reply) => tell(reply, self.terminate(&id).await, id),
            Request::Restart(id, reply) => tell(reply, self.restart(&id, cx).await, id),
            Request::Delete(id, reply) => tell(reply, self.delete(&id), id),
            Request::Spec(id, reply) => {
                let spec = self.look(&id, |_, child| child.spec.clone());
                tell(reply, spec, id);
            }
            Request::Which(id, reply) => {
                let info = self.look(&id, |_, child| ChildInfo::of(child));
                tell(reply, info, id);
            }
            Request::Place(id, reply) => {
                let board = self.0.board();
                let place = self.look(&id, |key, _| Place {
                    board: Arc::clone(board),
                    key,
                });
                tell(reply, place, id);
            }
            Request::Update(plan, reply) => tell(reply, self.update(plan), ()),
            Request::WhichAll(reply) => tell(reply, ChildInfo::list(self.0.children()), ()),
            Request::Count(reply) => tell(reply, ChildCounts::of(self.0.children()), ()),
        }
    }

    fn look<T>(
        &self,
        id: &ChildId,
        tell: impl FnOnce(Key, &Child<Pid>) -> T,
    ) -> Result<T, FindChildError> {
        let key = self.0.children().named(id);
        let found = key.and_then(|key| Some((key, self.0.children().get(key)?)));
        let (key, child) = found.ok_or_else(|| FindChildError::NotFound(id.clone()))?;
        Ok(tell(key, child))
    }

    async fn terminate(&mut self, id: &ChildId) -> Result<(), FindChildError> {
        let key = self.look(id, |key, _| key)?;
        self.0.stop(&[key]).await;
        Ok(())
    }

    async fn restart(
        &mut self,
        id: &ChildId,
        cx: &mut Context<Self>,
    ) -> Result<Pid, RestartChildError> {
        match self.look(id, |key, child| (key, ChildStatus::of(&child.state))) {
            Err(_) => Err(RestartChildError::NotFound(id.clone())),
            Ok((_, ChildStatus::Running(_))) => Err(RestartChildError::Running(id.clone())),
            Ok((_, ChildStatus::Restarting)) => Err(RestartChildError::Restarting(id.clone())),
            Ok((key, ChildStatus::Undefined)) => self.0.start_again(key, cx).await,
        }
    }

    /// A plan that supervises nothing changes nothing (S-69).
    fn update(&mut self, plan: Plan) -> Result<(), UpdateError> {
        match plan {
            Plan::Supervise(flags, specs) => self.0.update_specs(flags, specs),
            Plan::Ignore => {}
            Plan::Fail(reason) => return Err(UpdateError::Failed(reason)),
        }
        Ok(())
    }

    fn delete(&mut self, id: &ChildId) -> Result<(), DeleteChildError> {
        match self.look(id, |key, child| (key, ChildStatus::of(&child.state))) {
            Err(_) => Err(DeleteChildError::NotFound(id.clone())),
            Ok((_, ChildStatus::Running(_))) => Err(DeleteChildError::Running(id.clone())),
            Ok((_, ChildStatus::Restarting)) => Err(DeleteChildError::Restarting(id.clone())),
            Ok((key, ChildStatus::Undefined)) => {
                self.0.remove(key);
                Ok(())
            }
        }
    }
}
