//! What a supervisor is asked, and its answers (S-46 to S-58).

use std::sync::Arc;

use actor_core::{Context, Pid, ReplyTo};

use crate::board::{Board, Row};
use crate::child_error::{DeleteChildError, FindChildError, RestartChildError};
use crate::child_id::ChildId;
use crate::child_info::{ChildCounts, ChildInfo};
use crate::child_spec::AnyChildSpec;
use crate::children::{Child, Key, State};
use crate::supervision::Newcomer;
use crate::supervisor_server::SupervisorServer;

/// A request, and whoever waits for the answer.
pub(crate) enum Request {
    Start(Box<dyn Newcomer>),
    Terminate(ChildId, ReplyTo<Result<(), FindChildError>>),
    Restart(ChildId, ReplyTo<Result<Pid, RestartChildError>>),
    Delete(ChildId, ReplyTo<Result<(), DeleteChildError>>),
    Spec(ChildId, ReplyTo<Result<AnyChildSpec, FindChildError>>),
    Which(ChildId, ReplyTo<Result<ChildInfo, FindChildError>>),
    Place(ChildId, ReplyTo<Result<Place, FindChildError>>),
    WhichAll(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
}

/// Where to look for a child's present process.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) board: Arc<Board>,
    pub(crate) key: Key,
}

impl Place {
    /// What is shown there; none if the child is not in the list any more.
    pub(crate) fn row(&self) -> Option<Row> {
        self.board.row(self.key)
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
            Request::Terminate(id, reply) => {
                let found = self.find(id);
                if let Ok(key) = found {
                    self.0.stop(&[key], cx).await;
                }
                reply.send(found.map(drop));
            }
            Request::Restart(id, reply) => reply.send(self.restart(id, cx).await),
            Request::Delete(id, reply) => reply.send(self.delete(id)),
            Request::Spec(id, reply) => {
                reply.send(self.look(id, |_, child| child.spec.clone()));
            }
            Request::Which(id, reply) => {
                reply.send(self.look(id, |_, child| ChildInfo::of(child)));
            }
            Request::Place(id, reply) => {
                let board = Arc::clone(self.0.board());
                reply.send(self.look(id, |key, _| Place { board, key }));
            }
            Request::WhichAll(reply) => reply.send(ChildInfo::list(self.0.children())),
            Request::Count(reply) => reply.send(ChildCounts::of(self.0.children())),
        }
    }

    fn find(&self, id: ChildId) -> Result<Key, FindChildError> {
        let found = self.0.children().named(&id);
        found.ok_or(FindChildError::NotFound(id))
    }

    fn look<T>(
        &self,
        id: ChildId,
        tell: impl FnOnce(Key, &Child<Pid>) -> T,
    ) -> Result<T, FindChildError> {
        let key = self.0.children().named(&id);
        let found = key.and_then(|key| Some((key, self.0.children().get(key)?)));
        let (key, child) = found.ok_or(FindChildError::NotFound(id))?;
        Ok(tell(key, child))
    }

    async fn restart(
        &mut self,
        id: ChildId,
        cx: &mut Context<Self>,
    ) -> Result<Pid, RestartChildError> {
        let state = self.look(id.clone(), |key, child| (key, child.state.clone()));
        match state {
            Err(_) => Err(RestartChildError::NotFound(id)),
            Ok((_, State::Running(_))) => Err(RestartChildError::Running(id)),
            Ok((_, State::Restarting { .. })) => Err(RestartChildError::Restarting(id)),
            Ok((key, State::Undefined)) => self.0.start_again(key, cx).await,
        }
    }

    fn delete(&mut self, id: ChildId) -> Result<(), DeleteChildError> {
        let state = self.look(id.clone(), |key, child| (key, child.state.clone()));
        match state {
            Err(_) => Err(DeleteChildError::NotFound(id)),
            Ok((_, State::Running(_))) => Err(DeleteChildError::Running(id)),
            Ok((_, State::Restarting { .. })) => Err(DeleteChildError::Restarting(id)),
            Ok((key, State::Undefined)) => {
                self.0.remove(key);
                Ok(())
            }
        }
    }
}
