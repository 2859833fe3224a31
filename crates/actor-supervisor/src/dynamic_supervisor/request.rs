//! What a dynamic supervisor is asked, and its answers (D-2 to D-12).

use std::mem;

use actor_core::{AsPid, Context, Pid, ReplyTo, StartError, process};
use async_trait::async_trait;

use crate::child_error::{StartChildError, TerminateChildError, UpdateError};
use crate::child_info::{ChildCounts, ChildInfo};
use crate::dynamic_supervisor::template::{Template, TemplateOf};
use crate::dynamic_supervisor::{DynamicSupervisor, DynamicSupervisorArgs};
use crate::supervision::{Newcomer, Requested, tell};

/// A request, and whoever waits for the answer.
pub(crate) enum Request<T> {
    Start(Box<dyn Newcomer>),
    StartFrom(Box<dyn Templated<T>>),
    Terminate(Pid, ReplyTo<Result<(), TerminateChildError>>),
    Update(DynamicSupervisorArgs<T>, ReplyTo<Result<(), UpdateError>>),
    WhichAll(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
}

impl<T> Request<T> {
    /// What it is called by [`DynamicSupervisorClient`](crate::DynamicSupervisorClient).
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start_child",
            Self::StartFrom(_) => "start",
            Self::Terminate(..) => "terminate_child",
            Self::Update(..) => "update_settings",
            Self::WhichAll(_) => "which_children",
            Self::Count(_) => "count_children",
        }
    }
}

/// A child that is to be made of an argument, whatever the types of that and of its handle.
#[async_trait]
pub(crate) trait Templated<T>: Send {
    /// Makes the newcomer; none if the template panicked, and then that was the answer.
    async fn newcomer(self: Box<Self>, template: &T) -> Option<Box<dyn Newcomer>>;
}

/// The argument, and whoever waits for the handle.
pub(crate) struct FromTemplate<A: Send, H: Send + 'static> {
    pub(crate) argument: A,
    pub(crate) reply: ReplyTo<Result<H, StartChildError>>,
}

#[async_trait]
impl<A, H> Templated<Template<A, H>> for FromTemplate<A, H>
where
    A: Send + 'static,
    H: AsPid + Send + 'static,
{
    async fn newcomer(self: Box<Self>, template: &Template<A, H>) -> Option<Box<dyn Newcomer>> {
        let Self { argument, reply } = *self;
        match process::contain(async { template.spec(argument) }).await {
            Ok(spec) => Some(Requested::boxed(spec, reply)),
            Err(panic) => {
                tell(
                    reply,
                    Err(StartChildError::Failed(StartError::Failed(panic))),
                    (),
                );
                None
            }
        }
    }
}

impl<T: TemplateOf> DynamicSupervisor<T> {
    pub(super) async fn answer(&mut self, request: Request<T>, cx: &mut Context<Self>) {
        match request {
            Request::Start(newcomer) => self.start_child(newcomer, cx).await,
            Request::StartFrom(templated) => {
                if let Some(newcomer) = templated.newcomer(&self.template).await {
                    self.start_child(newcomer, cx).await;
                }
            }
            Request::Terminate(pid, reply) => tell(reply, self.terminate(&pid).await, pid),
            Request::Update(settings, reply) => tell(reply, Ok(()), self.update(settings)),
            Request::WhichAll(reply) => {
                tell(reply, ChildInfo::list(self.supervision.children()), ());
            }
            Request::Count(reply) => tell(reply, ChildCounts::of(self.supervision.children()), ()),
        }
    }

    async fn start_child(&mut self, newcomer: Box<dyn Newcomer>, cx: &mut Context<Self>) {
        let allowed = match self.supervision.children().len() >= self.max_children {
            true => Err(StartChildError::MaxChildren(self.max_children)), // D-6
            false => newcomer.fields().check(None).map_err(Into::into),
        };
        self.supervision.admit(newcomer, allowed, cx).await;
    }

    /// Gives the former template back.
    fn update(&mut self, settings: DynamicSupervisorArgs<T>) -> T {
        self.supervision.set_flags(settings.flags);
        self.max_children = settings.max_children;
        mem::replace(&mut self.template, settings.template)
    }

    /// Also one that waits for its restart, which is cancelled (D-10, D-11).
    async fn terminate(&mut self, pid: &Pid) -> Result<(), TerminateChildError> {
        let known = self.supervision.children().known_as(pid);
        let key = known.ok_or_else(|| TerminateChildError::NotFound(pid.clone()))?;
        self.supervision.stop(&[key]).await;
        Ok(())
    }
}
