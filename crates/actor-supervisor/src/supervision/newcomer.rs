//! [`Newcomer`]: a child that somebody asked a supervisor to start.

use actor_core::{AsPid, Context, Pid, ReplyTo, StartError, process};
use async_trait::async_trait;

use crate::child_error::StartChildError;
use crate::child_spec::fields::Fields;
use crate::child_spec::{AnyChildSpec, ChildSpec};
use crate::children::Key;
use crate::report::Asked;
use crate::rt::planted;
use crate::supervision::{Supervising, Supervision};

/// The child's spec, and whoever waits for its handle, whatever the type of that.
#[async_trait]
pub(crate) trait Newcomer: Send {
    fn fields(&self) -> &Fields;

    /// What the supervisor keeps.
    fn any_spec(&self) -> AnyChildSpec;

    /// Starts the child for the first time, and keeps its handle.
    async fn start(&mut self) -> Result<Pid, StartError>;

    /// Answers; `Ok` without a handle means that the start was ignored.
    fn answer(self: Box<Self>, outcome: Result<(), StartChildError>);
}

/// A newcomer whose handle is an `H`.
pub(crate) struct Requested<H: Send + 'static> {
    spec: ChildSpec<H>,
    handle: Option<H>,
    reply: ReplyTo<Result<H, StartChildError>>,
}

impl<H: AsPid + Send + 'static> Requested<H> {
    pub(crate) fn boxed(
        spec: ChildSpec<H>,
        reply: ReplyTo<Result<H, StartChildError>>,
    ) -> Box<dyn Newcomer> {
        Box::new(Self {
            spec,
            handle: None,
            reply,
        })
    }
}

#[async_trait]
impl<H: AsPid + Send + 'static> Newcomer for Requested<H> {
    fn fields(&self) -> &Fields {
        self.spec.fields()
    }

    fn any_spec(&self) -> AnyChildSpec {
        self.spec.any()
    }

    async fn start(&mut self) -> Result<Pid, StartError> {
        let handle = self.spec.first_start().await?;
        let pid = handle.as_pid();
        self.handle = Some(handle);
        Ok(pid)
    }

    fn answer(self: Box<Self>, outcome: Result<(), StartChildError>) {
        let handle = self.handle.ok_or(StartChildError::Ignored);
        self.reply.send(outcome.and(handle));
    }
}

impl Supervision {
    /// Starts a newcomer that is `allowed` to enter, and answers. What fails is not kept (S-46).
    pub(crate) async fn admit<S: Supervising>(
        &mut self,
        mut newcomer: Box<dyn Newcomer>,
        allowed: Result<(), StartChildError>,
        cx: &mut Context<S>,
    ) {
        let entry = allowed.and_then(|()| self.append(newcomer.any_spec()));
        let outcome = match entry {
            Ok(key) => self.start_newcomer(key, &mut *newcomer, cx).await,
            Err(refused) => Err(refused),
        };
        process::report(|| newcomer.answer(outcome)); // a handle that nobody waits for is dropped there
    }

    /// A child with the same id is in the way, whether it runs or not.
    fn append(&mut self, spec: AnyChildSpec) -> Result<Key, StartChildError> {
        if planted("a second child has the id of the first") {
            return Ok(self.children.replace(spec).0);
        }
        self.children.append(spec).map_err(|id| {
            let present = self.children.named(&id);
            let present = present.and_then(|key| self.children.get(key));
            match present.and_then(|child| child.state.pid()) {
                Some(pid) => StartChildError::AlreadyStarted(pid.clone()),
                None => StartChildError::AlreadyPresent(id),
            }
        })
    }

    async fn start_newcomer<S: Supervising>(
        &mut self,
        key: Key,
        newcomer: &mut dyn Newcomer,
        cx: &mut Context<S>,
    ) -> Result<(), StartChildError> {
        let entered = self.enter(key, newcomer.start(), Asked::ByCall, cx).await;
        entered.map_err(|failed| {
            self.remove(key);
            failed.into_error()
        })
    }
}
