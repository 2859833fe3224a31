//! What almost every application uses: `use actor_otp::prelude::*;`.
//!
//! What many use, but not most, is imported by its name beside it: [`Backoff`](crate::Backoff),
//! [`SupervisionTree`](crate::SupervisionTree), [`Recipient`](crate::Recipient) and
//! [`Caller`](crate::Caller), [`MonitorRef`](crate::MonitorRef) and [`TimerRef`](crate::TimerRef),
//! [`Overflow`](crate::Overflow), [`CastError`](crate::CastError), [`Deadline`](crate::Deadline),
//! [`Requests`](crate::Requests), [`ChildType`](crate::ChildType), the module [`sys`](crate::sys), and, with
//! the feature `application`, `actor_otp::run`.

#[cfg(feature = "macros")]
pub use crate::actor;
pub use crate::{
    ActorRef, Address, AutoShutdown, CallError, ChildCounts, ChildId, ChildInfo, ChildRef,
    ChildSpec, ChildStatus, Context, DynamicSupervisor, DynamicSupervisorClient,
    DynamicSupervisorRef, ExitReason, GenServer, Info, Init, InitResult, Name, Next, NextResult,
    Node, OptionsChildSpec, Pid, Reply, ReplyTo, Restart, Shutdown, Start, StartChildError,
    StartError, StopError, Strategy, Supervised, Supervisor, SupervisorClient, SupervisorRef,
    SupervisorSpec, TemplateClient, WaitError, process,
};
#[cfg(feature = "application")]
pub use crate::{Application, async_trait};
